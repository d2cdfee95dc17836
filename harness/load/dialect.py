"""What sqlglot calls the SQL of a server or of a dbt adapter."""

_DIALECTS = {
    "local": "duckdb",
    "postgresql": "postgres",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "azure": "tsql",
    "impala": "hive",
    "glue": "athena",
    "vertica": "postgres",
}
"""Server and adapter types that sqlglot calls otherwise."""


def dialect_of(kind: str) -> str:
    """Sqlglot's dialect for a server or a dbt adapter of type `kind`; its own one when it knows none."""
    from sqlglot.dialects.dialect import Dialect

    name = _DIALECTS.get(kind, kind)
    return name if Dialect.get(name) else ""
