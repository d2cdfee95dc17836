"""One contract, the same rows, three judges: our runner, soda-core (through our export) and datacontract-cli.

`cases.yaml` has every clause in every situation, with the verdict that is right; `allowed.yaml` the disagreements, each
with its reason. docs/conformance.md is written from both and from what was measured: GOLDEN=rewrite rewrites it.
"""

import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml

import harness
from harness.load.checks import parse_check_file
from harness.load.project import load_project
from harness.plan import table_of
from harness.runners.soda_jobs import SodaJob, prepared
from harness.uses.export import soda_contract

pytestmark = pytest.mark.xdist_group("conformance")
HERE = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "docs" / "conformance.md"
CASES = yaml.safe_load((HERE / "cases.yaml").read_text())
ALLOWED = yaml.safe_load((HERE / "allowed.yaml").read_text())
TOOLS = ("harness", "soda", "datacontract-cli")
NOW = datetime.now(UTC)
SETTINGS = "version: 1\nname: conformance\nserver: w\nservers: {w: {type: duckdb, database: w.duckdb, schema: c}}\n"
HAS_PEER = find_spec("ibis") is not None
WITHOUT = "datacontract-cli cannot read DuckDB here: pip install 'datacontract-cli[duckdb]'"
SODA_WORDS = {"PASSED": "pass", "FAILED": "fail", "WARN": "warn"}
PEER_WORDS = {"passed": "pass", "failed": "fail", "warning": "warn", "error": "error"}
WORST = ("error", "fail", "warn", "no verdict", "pass")


@dataclass(frozen=True)
class Row:
    """One clause in one situation; `table` holds its rows."""

    name: str
    clause: str
    table: str
    right: str
    rows: str
    case: dict


def _rows():
    for number, case in enumerate(CASES, start=1):
        title = case.get("title", case["clause"])
        for place, (situation, (right, rows)) in enumerate(case["data"].items(), start=1):
            yield Row(f"{title}: {situation}", case["clause"], f"t{number:02}_{place}", right, rows, case)


ROWS = {row.name: row for row in _rows()}


def _contract(*, ours):
    """The contract of all tables: ours, or with the placeholders of datacontract-cli."""

    def table(row):
        names = dict.fromkeys([*row.case["types"], *(name for name in ("v", "w") if name in row.case)])
        quality = row.case.get("ours" if ours else "quality", row.case.get("quality", []))
        return {
            "name": row.table,
            "physicalType": "table",
            "properties": [{"name": name, **row.case.get(name, {})} for name in names],
            **({"quality": quality} if quality else {}),
        }

    parents = {"name": "parents", "physicalType": "table", "properties": [{"name": "v", "logicalType": "integer"}]}
    return {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "conformance", "version": "1.0.0", "status": "active",
        "servers": [{"server": "w", "type": "duckdb", "database": "w.duckdb", "schema": "c"}],
        "schema": [parents, *(table(row) for row in ROWS.values())],
        "slaProperties": [
            {**row.case["sla"], "element": f"{row.table}.v"} for row in ROWS.values() if "sla" in row.case
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("conformance")
    with duckdb.connect(str(root / "w.duckdb")) as connection:
        connection.execute("set TimeZone = 'UTC'; create schema c; create table c.parents as select unnest([1, 2]) v")
        for row in ROWS.values():
            columns = ", ".join(f"{name} {kind}" for name, kind in row.case["types"].items())
            connection.execute(f"create table c.{row.table} ({columns})")
            if row.rows:
                connection.execute(f"insert into c.{row.table} values {row.rows}")
    (root / "contracts").mkdir()
    (root / "contracts" / "all.odcs.yaml").write_text(yaml.safe_dump(_contract(ours=True), sort_keys=False))
    (root / "harness.yaml").write_text(SETTINGS)
    return load_project(root, os.environ)


@pytest.fixture(scope="module")
def verdicts(project):
    """Tool -> name of the case -> its verdict; without the peer, that of the page stands for it."""
    return {
        "harness": _of_harness(project),
        "soda": _of_soda(project),
        "datacontract-cli": _of_peer(project.root) if HAS_PEER else _of_page(),
    }


def _of_harness(project):
    found = {r.check: r.outcome.value for r in harness.verify(project.root, as_of=NOW).results if r.check}
    return {row.name: found.get(f"{row.table}/{row.clause}", "no check") for row in ROWS.values()}


def _of_soda(project):
    """What soda-core itself says, without our stricter reading of it."""
    jobs = []
    for row in ROWS.values():
        contract, schema = project.find(row.table)
        file = parse_check_file(soda_contract(project, row.table, NOW), row.name)
        table = table_of(project, contract, schema).name
        job = SodaJob(file=file, server=project.servers["w"], root=project.root, table=table, as_of=NOW)
        assert [clause for clause in job.clauses() if clause.error] == []
        jobs.append(prepared(job))
    done = subprocess.run(
        [sys.executable, "-P", "-m", "harness.runners.soda_worker"],
        input=json.dumps(jobs).encode(), capture_output=True, check=True,
        env={**os.environ, "SODA_CORE_TELEMETRY_ENABLED": "false", "OTEL_SDK_DISABLED": "true", "TZ": "UTC"},
    )  # fmt: skip
    facts = {line["file"]: line["facts"] for line in map(json.loads, done.stdout.splitlines())}

    def word(row):
        own = "/schema" if row.clause.endswith(("/present", "/type")) else f"/{row.clause}"
        said = [fact["outcome"] for key, fact in facts[row.name].items() if key.endswith(own)]
        if row.clause.endswith("/type") and "data_type" not in soda_contract(project, row.table, NOW):
            said = []
        return SODA_WORDS.get(said[0], "error") if said else "no check"

    return {row.name: word(row) for row in ROWS.values()}


def _of_peer(root):
    from datacontract.data_contract import DataContract

    contract = _contract(ours=False)
    copy = root / "peer.duckdb"  # DuckDB opens one file of a process in one way only
    copy.write_bytes((root / "w.duckdb").read_bytes())
    contract["servers"][0]["database"] = str(copy)
    text = yaml.safe_dump(contract, sort_keys=False)
    with warnings.catch_warnings(action="ignore"):  # the peer's own are not ours to forbid
        checks = DataContract(data_contract_str=text, server="w", inline_references=False).test().checks

    def word(row):
        column = row.clause.split("/")[0] if "/" in row.clause and row.clause[0] in "vw" else None
        own = [c for c in checks if c.model == row.table and c.type in row.case["peer"]]
        own = [c for c in own if c.field == column or column is None]
        own = own[:1] if row.clause.endswith("/first") else own
        words = {PEER_WORDS.get(c.result.value, "skip") if c.result else "no verdict" for c in own}
        return next((each for each in WORST if each in words), "skip" if words else "no check")

    return {row.name: word(row) for row in ROWS.values()}


def _of_page():
    cells = (line.strip("| ").split(" | ") for line in PAGE.read_text().splitlines() if line.startswith("| "))
    return {cell[0]: cell[4] for cell in cells if len(cell) > 4}


def test_the_harness_is_right(verdicts):
    assert {name: verdicts["harness"][name] for name in ROWS} == {name: row.right for name, row in ROWS.items()}


@pytest.mark.parametrize("tool", TOOLS[1:])
def test_no_peer_disagrees_without_a_reason(verdicts, tool):
    if tool == "datacontract-cli" and not HAS_PEER:
        pytest.skip(WITHOUT)
    differ = {name: verdicts[tool][name] for name in ROWS if verdicts[tool][name] != verdicts["harness"][name]}
    listed = {name: entry["verdict"] for entry in ALLOWED if entry["tool"] == tool for name in entry["cases"]}
    assert differ == listed


def test_each_disagreement_has_a_reason_and_says_who_is_right():
    assert {entry["right"] for entry in ALLOWED} <= set(TOOLS)
    assert all(len(entry["reason"]) > 20 for entry in ALLOWED)
    listed = [(entry["tool"], name) for entry in ALLOWED for name in entry["cases"]]
    assert len(listed) == len(set(listed))


def test_the_page_is_current(verdicts):
    page = _page(verdicts)
    if os.environ.get("GOLDEN") == "rewrite":
        PAGE.write_text(page)
    assert PAGE.read_text() == page


def _page(verdicts):
    lines = [
        "<!-- Generated: GOLDEN=rewrite pytest tests/conformance; edit tests/conformance/*.yaml, not this file. -->",
        "# Conformance",
        "",
        "The same contract and the same rows in a DuckDB file, judged by the harness, by soda-core 4.28.0 (through",
        '`harness export soda`) and by datacontract-cli 1.2.8. `error` is "could not tell"; `no check` means that the',
        "tool makes no check of the clause, `no verdict` that it makes one and leaves it undecided.",
        "",
        f"{len(ROWS)} cases.",
        "",
        "| case | right | harness | soda | datacontract-cli |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [
        f"| {row.name} | {row.right} | {' | '.join(verdicts[tool][row.name] for tool in TOOLS)} |"
        for row in ROWS.values()
    ]
    head = [
        "",
        "## Disagreements",
        "",
        "| tool | says | cases | reason | who is right |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += head
    for entry in ALLOWED:
        cases = "; ".join(entry["cases"])
        lines.append(
            f"| {entry['tool']} | {entry['verdict']} | {cases} | {entry['reason'].strip()} | {entry['right']} |"
        )
    return "\n".join(lines) + "\n"
