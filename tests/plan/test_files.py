"""The files of `checks/`: whose they are, and what each of their clauses asks."""

import pytest

from harness.model.result import Dimension, Severity
from harness.model.threshold import Threshold


def layer(name):
    return [{"property": "layer", "value": name}]


def table(name, *columns, **fields):
    return {"name": name, "properties": [{"name": column} for column in columns], **fields}


SHOP = [
    {"id": "orders-raw", "customProperties": layer("raw"), "schema": [table("orders", "id")]},
    {
        "id": "fct",
        "customProperties": layer("marts"),
        "schema": [{"name": "fct_orders", "properties": [{"name": "id", "physicalName": "order_id"}]}],
    },
]


SQL = """\
-- description: no ghosts
-- severity: warning
-- dimension: validity
-- target: < 3 %
-- alert: > 5 %
select 1
"""


def test_a_sql_file_is_one_check(planned):
    checks = planned(*SHOP, checks={"checks/marts/fct_orders.ghosts.sql": SQL})
    check = checks["fct_orders/sql/ghosts"]
    assert (check.rule, check.unit, check.counts) == ("failedRows", "percent", "rows")
    assert (check.target, check.alert) == (Threshold("<", 3), Threshold(">", 5))
    assert (check.severity, check.dimension, check.description) == (Severity.WARNING, Dimension.VALIDITY, "no ghosts")
    assert check.arguments == {"query": SQL, "dialect": "duckdb"}
    assert (check.contract.id, str(check.at)) == ("fct", "checks/marts/fct_orders.ghosts.sql:1:1")


def test_without_a_header_no_row_is_allowed(planned):
    check = planned(*SHOP, checks={"checks/fct_orders.x.sql": "select 1"})["fct_orders/sql/x"]
    assert (check.target, check.alert, check.severity) == (Threshold("=", 0), None, Severity.ERROR)
    assert (check.dimension, check.description, check.problem) == (Dimension.ACCURACY, "", "")


WRONG_HEADERS = {
    "-- target: few": "'few' is no threshold",
    "-- target: < 2 h": "the threshold in seconds",
    "-- target: < 3 %\n-- alert: > 5": "differ in unit: percent and rows",
    "-- target: < 3 %\n-- alert: < 5 %": "turn it round",
    "-- alert: < 5": "turn it round",
    "-- sevrity: warning": "the header `sevrity` does not exist",
}


@pytest.mark.parametrize("header", WRONG_HEADERS)
def test_a_header_that_cannot_be_read_is_a_problem(planned, header):
    checks = planned(*SHOP, checks={"checks/marts/fct_orders.x.sql": f"{header}\nselect 1"})
    assert WRONG_HEADERS[header] in checks["fct_orders/sql/x"].problem


@pytest.mark.parametrize("database", ["", "db."])
@pytest.mark.parametrize("names", [("t", "t"), ("events", "facts")])
def test_the_folder_of_a_check_decides_between_tables_of_one_name(planned, names, database):
    there = [f"{database}{schema}.t" for schema in ("raw", "marts")]
    raw = {"id": "a", "customProperties": layer("raw"), "schema": [table(names[0], "x", physicalName=there[0])]}
    mart = {"id": "b", "customProperties": layer("marts"), "schema": [table(names[1], "x", physicalName=there[1])]}
    files = {"checks/marts/t.m.sql": "select 1", "checks/raw/t.r.sql": "select 1", "checks/t.n.sql": "select 1"}
    checks = planned(raw, mart, checks=files)
    owners = {check.at.file: str(check.table) for check in checks.values() if check.rule == "failedRows"}
    assert owners == {"checks/marts/t.m.sql": there[1], "checks/raw/t.r.sql": there[0], "checks/t.n.sql": there[0]}


@pytest.mark.parametrize("name", ["facts", "fact_table"])
def test_a_table_goes_by_either_name(planned, name):
    there = {"schema": [table("facts", "id", physicalName="db.marts.fact_table")]}
    (check,) = (
        c for c in planned(there, checks={f"checks/{name}.x.sql": "select 1"}).values() if c.rule != "column-missing"
    )
    assert (check.id, check.schema.name) == ("facts/sql/x", "facts")


@pytest.mark.parametrize("file", ["checks/marts/fct_order.x.sql", "checks/.sql", "checks/x.y.soda.yml"])
def test_a_file_of_no_table_has_no_check(planned, file):
    assert len(planned(*SHOP, checks={file: "select 1"})) == len(planned(*SHOP))


SODA = """\
dataset: w/main/fct_orders
soda_agent: {name: night}
filtre: x
checks:
  - row_count:
      name: enough
      threshold: {level: warn, must_be_greater_than: 5}
columns:
  - name: id
    checks:
      - missing:
      - misssing:
"""


def test_each_clause_of_a_soda_file_is_a_check(planned):
    checks = planned(*SHOP, checks={"checks/marts/fct_orders.soda.yml": SODA})
    found = {key: c for key, c in checks.items() if c.rule == "soda"}
    assert {key: (c.columns, c.at.line, c.severity, c.dimension, c.description) for key, c in found.items()} == {
        "fct_orders/soda/soda_agent": ((), 2, Severity.ERROR, None, ""),
        "fct_orders/soda/filtre": ((), 3, Severity.ERROR, None, ""),
        "fct_orders/soda/row_count": ((), 5, Severity.WARNING, Dimension.COMPLETENESS, "enough"),
        "fct_orders/soda/id/missing": (("order_id",), 11, Severity.ERROR, Dimension.COMPLETENESS, ""),
        "fct_orders/soda/id/misssing": (("order_id",), 12, Severity.ERROR, None, ""),
    }
    assert {c.at.file for c in found.values()} == {"checks/marts/fct_orders.soda.yml"}
    assert [key for key, c in found.items() if c.skip] == ["fct_orders/soda/soda_agent"]
    for key, check in found.items():
        wrong = key.endswith(("filtre", "misssing"))
        assert check.arguments["file"] == "checks/marts/fct_orders.soda.yml"
        assert check.arguments["key"] == key.removeprefix("fct_orders/")
        assert ("did you mean" in check.arguments["error"]) is wrong
        assert check.problem == check.arguments["error"]


def test_a_soda_clause_about_a_column_that_no_contract_declares_keeps_its_column(planned):
    text = "dataset: w/main/fct_orders\ncolumns: [{name: ghost, checks: [missing: ]}]"
    check = planned(*SHOP, checks={"checks/marts/fct_orders.soda.yml": text})["fct_orders/soda/ghost/missing"]
    assert (check.columns, check.problem) == (("ghost",), "")


def test_a_soda_file_that_cannot_be_read_is_a_check_all_the_same(planned):
    (check,) = (
        c for c in planned(*SHOP, checks={"checks/fct_orders.soda.yml": "dataset: ["}).values() if c.rule == "soda"
    )
    assert check.id == "fct_orders/soda/file"
    assert check.arguments["error"]
