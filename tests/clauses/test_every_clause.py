"""No clause is passed over in silence: what ODCS lets a contract declare, once held and once broken, has one result.

The keys come from the JSON Schemas of all three versions; `docs/clauses.md` has a row for each, and each key that it
calls measured has a case in `tests/cases/clauses/`.
"""

import copy
import json
import re
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest
import yaml

import harness
from harness.load.odcs import violations_of
from harness.load.yaml import read
from harness.model.result import Outcome
from harness.model.sla import SYNONYMS
from harness.plan.options import OPTIONS

ROOT = Path(__file__).parents[2]
VERSIONS = ("3.0.2", "3.1.0", "3.2.0")
SETUP = {
    "p": ("create table p (id integer); insert into p values (1);", {"name": "p", "properties": [{"name": "id"}]}),
    "q": (
        "create table q (x integer, y integer); insert into q values (1, 1), (2, 2);",
        {"name": "q", "properties": [{"name": "x"}, {"name": "y"}]},
    ),
}

pytestmark = pytest.mark.xdist_group("every clause")


# what the standard lets a contract say


def schema_of(version):
    file = Path(find_spec("datacontract").origin).parent / "schemas" / f"odcs-{version}.schema.json"
    return json.loads(file.read_text())


def keys_of(version):
    """Every key that can be about data, by the name that docs/clauses.md gives it."""
    schema = schema_of(version)
    parts = schema["$defs"]
    found = set(schema["properties"])
    found |= {f"schema[].{key}" for name in ("SchemaObject", "SchemaElement") for key in parts[name]["properties"]}
    base = parts["SchemaBaseProperty"]
    found |= {f"properties[].{key}" for part in (base, parts["SchemaElement"]) for key in part["properties"]}
    for branch in base["allOf"]:
        then = branch.get("then", {}).get("properties", {})
        found |= {f"properties[].{key}" for key in then}
        for logical in logical_types(branch.get("if", {})):
            options = then.get("logicalTypeOptions", {}).get("properties", {})
            found |= {f"{logical}.{option}" for option in options}
    rules = ["DataQuality", "DataQualityLibrary", "DataQualitySql", "DataQualityCustom"]
    found |= {f"quality.{key}" for name in rules for key in parts[name]["properties"]}
    for choice in parts.get("DataQualityOperators", {}).get("oneOf", ()):
        found |= {f"quality.{key}" for key in choice["properties"]}
    metrics = parts["DataQualityLibrary"]["properties"].get("metric", {}).get("enum", ())
    found |= {f"quality.metric {metric}" for metric in metrics}
    found |= {f"relationships.{key}" for key in parts.get("RelationshipBase", {}).get("properties", ())}
    found |= {f"slaProperties.{key}" for key in parts["ServiceLevelAgreementProperty"]["properties"]}
    return found | {f"sla.{name}" for name in SYNONYMS}


def logical_types(condition):
    conditions = [condition, *condition.get("anyOf", ())]
    stated = [each.get("properties", {}).get("logicalType", {}).get("const") for each in conditions]
    return [name for name in stated if name]


KEYS = {version: keys_of(version) for version in VERSIONS}


# what docs/clauses.md says of it


def documented():
    """Key -> whether it is measured; the first column of each table holds keys."""
    text = (ROOT / "docs" / "clauses.md").read_text()
    found = {}
    for part in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        measured = not part.startswith("What says nothing about the data")
        for row in re.findall(r"^\| (`.*?) \|", part, flags=re.MULTILINE):
            found |= dict.fromkeys(re.findall(r"`([^`]+)`", row), measured)
    return found


DOCUMENTED = documented()


def test_every_key_of_the_standard_is_documented():
    every = set().union(*KEYS.values())
    assert every - set(DOCUMENTED) == set(), "docs/clauses.md needs a row for what ODCS lets a contract say"
    assert set(DOCUMENTED) - every == set(), "docs/clauses.md has rows for what no version of ODCS knows"


def test_every_option_is_planned():
    stated = {key for keys in KEYS.values() for key in keys if key.split(".")[0] in OPTIONS and "." in key}
    assert {f"{logical}.{name}" for logical, options in OPTIONS.items() for name in options} == stated


# each clause, held and broken

CASES = [
    case
    for file in sorted((ROOT / "tests" / "cases" / "clauses").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text())
]


def runs():
    """(version, number of the case) for every version that knows the key."""
    for number, case in enumerate(CASES):
        for version in case.get("versions", VERSIONS):
            if case["key"] in KEYS[version]:
                yield version, number


RUNS = list(runs())


@pytest.mark.parametrize("version", VERSIONS)
def test_every_key_that_is_measured_has_a_case(version):
    covered = {CASES[number]["key"] for run, number in RUNS if run == version}
    assert {key for key in KEYS[version] if DOCUMENTED.get(key)} - covered == set()


def contract_of(case, table, version, *, broken):
    logical = case["key"].split(".")[0]
    own = {"name": "a", **({"logicalType": logical} if "options" in case else {}), **case.get("property", {})}
    own |= {key: case[name] for key, name in (("logicalTypeOptions", "options"), ("quality", "rules")) if name in case}
    schema = {
        "name": table,
        "properties": [own, *case.get("also", ())],
        **({"quality": case["quality"]} if "quality" in case else {}),
        **case.get("schema", {}),
    }
    schemas = [schema, *([SETUP[case["setup"]][1]] if "setup" in case else ())]
    data = {
        "apiVersion": f"v{version}",
        "kind": "DataContract",
        "id": table,
        "version": "1.0.0",
        "status": "active",
        "schema": schemas,
        **case.get("contract", {}),
    }
    if "sla" in case:
        level = {"element": f"{table}.a", **case["sla"], **(case.get("bad_sla", {}) if broken else {})}
        data["slaProperties"] = [{key: value for key, value in level.items() if value is not None}]
    written = json.dumps(data).replace("$table", table)
    # before 3.1 the metric of a rule is its `rule`
    return json.loads(written.replace('"metric"', '"rule"') if version == "3.0.2" else written)


def text_of(case, version, *, broken):
    table = f"t{CASES.index(case)}_{version.replace('.', '')}_{'bad' if broken else 'good'}"
    return table, yaml.safe_dump(contract_of(copy.deepcopy(case), table, version, broken=broken), sort_keys=False)


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """All results of one run over every case, held and broken, in every version; by contract and check."""
    root = tmp_path_factory.mktemp("every")
    (root / "contracts").mkdir()
    (root / "harness.yaml").write_text(
        'version: 1\nname: every\nas_of: "2024-01-06T12:00:00Z"\nserver: w\n'
        "servers: {w: {type: duckdb, database: w.duckdb}}\n"
    )
    with duckdb.connect(str(root / "w.duckdb")) as connection:
        for statements, _ in SETUP.values():
            connection.execute(statements)
        for version, number in RUNS:
            case = CASES[number]
            for broken in (False, True) if "bad" in case else (False,):
                table, text = text_of(case, version, broken=broken)
                columns = case.get("bad_columns", case["columns"]) if broken else case["columns"]
                connection.execute(f"create table {table} ({columns})")
                if rows := case["bad" if broken else "good"]:
                    connection.execute(f"insert into {table} values {rows}")
                (root / "contracts" / f"{table}.odcs.yaml").write_text(text)
    found = {}
    for result in harness.verify(root).results:
        if result.check:
            found.setdefault((result.contract, result.check.removeprefix(f"{result.contract}:")), []).append(result)
    return found


@pytest.mark.parametrize(("version", "number"), RUNS, ids=[f"{v} {n} {CASES[n]['key']}" for v, n in RUNS])
def test_a_clause_is_told_apart_from_its_breach(results, version, number):
    case = CASES[number]
    for broken in (False, True) if "bad" in case else (False,):
        table, text = text_of(case, version, broken=broken)
        assert violations_of(read(text, "x"), "x") == [], "the case is a contract of its version"
        (result,) = results[table, f"{table}/{case['clause']}"]
        wanted = Outcome.SKIP if "skipped" in case else Outcome.FAIL if broken else Outcome.PASS
        assert result.outcome is wanted, f"{table}: {result.outcome} {result.message} {result.actual}"
        assert case.get("skipped", "") in result.message
        if broken:
            assert result.severity.value == case.get("severity", "error")
            assert case.get("dimension") in (None, result.dimension.value)


def test_every_clause_has_exactly_one_result(results):
    assert {key: len(found) for key, found in results.items() if len(found) != 1} == {}
