"""Our own runner on a real DuckDB: how many statements it takes, and what one bad expression does to the others."""

from contextlib import nullcontext

import duckdb
import pytest

from harness.engines.duckdb import DuckDB
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Schema
from harness.model.errors import EngineError
from harness.model.location import Location
from harness.runners.sql import run_sql

AT = Location("contract.odcs.yaml")
CONTRACT = Contract(at=AT, id="flights")
SCHEMA = Schema(at=AT, name="flights")
TABLE = TableName("main", "flights")


class Recording:
    """The real engine, with a list of what it was asked; `breaks` is an error that only some statements meet."""

    def __init__(self, engine):
        self.engine = engine
        self.asked = []
        self.breaks = {}

    def cursor(self):
        return nullcontext(self)

    def query(self, sql):
        self.asked.append(sql)
        for part, error in self.breaks.items():
            if part in sql:
                raise error
        return self.engine.query(sql)


@pytest.fixture
def engine():
    connection = duckdb.connect()
    columns = ", ".join(f"case when i % {n + 2} = 0 then null else i end as c{n}" for n in range(30))
    connection.execute(f"create table flights as select i as id, 'x' as word, {columns} from range(100) t(i)")
    connection.execute("create table carriers as select i as id, i % 10 as part from range(50) t(i)")
    yield Recording(DuckDB(connection, 10))
    connection.close()


def check(id, rule, *columns, **arguments):
    if rule in ("sql", "failedRows"):
        arguments["dialect"] = "duckdb"
    return Check(
        id=id,
        rule=rule,
        dimension=None,
        contract=CONTRACT,
        schema=SCHEMA,
        table=TABLE,
        server="w",
        columns=columns,
        arguments=arguments,
        at=AT,
    )


def nulls(count):
    return [check(f"c{n}", "nullValues", f"c{n}") for n in range(count)]


EXPECTED = {f"c{n}": len([i for i in range(100) if i % (n + 2) == 0]) for n in range(30)}


def test_thirty_checks_are_one_statement(engine):
    measured = run_sql(engine, nulls(30), "duckdb")
    assert {key: m.value for key, m in measured.items()} == EXPECTED
    assert {m.total for m in measured.values()} == {100}
    assert len(engine.asked) == 1


def test_the_query_that_is_shown_measures_the_check_alone(engine):
    measured = run_sql(engine, nulls(3), "duckdb")
    assert measured["c1"].query == 'SELECT COUNT(CASE WHEN "c1" IS NULL THEN 1 END) FROM "main"."flights"'
    assert engine.query(measured["c1"].query) == (EXPECTED["c1"],)


@pytest.mark.parametrize("place", [0, 7, 15, 30])
def test_one_bad_expression_is_found_and_the_others_are_measured(engine, place):
    bad = check("bad", "maximum", "word", bound=5, logicalType="integer")
    good = nulls(30)
    measured = run_sql(engine, [*good[:place], bad, *good[place:]], "duckdb")
    assert measured.keys() == {"bad", *EXPECTED}
    assert {key: m.value for key, m in measured.items() if not m.error} == EXPECTED
    assert "Binder Error" in measured["bad"].error
    assert measured["bad"].value is None
    assert '"word"' in measured["bad"].query
    assert len(engine.asked) <= 11, "halving takes two statements for each halving of 31 checks"


def test_two_bad_expressions(engine):
    bad = [check(f"bad{n}", "maximum", "word", bound=5, logicalType="integer") for n in range(2)]
    measured = run_sql(engine, [bad[0], *nulls(30), bad[1]], "duckdb")
    assert {key for key, m in measured.items() if m.error} == {"bad0", "bad1"}


def test_a_clause_that_is_no_sql_never_reaches_the_engine(engine):
    wrong = [
        check("no pattern", "pattern", "word"),
        check("no column", "required"),
        check("list", "minimum", "id", bound=[1], logicalType="integer"),
        check("two", "sql", query="select 1; select 2"),
        check("deep", "sql", query="select " + "(" * 3000 + "1" + ")" * 3000),
    ]
    measured = run_sql(engine, [*wrong, *nulls(1)], "duckdb")
    assert all(measured[each.id].error for each in wrong)
    assert measured["c0"].value == EXPECTED["c0"]
    assert len(engine.asked) == 1


def test_a_composite_key_shares_the_scan(engine):
    key = check("key", "primaryKey", "id", "c0")
    measured = run_sql(engine, [key, *nulls(2)], "duckdb")
    assert measured["key"].value == EXPECTED["c0"]
    assert measured["c1"].value == EXPECTED["c1"]
    assert len(engine.asked) == 2, "what was repeated is asked only because something was"
    assert measured["key"].breakdown.endswith("with NULL")


def test_a_relationship_is_a_statement_of_its_own_and_knows_the_total(engine):
    link = check("link", "relationship", "id", target_table=TableName("main", "carriers"), target_columns=("id",))
    measured = run_sql(engine, [*nulls(2), link], "duckdb")
    assert (measured["link"].value, measured["link"].total) == (50, 100)
    assert len(engine.asked) == 2, "the total comes from the scan"


def test_the_total_is_asked_once_when_there_is_no_scan(engine):
    queries = [check(f"q{n}", "sql", query=f"select {n}") for n in range(3)]
    measured = run_sql(engine, queries, "duckdb")
    assert [m.value for m in measured.values()] == [0, 1, 2]
    assert {m.total for m in measured.values()} == {100}
    assert len(engine.asked) == 4


def test_without_a_total_the_number_is_kept(engine):
    engine.breaks["SELECT COUNT(*) FROM"] = EngineError("too slow")
    measured = run_sql(engine, [check("q", "sql", query="select 7")], "duckdb")
    assert (measured["q"].value, measured["q"].total, measured["q"].error) == (7, None, "")


@pytest.mark.parametrize("error", [EngineError("gone"), RuntimeError("gone"), MemoryError("gone")])
def test_an_engine_that_breaks_is_an_error_of_every_check(engine, error):
    engine.breaks["flights"] = error
    measured = run_sql(engine, [*nulls(4), check("q", "sql", query="select count(*) from flights")], "duckdb")
    assert len(measured) == 5
    assert all("gone" in m.error for m in measured.values())
    assert all(m.value is None for m in measured.values())


def test_no_checks_are_no_statements(engine):
    assert run_sql(engine, [], "duckdb") == {}
    assert engine.asked == []
