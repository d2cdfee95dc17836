"""SQL of strangers, in every place where it comes from a user: read-only, inside the warehouse, and ended in time."""

import subprocess
import sys
import time
from typing import Any

import duckdb
import pytest

from harness.engines import duckdb as engine
from harness.model.contract import Server
from harness.model.errors import EngineError
from harness.model.location import Location
from harness.model.result import Outcome

READS_A_FILE = "select count(*) from read_text('/etc/passwd')"
HOSTILE = {
    "a file": READS_A_FILE,
    "the environment": "select count(*) from (select getenv('HOME') as a)",
    "a setting": "select count(*) from (select current_setting('threads') as a)",
    "SQL in a text": "select count(*) from query('select 1')",
    "secrets": "select count(*) from duckdb_secrets()",
    "a write": "delete from marts.fct_orders",
    "two statements": "select 1; select 2",
}


def _sql_rule(shop: Any, sql: str) -> None:
    shop.table["quality"].append({"type": "sql", "query": sql, "mustBe": 0})


def _check_file(shop: Any, sql: str) -> None:
    shop.write("checks/marts/fct_orders.bad.sql", sql)


def _custom(shop: Any, kind: str, body: dict[str, Any]) -> None:
    rule = {"type": "custom", "engine": "soda", "implementation": {kind: {**body, "threshold": {"must_be": 0}}}}
    shop.table["quality"].append(rule)


def _soda_query(shop: Any, sql: str) -> None:
    _custom(shop, "failed_rows", {"query": sql})


def _soda_metric(shop: Any, sql: str) -> None:
    _custom(shop, "metric", {"query": sql})


def _soda_expression(shop: Any, sql: str) -> None:
    _custom(shop, "failed_rows", {"expression": f"({sql}) > 0"})


def _soda_rows_tested(shop: Any, sql: str) -> None:
    body = {"query": "select 1 from marts.fct_orders", "rows_tested_query": sql}
    shop.table["quality"].append(
        {
            "type": "custom",
            "engine": "soda",
            "implementation": {"failed_rows": {**body, "threshold": {"metric": "percent", "must_be": 0}}},
        }
    )


def _soda_file(shop: Any, head: str, check: str) -> None:
    text = f"dataset: warehouse/marts/fct_orders\n{head}columns:\n- name: status\n{check}"
    shop.write("checks/marts/fct_orders.soda.yml", text)


def _soda_filter(shop: Any, sql: str) -> None:
    _soda_file(shop, f'filter: "({sql}) > 0"\n', "  checks:\n  - missing:\n")


def _soda_check_filter(shop: Any, sql: str) -> None:
    _soda_file(shop, "", f'  checks:\n  - missing: {{filter: "({sql}) > 0"}}\n')


def _soda_column_expression(shop: Any, sql: str) -> None:
    _soda_file(shop, "", f'  column_expression: "({sql})"\n  checks:\n  - missing:\n')


def _soda_column_listed_twice(shop: Any, sql: str) -> None:
    again = f'- name: status\n  column_expression: "({sql})"\n  checks:\n  - duplicate:\n'
    _soda_file(shop, "", f"  checks:\n  - missing:\n{again}")


def _soda_variable(shop: Any, sql: str) -> None:
    head = f'variables: {{a: {{default: "({sql}) > 0"}}, b: {{default: "${{var.a}}"}}}}\n'
    _soda_file(shop, head, "  checks:\n  - missing: {filter: '${var.b}'}\n")


def _soda_name(shop: Any, sql: str) -> None:
    head = f'variables: {{n: {{default: "status\\" = ({sql}) or \\"status"}}}}\n'
    _soda_file(shop, head, "  checks:\n  - missing:\nchecks:\n- duplicate: {columns: ['${var.n}']}\n")


def _soda_reference(shop: Any, sql: str) -> None:
    column = f'"status\\" = ({sql}) or \\"status"'
    reference = f"{{dataset: warehouse/marts/fct_orders, column: {column}}}"
    _soda_file(shop, "", f"  valid_reference_data: {reference}\n  checks:\n  - invalid:\n")


def _late_event(shop: Any, sql: str) -> None:
    late = {"column": "ordered_at", "event": f"({sql})", "allowance": "1 d"}
    shop.table["customProperties"] = [{"property": "late", "value": late}]


PLACES = [
    _sql_rule, _check_file, _soda_query, _soda_metric, _soda_expression, _soda_rows_tested, _soda_filter,
    _soda_check_filter, _soda_column_expression, _soda_column_listed_twice, _soda_variable, _soda_name,
    _soda_reference, _late_event,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_it_is_refused_before_it_runs(shop, place, name):
    place(shop, HOSTILE[name])
    report = shop.saved().verify()
    found = [r for r in report.results if r.rule in ("sql", "failedRows", "soda", "late")]
    refused = [r for r in found if r.outcome is Outcome.ERROR and not r.query]
    words = (
        "may only read",
        "may read tables only",
        "one SELECT is needed",
        "cannot be parsed",
        "no expression",
        "as SQL",
    )
    assert any(word in r.message for r in refused for word in words), [(r.check, r.outcome, r.message) for r in found]
    assert len(refused) >= (2 if place is _sql_rule else 1) - (place is _sql_rule)


@pytest.mark.parametrize("text", ["1) or (1 = 1", "true group by all", "1, 2", "true -- ", "1 union select 2", ""])
def test_an_expression_of_soda_is_one_expression(shop, text):
    _soda_file(shop, "", f'  checks:\n  - missing: {{filter: "{text}"}}\n')
    (found,) = [r for r in shop.verify().results if r.rule == "soda"]
    assert found.outcome is Outcome.ERROR


def test_plain_sql_of_soda_still_runs(shop):
    _soda_file(
        shop,
        "variables: {least: {default: 3}}\nfilter: id > ${var.least} and ordered_at < '${soda.NOW}'\n",
        "  checks:\n  - missing: {filter: \"status <> 'x' or amount > 1\"}\n"
        "checks:\n- failed_rows: {query: select * from marts.fct_orders where id < 0}\n"
        "- metric: {expression: sum(amount) / count(*), threshold: {must_be_greater_than: 0}}\n",
    )
    found = [(r.outcome, r.message) for r in shop.verify().results if r.rule == "soda"]
    assert [outcome for outcome, _ in found] == [Outcome.PASS] * 3, found


BOMBS = [
    "select count(*) from range(1000000000000) a, range(1000000000000) b",
    "with recursive r as (select 1 as a union all select a + 1 from r) select count(*) from r",
    "select length(list_reduce(range(100000000)::varchar[], lambda a, b: a || b))",
]


@pytest.fixture
def session(shop: Any) -> Any:
    server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings={"database": "warehouse.duckdb"})
    with engine.connect(server, shop.root, 0.5) as opened:
        yield opened


ENDS = """
import sys
from pathlib import Path
from harness.engines import duckdb as engine
from harness.model.contract import Server
from harness.model.errors import EngineError
from harness.model.location import Location

engine._GRACE = 0.5
server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings={"database": "warehouse.duckdb"})
with engine.connect(server, Path(sys.argv[1]), 0.5) as session, session.cursor() as other:
    for each in (session, other):
        try:
            each.query(sys.argv[2])
        except EngineError as error:
            print(error)
        print(each.query("select count(*) from marts.fct_orders"))
"""


@pytest.mark.parametrize("sql", BOMBS)
def test_a_statement_ends_in_time_even_one_that_does_not_listen(shop, sql):
    """In a process of its own: what does not listen goes on until its process ends."""
    command = [sys.executable, "-c", ENDS, str(shop.root), sql]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    stopped = "the statement was stopped after 0.5 s (see `statement_timeout`)\n(100,)\n"
    assert (done.returncode, done.stdout) == (0, stopped * 2), done.stderr


def test_a_run_ends_with_a_verdict_although_a_statement_does_not(shop):
    shop.settings("statement_timeout: 1 s\n")
    _sql_rule(shop, BOMBS[2])
    shop.saved()
    command = [sys.executable, "-P", "-m", "harness", "verify", "--project", str(shop.root)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert "the statement was stopped after 1 s" in done.stdout


def test_a_regular_expression_cannot_explode(session):
    """DuckDB's are RE2: linear in the text, whatever the expression."""
    started = time.perf_counter()
    assert session.query("select regexp_matches(repeat('a', 100000), '^(a+)+$|(a|a)*b|(.*a){20}c')") == (True,)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    "sql",
    [
        "select * from local_variable",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select * from sniff_csv('/etc/passwd')",
        "select * from parquet_scan('x.parquet')",
        "select * from glob('/etc/*')",
        "select * from query('select 1; attach ''x'' as y')",
        "attach 'x.duckdb' as x",
        "copy marts.fct_orders to 'x.csv'",
        "set memory_limit = '1GB'",
        "set python_enable_replacements = true",
        "reset lock_configuration",
        "load httpfs",
        "install spatial",
        "create secret s (type s3)",
        "create temp table t as select 1",
        "create or replace temp macro m() as 1",
        "set variable x = 1",
        "insert into marts.fct_orders select * from marts.fct_orders",
        "call force_checkpoint()",
        "select * from 'https://example.com/x.csv'",
    ],
)
def test_without_the_guard_the_session_refuses_it_too(session, sql):
    local_variable = duckdb.sql("select 1 as a")  # DuckDB would find it by its name
    assert local_variable.fetchall() == [(1,)]
    with pytest.raises(EngineError):
        session.query(sql)
