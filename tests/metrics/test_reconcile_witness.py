"""A reconciliation that fails says where the two sides part for the first time, and shows no classified value."""

import pytest

from harness.evaluate import evaluate
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.model.threshold import Threshold
from harness.runners.sql import run_sql

AT = Location("contract.odcs.yaml")
COLUMNS = {"k": "INTEGER", "part": "VARCHAR", "v": "DOUBLE"}
SAME = [[1, "a", 1], [2, "b", 2], [3, "c", None]]
FIRST = [
    # rows, rows of the source, shown keys: where the two part
    (SAME, [[1, "a", 1], [2, "b", 2.5], [4, "d", 4]], ("k", "part"), "k 2, part b differs in v"),
    (SAME, [[1, "a", 1], [3, "c", None]], ("k", "part"), "k 2, part b is only here"),
    ([[1, "a", 1], [3, "c", 0]], SAME, ("k", "part"), "k 2, part b is only in the source"),
    (SAME, [[1, "a", 1], [2, "b", 2], [3, "c", 0]], ("k", "part"), "k 3, part c differs in v"),
    (SAME, [[1, "a", 1], [2, "b", 2.5], [3, "c", None]], ("k",), "k 2, part (classified) differs in v"),
    (SAME, [*SAME, [None, "d", 1]], ("k", "part"), "k NULL, part d is only in the source"),
    (SAME, SAME, ("k", "part"), ""),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "source", "shown", "first"), FIRST)
def test_the_first_point_of_divergence(opened, rows, source, shown, first):
    tables = {"t": {"columns": COLUMNS, "rows": rows}, "s": {"columns": COLUMNS, "rows": source}}
    engine, dialect, schema = opened(tables)
    check = Check(
        id="t/reconcile/reconcileRows",
        rule="reconcileRows",
        dimension=None,
        contract=Contract(at=AT, id="c"),
        schema=Schema(at=AT, name="t"),
        table=TableName(schema, "t"),
        server="",
        counts="rows",
        target=Threshold("=", 0),
        arguments={
            "source": TableName(schema, "s"),
            "key": [("k", "k"), ("part", "part")],
            "compare": [("v", "v", 0)],
            "shown": shown,
        },
        description="keys that differ",
        at=AT,
    )
    measured = run_sql(engine, [check], dialect)[check.id]
    assert measured.witness == first
    assert evaluate(check, measured).message == "keys that differ" + (f"; the first: {first}" if first else "")
