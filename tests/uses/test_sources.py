"""A contract that promises to agree with a table of another server, as verify measures it."""

import json

import duckdb
import pytest

from harness.model.result import Dimension, Outcome, Severity

SOURCE = {"server": "legacy", "table": "orders"}
CHECK = "fct_orders/reconcile/reconcileSource"


@pytest.fixture
def legacy(shop):
    """A second server that has the same orders under other names; `legacy("sql")` changes them."""
    shop.settings("  legacy: {type: duckdb, database: legacy.duckdb}\n")

    def change(sql):
        with duckdb.connect(str(shop.root / "legacy.duckdb")) as connection:
            connection.execute(sql)

    change(
        f"attach '{shop.root / 'warehouse.duckdb'}' as w (read_only); "
        "create table orders as select id as order_id, id * 2 as id, amount, status, ordered_at from w.marts.fct_orders"
    )
    return change


def promise(shop, **stated):
    whole = {"source": SOURCE, "key": {"id": "order_id"}, "compare": ["amount", "status"], **stated}
    shop.table["customProperties"] = [{"property": "reconcile", "value": whole}]
    shop.saved()


def result(shop):
    (found,) = (each for each in shop.verify().results if each.check == CHECK)
    return found


def test_a_table_that_agrees_with_its_source(shop, legacy):
    promise(shop)
    found = result(shop)
    assert (found.outcome, found.actual) == (Outcome.PASS, "0 rows of 100 (0.00 %)")
    assert (found.dimension, found.failed_rows, found.total_rows) == (Dimension.ACCURACY, 0, 100)


def test_a_table_that_does_not(shop, legacy):
    promise(shop)
    legacy("delete from orders where order_id = 3; update orders set amount = 0 where order_id in (7, 8)")
    found = result(shop)
    assert (found.outcome, found.severity, found.value) == (Outcome.FAIL, Severity.ERROR, 3)
    assert found.actual == "3 rows of 100 (3.00 %): 1 extra, 2 different (amount 2)"
    # the source has no contract, so nobody says whether its key may be shown
    assert (
        found.message
        == "rows that are not in legacy:orders or differ from it; the first: order_id (not shown) is only here"
    )


def test_between_target_and_alert_it_warns(shop, legacy):
    promise(shop, target="< 1 %", alert="> 5 %")
    legacy("delete from orders where order_id in (3, 4)")
    found = result(shop)
    assert (found.outcome, found.severity, found.expected) == (Outcome.FAIL, Severity.WARNING, "< 1 % (alert > 5 %)")


def test_tolerance_and_lag(shop, legacy):
    promise(shop, tolerance={"amount": 0.01}, lag={"ordered_at": "15 h"})
    legacy(
        "update orders set amount = amount + 0.005; update orders set amount = 0 where ordered_at > '2024-01-05 21:30'"
    )
    found = result(shop)
    assert (found.outcome, found.failed_rows) == (Outcome.PASS, 0)
    assert found.total_rows < 100


@pytest.mark.parametrize(
    ("sql", "stated", "said"),
    [
        ("drop table orders", {}, "the table main.orders is absent"),
        ("alter table orders drop column status", {}, "`columns` names status, which A lacks (A is legacy:orders)"),
        ("alter table orders alter amount type varchar", {}, "amount cannot be compared"),
        ("delete from orders", {"lag": {"ordered_at": "9 d"}}, "younger than the lag"),
        ("select 1", {"source": {"server": "legacy", "table": "nothing"}}, "the table main.nothing is absent"),
        ("select 1", {"source": {"server": "warehouse", "table": "fct_orders"}, "key": "id"}, "the table itself"),
        ("select 1", {"tolerance": {"status": 1}}, "is of type text"),
    ],
)
def test_what_cannot_be_told_is_no_pass(shop, legacy, sql, stated, said):
    promise(shop, **stated)
    legacy(sql)
    found = result(shop)
    assert found.outcome is Outcome.ERROR
    assert said in found.message


def test_a_source_that_does_not_answer_is_no_pass(shop, legacy):
    promise(shop)
    (shop.root / "legacy.duckdb").unlink()
    found = result(shop)
    assert found.outcome is Outcome.ERROR
    assert "does not exist" in found.message


def test_the_plan_says_how_to_compare_it_again(shop, legacy, run, monkeypatch):
    monkeypatch.chdir(shop.root)
    legacy("alter table orders drop column id; alter table orders rename column order_id to id")
    promise(shop, key="id", tolerance={"amount": 0.01})
    _code, out, _err = run("plan", "--format", "json")
    (planned,) = (each for each in json.loads(out)["checks"] if each["id"] == CHECK)
    command = "harness reconcile legacy:orders warehouse:marts.fct_orders --key=id --columns=id,amount,status"
    assert planned["command"] == f"{command} --tolerance=amount=0.01 --as-of=2024-01-06T12:00:00+00:00"
    code, out, _err = run(*planned["command"].split()[1:])
    assert code == 0
    assert "✓ EQUAL" in out
