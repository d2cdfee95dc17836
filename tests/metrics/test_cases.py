"""Every metric on every engine, as data: tests/cases/metrics/<id>.yaml holds rows and the number that they give."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlglot import exp

from harness.load.yaml import read
from harness.metrics import METRICS
from harness.metrics.expressions import ROW, table
from harness.metrics.render import sql_of
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.runners.sql import LARGE, run_sql

FOLDER = Path(__file__).parents[1] / "cases" / "metrics"
AT = Location("contract.odcs.yaml")
CASES = {path.stem: read(path.read_text(encoding="utf-8"), path.name) for path in sorted(FOLDER.glob("*.yaml"))}


def told(case, dialect):
    """What is expected on the engine: what the case says, and else or instead what it says below the dialect's name."""
    return {**case, **case.get(dialect, {})}


def check_of(metric, case, schema, dialect):
    table = case.get("table", "t")
    arguments = dict(case["check"].get("arguments", {}))
    for name in arguments.keys() & {"target_table", "source"}:
        arguments[name] = TableName(schema, arguments[name])
    if "as_of" in arguments:
        arguments["as_of"] = datetime.fromisoformat(arguments["as_of"])
    if arguments.keys() & {"query", "event"}:
        arguments["dialect"] = dialect
    return Check(
        id="case",
        rule=metric,
        dimension=None,
        contract=Contract(at=AT, id="case"),
        schema=Schema(at=AT, name=table),
        table=TableName(schema, table),
        server="",
        columns=tuple(case["check"].get("columns", ())),
        arguments=arguments,
        at=AT,
    )


@pytest.mark.parametrize(
    ("metric", "case"),
    [pytest.param(metric, case, id=f"{metric}: {case['name']}") for metric, cases in CASES.items() for case in cases],
)
def test_case(metric, case, opened):
    own = {"columns": case["columns"], "rows": case["rows"]}
    engine, dialect, schema = opened({case.get("table", "t"): own, **case.get("tables", {})})
    case = told(case, dialect)
    check = check_of(metric, case, schema, dialect)
    measured = run_sql(engine, [check], dialect)["case"]
    sooner = run_sql(engine, [check], dialect, rows=LARGE)["case"]
    assert (sooner.value, sooner.total, sooner.error, sooner.query) == (
        measured.value, measured.total, measured.error, measured.query,
    ), "the operators for large tables give the same number"  # fmt: skip
    assert case.get("error", "") in measured.error
    assert bool(measured.error) is ("error" in case)
    if "error" not in case:
        assert measured.value == (case["value"] if case["value"] is None else pytest.approx(case["value"]))
        assert measured.total == case.get("total", measured.total)
        assert engine.query(measured.query)[0] == measured.value, "the query that is shown gives the number again"


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_passing_and_failing_cases(metric):
    values = [case["value"] for case in CASES[metric] if "error" not in case]
    assert len(values) >= 3
    assert any(case["rows"] == [] for case in CASES[metric]) or metric == "sql"
    assert any(value for value in values)
    assert 0 in values or METRICS[metric].counts != "rows"


def test_no_case_file_belongs_to_nothing():
    assert set(CASES) == set(METRICS)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_a_check_without_its_arguments_is_an_error_and_no_crash(metric, opened):
    engine, dialect, schema = opened({"t": {"columns": {"a": "INTEGER"}, "rows": [[1]]}})
    case = {"check": {}}
    measured = run_sql(engine, [check_of(metric.id, case, schema, dialect)], dialect)["case"]
    assert bool(measured.error) is (metric.id != "rowCount")


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_its_page_begins_with_a_sentence_and_names_the_standard(metric):
    assert metric.summary.endswith(".")
    assert "ODCS: " in metric.doc or metric.id == "failedRows"


@pytest.mark.parametrize(
    ("metric", "case"),
    [
        pytest.param(metric, case, id=f"{metric}: {case['name']}")
        for metric, cases in CASES.items()
        for case in cases
        if METRICS[metric].violating and "error" not in case
    ],
)
def test_violating_rows_are_there_when_the_number_says_so(metric, case, opened):
    own = {"columns": case["columns"], "rows": case["rows"]}
    engine, dialect, schema = opened({case.get("table", "t"): own, **case.get("tables", {})})
    check = check_of(metric, case, schema, dialect)
    rows = METRICS[metric].violating(check)
    if not isinstance(rows, exp.Query):
        rows = exp.select("*").from_(table(check.table, ROW)).where(rows)
    (found,) = engine.query(sql_of(exp.select("count(*)").from_(rows.subquery("found")), dialect))
    if metric in ("unique", "duplicateValues", "primaryKey"):
        assert bool(found) is bool(case["value"])
        assert found >= case["value"]
    else:
        assert found == case["value"]
