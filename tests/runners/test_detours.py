"""The detours on tables as they come: whatever the rows are, every check ends in the number of the plain scan."""

from contextlib import nullcontext

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.engines.duckdb import DuckDB
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.runners import operators
from harness.runners.sql import LARGE, run_sql

AT = Location("contract.odcs.yaml")
CONTRACT, SCHEMA = Contract(at=AT, id="t"), Schema(at=AT, name="t")
COLUMNS = {"id": "BIGINT", "code": "VARCHAR", "word": "VARCHAR", "amount": "DOUBLE", "day": "DATE", "flag": "BOOLEAN"}
ROW = st.tuples(
    st.none() | st.integers(0, 8),
    st.none() | st.sampled_from(["A1", "B2", "B22", "", "long text number 1", "long text number 2"]),
    st.sampled_from(["new", "paid", None]),
    st.none() | st.sampled_from([-1.5, 0.0, -0.0, 2.0, float("nan"), float("inf")]),
    st.none() | st.dates(),
    st.none() | st.booleans(),
)
ASKED = [
    *(("required", column, {}) for column in COLUMNS),
    *(("nullValues", column, {}) for column in COLUMNS),
    *(("unique", column, {}) for column in COLUMNS),
    ("primaryKey", "id", {}),
    ("primaryKey", ("id", "word"), {}),
    ("duplicateValues", ("code", "word", "amount"), {}),
    ("pattern", "code", {"pattern": "^[A-Z][0-9]$"}),
    ("pattern", "word", {"pattern": "^p"}),
    ("pattern", "amount", {"pattern": "^[0-9]"}),
    ("minLength", "word", {"bound": 4}),
    ("enum", "word", {"values": ("new",)}),
    ("invalidValues", "word", {"validValues": ["paid", None]}),
    ("missingValues", "word", {"missingValues": [None, "new"]}),
    ("minimum", "amount", {"bound": 0, "logicalType": "number"}),
    ("exclusiveMaximum", "amount", {"bound": 2, "logicalType": "number"}),
    ("minimum", "id", {"bound": 1, "logicalType": "integer"}),
    ("maximum", "day", {"bound": "2024-01-01", "logicalType": "date"}),
    ("rowCount", (), {}),
    ("required", "gone", {}),
    ("pattern", "word", {"pattern": "("}),
]


def checks():
    for number, (rule, columns, arguments) in enumerate(ASKED):
        names = (columns,) if isinstance(columns, str) else columns
        yield Check(
            id=f"{number} {rule}", rule=rule, dimension=None, contract=CONTRACT, schema=SCHEMA,
            table=TableName("main", "t"), server="w", columns=names, arguments=arguments, at=AT,
        )  # fmt: skip


@pytest.fixture(scope="module", params=["memory", "file"])
def table(request, tmp_path_factory):
    """Rows -> a session over them; statistics answer only for what is in a file."""

    def opened(rows):
        path = ":memory:" if request.param == "memory" else str(tmp_path_factory.mktemp("db") / "t.duckdb")
        connection = duckdb.connect(path)
        connection.execute(f"create table t ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})")
        for row in rows:
            connection.execute("insert into t values (?, ?, ?, ?, ?, ?)", row)
        if path != ":memory:":
            connection.close()
            connection = duckdb.connect(path, read_only=True)
        return DuckDB(connection, 10)

    return opened


@settings(max_examples=30)
@given(
    rows=st.lists(ROW, max_size=8),
    often=st.sampled_from([1, 5]),
    few=st.sampled_from([0.0, 5.0]),
    # a column that is a key is never grouped by value
    asked=st.just(list(checks())) | st.lists(st.sampled_from(list(checks())), min_size=1, unique_by=lambda c: c.id),
)
def test_every_number_is_that_of_the_plain_scan(table, rows, often, few, asked):
    engine = table(rows * often)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operators, "_FEW", few)
        sooner = run_sql(engine, asked, "duckdb", rows=LARGE)
    plain = run_sql(engine, asked, "duckdb")
    assert sooner.keys() == plain.keys()
    for key, expected in plain.items():
        found = sooner[key]
        assert (found.value, found.total, found.query, found.breakdown, bool(found.error)) == (
            expected.value, expected.total, expected.query, expected.breakdown, bool(expected.error),
        ), key  # fmt: skip


def test_values_that_are_equal_but_not_written_alike_are_looked_at_one_by_one(table):
    engine = table([(number, "A1", "new", 0.0 if number % 2 else -0.0, None, True) for number in range(40)])
    (asked,) = [check for check in checks() if check.rule == "pattern" and check.columns == ("amount",)]
    # DuckDB's own files may keep one spelling of both
    plain = run_sql(engine, [asked], "duckdb")[asked.id].value
    assert run_sql(engine, [asked], "duckdb", rows=LARGE)[asked.id].value == plain


class Recording:
    """An engine, and what it is asked."""

    def __init__(self, engine):
        self.engine, self.said = engine, []

    def cursor(self):
        return nullcontext(self)

    def query(self, sql):
        self.said.append(sql)
        return self.engine.query(sql)


def test_a_text_column_of_few_values_is_asked_by_value_alone(table):
    engine = Recording(table([(n, "A1" if n % 3 else "B22", None, 1.0, None, True) for n in range(1, 31)]))
    asked = [check for check in checks() if check.columns == ("code",) and check.rule in ("pattern", "required")]
    measured = run_sql(engine, asked, "duckdb", rows=LARGE)
    assert {check.rule: measured[check.id].value for check in asked} == {"required": 0, "pattern": 10}
    assert {m.total for m in measured.values()} == {30}
    statements = [sql for sql in engine.said if "CASE" in sql and not sql.startswith("EXPLAIN")]
    assert len(statements) == 1
    assert "GROUP BY" in statements[0]


def test_statistics_alone_answer_for_a_clean_table(table, request):
    engine = Recording(table([(number, "A1", "new", 1.0, None, True) for number in range(1, 31)]))
    asked = [check for check in checks() if check.rule in ("required", "minimum") and "gone" not in check.columns]
    measured = run_sql(engine, asked, "duckdb", rows=LARGE)
    assert {m.value for m in measured.values()} == {0, 30}
    scans = [sql for sql in engine.said if "CASE" in sql and not sql.startswith("EXPLAIN")]
    in_a_file = "file" in request.node.name
    assert len(scans) == 1, "what statistics cannot prove is one scan"
    assert ('"id" IS NULL' in scans[0]) is not in_a_file
