from harness.load.project import load_project
from harness.model.lineage import ROWS, UNSAID, Edge, Field, Lineage
from harness.uses.datasets import datasets_of


def flow(source, target):
    return Edge(Field(source, ROWS), Field(target, ROWS), UNSAID, "sql")


def sources(datasets):
    return {each.table: [table for _, table in each.sources] for each in datasets}


def test_a_table_is_made_of_those_under_contract_also_behind_one_without(shop):
    project = load_project(shop.root, {})
    keys = {("customers", "dim_customers"): "marts.dim_customers", ("orders", "fct_orders"): "marts.fct_orders"}
    edges = {
        flow("marts.dim_customers", "tmp.joined"),
        flow("tmp.joined", "marts.fct_orders"),
        flow("tmp.x", "tmp.joined"),
    }

    found = sources(datasets_of(project, Lineage(edges=frozenset(edges), keys=keys)))
    assert found == {"dim_customers": [], "fct_orders": ["dim_customers"]}


def test_a_cycle_ends_and_no_table_is_made_of_itself(shop):
    project = load_project(shop.root, {})
    keys = {("customers", "dim_customers"): "a", ("orders", "fct_orders"): "b"}
    edges = {flow("a", "a"), flow("a", "x"), flow("x", "x"), flow("x", "y"), flow("y", "x"), flow("y", "a")}

    assert sources(datasets_of(project, Lineage(edges=frozenset(edges), keys=keys))) == {
        "dim_customers": [],
        "fct_orders": [],
    }


def test_a_contract_may_name_its_upstream(shop):
    shop.orders["customProperties"] += [{"property": "upstream", "value": ["customers", "gone", 7]}]
    shop.saved()

    assert sources(datasets_of(load_project(shop.root, {})))["fct_orders"] == ["dim_customers"]


def test_whom_to_ask_comes_from_the_contract(shop):
    shop.orders["support"] = [{"channel": "#sales", "url": "https://chat.example/sales"}]
    shop.saved()
    [orders] = [each for each in datasets_of(load_project(shop.root, {})) if each.table == "fct_orders"]

    assert (orders.owner, orders.channels, orders.layer, orders.version) == ("sales", ("#sales",), "marts", "1.0.0")
    assert orders.at.file == "contracts/marts/fct_orders.odcs.yaml"
    assert orders.at.line > 1
