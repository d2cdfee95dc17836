"""Types as contracts declare them, of engines that have no table of their own and with lengths that DuckDB ignores."""

import pytest

from harness.lattice import Kind, compare_declared

SAME, WIDENED, NARROWED, OTHER = Kind.SAME, Kind.WIDENED, Kind.NARROWED, Kind.OTHER


@pytest.mark.parametrize(
    ("dialect", "before", "after", "kind"),
    [
        ("", "varchar(10)", "VARCHAR( 10 )", SAME),
        ("", "VARCHAR2(20)", "varchar(30)", WIDENED),
        ("", "INT64", "bigint", SAME),
        ("", "int", "bigint", WIDENED),
        ("", "array<int>", "array<bigint>", WIDENED),
        ("", "struct<a:int,b:string>", "struct<a:int>", NARROWED),
        ("", "timestamp", "date", NARROWED),
        ("", "timestamp", "timestamptz", OTHER),
        ("duckdb", "VARCHAR(50)", "VARCHAR", WIDENED),
        ("duckdb", "TEXT", "STRING", SAME),
        ("duckdb", "CHAR(3)[]", "CHAR(2)[]", NARROWED),
        ("duckdb", "MAP(VARCHAR(3), INT)", "MAP(VARCHAR(4), INT)", WIDENED),
        ("duckdb", "uint8", "UTINYINT", SAME),
        ("duckdb", "DATETIME", "TIMESTAMP", SAME),
        ("postgres", "character varying(3)", "varchar(3)", SAME),
        ("snowflake", "NUMBER", "NUMBER(38,0)", SAME),
        ("snowflake", "INT", "BIGINT", SAME),
        ("snowflake", "FLOAT", "DOUBLE", SAME),
        ("snowflake", "CHAR(3)", "VARCHAR(3)", SAME),
        ("snowflake", "TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ", SAME),
        ("snowflake", "TIMESTAMP_NTZ", "TIMESTAMP_TZ", OTHER),
        ("snowflake", "VARIANT", "OBJECT", OTHER),
        ("bigquery", "INT64", "INTEGER", SAME),
        ("bigquery", "STRING(10)", "STRING", WIDENED),
        ("bigquery", "NUMERIC", "BIGNUMERIC", WIDENED),
        ("bigquery", "DATETIME", "TIMESTAMP", OTHER),
        ("bigquery", "ARRAY<STRUCT<a INT64>>", "ARRAY<STRUCT<a INT64, b STRING>>", WIDENED),
        ("databricks", "LONG", "BIGINT", SAME),
        ("databricks", "DECIMAL", "DECIMAL(10,0)", SAME),
        ("tsql", "VARCHAR(10)", "NVARCHAR(10)", WIDENED),
        ("tsql", "NVARCHAR(MAX)", "NVARCHAR(4000)", NARROWED),
        ("tsql", "REAL", "FLOAT(24)", SAME),
        ("tsql", "FLOAT", "REAL", NARROWED),
        ("tsql", "DATETIME", "DATETIME2", WIDENED),
        ("tsql", "TINYINT", "SMALLINT", WIDENED),
        ("oracle", "VARCHAR2(20 CHAR)", "VARCHAR2(40 CHAR)", WIDENED),
        ("oracle", "NUMBER(10)", "NUMBER", WIDENED),
        ("oracle", "DATE", "TIMESTAMP", WIDENED),
        ("oracle", "LONG", "CLOB", SAME),
        ("oracle", "RAW(16)", "RAW(32)", WIDENED),
        ("mysql", "INT", "INT UNSIGNED", OTHER),
        ("mysql", "TEXT", "LONGTEXT", WIDENED),
        ("mysql", "ENUM('a')", "ENUM('a', 'b')", WIDENED),
        ("mysql", "BLOB", "TINYBLOB", NARROWED),
        ("redshift", "VARCHAR", "VARCHAR(256)", SAME),
        ("redshift", "VARCHAR(MAX)", "VARCHAR(10)", NARROWED),
        ("trino", "TIMESTAMP", "TIMESTAMP(3)", SAME),
        ("trino", "ROW(a INTEGER)", "ROW(a BIGINT)", WIDENED),
        ("clickhouse", "LowCardinality(String)", "String", SAME),
        ("clickhouse", "UInt8", "UInt16", WIDENED),
        ("clickhouse", "owl", "OWL", SAME),
    ],
)
def test_kind(dialect, before, after, kind):
    mirrored = {WIDENED: NARROWED, NARROWED: WIDENED}
    assert compare_declared(before, after, dialect).kind is kind
    assert compare_declared(after, before, dialect).kind is mirrored.get(kind, kind)


@pytest.mark.parametrize(
    ("dialect", "before", "after", "unknown"),
    [
        ("postgres", "owl", "text", "owl"),
        ("", "text", "owl", "owl"),
        ("clickhouse", "Nullable(Int32)", "Int32", "Nullable"),
        ("snowflake", "VECTOR(FLOAT, 3)", "VECTOR(FLOAT, 4)", "VECTOR"),
    ],
)
def test_what_nobody_knows_is_not_compared(dialect, before, after, unknown):
    with pytest.raises(ValueError, match=unknown):
        compare_declared(before, after, dialect)
