"""Documents of strangers: what they may cost, and what they may not do."""

import resource
import socket
import subprocess
import sys
from typing import Any

import pytest

from harness.load.project import load_project
from harness.model.result import Outcome, VerdictOutcome

BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
FILES = {
    "contract": "contracts/marts/x.odcs.yaml",
    "soda": "checks/marts/fct_orders.soda.yml",
    "harness.yaml": "harness.yaml",
    "openlineage": "lineage.yml",
    "waivers": "waivers.yaml",
}
HOSTILE = {
    "aliases": (BOMB, "more than 400,000 values"),
    "sequences": ("[" * 100_000, "nested deeper than 60 levels"),
    "mappings": ("{a: " * 100_000, "nested deeper than 60 levels"),
    "size": ("a: " + "x" * 4_100_000, "larger than 4,000,000"),
    "a tag": ("a: !!python/object/apply:os.system [true]\n", "the tag"),
    "a tag of its own": ("a: !secret x\n", "the tag '!secret' is not allowed"),
    "the same key twice": ("name: a\nname: b\n", "stands twice"),
    "a merge key": ("a: &a {b: 1}\nc: {<<: *a}\n", "merge keys"),
    "two documents": ("a: 1\n---\na: 2\n", "more than one document"),
}
SPENT = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(done.returncode, used.ru_utime + used.ru_stime, used.ru_maxrss)
print(done.stdout, done.stderr)
"""


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_soon_small_and_with_the_reason(shop, kind, name):
    text, said = HOSTILE[name]
    if kind == "openlineage":
        shop.settings("openlineage: {config: lineage.yml}\n")
    shop.write(FILES[kind], text)
    command = [sys.executable, "-P", "-m", "harness", "verify", "--project", str(shop.root)]
    done = subprocess.run(
        [sys.executable, "-c", SPENT, *command], check=True, capture_output=True, text=True, timeout=60
    )
    first, _, told = done.stdout.partition("\n")
    code, seconds, kilobytes = first.split()
    assert said in " ".join(told.split())
    assert (code == "0") is (kind == "openlineage"), "delivery never changes the verdict"
    # the whole process with Python's start; the bound is for a busy machine, an idle one takes 0.4 s
    assert float(seconds) < 2.5
    assert int(kilobytes) < 200_000


def test_the_measure_of_memory_is_in_kilobytes():
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 10_000


@pytest.mark.parametrize(
    "version",
    ["v3.3.0", "v3.9.0", "v2.2.2", "v4.0.0", "3.1.0", "V3.1.0", "v3.1", "", 3.1, 3, None, True, ["v3.1.0"], {"v": 1}],
    ids=repr,
)
def test_an_unknown_version_of_the_standard_is_an_error(shop, version):
    shop.orders["apiVersion"] = version
    report = shop.saved().verify()
    assert report.verdict.outcome is not VerdictOutcome.PASS
    assert any(r.rule == "schema-violation" and "apiVersion" in r.message + r.check + repr(r) for r in report.results)


def test_without_a_version_it_is_an_error(shop):
    del shop.orders["apiVersion"]
    assert shop.saved().verify().verdict.outcome is not VerdictOutcome.PASS


@pytest.mark.parametrize("reference", ["https://example.com/x.yaml", "http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_nothing_asks_the_network(shop, run, monkeypatch, reference):
    """Neither loading, nor planning, nor linting, nor measuring opens a socket, whatever a document points at."""

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a socket was opened")

    shop.orders["$schema"] = shop.orders["$ref"] = reference
    shop.orders["authoritativeDefinitions"] = [{"url": reference, "type": "definition"}]
    shop.table["properties"][0]["authoritativeDefinitions"] = [{"url": reference, "type": "definition"}]
    shop.table["quality"].append({"$ref": reference})
    shop.write("checks/marts/fct_orders.far.sql", f"select * from '{reference}'")
    shop.saved()
    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    load_project(shop.root, {})
    for command in ("lint", "plan", "verify"):
        run(command, "--project", str(shop.root))
    assert Outcome.ERROR in [r.outcome for r in shop.verify().results if r.rule == "failedRows"]


NAMES = [
    'a"b',
    "select",
    "né \U0001f6e9",
    "a'b",
    "a;b--",
    "a.b",
    "$ {x}",
    "%s",
    "back\\slash",
    "tab\there",
    'x" or 1=1 --',
]


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_only_a_name(shop, name):
    """Every clause on a column of that name, in a table and a schema of that name, measures what it should."""
    schema, bare = ("marts", "b") if "." in name else (name, name)
    table_name = f"{quoted(schema)}.{quoted(bare)}"
    shop.sql(f"create schema if not exists {quoted(schema)}")
    shop.sql(f"create table {table_name} as select i as id, 'v' || i as {quoted(name)} from range(9) t(i)")
    column = {
        "name": name, "description": "x", "logicalType": "string", "required": True, "unique": True,
        "logicalTypeOptions": {"minLength": 1, "maxLength": 2, "pattern": "^v"},
        "quality": [
            {"metric": "nullValues", "mustBe": 0},
            {"metric": "missingValues", "arguments": {"missingValues": ["bad"]}, "mustBe": 0},
            {"metric": "invalidValues", "arguments": {"validValues": [f"v{i}" for i in range(9)]}, "mustBe": 0},
            {"metric": "duplicateValues", "mustBe": 0},
            {"type": "sql", "query": "select count(*) from ${object} where ${property} = 'bad'", "mustBe": 0},
        ],
    }  # fmt: skip
    key = {"name": "id", "description": "x", "physicalType": "BIGINT", "primaryKey": True, "primaryKeyPosition": 1}
    table = {**shop.table, "name": "odd", "physicalName": name.split(".")[-1], "properties": [key, column]}
    table["quality"] = [{"metric": "rowCount", "mustBeGreaterThan": 3}]
    shop.orders["schema"] = [{**table}]
    shop.orders["servers"] = [
        {"server": "warehouse", "type": "duckdb", "database": "warehouse.duckdb", "schema": schema}
    ]
    shop.orders["slaProperties"] = []
    shop.saved()
    good = shop.verify()
    assert {r.outcome for r in good.results if r.table == "odd" and r.check and "present" not in r.check} <= {
        Outcome.PASS,
        Outcome.SKIP,
    }, [(r.check, r.message) for r in good.results if r.outcome is Outcome.ERROR]

    shop.sql(f"insert into {table_name} values (1, 'v1'), (20, 'bad'), (21, null)")
    found = {r.rule: r.failed_rows if r.failed_rows is not None else r.value for r in shop.verify(samples=2).results}
    wanted = {
        "required": 1, "unique": 1, "primaryKey": 1, "maxLength": 1, "pattern": 1, "nullValues": 1, "missingValues": 2,
        "invalidValues": 1, "duplicateValues": 1, "sql": 1.0,
    }  # fmt: skip
    assert {rule: found[rule] for rule in wanted} == wanted
    samples = [r.sample for r in shop.verify(samples=2).results if r.failed_rows]
    assert all(sample.rows and not sample.note for sample in samples)
