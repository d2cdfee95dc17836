"""The gate over files: the shop's orders as Parquet, CSV and partitions, and what goes wrong with them."""

import duckdb
import pytest

from harness.model.result import Outcome, VerdictOutcome

COLUMNS = "id, customer_id, amount, status, ordered_at"


@pytest.fixture
def filed(shop):
    """The shop whose tables are files; `write` replaces the orders by the rows of a query."""
    servers = [{"server": "files", "type": "local", "path": "data/{model}.*", "format": "parquet"}]
    shop.orders["servers"] = servers
    customers = {**shop.customers(), "servers": servers}
    for contract in (shop.orders, customers):
        contract["schema"][0]["physicalName"] = contract["schema"][0]["name"]
    shop.contract("contracts/marts/dim_customers.odcs.yaml", customers)
    (shop.root / "data").mkdir()

    def copy(query, name, form):
        with duckdb.connect(str(shop.root / "warehouse.duckdb"), read_only=True) as connection:
            path = shop.root / "data" / name
            path.parent.mkdir(exist_ok=True, parents=True)
            connection.execute(f"copy ({query}) to '{path}' (format {form})")

    def write(query=f"select {COLUMNS} from marts.fct_orders", name="fct_orders.csv", form="csv"):
        shop.orders["servers"] = [{**servers[0], "format": form}]
        copy(query, name, form)

    copy("select * from marts.dim_customers", "dim_customers.parquet", "parquet")
    shop.write_orders = write
    return shop


def told(report):
    return {r.check or r.rule: (r.outcome, r.message) for r in report.results if r.outcome is not Outcome.PASS}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_that_keep_their_promises(filed, form):
    filed.write_orders(name=f"fct_orders.{form}", form=form)
    report = filed.saved().verify()
    assert report.verdict.outcome is VerdictOutcome.PASS, told(report)
    relationship = next(r for r in report.results if r.rule == "relationship")
    assert (relationship.outcome, relationship.total_rows) == (Outcome.PASS, 100), "two contracts share one server"


def test_wrong_rows_are_found(filed):
    filed.write_orders("select * replace (case when id = 7 then -1 else amount end as amount) from marts.fct_orders")
    report = filed.saved().verify()
    assert report.verdict.outcome is VerdictOutcome.FAIL
    assert told(report)["fct_orders/amount/minimum"][0] is Outcome.FAIL


def test_a_value_of_no_type_fails_its_clause_and_no_other(filed):
    values = "* replace (case when id = 7 then 'n/a' else amount::varchar end as amount)"
    filed.write_orders(f"select {values} from marts.fct_orders")
    report = filed.saved().verify()
    said = told(report)
    outcome, message = said["fct_orders/amount/type"]
    assert outcome is Outcome.FAIL
    assert "1 of 100 values are no DOUBLE, the first in data/fct_orders.csv" in message
    assert "n/a" not in message
    assert report.verdict.outcome is VerdictOutcome.FAIL
    assert {r.outcome for r in report.results if r.column in ("id", "status", "customer_id") and r.check} == {
        Outcome.PASS
    }


def test_no_file_is_could_not_tell(filed):
    report = filed.saved().verify()
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    assert {message for outcome, message in told(report).values() if outcome is Outcome.FAIL} == set()
    assert all(
        "no file is at data/fct_orders.*" in said for check, (_, said) in told(report).items() if "orders/" in check
    )


@pytest.mark.parametrize(("may_be_empty", "outcome"), [(False, Outcome.ERROR), (True, Outcome.PASS)])
def test_a_header_alone_proves_no_type(filed, may_be_empty, outcome):
    filed.write_orders(f"select {COLUMNS} from marts.fct_orders where false")
    filed.table["customProperties"] = [{"property": "mayBeEmpty", "value": may_be_empty}]
    report = filed.saved().verify()
    types = {r.check: r.outcome for r in report.results if r.rule == "type-changed" and r.table == "fct_orders"}
    assert types.pop("fct_orders/status/type") is Outcome.PASS, "any text is a string"
    assert set(types.values()) == {outcome}


def test_a_file_that_cannot_be_read_is_could_not_tell(filed):
    filed.write_orders()
    path = filed.root / "data" / "fct_orders.csv"
    path.write_bytes(path.read_bytes() + b"101,1\r\n")
    report = filed.saved().verify()
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    assert "data/fct_orders.csv" in told(report)["fct_orders/id/present"][1]
    assert next(r for r in report.results if r.check == "dim_customers/id/present").outcome is Outcome.PASS


def test_files_that_differ_are_drift(filed):
    for number, columns in enumerate((COLUMNS, COLUMNS.replace("amount", "amount::float as amount"))):
        filed.write_orders(
            f"select {columns} from marts.fct_orders where id % 2 = {number}", f"{number}.parquet", "parquet"
        )
    filed.orders["servers"][0]["path"] = "data/[0-9].parquet"
    report = filed.saved().verify()
    outcome, message = told(report)["files-differ"]
    assert outcome is Outcome.FAIL
    assert (
        message == "the files of fct_orders differ in amount: it is FLOAT in data/1.parquet, and DOUBLE in the other 1"
    )
    assert report.verdict.outcome is VerdictOutcome.FAIL


def test_a_stranger_s_contract_does_not_reach_outside(filed, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside") / "fct_orders.csv"
    outside.write_text("id\nroot:x:0\n")
    filed.orders["servers"] = [{"server": "mine", "type": "local", "path": str(outside), "format": "csv"}]
    report = filed.saved().verify()
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED
    assert "outside the project's folder" in told(report)["fct_orders/id/present"][1]
    filed.settings(f"  mine: {{type: local, path: '{outside}', format: csv}}\n")
    assert filed.verify().verdict.outcome is VerdictOutcome.FAIL, "the project itself may name it"
