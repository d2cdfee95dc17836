"""The OpenLineage identity of a table: a namespace that says where it is, and its name there.

Two tools draw one graph only if both spell a dataset alike, so this follows the dataset naming of the OpenLineage
specification and, where that is silent (DuckDB), what `dbt-ol` emits.
"""

import os.path
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness.model.check import TableName
from harness.model.contract import Contract, Schema, Server

# greedy up to the last @: a password may hold any character, and losing a bit of a path leaks nothing
_USER_INFO = re.compile(r"(?<=//)\S*@")
_PLACEHOLDER = re.compile(r"\{(?:model|object)\}")
_URL_QUERY = re.compile(r"(?<=\S)\?\S+")


class _Store(NamedTuple):
    """How one type of server is named: the scheme, and the settings that make up `host:port` and the name."""

    scheme: str
    port: int | None = 0
    """The default; None where a port is no part of the name."""
    host: str = "host"
    database: str = "database"
    schema: str = ""
    """The schema of a table that names none."""


_STORES: dict[str, _Store] = {
    "postgres": _Store("postgres", 5432, schema="public"),
    "postgresql": _Store("postgres", 5432, schema="public"),
    "redshift": _Store("redshift", 5439, schema="public"),
    "mysql": _Store("mysql", 3306),
    "sqlserver": _Store("mssql", 1433, schema="dbo"),
    "synapse": _Store("sqlserver", 1433, schema="dbo"),
    "oracle": _Store("oracle", 1521, database="serviceName"),
    "clickhouse": _Store("clickhouse", 8123),
    "trino": _Store("trino", 8080, database="catalog"),
    "databricks": _Store("databricks", None, database="catalog"),
    "snowflake": _Store("snowflake", None, host="account"),
}


def dataset_name(server: Server, table: TableName, root: Path | None = None) -> tuple[str, str]:
    """The namespace and name of `table`; a relative DuckDB path is taken from `root`, the project's folder."""
    settings = server.settings
    match server.type:
        case "duckdb":
            return _duckdb(settings, table, root or Path())
        case "local":
            return "file", _files(settings, table, root or Path())
        case "bigquery":
            return "bigquery", _joined(settings.get("project"), table.schema or settings.get("dataset"), table.name)
        case "athena":
            names = settings.get("catalog") or "AwsDataCatalog", table.schema or settings.get("schema"), table.name
            return f"awsathena://athena.{settings.get('regionName', '')}.amazonaws.com", _joined(*names)
        case kind:
            return _store(_STORES.get(kind, _Store(kind)), settings, table)


def table_of(contract: Contract, schema: Schema, server: Server) -> TableName:
    """The contract's table as `server` spells it: a database schema in its physical name wins over the servers'."""
    before, _, name = schema.table.rpartition(".")
    own = (one for one in contract.servers if one.name == server.name)
    stated = (one.settings.get("schema") for one in (*own, server))  # the project's may say none
    return TableName(before.rpartition(".")[2] or next((str(one) for one in stated if one), ""), name)


def without_secrets(text: str) -> str:
    """`text` with what may hold a credential taken out of every URL in it: the user info and the query."""
    return _URL_QUERY.sub("", _USER_INFO.sub("", text))


def one_line(text: str) -> str:
    """`text` in one line without credentials or control characters, of a length people read."""
    line = "".join(c for c in " ".join(without_secrets(text).split()) if c.isprintable())
    return line if len(line) <= 400 else f"{line[:399]}…"


def _duckdb(settings: Mapping[str, Any], table: TableName, root: Path) -> tuple[str, str]:
    path = without_secrets(str(settings.get("database") or ""))  # MotherDuck: `md:sales?motherduck_token=...`
    schema = table.schema or settings.get("schema") or "main"
    if path in ("", ":memory:"):
        return "inmemory://", _joined("memory", schema, table.name)
    elsewhere = "://" in path or path.startswith("md:")
    place = path if elsewhere else Path(os.path.normpath(root / path)).as_posix()
    # DuckDB calls a database by the first part of its file's name: `shop` for shop.v2.duckdb
    database = place.removeprefix("md:").rpartition("/")[2].lstrip(".").partition(".")[0]
    return f"duckdb://{place}", _joined(database, schema, table.name)


def _files(settings: Mapping[str, Any], table: TableName, root: Path) -> str:
    """The file, or the folder that holds the files of a pattern."""
    path = _PLACEHOLDER.sub(lambda _: table.name, str(settings.get("path") or ""))
    parts = Path(os.path.normpath(root / path)).parts
    plain = next((number for number, part in enumerate(parts) if set(part) & set("*?[")), len(parts))
    return Path(*parts[:plain]).as_posix()


def _store(store: _Store, settings: Mapping[str, Any], table: TableName) -> tuple[str, str]:
    # some write the host as a URL; of that only `host` or `host:port` may stay
    host = re.sub(r"^(\w+:)?//", "", str(settings.get(store.host) or "")).rpartition("@")[2].partition("/")[0]
    port = store.port is not None and (settings.get("port") or store.port)
    where = f"{host}:{port}" if host and port and not re.search(r":\d+$", host) else host
    schema = table.schema or settings.get("schema") or store.schema
    return f"{store.scheme}://{where}", _joined(settings.get(store.database), schema, table.name)


def _joined(*names: Any) -> str:
    return ".".join(str(name) for name in names if name not in (None, ""))
