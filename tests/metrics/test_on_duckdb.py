"""What DuckDB means otherwise: collations of columns."""

import duckdb
import pytest

from harness.engines.duckdb import DuckDB
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.runners.sql import run_sql

AT = Location("contract.odcs.yaml")
OF = {
    # the column's type, its values, the metric with its arguments, the number or a part of the error
    "a list is exact, whatever the column takes for equal": (
        "VARCHAR COLLATE NOCASE", ["x", "X"], "enum", {"values": ["x"], "logicalType": "string"}, 1),
    "so are words for missing": (
        "VARCHAR COLLATE NOCASE", ["n/a"], "missingValues", {"missingValues": ["N/A"]}, 0),
    "and valid values, where the column is declared as a text": (
        "VARCHAR COLLATE NOCASE", ["x", "X"], "invalidValues", {"validValues": ["x"], "logicalType": "string"}, 1),
    "where nothing says that the values are texts, nobody can tell": (
        "VARCHAR COLLATE NOCASE", ["x", "X"], "invalidValues", {"validValues": ["x"]}, "different collation"),
    "a pattern is exact, too": (
        "VARCHAR COLLATE NOCASE", ["ab", "AB"], "pattern", {"pattern": "^a"}, 1),
    "uniqueness is, too": ("VARCHAR COLLATE NOCASE", ["x", "X"], "unique", {}, 0),
    "a list of texts may be one of days": (
        "DATE", ["2024-01-01", "2024-01-02"], "invalidValues", {"validValues": ["2024-01-01"]}, 1),
    "or of times in another notation": (
        "TIMESTAMP", ["2024-01-01"], "invalidValues", {"validValues": ["2024-01-01T00:00:00"]}, 0),
    "or of numbers": ("INTEGER", ["1", "2"], "invalidValues", {"validValues": ["1"]}, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", OF)
def test_collations(name):
    kind, values, metric, arguments, expected = OF[name]
    connection = duckdb.connect()
    connection.execute(f"create table t (x {kind})")
    connection.executemany("insert into t values (?)", [[value] for value in values])
    check = Check(
        id="case",
        rule=metric,
        dimension=None,
        contract=Contract(at=AT, id="case"),
        schema=Schema(at=AT, name="t"),
        table=TableName("main", "t"),
        server="",
        columns=("x",),
        arguments=arguments,
        at=AT,
    )
    with DuckDB(connection, 10) as engine:
        measured = run_sql(engine, [check], "duckdb")["case"]
    if isinstance(expected, str):
        assert expected in measured.error
    else:
        assert (measured.value, measured.error) == (expected, "")


def test_texts_are_reconciled_character_by_character():
    connection = duckdb.connect()
    for table, rows in {"t": "(1, 'x'), (2, 'y'), (3, null)", "s": "(1, 'X'), (2, 'y'), (3, null)"}.items():
        connection.execute(f"create table {table} (k int, v varchar collate nocase); insert into {table} values {rows}")
    check = Check(
        id="case",
        rule="reconcileRows",
        dimension=None,
        contract=Contract(at=AT, id="case"),
        schema=Schema(at=AT, name="t"),
        table=TableName("main", "t"),
        server="",
        arguments={"source": TableName("main", "s"), "key": [("k", "k")], "compare": [("v", "v", 0)], "texts": ["v"]},
        at=AT,
    )
    with DuckDB(connection, 10) as engine:
        measured = run_sql(engine, [check], "duckdb")["case"]
    assert (measured.value, measured.error) == (1, "")
