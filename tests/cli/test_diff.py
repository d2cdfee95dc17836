"""`harness diff` as its users run it."""

import json

import pytest

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
schema:
  - name: orders
    properties:
      - name: id
        logicalType: integer
        required: true
"""


def test_json_of_a_breaking_change(run, tmp_path):
    (tmp_path / "before.yaml").write_text(CONTRACT)
    (tmp_path / "after.yaml").write_text(CONTRACT.replace("required: true", "required: false"))
    code, out, _err = run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"), "--format", "json")
    document = json.loads(out)
    assert code == 1
    assert (document["breaking"], document["bump"]) == (True, "major")
    (change,) = document["changes"]
    assert (change["rule"], change["impact"]) == ("required-changed", "breaking")
    assert (change["path"], change["before"], change["after"]) == ("schema.orders.properties.id.required", True, False)


def test_the_same_contract(run, tmp_path):
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
    (tmp_path / "before" / "orders.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "after" / "moved.odcs.yaml").write_text("# moved\n" + CONTRACT)
    code, out, _err = run("diff", str(tmp_path / "before"), str(tmp_path / "after"))
    assert (code, out.splitlines()[0]) == (0, "pass: no promise changed")


def test_what_cannot_be_read_is_no_pass(run, tmp_path):
    (tmp_path / "before.yaml").write_text(CONTRACT)
    (tmp_path / "after.yaml").write_text(CONTRACT + "  - oops: [\n")
    code, out, _err = run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"), "--format", "json")
    assert code == 3
    assert json.loads(out)["problems"]


def test_a_file_that_is_not_there(run, tmp_path):
    code, _out, err = run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"))
    assert code == 2
    assert "cannot be read" in err


@pytest.mark.parametrize(("version", "code", "write", "enough"), [("1.0.1", 1, "2.0.0", False), ("2.0.0", 0, "", True)])
def test_a_major_version_covers_what_breaks(run, tmp_path, version, code, write, enough):
    (tmp_path / "before.yaml").write_text(CONTRACT)
    (tmp_path / "after.yaml").write_text(
        CONTRACT.replace("required: true", "required: false").replace("1.0.0", version)
    )
    exit_code, out, _err = run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"), "--format", "json")
    document = json.loads(out)
    assert (exit_code, document["breaking"], document["bump"]) == (code, True, "major")
    assert "version-bump-too-small" not in {change["rule"] for change in document["changes"]}
    assert document["contracts"][0]["version"] == {
        "before": "1.0.0",
        "after": version,
        "required": "major",
        "write": write,
        "enough": enough,
    }


def test_no_version_covers_what_governance_forbids(run, tmp_path):
    owned = CONTRACT + "team: {name: sales}\n"
    (tmp_path / "before.yaml").write_text(owned)
    (tmp_path / "after.yaml").write_text(CONTRACT.replace("1.0.0", "2.0.0"))
    code, out, _err = run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"))
    assert (code, "owner" in out) == (1, True)
