"""SQL, contracts and checks as one graph."""

from pathlib import Path
from typing import Any

import pytest

from harness.lineage.gather import gather
from harness.load.checks import parse_check_file
from harness.load.dbt import Model
from harness.load.lineage import Script, Sources
from harness.model.contract import Contract, Property, Schema, Server
from harness.model.lineage import FILTER, IDENTITY, ROWS, ROWS_OF, TRANSFORMATION, UNSAID, Edge, Field, Lineage
from harness.model.location import Location
from harness.model.project import Document, Project

AT = Location("contracts/x.odcs.yaml")
WAREHOUSE = Server(at=AT, name="warehouse", type="duckdb", settings={"database": "/srv/shop.duckdb"})


def contract(name: str, *columns: str | tuple[str, ...], server: Server | None = WAREHOUSE) -> Contract:
    """A column may be a tuple: its name, and its sources."""
    items = tuple(
        Property(at=AT, name=column[0], sources=tuple(column[1:]))
        for column in (each if isinstance(each, tuple) else (each,) for each in columns)
    )
    schema = Schema(at=AT, name=name.rpartition(".")[2], physical_name=name, properties=items)
    return Contract(at=AT, id=name, schemas=(schema,), servers=(server,) if server else ())


def project(*contracts: Contract, **more: Any) -> Project:
    documents = tuple(Document(file=f"{each.id}.yaml", contract=each) for each in contracts)
    servers = {"warehouse": WAREHOUSE}
    return Project(
        name="shop", root=Path("/srv"), servers=servers, default_server="warehouse", documents=documents, **more
    )


def model(table: str, sql: str, **more: Any) -> Model:
    return Model(parts=tuple(table.split(".")), sql=sql, dialect="duckdb", at=Location(f"models/{table}.sql"), **more)


def of(lineage: Lineage, table: str, by: str = "sql") -> set[tuple[Field, str, Any]]:
    edges = (edge for edge in lineage.edges if edge.target.table == table and edge.by == by)
    return {(edge.source, edge.target.column, edge.how) for edge in edges}


ORDERS = contract("raw.orders", "id", "Amount")


def test_a_relation_of_dbt_is_the_table_of_a_contract() -> None:
    found = gather(
        project(ORDERS, contract("marts.facts", "ID")),
        Sources(models=(model("shop.marts.facts", 'select Id, amount from "shop"."raw"."orders" where amount > 1'),)),
    )
    assert of(found, "marts.facts") == {
        (Field("raw.orders", "id"), "ID", IDENTITY),
        (Field("raw.orders", "Amount"), "amount", IDENTITY),
        (Field("raw.orders", "Amount"), ROWS, FILTER),
        (Field("raw.orders", ROWS), ROWS, ROWS_OF),
    }
    assert found.derived == {"marts.facts"}
    assert found.keys == {("raw.orders", "orders"): "raw.orders", ("marts.facts", "facts"): "marts.facts"}
    assert found.datasets["marts.facts"] == ("duckdb:///srv/shop.duckdb", "shop.marts.facts")


def test_a_model_without_a_contract_tells_the_columns_of_its_table() -> None:
    models = (
        model("shop.staging.orders", "select id, amount * 2 as twice from raw.orders"),
        model("shop.marts.facts", "select * from shop.staging.orders"),
    )
    found = gather(project(ORDERS), Sources(models=models))
    assert found.gaps == ()
    assert (Field("staging.orders", "twice"), "twice", IDENTITY) in of(found, "marts.facts")
    assert found.tables["staging.orders"] == ("id", "twice")
    assert found.datasets["staging.orders"] == ("duckdb:///srv/shop.duckdb", "shop.staging.orders")


def test_the_catalog_knows_more_columns_than_a_contract() -> None:
    sources = Sources(models=(model("shop.marts.facts", "select * from raw.orders, raw.extra"),))
    found = gather(project(ORDERS), sources, {"raw.orders": ("id", "Amount", "late"), "raw.extra": ("note",)})
    assert {column for _, column, how in of(found, "marts.facts") if how == IDENTITY} == {
        "id",
        "Amount",
        "late",
        "note",
    }
    assert found.gaps == ()


def test_a_table_of_one_name_in_two_schemas_is_told_apart() -> None:
    found = gather(
        project(ORDERS, contract("staging.orders", "id", "x")),
        Sources(models=(model("shop.staging.orders", "select id, id as x from raw.orders"),)),
    )
    assert (Field("raw.orders", "id"), "x", IDENTITY) in of(found, "staging.orders")


def test_a_table_of_one_name_on_two_servers_is_told_apart() -> None:
    other = Server(at=AT, name="archive", type="duckdb", settings={"database": "/srv/old.duckdb"})
    archived = contract("raw.orders", "id", "gone", server=other)
    models = (
        model("shop.marts.a", "select * from old.raw.orders"),
        model("shop.marts.b", "select * from shop.raw.orders"),
    )
    found = gather(project(ORDERS, archived), Sources(models=models))
    assert (Field("archive:raw.orders", "gone"), "gone", IDENTITY) in of(found, "marts.a")
    assert (Field("raw.orders", "Amount"), "Amount", IDENTITY) in of(found, "marts.b")


def test_a_contract_without_a_server_is_found_by_the_name_of_its_table() -> None:
    alone = Project(
        name="x", root=Path(), documents=(Document(file="a", contract=contract("orders", "id", server=None)),)
    )
    found = gather(alone, Sources(models=(model("marts.facts", "select * from raw.orders"),)))
    assert (Field("orders", "id"), "id", IDENTITY) in of(found, "marts.facts")


def test_what_a_model_lacks_is_a_gap() -> None:
    models = (
        model("shop.marts.a", "", problem="the model is not compiled"),
        model("shop.marts.b", "select x from raw.p, raw.q"),
        model("shop.marts.s", "select id from raw.orders", snapshot=True),
    )
    found = gather(project(ORDERS), Sources(models=models))
    gaps = {(str(gap.target), gap.at.file) for gap in found.gaps}
    assert {("marts.a", "models/shop.marts.a.sql"), ("marts.b.x", "models/shop.marts.b.sql")} < gaps
    assert ("marts.s.dbt_valid_to", "models/shop.marts.s.sql") in gaps
    assert found.derived == {"marts.b", "marts.s"}


def test_a_table_that_no_sql_makes_is_a_gap_if_it_names_sources() -> None:
    declared = contract("marts.facts", ("a", "raw.orders.id"))
    models = (model("shop.dev_marts.facts", "select id as a from raw.orders"),)
    found = gather(project(ORDERS, declared), Sources(models=models))
    assert [(str(gap.target), gap.reason.partition(",")[0]) for gap in found.gaps] == [
        ("marts.facts", "its contract names sources")
    ]
    assert gather(project(ORDERS, declared), Sources()).gaps == (), "no SQL is named, so none is missing"


def test_a_script_goes_on_from_what_it_made() -> None:
    sql = """
        create table tmp as select id, amount + 1 as more from raw.orders;
        insert into marts.facts select * from tmp;
        copy marts.facts to 'x';
    """
    found = gather(
        project(ORDERS, contract("marts.facts", "a", "b")), Sources(scripts=(Script(sql, Location("etl/x.sql")),))
    )
    assert (Field("tmp", "more"), "b", IDENTITY) in of(found, "marts.facts")
    assert (Field("raw.orders", "Amount"), "more", TRANSFORMATION) in of(found, "tmp")
    assert [(str(gap.target), gap.reason) for gap in found.gaps] == [("etl/x.sql", "COPY is not resolved")]


def test_an_update_of_a_table_from_itself_is_an_edge() -> None:
    script = Script("update raw.orders set amount = id * 2", Location("etl/x.sql"))
    assert of(gather(project(ORDERS), Sources(scripts=(script,))), "raw.orders") == {
        (Field("raw.orders", "id"), "Amount", TRANSFORMATION)
    }


def test_a_check_is_where_columns_end() -> None:
    file = "checks/raw/orders.negative.sql"
    check = parse_check_file("-- severity: warning\nselect id from raw.orders where amount < 0", file)
    found = gather(project(ORDERS, checks=(check,)), Sources())
    assert of(found, file) == {
        (Field("raw.orders", "id"), "id", IDENTITY),
        (Field("raw.orders", "Amount"), ROWS, FILTER),
        (Field("raw.orders", ROWS), ROWS, ROWS_OF),
    }
    assert found.checks == {file}


def test_what_contracts_declare() -> None:
    facts = contract("marts.facts", ("a", "raw.orders.amount", "orders.Amount", "orders", "other.table.x", "nothing"))
    found = gather(project(ORDERS, facts), Sources())
    assert of(found, "marts.facts", "declared") == {
        (Field("raw.orders", "amount"), "a", UNSAID),
        (Field("raw.orders", "Amount"), "a", UNSAID),
        (Field("raw.orders", ROWS), "a", UNSAID),
        (Field("other.table", "x"), "a", UNSAID),
        (Field("nothing", ROWS), "a", UNSAID),
    }


@pytest.mark.parametrize("kind", ["duckdb", "postgres", "sqlserver", "kafka", ""])
def test_every_type_of_server_has_a_dialect(kind: str) -> None:
    from harness.lineage.columns import column_lineage
    from harness.lineage.tables import Tables
    from harness.load.dialect import dialect_of

    (found,) = column_lineage("select a from t", Tables(), dialect_of(kind))
    assert found.gaps == ()


def test_the_edges_of_a_graph_are_found_from_both_ends() -> None:
    edge = Edge(Field("a", "x"), Field("b", "y"), IDENTITY, "sql")
    lineage = Lineage(edges=frozenset({edge}))
    assert lineage.into == {Field("b", "y"): (edge,)}
    assert lineage.out_of == {Field("a", "x"): (edge,)}
