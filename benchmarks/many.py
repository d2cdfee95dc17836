"""100 contracts, each of a small table with 10 columns and 20 checks: what a contract costs beside its data."""

import sys
from pathlib import Path
from typing import Any

import yaml

from benchmarks.subject import AS_OF

TABLES = 100
COLUMNS: dict[str, tuple[str, str, str]] = {
    "id": ("integer", "BIGINT", "i"),
    "code": ("string", "VARCHAR", "'C' || lpad(i::varchar, 8, '0')"),
    "country": ("string", "VARCHAR", "['DE', 'FR'][1 + i % 2]"),
    "status": ("string", "VARCHAR", "['new', 'paid'][1 + i % 2]"),
    "quantity": ("integer", "INTEGER", "i % 100"),
    "amount": ("number", "DOUBLE", "i / 10.0"),
    "discount": ("number", "DOUBLE", "i / 100.0"),
    "order_date": ("date", "DATE", "date '2020-01-01' + (i % 100)::integer"),
    "created_at": ("timestamp", "TIMESTAMP", "timestamp '2024-06-30' - interval 1 second * i"),
    "is_gift": ("boolean", "BOOLEAN", "i % 2 = 0"),
}
"""Column -> its logical type, its physical type, and its value in row `i`."""


def make(folder: Path) -> None:
    """Writes the tables, and the files of every contender, into `folder`."""
    import duckdb

    for part in ("contracts", "soda"):
        (folder / part).mkdir(parents=True)
    database = folder / "bench.duckdb"
    selects = ", ".join(f"({value})::{physical} as {name}" for name, (_, physical, value) in COLUMNS.items())
    with duckdb.connect(str(database)) as connection:
        for number in range(TABLES):
            connection.execute(f"create table t{number} as select {selects} from range(1000) t(i)")
    server = {"type": "duckdb", "database": str(database), "schema": "main"}
    _write(
        folder / "harness.yaml", {"version": 1, "name": "many", "as_of": AS_OF.isoformat(), "servers": {"wh": server}}
    )
    connection = {"database": str(database), "read_only": True}
    _write(folder / "source.yml", {"type": "duckdb", "name": "wh", "connection": connection})
    for number in range(TABLES):
        _write(folder / "contracts" / f"t{number}.odcs.yaml", odcs(f"t{number}", server))
        _write(folder / "soda" / f"t{number}.yml", soda(f"t{number}"))


def odcs(table: str, server: dict[str, Any]) -> dict[str, Any]:
    """A contract: 10 columns required, a key, a unique text, a pattern, a length, bounds, values, rows, an age."""
    properties: dict[str, dict[str, Any]] = {
        name: {"name": name, "logicalType": logical, "physicalType": physical, "description": name, "required": True}
        for name, (logical, physical, _) in COLUMNS.items()
    }
    properties["id"] |= {"primaryKey": True, "primaryKeyPosition": 1}
    properties["code"] |= {"unique": True, "logicalTypeOptions": {"pattern": "^C[0-9]{8}$", "minLength": 9}}
    properties["quantity"]["logicalTypeOptions"] = {"minimum": 0, "maximum": 99}
    for name, values in (("country", ["DE", "FR"]), ("status", ["new", "paid"])):
        properties[name]["quality"] = [{"metric": "invalidValues", "arguments": {"validValues": values}, "mustBe": 0}]
    rows = {"metric": "rowCount", "mustBeGreaterThan": 1}
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": table,
        "version": "1.0.0",
        "status": "active",
        "description": {"purpose": "benchmark"},
        "team": {"name": "bench"},
        "customProperties": [{"property": "layer", "value": "raw"}],
        "servers": [{"server": "wh", **server}],
        "schema": [{"name": table, "description": table, "properties": list(properties.values()), "quality": [rows]}],
        "slaProperties": [{"property": "freshness", "value": 2, "unit": "d", "element": f"{table}.created_at"}],
    }


def soda(table: str) -> dict[str, Any]:
    """The same for soda-core."""
    columns: dict[str, list[dict[str, Any]]] = {name: [{"missing": None}] for name in COLUMNS}
    columns["id"].append({"duplicate": None})
    columns["code"] += [
        {"duplicate": None},
        {"invalid": {"qualifier": "p", "valid_format": {"name": "p", "regex": "^C[0-9]{8}$"}}},
        {"invalid": {"qualifier": "l", "valid_min_length": 9}},
    ]
    columns["quantity"] += [
        {"invalid": {"qualifier": "low", "valid_min": 0}},
        {"invalid": {"qualifier": "high", "valid_max": 99}},
    ]
    columns["country"].append({"invalid": {"valid_values": ["DE", "FR"]}})
    columns["status"].append({"invalid": {"valid_values": ["new", "paid"]}})
    age = {"column": "created_at", "threshold": {"unit": "day", "must_be_less_than": 2}}
    return {
        "dataset": f"wh/main/{table}",
        "checks": [{"row_count": {"threshold": {"must_be_greater_than": 1}}}, {"freshness": age}],
        "columns": [{"name": name, "checks": asked} for name, asked in columns.items()],
    }


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
