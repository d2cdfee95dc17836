"""A small platform: raw.orders -> stg.orders -> fct.orders, and raw.people -> fct.orders."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.incidents.failures import Failure, Standing
from harness.model.lineage import IDENTITY, JOIN, ROWS, ROWS_OF, Edge, Field, Lineage
from harness.model.result import Severity

NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
COLUMNS = ("id", "amount", "person")


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


def _flow(source: str, target: str) -> set[Edge]:
    edges = {Edge(Field(source, name), Field(target, name), IDENTITY, "sql") for name in COLUMNS}
    return edges | {Edge(Field(source, ROWS), Field(target, ROWS), ROWS_OF, "sql")}


LINEAGE = Lineage(
    edges=frozenset(
        _flow("raw.orders", "stg.orders")
        | _flow("stg.orders", "fct.orders")
        | {
            Edge(Field("raw.people", "id"), Field("fct.orders", ROWS), JOIN, "sql"),
            Edge(Field("raw.people", "name"), Field("fct.orders", "name"), IDENTITY, "sql"),
        }
    ),
    tables={
        "raw.orders": COLUMNS,
        "stg.orders": COLUMNS,
        "fct.orders": (*COLUMNS, "name"),
        "raw.people": ("id", "name"),
        "dim.dates": ("day",),
    },
    keys={
        ("raw", "orders"): "raw.orders",
        ("raw", "people"): "raw.people",
        ("stg", "orders"): "stg.orders",
        ("fct", "orders"): "fct.orders",
        ("dim", "dates"): "dim.dates",
    },
)


def failure(name: str, **more: object) -> Failure:
    """`raw/orders/amount` or `raw/orders`; a name that ends in `?` is of what could not be told, in `-` a warning."""
    contract, table, column = (*name.rstrip("?-").split("/"), "", "")[:3]
    said: dict[str, object] = {
        "id": name.rstrip("?-"),
        "unknown": name.endswith("?"),
        "rule": "nullValues",
        "contract": contract,
        "table": table,
        "column": column,
        "severity": Severity.WARNING if name.endswith("-") else Severity.ERROR,
        "since": NOW,
        "message": f"{name} is wrong",
    }
    return Failure(**{**said, **more})  # type: ignore[arg-type]


def standing(*names: str, over: tuple[str, ...] = (), undecided: tuple[str, ...] = (), whole: bool = False) -> Standing:
    holds = dict.fromkeys(over, "it holds")
    return Standing(tuple(failure(name) for name in names), holds, frozenset(undecided), whole)


@pytest.fixture
def lineage() -> Lineage:
    return LINEAGE
