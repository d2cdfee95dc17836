"""Relationships in every notation of the standard, each held against a row that breaks it."""

import pytest

from harness.model.result import Outcome

TABLES = """
create schema crm;
create table orders (id integer, customer integer, zip varchar, line integer, boss integer);
insert into orders values (1, 1, '10115', 1, null), (2, 2, '20095', 1, 1);
create table customers (customer_id integer, address struct(zip varchar), line integer);
insert into customers values (1, {zip: '10115'}, 1), (2, {zip: '20095'}, 1);
create table crm.people (person integer);
insert into crm.people values (1), (2);
"""
CUSTOMERS = {
    "id": "customers_tbl",
    "name": "customers",
    "properties": [
        {"id": "cust_pk", "name": "key", "physicalName": "customer_id"},
        # the id of one is the name of another: a name wins
        {"id": "key", "name": "line"},
        {
            "id": "address_field",
            "name": "address",
            "logicalType": "object",
            "properties": [{"id": "zip_field", "name": "zip"}],
        },
    ],
}
PEOPLE = {"id": "people_tbl", "name": "people", "physicalName": "crm.people", "properties": [{"name": "person"}]}


def orders(column, to, **fields):
    names = ("id", "customer", "zip", "line", "boss")
    properties = [{"id": f"{name}_field", "name": name} for name in names]
    if column:
        next(each for each in properties if each["name"] == column)["relationships"] = [{"to": to, **fields}]
    return {"id": "orders_tbl", "name": "orders", "properties": properties}


NOTATIONS = {
    # to: column, check, what breaks it
    "customers.key": ("customer", "customers", "customer = 9"),
    "customers.customer_id": ("customer", "customers", "customer = 9"),
    "customers.address.zip": ("zip", "customers.address", "zip = 'x'"),
    "schema/customers_tbl/properties/cust_pk": ("customer", "customers_tbl", "customer = 9"),
    "/schema/customers_tbl/properties/cust_pk": ("customer", "customers_tbl", "customer = 9"),
    "schema/customers/properties/key": ("customer", "customers", "customer = 9"),
    "schema/customers_tbl/properties/address_field/properties/zip_field": ("zip", "customers_tbl", "zip = 'x'"),
    "c1.odcs.yaml#/schema/people_tbl/properties/person": ("customer", "people_tbl", "customer = 9"),
    "c1.odcs.yaml#schema/people_tbl/properties/person": ("customer", "people_tbl", "customer = 9"),
    "https://example.com/c1.odcs.yaml#schema/people_tbl/properties/person": ("customer", "people_tbl", "customer = 9"),
    "../contracts/c1.odcs.yaml#schema/people_tbl/properties/person": ("customer", "people_tbl", "customer = 9"),
    "people.person": ("customer", "people", "customer = 9"),
    "crm.people.person": ("customer", "crm.people", "customer = 9"),
    "orders.id": ("boss", "orders", "boss = 9"),
    "schema/orders_tbl/properties/id_field": ("boss", "orders_tbl", "boss = 9"),
}


@pytest.mark.parametrize("change", ["", "update orders set {} where id = 2"], ids=["held", "broken"])
def test_notations_of_a_property(hold_once, change):
    for to, (column, target, wrong) in NOTATIONS.items():
        contract = {"schema": [orders(column, to), CUSTOMERS]}
        results = hold_once(TABLES + change.format(wrong), contract, {"schema": [PEOPLE]})
        result = results[f"orders/{column}/relationship/{target}"]
        assert (result.outcome, result.value) == ((Outcome.FAIL, 1) if change else (Outcome.PASS, 0)), (to, result)


SCHEMA_LEVEL = [
    ("orders.customer", "customers.key"),
    ("schema/orders_tbl/properties/customer_field", "schema/customers_tbl/properties/cust_pk"),
    (["orders.customer", "orders.line"], ["customers.key", "customers.line"]),
    (["orders.customer", "orders.zip"], ["customers.key", "customers.address.zip"]),
    (
        ["schema/orders_tbl/properties/customer_field", "schema/orders_tbl/properties/zip_field"],
        [
            "schema/customers_tbl/properties/cust_pk",
            "schema/customers_tbl/properties/address_field/properties/zip_field",
        ],
    ),
]


@pytest.mark.parametrize(("from_", "to"), SCHEMA_LEVEL)
def test_relationships_of_a_schema(hold_once, from_, to):
    table = {**orders("", ""), "relationships": [{"from": from_, "to": to}]}
    for wrong, expected in (("", Outcome.PASS), ("update orders set customer = 9 where id = 2;", Outcome.FAIL)):
        results = hold_once(TABLES + wrong, {"schema": [table, CUSTOMERS]})
        (result,) = (each for check, each in results.items() if "/relationship/" in check)
        assert result.outcome is expected, result


LOST = {
    "customers.nothing": "customers declares no column 'nothing'",
    "nowhere.key": "no contract declares 'nowhere'",
    "c9.odcs.yaml#schema/people_tbl/properties/person": "no contract declares 'people_tbl' in c9.odcs.yaml",
    "schema/customers_tbl/properties/gone": "customers declares no column 'gone'",
}


@pytest.mark.parametrize("to", LOST)
def test_what_leads_nowhere_is_never_measured(hold, to):
    results = hold(TABLES, {"schema": [orders("customer", to), CUSTOMERS]}, {"schema": [PEOPLE]})
    (result,) = (each for check, each in results.items() if "/relationship/" in check)
    assert result.outcome is Outcome.ERROR
    assert LOST[to] in result.message
