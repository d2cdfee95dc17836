"""What whole commands print, as files that people read when they change."""

from datetime import UTC, datetime

import pytest


def as_it_is(shop):
    pass


def broken(shop):
    """Something of each kind: failures, a warning, an error, a skip, a finding without a clause."""
    shop.sql("""
        update marts.fct_orders set customer_id = 99 where id <= 3;
        update marts.fct_orders set amount = 'nan' where id = 4;
        alter table marts.fct_orders drop column status;
        alter table marts.fct_orders add column ssn varchar;
    """)
    shop.table["quality"] += [
        {"metric": "rowCount", "mustBeGreaterThan": 999, "severity": "warning"},
        {"type": "sql", "name": "bad", "query": "select nope", "mustBe": 0},
        {"type": "text", "description": "The amounts are plausible."},
    ]
    shop.saved()


def waived(shop):
    """One failure waived, one whose waiver has expired, one waiver of no use."""
    shop.sql("update marts.fct_orders set customer_id = 99 where id <= 3; alter table marts.fct_orders add ssn varchar")
    shop.write("waivers.yaml", WAIVERS)


WAIVERS = """\
version: 1
waivers:
  - rule: relationship
    path: fct_orders/customer_id
    reason: the customers of the new shop come in April
    approver: maria
    author: ada
    created: 2026-03-01
    expires: 2026-04-30
  - rule: column-undeclared
    path: fct_orders/ssn
    reason: to be dropped in February
    approver: maria
    author: ada
    expires: 2026-02-28
  - rule: minimum
    path: fct_orders/*
    reason: amounts of returned goods
    approver: maria
    author: ada
    expires: 2026-03-20
"""


def drifted(shop):
    """A column that is gone, a new one, a renamed one, and two types that changed."""
    shop.sql("""
        alter table marts.fct_orders drop column status;
        alter table marts.fct_orders rename column customer_id to customerId;
        alter table marts.fct_orders add column ssn varchar;
        alter table marts.fct_orders alter ordered_at type varchar;
        alter table marts.dim_customers alter id type hugeint;
    """)


def unreadable(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")
    (shop.root / "warehouse.duckdb").unlink()


ETL = """\
create or replace table marts.fct_orders as
select
    o.id,
    c.id as customer_id,
    o.amount * 1.19 as amount,
    case when o.paid_at is null then 'open' else 'paid' end as status,
    o.ordered_at
from raw.orders as o
inner join marts.dim_customers as c on o.customer = c.name
where o.amount > 0;

insert into marts.dim_customers select * from raw.customers;
"""


def derived(shop):
    """With a script that makes both tables, a declared source that it does not use, and a check."""
    shop.settings("lineage: {sql: etl}\n")
    shop.write("etl/marts.sql", ETL)
    shop.write("checks/marts/fct_orders.free.sql", "select id from marts.fct_orders where amount = 0\n")
    shop.column("amount")["transformSourceObjects"] = ["raw.orders.amount", "raw.orders.tax"]
    shop.saved()


GOLDEN = {
    "verify-passing.txt": (as_it_is, ["verify"]),
    "verify-passing.json": (as_it_is, ["verify", "--format", "json"]),
    "verify-broken.txt": (broken, ["verify"]),
    "verify-broken.md": (broken, ["verify", "--format", "markdown"]),
    "verify-waived.txt": (waived, ["verify"]),
    "verify-waived.md": (waived, ["verify", "--format", "markdown"]),
    "verify-unreadable.txt": (unreadable, ["verify"]),
    "verify-nothing.txt": (as_it_is, ["verify", "--select", "nothing"]),
    "lint-passing.txt": (as_it_is, ["lint"]),
    "drift-passing.txt": (as_it_is, ["drift", "--patch"]),
    "drift.txt": (drifted, ["drift"]),
    "drift-patch.txt": (drifted, ["drift", "--patch"]),
    "drift-patch.json": (drifted, ["drift", "--patch", "--format", "json"]),
    "drift-patch.md": (drifted, ["drift", "--patch", "--format", "markdown"]),
    "drift-unreadable.txt": (unreadable, ["drift"]),
    "plan.txt": (broken, ["plan"]),
    "plan.json": (as_it_is, ["plan", "--select", "dim_*", "--format", "json"]),
    "lint-lineage.txt": (derived, ["lint"]),
    "lineage-table.txt": (derived, ["lineage", "show", "fct_orders"]),
    "lineage-column.txt": (derived, ["lineage", "show", "fct_orders.amount"]),
    "lineage-up.txt": (derived, ["lineage", "show", "fct_orders.customer_id", "--up", "--depth", "1"]),
    "lineage.mmd": (derived, ["lineage", "show", "fct_orders.status", "--format", "mermaid"]),
    "lineage.json": (derived, ["lineage", "show", "marts.dim_customers.id", "--down", "--format", "json"]),
    "plan.md": (as_it_is, ["plan", "--select", "dim_*", "--format", "markdown"]),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_output(shop, run, golden, stable, monkeypatch, name):
    change, argv = GOLDEN[name]
    # the days that waivers have left are counted from today
    monkeypatch.setattr(
        f"harness.commands.{argv[0]}.clock", lambda: datetime(2026, 3, 10, 12, tzinfo=UTC), raising=False
    )
    change(shop)
    _, out, _ = run(*argv)
    golden(f"cli/{name}", stable(out))
