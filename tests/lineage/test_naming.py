"""Names are compared with what dbt-ol 1.54 and the naming helpers of openlineage-python give for the same tables."""

from pathlib import Path
from typing import Any

import pytest

from harness.lineage.naming import dataset_name, table_of, without_secrets
from harness.model.check import TableName
from harness.model.contract import Contract, Schema, Server
from harness.model.location import Location

AT = Location("harness.yaml")
ROOT = Path("/srv/platform")
ORDERS = TableName("silver", "orders")
PG = {"host": "pg", "port": 5432, "database": "wh", "schema": "silver"}


def server(kind: str, **settings: Any) -> Server:
    return Server(at=AT, name="warehouse", type=kind, settings=settings)


@pytest.mark.parametrize(
    ("kind", "settings", "namespace", "name"),
    [
        # dbt-ol writes the path of the profile behind the scheme, so an absolute one gives three slashes
        ("duckdb", {"database": "/data/shop.duckdb"}, "duckdb:///data/shop.duckdb", "shop.silver.orders"),
        ("duckdb", {"database": "build/shop.duckdb"}, "duckdb:///srv/platform/build/shop.duckdb", "shop.silver.orders"),
        ("duckdb", {"database": "../shop.v2.duckdb"}, "duckdb:///srv/shop.v2.duckdb", "shop.silver.orders"),
        ("duckdb", {"database": "md:shop?motherduck_token=t0ken"}, "duckdb://md:shop", "shop.silver.orders"),
        ("duckdb", {"database": ":memory:"}, "inmemory://", "memory.silver.orders"),
        ("local", {"path": "in/{model}.csv"}, "file", "/srv/platform/in/orders.csv"),
        ("local", {"path": "/data/{object}/*/*.parquet"}, "file", "/data/orders"),
        ("postgres", PG, "postgres://pg:5432", "wh.silver.orders"),
        ("postgresql", PG, "postgres://pg:5432", "wh.silver.orders"),
        ("postgres", {"host": "pg", "database": "wh"}, "postgres://pg:5432", "wh.silver.orders"),
        ("postgres", {**PG, "host": "me:p/w@d@pg"}, "postgres://pg:5432", "wh.silver.orders"),
        ("postgres", {**PG, "host": "pg://me:pw@pg:6543/wh"}, "postgres://pg:6543", "wh.silver.orders"),
        ("redshift", {"host": "c.eu.example", "database": "wh"}, "redshift://c.eu.example:5439", "wh.silver.orders"),
        ("sqlserver", {"host": "ms", "database": "wh"}, "mssql://ms:1433", "wh.silver.orders"),
        ("trino", {"host": "tr", "port": 80, "catalog": "lake"}, "trino://tr:80", "lake.silver.orders"),
        ("databricks", {"host": "https://adb.x/", "catalog": "lake"}, "databricks://adb.x", "lake.silver.orders"),
        ("snowflake", {"account": "org-a", "database": "WH", "port": 443}, "snowflake://org-a", "WH.silver.orders"),
        ("bigquery", {"project": "acme", "dataset": "x"}, "bigquery", "acme.silver.orders"),
        (
            "athena",
            {"regionName": "eu-west-1"},
            "awsathena://athena.eu-west-1.amazonaws.com",
            "AwsDataCatalog.silver.orders",
        ),
        ("vertica", {"host": "v", "port": 5433, "database": "wh"}, "vertica://v:5433", "wh.silver.orders"),
        ("custom", {}, "custom://", "silver.orders"),
    ],
)  # fmt: skip
def test_a_table_has_the_name_other_tools_give_it(kind: str, settings: Any, namespace: str, name: str) -> None:
    assert dataset_name(server(kind, **settings), ORDERS, ROOT) == (namespace, name)


def test_the_names_of_the_client_are_the_same() -> None:
    from openlineage.client.naming.dataset import Postgres, Trino

    postgres = Postgres("pg", "5432", "wh", "silver", "orders")
    assert dataset_name(server("postgres", **PG), ORDERS) == (postgres.get_namespace(), postgres.get_name())
    trino = Trino("tr", "8080", "lake", "silver", "orders")
    settings = {"host": "tr", "catalog": "lake"}
    assert dataset_name(server("trino", **settings), ORDERS) == (trino.get_namespace(), trino.get_name())


def test_duckdb_itself_calls_the_database_so(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    for file in ("shop.duckdb", "shop.v2.duckdb", ".hidden.db", "warehouse"):
        with duckdb.connect(tmp_path / file) as connection:
            (database,) = connection.sql("SELECT current_database()").fetchone()
        assert dataset_name(server("duckdb", database=file), ORDERS, tmp_path)[1] == f"{database}.silver.orders"


@pytest.mark.parametrize(
    ("physical", "stated", "settings", "expected"),
    [
        ("marts.fct_flights", "gold", {"schema": "main"}, TableName("marts", "fct_flights")),
        ("warehouse.marts.fct_flights", None, {}, TableName("marts", "fct_flights")),
        ("fct_flights", "gold", {"schema": "main"}, TableName("gold", "fct_flights")),
        ("fct_flights", None, {"schema": "main"}, TableName("main", "fct_flights")),
        ("fct_flights", None, {}, TableName("", "fct_flights")),
    ],
)
def test_a_table_is_spelled_as_its_server_does(
    physical: str, stated: str | None, settings: Any, expected: TableName
) -> None:
    schema = Schema(at=AT, name="flights", physical_name=physical)
    contract = Contract(at=AT, id="flights", servers=(server("duckdb", schema=stated),))
    assert table_of(contract, schema, server("duckdb", **settings)) == expected


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
def test_a_table_without_a_schema_is_in_the_default_one(kind: str) -> None:
    name = dataset_name(server(kind, host="pg", database="wh"), TableName("", "orders"), ROOT)[1]
    assert name == {"duckdb": "wh.main.orders", "postgres": "wh.public.orders"}[kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://me:pw@backend/api", "http://backend/api"),
        ("refused: http://me:p/w@d@backend/api?key=1 (twice)", "refused: http://backend/api (twice)"),
        ("why? because", "why? because"),
    ],
)
def test_secrets_leave_a_url(text: str, expected: str) -> None:
    assert without_secrets(text) == expected
