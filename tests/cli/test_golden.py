"""What whole commands print, as files that people read when they change."""

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


def unreadable(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: x\nschema: [\n")
    (shop.root / "warehouse.duckdb").unlink()


GOLDEN = {
    "verify-passing.txt": (as_it_is, ["verify"]),
    "verify-passing.json": (as_it_is, ["verify", "--format", "json"]),
    "verify-broken.txt": (broken, ["verify"]),
    "verify-broken.md": (broken, ["verify", "--format", "markdown"]),
    "verify-unreadable.txt": (unreadable, ["verify"]),
    "verify-nothing.txt": (as_it_is, ["verify", "--select", "nothing"]),
    "lint-passing.txt": (as_it_is, ["lint"]),
    "plan.txt": (broken, ["plan"]),
    "plan.json": (as_it_is, ["plan", "--select", "dim_*", "--format", "json"]),
    "plan.md": (as_it_is, ["plan", "--select", "dim_*", "--format", "markdown"]),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_output(shop, run, golden, stable, name):
    change, argv = GOLDEN[name]
    change(shop)
    _, out, _ = run(*argv)
    golden(f"cli/{name}", stable(out))
