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


LOOSER = CONTRACT.replace("required: true", "required: false")
OTHER = CONTRACT.replace("orders", "people")


@pytest.mark.parametrize(
    "name", ["orders.yaml", "deep/orders.yml", "ORDERS.ODCS.YAML", "orders.odcs.yml"], ids=lambda name: name
)
def test_a_contract_by_another_name_is_not_new(run, tmp_path, name):
    for file, text in {f"before/{name}": CONTRACT, "after/orders.odcs.yaml": LOOSER}.items():
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_text(text)
    for folder in ("before", "after"):
        (tmp_path / folder / "people.odcs.yaml").write_text(OTHER)
    (tmp_path / "before" / "settings.yaml").write_text("kind: Settings\n")
    assert run("diff", str(tmp_path / "before"), str(tmp_path / "after"))[0] == 1


@pytest.mark.parametrize("link", ["before", "before/sub"])
def test_nor_is_one_behind_a_link(run, tmp_path, link):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "orders.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "real" / "loop").symlink_to(".")
    (tmp_path / link).parent.mkdir(exist_ok=True)
    (tmp_path / link).symlink_to(tmp_path / "real")
    (tmp_path / "after").mkdir()
    (tmp_path / "after" / "orders.odcs.yaml").write_text(LOOSER)
    assert run("diff", str(tmp_path / "before"), str(tmp_path / "after"))[0] == 1


@pytest.mark.parametrize("empty", ["before", "after"])
def test_a_folder_without_a_contract(run, tmp_path, empty):
    for folder in ("before", "after"):
        (tmp_path / folder).mkdir()
        if folder != empty:
            (tmp_path / folder / "orders.odcs.yaml").write_text(CONTRACT)
    code, _out, err = run("diff", str(tmp_path / "before"), str(tmp_path / "after"))
    assert (code, f"there is no contract in {tmp_path / empty}" in err) == (2, True)


def test_the_old_version_in_another_place_hides_no_change(run, tmp_path):
    for file, text in {
        "before/orders.odcs.yaml": CONTRACT,
        "after/archive.odcs.yaml": CONTRACT,
        "after/sales.odcs.yaml": LOOSER,
    }.items():
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text(text)
    code, out, _err = run("diff", str(tmp_path / "before"), str(tmp_path / "after"))
    assert (code, "there is another contract of the id 'orders'" in out) == (3, True)


@pytest.mark.parametrize(("before", "after", "code"), [("1.0.1-x", "1.0.1-y", 1), ("2.0.0-x", "2.0.0-y", 0)])
def test_a_pre_release_covers_what_its_release_will_say(run, tmp_path, before, after, code):
    (tmp_path / "before.yaml").write_text(CONTRACT.replace("1.0.0", before))
    (tmp_path / "after.yaml").write_text(LOOSER.replace("1.0.0", after))
    assert run("diff", str(tmp_path / "before.yaml"), str(tmp_path / "after.yaml"))[0] == code
