"""Patches that accept drift: cases as data, applied by git, after which nothing has drifted any more."""

import subprocess
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from harness.load.project import load_project
from harness.model.result import Outcome, Severity
from harness.model.version import next_version
from harness.patches.diff import unified
from harness.uses.drift import drift_project

CASES = yaml.safe_load((Path(__file__).parents[1] / "cases" / "patches" / "cases.yaml").read_text(encoding="utf-8"))
SETTINGS = "version: 1\nname: p\nserver: w\nservers: {w: {type: duckdb, database: w.duckdb}}\n"
CONTRACT = """\
# a head that stays
apiVersion: v3.2.0
kind: DataContract
id: t
version: 1.2.3  # by hand
status: active
schema:
  - name: t
    properties:
PROPERTIES
    quality:
      - {metric: rowCount, mustBeGreaterThan: 0}
"""
FILE = "contracts/t.odcs.yaml"


def contract(properties, version="1.2.3"):
    indented = textwrap.indent(properties.rstrip("\n"), " " * 6)
    return CONTRACT.replace("PROPERTIES", indented).replace("1.2.3", version)


def project(root, table, text, settings=""):
    (root / "contracts").mkdir(parents=True)
    (root / "harness.yaml").write_text(SETTINGS + settings + "\n")
    (root / FILE).write_bytes(text.encode())
    with duckdb.connect(str(root / "w.duckdb")) as connection:
        connection.execute(f"create table t ({table})")
    return root


def drift(root):
    clock = lambda: datetime(2024, 1, 6, tzinfo=UTC)  # noqa: E731
    return drift_project(load_project(root, {}), run_id="r", clock=clock, patch=True)


def apply(root, diff):
    return subprocess.run(["git", "apply", "-v", "-"], cwd=root, input=diff.encode(), capture_output=True, check=False)


def blocking(report):
    return [r for r in report.results if r.outcome is Outcome.FAIL and r.severity is not Severity.INFO]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(tmp_path, case):
    before, after = contract(case["before"]), contract(case["after"], case.get("version", "1.2.3"))
    root = project(tmp_path / "deep", case["table"], before, case.get("settings", ""))
    (patch,) = drift(root).patches
    assert (patch.impact, patch.new_version) == (case.get("impact", ""), case.get("version", ""))
    refused = [each.refused for each in patch.drifts if each.refused]
    assert refused == case.get("refused", [])
    if patch.diff:
        applied = apply(root, patch.diff)
        assert applied.returncode == 0, applied.stderr
    assert (root / FILE).read_bytes().decode() == after
    assert len(blocking(drift(root))) == len(refused), "what was accepted has drifted no more"


@pytest.mark.parametrize("case", [c for c in CASES if "refused" not in c], ids=lambda case: case["name"])
def test_each_drift_can_be_accepted_alone(tmp_path, case):
    root = project(tmp_path / "p", case["table"], contract(case["before"]), case.get("settings", ""))
    report = drift(root)
    (patch,) = report.patches
    before = (root / FILE).read_bytes()
    for each in patch.drifts:
        if not each.diff:
            assert case["name"].startswith("another column in place"), "it needs the others"
            continue
        assert apply(root, each.diff).returncode == 0
        left = {result.id for result in blocking(drift(root))}
        assert each.result not in left
        (root / FILE).write_bytes(before)


@pytest.mark.parametrize(
    "change", [lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n")], ids=["CRLF", "no end"]
)
def test_line_ends_stay_as_they_are(tmp_path, change):
    text = change(
        contract("- name: a\n  physicalType: INTEGER\n- name: gone").replace("    quality", "    # quality", 1)
    )
    text = change(text.partition("    # quality")[0])
    root = project(tmp_path, "a BIGINT, b INTEGER, c DATE", text)
    (patch,) = drift(root).patches
    assert apply(root, patch.diff).returncode == 0
    patched = (root / FILE).read_bytes().decode()
    assert patched.count("\r\n") in (0, patched.count("\n"))
    assert blocking(drift(root)) == []


def test_git_applies_it_in_a_folder_of_a_repository(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    root = project(tmp_path / "one" / "two", "a BIGINT", contract("- {name: a, physicalType: INTEGER}"))
    (patch,) = drift(root).patches
    assert apply(root, patch.diff).returncode == 0
    assert "BIGINT" in (root / FILE).read_text()


def test_a_contract_whose_version_is_none_keeps_it(tmp_path):
    text = contract("- {name: a, physicalType: INTEGER}", "v7")
    (patch,) = drift(project(tmp_path, "a BIGINT", text)).patches
    assert (patch.bump, patch.version, patch.new_version) == ("minor", "v7", "")
    assert "v7" not in patch.diff.replace(" version: v7", "")


def test_two_tables_of_one_file_have_one_patch(tmp_path):
    text = contract("- {name: a, physicalType: INTEGER}")
    text += "  - {name: u, properties: [{name: a, physicalType: VARCHAR}]}\n"
    root = project(tmp_path, "a BIGINT", text)
    with duckdb.connect(str(root / "w.duckdb")) as connection:
        connection.execute("create table u (a DATE)")
    (patch,) = drift(root).patches
    assert apply(root, patch.diff).returncode == 0
    assert blocking(drift(root)) == []


def test_without_drift_there_is_no_patch(tmp_path):
    root = project(tmp_path, "a INTEGER", contract("- {name: a, physicalType: INTEGER, required: true}"))
    report = drift(root)
    assert report.patches == ()
    assert {r.rule for r in report.results if r.outcome is Outcome.FAIL} == {"nullability-changed"}, "an info"


@pytest.mark.parametrize(
    ("version", "bump", "expected"),
    [
        ("1.2.3", "major", "2.0.0"), ("1.2.3", "minor", "1.3.0"), ("1.2.3", "patch", "1.2.4"),
        ("0.1.0", "major", "1.0.0"), ("1.2", "major", ""), ("v1.2.3", "minor", ""), ("", "patch", ""),
    ],
)  # fmt: skip
def test_versions(version, bump, expected):
    assert next_version(version, bump) == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb", "a\nc"), ("a\n", "a"), ("a\u2028b\x0bc\n", "a\u2028b\x0bd\n"), ("", "a\n"), ("a\r\nb\r\n", "a\r\n")],
)
def test_a_diff_is_what_git_takes(tmp_path, before, after):
    file = tmp_path / "a b.txt"
    file.write_bytes(before.encode())
    done = apply(tmp_path, unified(before, after, "a b.txt"))
    assert done.returncode == 0, done.stderr
    assert file.read_bytes().decode() == after
