"""A small project on disk that passes, to be broken by tests: one mart with one contract, on a real DuckDB file."""

import copy
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

import harness
from harness.cli import main
from harness.model.result import Report

SETTINGS = """\
version: 1
name: shop
as_of: "2024-01-06T12:00:00Z"
server: warehouse
servers:
  warehouse: {type: duckdb, database: warehouse.duckdb}
"""
TABLES = """
create schema marts;
create table marts.dim_customers as select i as id, 'c' || i as name from range(1, 11) t(i);
create table marts.fct_orders as
  select i as id, i % 10 + 1 as customer_id, i * 1.5::double as amount, 'paid' as status,
         timestamp '2024-01-05' + to_hours(i % 24) as ordered_at
  from range(1, 101) t(i);
"""
TEAM = {"name": "sales", "members": [{"username": "ada", "role": "owner"}]}
MARTS = [{"property": "layer", "value": "marts"}]
CUSTOMERS: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "customers",
    "version": "1.0.0",
    "status": "active",
    "description": {"purpose": "Who buys."},
    "team": TEAM,
    "customProperties": MARTS,
    "schema": [
        {
            "name": "dim_customers",
            "physicalName": "marts.dim_customers",
            "description": "One row per customer.",
            "properties": [
                {
                    "name": "id",
                    "description": "The key.",
                    "physicalType": "BIGINT",
                    "primaryKey": True,
                    "required": True,
                },
                {"name": "name", "description": "What we call them.", "logicalType": "string", "required": True},
            ],
        }
    ],
}
ORDERS: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "orders",
    "version": "1.0.0",
    "status": "active",
    "description": {"purpose": "What was bought."},
    "team": TEAM,
    "customProperties": MARTS,
    "schema": [
        {
            "name": "fct_orders",
            "physicalName": "marts.fct_orders",
            "description": "One row per order.",
            "properties": [
                {
                    "name": "id",
                    "description": "The key.",
                    "physicalType": "BIGINT",
                    "primaryKey": True,
                    "required": True,
                },
                {
                    "name": "customer_id",
                    "description": "Who bought.",
                    "physicalType": "BIGINT",
                    "relationships": [{"to": "dim_customers.id"}],
                },
                {
                    "name": "amount",
                    "description": "In euro.",
                    "logicalType": "number",
                    "logicalTypeOptions": {"minimum": 0},
                },
                {
                    "name": "status",
                    "description": "Where it stands.",
                    "logicalType": "string",
                    "quality": [
                        {"metric": "invalidValues", "arguments": {"validValues": ["paid", "open"]}, "mustBe": 0}
                    ],
                },
                {"name": "ordered_at", "description": "When.", "logicalType": "timestamp"},
            ],
            "quality": [
                {"metric": "rowCount", "mustBeGreaterThan": 50},
                {"type": "sql", "query": "select count(*) from ${object} where amount > 1000", "mustBe": 0},
            ],
        }
    ],
    "slaProperties": [{"property": "latency", "value": 1, "unit": "d", "element": "fct_orders.ordered_at"}],
}
ORDERS_FILE = "contracts/marts/fct_orders.odcs.yaml"
CUSTOMERS_FILE = "contracts/marts/dim_customers.odcs.yaml"


@cache
def _warehouse() -> bytes:
    """The database file, made once: a copy is quicker than its tables."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with duckdb.connect(str(path)) as connection:
            connection.execute(TABLES)
        return path.read_bytes()


class Shop:
    """The project in the folder `root`; everything about it can be changed before a run."""

    orders_file = ORDERS_FILE

    def __init__(self, root: Path) -> None:
        self.root = root
        self.orders = copy.deepcopy(ORDERS)
        self.write("harness.yaml", SETTINGS)
        self.contract(CUSTOMERS_FILE, copy.deepcopy(CUSTOMERS))
        self.contract(ORDERS_FILE, self.orders)
        (root / "warehouse.duckdb").write_bytes(_warehouse())

    @staticmethod
    def customers() -> dict[str, Any]:
        """The contract of the customers, to be changed and written."""
        return copy.deepcopy(CUSTOMERS)

    @property
    def table(self) -> dict[str, Any]:
        """The one table of the contract of the orders."""
        found: dict[str, Any] = self.orders["schema"][0]
        return found

    def column(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = next(column for column in self.table["properties"] if column["name"] == name)
        return found

    def write(self, name: str, text: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def settings(self, text: str) -> None:
        """Adds to harness.yaml."""
        self.write("harness.yaml", SETTINGS + text)

    def contract(self, file: str, data: dict[str, Any]) -> None:
        self.write(file, yaml.safe_dump(data, sort_keys=False))

    def saved(self) -> "Shop":
        """Writes the contract of the orders as it is now."""
        self.contract(ORDERS_FILE, self.orders)
        return self

    def sql(self, statements: str) -> None:
        with duckdb.connect(str(self.root / "warehouse.duckdb")) as connection:
            connection.execute(statements)

    def verify(self, **options: Any) -> Report:
        return harness.verify(self.root, **options)


def run(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """`harness` in this process: the exit code, and what it printed."""

    def call(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(argv)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return call
