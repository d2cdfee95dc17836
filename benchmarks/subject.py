"""What is measured: one table of 20 columns and 50 checks, said once and written for each contender.

The table is in a DuckDB file, or in a Parquet file that a view of the DuckDB file shows.

Twelve of the checks fail on the data, so that no contender can stop early on a clean table.
"""

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

AS_OF = datetime(2024, 7, 1, tzinfo=UTC)
TABLE = "orders"
_MADE = """
    create table orders as
    select
        i::bigint as id,
        'u' || lpad(i::varchar, 12, '0') as order_uuid,
        case when i % 50000 = 7 then 'C00000001' else 'C' || lpad(i::varchar, 8, '0') end as order_code,
        case when i % 997 = 0 then null else 'customer ' || (i % 20000) end as customer_name,
        case when i % 1999 = 0 then 'not an address' else 'user' || (i % 20000) || '@example.org' end as email,
        ['DE', 'FR', 'IT', 'ES', 'PL', 'xx'][1 + (case when i % 5003 = 0 then 5 else i % 5 end)] as country,
        ['new', 'paid', 'sent', 'done'][1 + i % 4] as status,
        ['red', 'green', 'blue'][1 + i % 3] as colour,
        (i % 100)::integer as quantity,
        case when i % 3001 = 0 then -1 else i % 500 end::integer as stock,
        (i % 7)::smallint as weekday,
        (hash(i) % 100000)::bigint as bucket,
        (hash(i + 1) % 1000000) / 100.0 as amount,
        case when i % 4001 = 0 then null else (hash(i + 2) % 10000) / 100.0 end as discount,
        (hash(i + 3) % 100) / 100.0 as tax_rate,
        (hash(i + 4) % 1000)::double as weight,
        date '2020-01-01' + (i % 1600)::integer as order_date,
        timestamp '2020-01-01' + interval 1 minute * (i % 2000000) as created_at,
        timestamp '2024-06-30' - interval 1 second * (i % 100000) as updated_at,
        i % 2 = 0 as is_gift
    from range({rows}) as t(i)
"""
COLUMNS: dict[str, tuple[str, str]] = {
    "id": ("integer", "BIGINT"), "order_uuid": ("string", "VARCHAR"), "order_code": ("string", "VARCHAR"),
    "customer_name": ("string", "VARCHAR"), "email": ("string", "VARCHAR"), "country": ("string", "VARCHAR"),
    "status": ("string", "VARCHAR"), "colour": ("string", "VARCHAR"), "quantity": ("integer", "INTEGER"),
    "stock": ("integer", "INTEGER"), "weekday": ("integer", "SMALLINT"), "bucket": ("integer", "BIGINT"),
    "amount": ("number", "DOUBLE"), "discount": ("number", "DOUBLE"), "tax_rate": ("number", "DOUBLE"),
    "weight": ("number", "DOUBLE"), "order_date": ("date", "DATE"), "created_at": ("timestamp", "TIMESTAMP"),
    "updated_at": ("timestamp", "TIMESTAMP"), "is_gift": ("boolean", "BOOLEAN"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """One check: `kind` is notnull, key, unique, values, rows, age, sql, or the name of a logicalTypeOption."""

    kind: str
    column: str = ""
    value: Any = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A folder with the table, and every contender's way to ask the same of it."""

    folder: Path
    rows: int

    @property
    def database(self) -> Path:
        """The DuckDB file."""
        return self.folder / "bench.duckdb"


def checks() -> tuple[Asked, ...]:
    """The 50 checks."""
    asked = [Asked("notnull", column) for column in COLUMNS]
    asked += [Asked("key", "id"), Asked("unique", "order_uuid"), Asked("unique", "order_code")]
    for column, low, high in (("quantity", 0, 99), ("stock", 0, 500), ("amount", 0, 9000), ("tax_rate", 0, 1)):
        asked += [Asked("minimum", column, low), Asked("maximum", column, high)]
    patterns = {"order_code": "^C[0-9]{8}$", "email": "^[a-z0-9]+@[a-z]+\\.org$", "order_uuid": "^u[0-9]{12}$"}
    asked += [Asked("pattern", column, pattern) for column, pattern in patterns.items()]
    for column, low, high in (("order_code", 9, 9), ("customer_name", 5, 13), ("email", 5, 20), ("status", 3, 4)):
        asked += [Asked("minLength", column, low), Asked("maxLength", column, high)]
    asked += [
        Asked("values", "country", ["DE", "FR", "IT", "ES", "PL"]),
        Asked("values", "status", ["new", "paid", "sent", "done"]),
        Asked("values", "colour", ["red", "green"]),
        Asked("rows", value=1),
        Asked("age", "updated_at", 2),
        Asked("sql", value="select count(*) from orders where discount > amount"),
        Asked("sql", value="select count(*) from orders where updated_at < created_at"),
        Asked("sql", value="select count(*) from orders where is_gift and weight > 998"),
    ]
    return tuple(asked)


def make(folder: Path, rows: int, form: str) -> Subject:
    """Writes the table and every contender's files into `folder`; `form` is `duckdb` or `parquet`."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    subject = Subject(folder, rows)
    parquet = folder / f"{TABLE}.parquet"
    with duckdb.connect(str(subject.database)) as connection:
        connection.execute(_MADE.format(rows=rows))
        if form == "parquet":
            connection.execute(f"copy {TABLE} to '{parquet}'; drop table {TABLE}")
    if form == "parquet":
        subject.database.unlink()  # the space of a table that was dropped stays in the file
        with duckdb.connect(str(subject.database)) as connection:
            connection.execute(f"create view {TABLE} as from read_parquet('{parquet}')")
    server = {
        "duckdb": {"type": "duckdb", "database": str(subject.database), "schema": "main"},
        "parquet": {"type": "local", "path": str(parquet), "format": "parquet"},
    }[form]
    (folder / "rows.json").write_text(str(rows), encoding="utf-8")
    (folder / "contracts").mkdir(exist_ok=True)
    contract = folder / "contracts" / "orders.odcs.yaml"
    contract.write_text(yaml.safe_dump(odcs(server), sort_keys=False), encoding="utf-8")
    settings = {"version": 1, "name": "bench", "as_of": AS_OF.isoformat(), "servers": {"wh": server}}
    (folder / "harness.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    (folder / "orders.soda.yml").write_text(yaml.safe_dump(soda(), sort_keys=False), encoding="utf-8")
    source = {"type": "duckdb", "name": "wh", "connection": {"database": str(subject.database), "read_only": True}}
    (folder / "source.yml").write_text(yaml.safe_dump(source), encoding="utf-8")
    return subject


def odcs(server: dict[str, Any]) -> dict[str, Any]:
    """The contract that the harness and datacontract-cli read."""
    properties = {
        name: {"name": name, "logicalType": logical, "physicalType": physical, "description": name}
        for name, (logical, physical) in COLUMNS.items()
    }
    table_rules: list[dict[str, Any]] = []
    sla: list[dict[str, Any]] = []
    for asked in checks():
        item = properties.get(asked.column, {})
        match asked.kind:
            case "notnull":
                item["required"] = True
            case "key":
                item |= {"primaryKey": True, "primaryKeyPosition": 1}
            case "unique":
                item["unique"] = True
            case "values":
                rule = {"metric": "invalidValues", "arguments": {"validValues": asked.value}, "mustBe": 0}
                item.setdefault("quality", []).append(rule)
            case "rows":
                table_rules.append({"metric": "rowCount", "mustBeGreaterThan": asked.value})
            case "age":
                sla.append(
                    {"property": "freshness", "value": asked.value, "unit": "d", "element": f"orders.{asked.column}"}
                )
            case "sql":
                table_rules.append({"type": "sql", "query": asked.value, "mustBe": 0})
            case option:
                item.setdefault("logicalTypeOptions", {})[option] = asked.value
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "orders",
        "version": "1.0.0",
        "status": "active",
        "description": {"purpose": "benchmark"},
        "team": {"name": "bench"},
        "customProperties": [{"property": "layer", "value": "raw"}],
        "servers": [{"server": "wh", **server}],
        "schema": [
            {"name": TABLE, "description": "orders", "properties": list(properties.values()), "quality": table_rules}
        ],
        "slaProperties": sla,
    }


def soda() -> dict[str, Any]:
    """The same checks for soda-core."""
    columns: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    table: list[dict[str, Any]] = []
    for index, asked in enumerate(checks()):
        name = {"qualifier": f"q{index}"}
        match asked.kind:
            case "notnull":
                columns[asked.column].append({"missing": name})
            case "key" | "unique":
                columns[asked.column].append({"duplicate": name})
            case "minimum":
                columns[asked.column].append({"invalid": {**name, "valid_min": asked.value}})
            case "maximum":
                columns[asked.column].append({"invalid": {**name, "valid_max": asked.value}})
            case "pattern":
                written = {"name": f"p{index}", "regex": asked.value}
                columns[asked.column].append({"invalid": {**name, "valid_format": written}})
            case "minLength":
                columns[asked.column].append({"invalid": {**name, "valid_min_length": asked.value}})
            case "maxLength":
                columns[asked.column].append({"invalid": {**name, "valid_max_length": asked.value}})
            case "values":
                columns[asked.column].append({"invalid": {**name, "valid_values": asked.value}})
            case "rows":
                table.append({"row_count": {"threshold": {"must_be_greater_than": asked.value}}})
            case "age":
                wanted = {"unit": "day", "must_be_less_than": asked.value}
                table.append({"freshness": {"column": asked.column, "threshold": wanted}})
            case "sql":
                table.append({"metric": {**name, "query": asked.value, "threshold": {"must_be": 0}}})
    return {
        "dataset": f"wh/main/{TABLE}",
        "checks": table,
        "columns": [{"name": name, "checks": asked} for name, asked in columns.items() if asked],
    }


def statements() -> list[str]:
    """The same numbers in SQL by hand: what can share a scan in one statement, the distinct counts on their own."""
    selects: list[str] = []
    alone: list[str] = []
    for asked in checks():
        column = asked.column
        match asked.kind:
            case "notnull":
                selects.append(f"count(*) - count({column})")
            case "key" | "unique":
                alone.append(f"select count({column}) - count(distinct {column}) from orders")
            case "pattern":
                selects.append(f"count_if(not regexp_matches({column}, '{asked.value}'))")
            case "minimum" | "maximum" | "minLength" | "maxLength" | "values":
                selects.append(f"count_if({_bad(asked)})")
            case "rows":
                selects.append("count(*)")
            case "age":
                selects.append(f"epoch(timestamp '{AS_OF:%Y-%m-%d}') - epoch(max({column}))")
            case "sql":
                alone.append(asked.value)
    return [f"select {', '.join(selects)} from orders", *alone]


def best_statements(rows: int, *, footers: bool, by_value: bool) -> list[str]:
    """The same numbers by the best SQL we know, written by one who knows these very columns.

    What statistics answer is asked of them alone, but for floats of Parquet, whose `footers` leave NaN out; the key is
    counted in a bitmap, the ordered text by its order; a pattern of fixed width is a GLOB. With `by_value` a text
    column of few values is grouped once for all its checks, else all that is left is one scan.
    """
    texts = {
        column: [a for a in checks() if a.column == column and a.kind in ("pattern", "values", *_LENGTHS)]
        for column in ("customer_name", "email", "country", "status", "colour")
    }
    grouped = [
        f"select {', '.join(f'sum(n) filter ({_bad(a)})' for a in asked)}, sum(n) filter ({column} is null) "
        f"from (select {column}, count(*) n from orders group by 1)"
        for column, asked in texts.items()
    ]
    ranges = [a for a in checks() if a.kind in ("minimum", "maximum")]
    broken = [
        a
        for a in ranges
        if (a.column, a.kind) in (("stock", "minimum"), ("amount", "maximum"))
        or (footers and a.column in ("amount", "tax_rate"))
    ]
    keys = [a for a in checks() if a.kind in ("pattern", *_LENGTHS) and a.column not in texts]
    scanned = broken + keys + ([] if by_value else [a for asked in texts.values() for a in asked])
    absent = ["discount is null", *([] if by_value else ["customer_name is null"])]
    ends = ", ".join(f"{a.kind[:3]}({a.column})" for a in ranges if a not in broken)
    full = ", ".join(f"count({c})" for c in COLUMNS if c not in ("customer_name", "discount"))
    return [
        f"select count(*), max(updated_at), {full}, {ends} from orders",
        *(grouped if by_value else ()),
        f"select bit_count(bitstring_agg(id, 0, {rows - 1})) from orders",
        "select count(*), count_if(k > p) from (select order_uuid k, lag(order_uuid) over () p from orders)",
        "select count(*) from (select distinct order_code from orders)",
        f"select {', '.join(f'count_if({each})' for each in (*absent, *map(_bad, scanned)))} from orders",
        *(a.value for a in checks() if a.kind == "sql"),
    ]


_LENGTHS = ("minLength", "maxLength")


def _bad(asked: Asked) -> str:
    column, value = asked.column, asked.value
    match asked.kind:
        case "minimum":
            return f"{column} < {value}"
        case "maximum":
            return f"{column} > {value}"
        case "minLength":
            return f"length({column}) < {value}"
        case "maxLength":
            return f"length({column}) > {value}"
        case "values":
            listed = ", ".join(f"'{each}'" for each in value)
            return f"{column} not in ({listed})"
        case "pattern" if column != "email":
            letter, digits = ("C", 8) if column == "order_code" else ("u", 12)
            return f"not {column} glob '{letter}{'[0-9]' * digits}'"
        case _:
            return f"not regexp_matches({column}, '{value}')"


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
