"""Ways to make the gate say PASS when it should not: those of its peers, and those that were thought of for it.

Each changes a project that passes. What is asserted is the verdict, and which clause or finding is behind it.
"""

import copy
from typing import Any

import pytest

from harness.model.errors import ProjectError
from harness.model.result import Outcome, VerdictOutcome

SCENARIOS: dict[str, tuple[Any, str, str]] = {}


def scenario(name, expected, said):
    """Registers how to break the shop, the verdict, and a part of what the report then says."""

    def add(change):
        SCENARIOS[name] = (change, expected, said)
        return change

    return add


# the data is wrong

AS_A_VIEW = """
alter table marts.fct_orders rename to orders;
create view marts.fct_orders as select * from marts.orders;
"""
DATA = {
    # name: statements, verdict, part of what is said
    "a NULL key": ("insert into marts.fct_orders (id, ordered_at) values (null, '2024-01-05')", "fail", "id/required"),
    "an orphan": ("update marts.fct_orders set customer_id = 99 where id = 1", "fail", "relationship"),
    "no parents": ("delete from marts.dim_customers", "fail", "relationship"),
    "the parent table is gone": ("drop table marts.dim_customers", "fail", "contract-without-table"),
    "the table is gone": ("drop table marts.fct_orders", "fail", "contract-without-table"),
    "no rows": ("delete from marts.fct_orders", "fail", "rowCount"),
    "a column is gone": ("alter table marts.fct_orders drop column amount", "fail", "amount/present"),
    "a column is renamed in case": (
        "alter table marts.fct_orders rename amount to x; alter table marts.fct_orders rename x to Amount",
        "fail", "amount/present",
    ),
    "a column is retyped": ("alter table marts.fct_orders alter amount type varchar", "fail", "amount/type"),
    "a key is widened": ("alter table marts.fct_orders alter id type hugeint", "fail", "id/type"),
    "a column is new": ("alter table marts.fct_orders add column ssn varchar", "fail", "column-undeclared"),
    "NaN": ("update marts.fct_orders set amount = 'nan' where id = 1", "fail", "amount/minimum"),
    "the future": ("update marts.fct_orders set ordered_at = '2099-01-01' where id = 1", "fail", "sla/latency"),
    "stale": ("update marts.fct_orders set ordered_at = '2020-01-01'", "fail", "sla/latency"),
    "no time at all": ("update marts.fct_orders set ordered_at = null", "undecided", "sla/latency"),
    "a value in another case": ("update marts.fct_orders set status = 'PAID' where id = 1", "fail", "invalidValues"),
    "a view of what was retyped": (AS_A_VIEW + "alter table marts.orders alter id type varchar", "fail", "id/type"),
    "a view of what is gone": (AS_A_VIEW + "drop table marts.orders", "undecided", "marts.fct_orders cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", DATA)
def test_wrong_data(shop, name):
    statements, expected, said = DATA[name]
    shop.sql(statements)
    hold(shop.verify(), expected, said)


# the contract is wrong


def rule(**fields):
    return lambda shop: shop.table["quality"].append(fields)


@scenario("a table in another case", "undecided", "the table marts.FCT_ORDERS is absent")
def _(shop):
    shop.table["physicalName"] = "marts.FCT_ORDERS"


@scenario("a table of another schema", "undecided", "the table main.fct_orders is absent")
def _(shop):
    del shop.table["physicalName"]


@scenario("a column in another case", "fail", "probably called status now: only its case differs")
def _(shop):
    shop.column("status")["physicalName"] = "STATUS"


@scenario("no table", "undecided", "nothing here can be checked")
def _(shop):
    del shop.orders["schema"], shop.orders["slaProperties"]
    shop.settings("ignore_tables: [marts.fct_orders]\n")


@scenario("a table without columns", "undecided", "nothing here can be checked")
def _(shop):
    shop.settings("rules: {column-undeclared: 'off', key-missing: 'off'}\n")
    del shop.table["properties"], shop.table["quality"], shop.orders["slaProperties"]


@scenario("a misspelt flag", "fail", "the key `require` does not exist here")
def _(shop):
    shop.column("status")["require"] = True


@scenario("a flag that is text", "fail", "'true' is not of type 'boolean'")
def _(shop):
    shop.column("status")["required"] = "true"


@scenario("another version of the standard", "fail", "`apiVersion` 'v9.9.9' is not supported")
def _(shop):
    shop.orders["apiVersion"] = "v9.9.9"


@scenario("two columns of one name", "fail", "declared twice")
def _(shop):
    shop.table["properties"].append({"name": "id", "description": "Again.", "physicalType": "VARCHAR"})


@scenario("two tables of one name", "fail", "declared twice")
def _(shop):
    shop.orders["schema"].append(copy.deepcopy(shop.table))


@scenario("a range that no number meets", "fail", "bounds-contradict")
def _(shop):
    shop.column("amount")["logicalTypeOptions"] = {"minimum": 9, "maximum": 1}


@scenario("an unknown metric", "fail", "'nulValues' is not allowed here")
def _(shop):
    rule(metric="nulValues", mustBe=0)(shop)


@scenario("a misspelt argument", "undecided", "has no argument 'missingvalues' here")
def _(shop):
    shop.column("status")["quality"] = [{"metric": "missingValues", "arguments": {"missingvalues": [""]}, "mustBe": 0}]


@scenario("a text where a list belongs", "undecided", "must be a list")
def _(shop):
    shop.column("status")["quality"] = [{"metric": "missingValues", "arguments": {"missingValues": "N/A"}, "mustBe": 0}]


@scenario("one rule for two columns", "undecided", "looks at one column")
def _(shop):
    rule(metric="nullValues", arguments={"properties": ["id", "status"]}, mustBe=0)(shop)


@scenario("a rule of a column that is not there", "undecided", "the column nothing is absent")
def _(shop):
    rule(metric="nullValues", arguments={"properties": ["nothing"]}, mustBe=0)(shop)


@scenario("a threshold that is text", "fail", "needs a number, not 'few'")
def _(shop):
    rule(metric="rowCount", mustBe="few")(shop)


@scenario("no threshold", "fail", "the rule `rowCount` has no threshold")
def _(shop):
    shop.table["quality"] = [{"metric": "rowCount"}]


@scenario("two thresholds", "fail", "only one of these keys may be written")
def _(shop):
    rule(metric="rowCount", mustBeGreaterThan=0, mustBeLessThan=999)(shop)


@scenario("a unit that nobody knows", "undecided", "invalidValues cannot be given in 'percnt'")
def _(shop):
    shop.column("status")["quality"][0] |= {"unit": "percnt"}


@scenario("an alert in another unit", "undecided", "differ in unit: rows and percent")
def _(shop):
    custom = [{"property": "alert", "value": "> 90 %"}]
    shop.column("status")["quality"][0] = {
        "metric": "invalidValues",
        "arguments": {"validValues": ["open"]},
        "mustBeLessThan": 5,
        "customProperties": custom,
    }


@scenario("an alert the wrong way round", "undecided", "turn it round")
def _(shop):
    custom = [{"property": "target", "value": "< 3 %"}, {"property": "alert", "value": "< 5 %"}]
    shop.column("customer_id")["relationships"][0]["customProperties"] = custom
    shop.sql("update marts.fct_orders set customer_id = 99")


@scenario("a share that a query gives", "fail", "fct_orders/sql")
def _(shop):
    shop.table["quality"] = [{"type": "sql", "query": "select 50", "unit": "percent", "mustBeLessThan": 5}]


SQL = {
    "text": ("select '0'", "which is no number"),
    "NULL": ("select null", "the query gave NULL, no number"),
    "a boolean": ("select false", "which is no number"),
    "two rows": ("select 0 from ${object} limit 2", "gave several rows"),
    "no row": ("select 0 where false", "gave no row"),
    "two columns": ("select 0, 0", "gave 2 columns"),
    "NaN": ("select 'nan'::double", "which is no number"),
    "a column that is not there": ("select count(nothing) from ${object}", "nothing"),
    "a table that is not there": ("select count(*) from nowhere", "does not exist"),
    "no SQL": ("count the rows", "this SQL"),
    "two statements": ("select 0; select 0", "not 2 statements"),
    "one that writes": ("delete from ${object}", "not DELETE"),
    "a file": ("select count(*) * 0 from read_csv('/etc/passwd')", "the table function READ_CSV"),
    "an unknown placeholder": ("select count(*) from ${objekt}", "fct_orders/sql"),
    "too deep": ("select " + "(" * 3000 + "0" + ")" * 3000, "nested too deep"),
}


@pytest.mark.parametrize("name", SQL)
def test_sql_that_gives_no_number(shop, name):
    query, said = SQL[name]
    shop.table["quality"] = [{"type": "sql", "query": query, "mustBe": 0}]
    report = hold(shop.saved().verify(), "undecided", said)
    (broken,) = [result for result in report.results if result.outcome is Outcome.ERROR]
    assert broken.check == "fct_orders/sql", "one bad query takes no other check down"


@scenario("SQL over an empty table", "undecided", "the table is empty")
def _(shop):
    shop.table["quality"] = [{"type": "sql", "query": "select count(*) from ${object}", "mustBe": 0}]
    shop.table["properties"] = []
    del shop.orders["slaProperties"]
    shop.settings("rules: {column-undeclared: 'off', key-missing: 'off'}\n")
    shop.sql("delete from marts.fct_orders")


@scenario("an empty table that is said to be allowed in words", "undecided", "the table is empty")
def _(shop):
    shop.table["customProperties"] = [{"property": "mayBeEmpty", "value": "yes"}]
    del shop.table["quality"], shop.orders["slaProperties"]
    shop.sql("delete from marts.fct_orders")


@scenario("a service level of another table", "fail", "`fct_order.ordered_at` is no table or column of this contract")
def _(shop):
    shop.orders["slaProperties"][0]["element"] = "fct_order.ordered_at"


@scenario("a service level of nothing", "undecided", "the latency names no column")
def _(shop):
    del shop.orders["slaProperties"][0]["element"]


@scenario("a service level in an unknown unit", "fail", "sla-unknown")
def _(shop):
    shop.orders["slaProperties"][0]["unit"] = "moons"


@scenario("an endless service level", "fail", "sla-unknown")
def _(shop):
    shop.orders["slaProperties"][0]["value"] = "inf"


@scenario("a key into a table that nobody promises", "fail", "relationship-target-missing")
def _(shop):
    shop.column("customer_id")["relationships"] = [{"to": "customers.id"}]


@scenario("a key into a column that is not there", "fail", "relationship-target-missing")
def _(shop):
    shop.column("customer_id")["relationships"] = [{"to": "dim_customers.key"}]


@scenario("a key from a column of another table", "fail", "the column dim_customers.id is absent")
def _(shop):
    shop.table["relationships"] = [{"from": "dim_customers.id", "to": "dim_customers.id"}]


@scenario("a pattern that is none", "fail", "pattern-invalid")
def _(shop):
    shop.column("status")["logicalTypeOptions"] = {"pattern": "("}


@scenario("a type that nobody knows", "undecided", "'BIGGINT' is no type")
def _(shop):
    shop.column("id")["physicalType"] = "BIGGINT"


@scenario("a server of an unknown type", "fail", "'ducky' is not allowed here")
def _(shop):
    shop.orders["servers"] = [{"server": "lake", "type": "ducky", "database": "x"}]


@scenario("a server without a file", "undecided", "the DuckDB file gone.duckdb does not exist")
def _(shop):
    shop.orders["servers"] = [{"server": "warehous", "type": "duckdb", "database": "gone.duckdb", "schema": "marts"}]


@scenario("a server of a type that nobody can read", "undecided", "there is no engine for servers of type 'oracle'")
def _(shop):
    shop.orders["servers"] = [
        {"server": "erp", "type": "oracle", "host": "h", "port": 1, "serviceName": "s"},
    ]


# what stands beside the contract is wrong


@scenario("a contract with another ending", "undecided", "the file is not read: its name does not end in .odcs.yaml")
def _(shop):
    (shop.root / shop.orders_file).rename(shop.root / "contracts/marts/fct_orders.yaml")
    shop.settings("ignore_tables: [marts.fct_orders]\n")


@scenario("a contract that is no YAML", "undecided", "this is no valid YAML")
def _(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: [\n")


@scenario("a contract of two documents", "undecided", "more than one document")
def _(shop):
    shop.write("contracts/marts/fct_two.odcs.yaml", "id: a\n---\nid: b\n")


@scenario("a key that stands twice", "undecided", "the key 'required' stands twice")
def _(shop):
    shop.write("contracts/marts/fct_twice.odcs.yaml", "required: true\nrequired: false\n")


@scenario("a contract that is too large", "undecided", "larger than")
def _(shop):
    shop.write("contracts/marts/fct_large.odcs.yaml", "id: x\ndescription:\n  purpose: " + "é" * 2_000_100)


@scenario("two contracts with one id", "fail", "name-duplicated")
def _(shop):
    other = copy.deepcopy(shop.orders)
    other["schema"][0] |= {"name": "fct_refunds", "physicalName": "marts.dim_customers"}
    shop.contract("contracts/marts/fct_refunds.odcs.yaml", other)


@scenario("two contracts as one, where the first is good", "fail", "amount/present")
def _(shop):
    """The rule that tells them apart is off: each must still be measured on its own table."""
    shop.settings("rules: {name-duplicated: 'off'}\n")
    shop.sql("create table marts.other as select * exclude (amount) from marts.fct_orders")
    other = copy.deepcopy(shop.orders)
    other["schema"][0]["physicalName"] = "marts.other"
    shop.contract("contracts/marts/zzz.odcs.yaml", other)


@scenario("two servers as one", "undecided", "are two servers of the name 'own'")
def _(shop):
    shop.orders["servers"] = [{"server": "own", "type": "duckdb", "database": "warehouse.duckdb", "schema": "marts"}]
    other = copy.deepcopy(shop.orders)
    other |= {"id": "refunds", "slaProperties": []}
    other["schema"][0]["name"] = "fct_refunds"
    other["servers"] = [{"server": "own", "type": "duckdb", "database": "other.duckdb", "schema": "marts"}]
    shop.contract("contracts/marts/fct_refunds.odcs.yaml", other)


@scenario("checks of a table that nobody promises", "fail", "check-file-unused")
def _(shop):
    shop.write("checks/marts/fct_order.x.sql", "select 1 where false")


@scenario("checks with another ending", "undecided", "the file is not read")
def _(shop):
    shop.write("checks/marts/fct_orders.yml", "checks: []")


@scenario("a check file with a misspelt header", "undecided", "the header `targt` does not exist")
def _(shop):
    shop.write("checks/marts/fct_orders.x.sql", "-- targt: < 3 %\nselect 1 where false")


@scenario("a check file that finds rows", "fail", "sql/x")
def _(shop):
    shop.write("checks/marts/fct_orders.x.sql", "select * from marts.fct_orders where id = 1")


@scenario("a table without a contract", "fail", "table-without-contract")
def _(shop):
    shop.sql("create table marts.fct_secrets (x int)")


@scenario("no file of the database", "undecided", "the DuckDB file warehouse.duckdb does not exist")
def _(shop):
    (shop.root / "warehouse.duckdb").unlink()


@scenario("no database in the file", "undecided", "cannot be opened")
def _(shop):
    (shop.root / "warehouse.duckdb").write_bytes(b"x" * 9999)


@scenario("no time for any statement", "undecided", "the statement was stopped after")
def _(shop):
    shop.settings("statement_timeout: 0.05 s\n")
    slow = "select count(*) * 0 from range(100000) a, range(100000) b where (a.range * b.range) % 7 = 3"
    shop.table["quality"] = [{"type": "sql", "query": slow, "mustBe": 0}]


@scenario("no server", "undecided", "no server is named")
def _(shop):
    shop.write("harness.yaml", "version: 1\nname: shop\nas_of: '2024-01-06T12:00:00Z'\n")


@pytest.mark.parametrize("name", SCENARIOS)
def test_wrong_documents(shop, name):
    change, expected, said = SCENARIOS[name]
    change(shop)
    if (shop.root / shop.orders_file).exists():
        shop.saved()
    hold(shop.verify(), expected, said)


def hold(report, expected, said):
    """The verdict is as expected, and a failure or error of the report says why."""
    told = [
        f"{r.outcome.value} {r.check or r.rule} {r.rule} {r.message}"
        for r in report.results
        if r.outcome in (Outcome.FAIL, Outcome.ERROR)
    ]
    assert report.verdict.outcome.value == expected, told
    assert any(said in line for line in told), told
    return report


SELECTIONS = [
    ({"select": ["fct_order"]}, "--select fct_order selects nothing"),
    ({"select": ["fct_orders", "dim_custmers"]}, "--select dim_custmers selects nothing"),
    ({"layers": ["raw"]}, "--layer raw selects nothing"),
    ({"layers": ["marts", "raw"]}, "--layer raw selects nothing"),
    ({"layers": ["marts"], "select": ["stg_*"]}, "--select stg_* selects nothing"),
]


@pytest.mark.parametrize(("options", "said"), SELECTIONS)
def test_a_selection_of_nothing(shop, options, said):
    hold(shop.verify(**options), "undecided", said)


def test_a_selection_does_not_hide_a_contract_that_cannot_be_read(shop):
    shop.write("contracts/raw/broken.odcs.yaml", "id: [\n")
    hold(shop.verify(select=["fct_orders"]), "undecided", "this is no valid YAML")


def test_an_unreadable_contract_cannot_be_turned_off(shop):
    shop.write("contracts/marts/fct_broken.odcs.yaml", "id: [\n")
    shop.settings("rules: {schema-violation: {raw: 'off', '*': warning}}\n")
    with pytest.raises(ProjectError, match=r"harness\.yaml:7:9: the rule `schema-violation` cannot be turned off"):
        shop.verify()
    shop.settings("rules: {schema-violation: info}\n")
    hold(shop.verify(), "undecided", "this is no valid YAML")


def test_a_rule_that_is_turned_off_is_seen_to_be_skipped(shop):
    shop.settings("rules: {type-changed: 'off'}\n")
    shop.sql("alter table marts.fct_orders alter id type integer")
    report = shop.verify()
    assert report.verdict.outcome is VerdictOutcome.PASS
    skipped = {result.check: result.message for result in report.results if result.outcome is Outcome.SKIP}
    assert skipped["fct_orders/id/type"] == "harness.yaml turns type-changed off in this layer"
    assert report.coverage.skipped == len(skipped)


def test_what_may_be_empty_may_be_empty(shop):
    shop.table["customProperties"] = [{"property": "mayBeEmpty", "value": True}]
    shop.table["quality"] = [{"type": "sql", "query": "select count(*) from ${object}", "mustBe": 0}]
    del shop.orders["slaProperties"]
    shop.saved().sql("delete from marts.fct_orders")
    assert shop.verify().verdict.outcome is VerdictOutcome.PASS
