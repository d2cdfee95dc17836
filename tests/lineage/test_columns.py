"""Every construct of SQL as a case, and DuckDB itself as the witness that no origin is missing."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.lineage.columns import Derivation, column_lineage
from harness.lineage.relation import Origin
from harness.model.lineage import ROWS

CASES = Path(__file__).parents[1] / "cases" / "lineage"
TYPES = {"s": "STRUCT(f INTEGER, g STRUCT(h INTEGER))", "l": "INTEGER[]"}
SEEDS = (3, 7)


class Tables:
    """The schema of a case."""

    def __init__(self, schema: Mapping[str, Sequence[str]]) -> None:
        self.columns = {key.lower(): (key, tuple(columns)) for key, columns in schema.items()}

    def find(self, parts: Sequence[str]) -> tuple[str, tuple[str, ...] | None]:
        names = (".".join(parts[-2:]).lower(), parts[-1].lower() if len(parts) == 1 else "")
        return next((self.columns[n] for n in names if n in self.columns), (".".join(parts[-2:]), None))


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
        for case in document["cases"]:
            yield pytest.param(
                {"dialect": "duckdb", "schema": document.get("schema", {}), **case}, id=f"{path.stem}: {case['name']}"
            )


def derived(case: Mapping[str, Any]) -> list[Derivation]:
    return list(column_lineage(case["sql"], Tables(case["schema"]), case["dialect"]))


def words(origins: frozenset[Origin]) -> list[str]:
    return sorted(f"{o.field} {o.how.subtype.lower()}{' masking' if o.how.masking else ''}" for o in origins)


@pytest.mark.parametrize("case", tuple(cases()))
def test_case(case: Mapping[str, Any]) -> None:
    actual = [
        {
            "target": each.target,
            "columns": {name: words(origins) for name, origins in each.columns},
            "rows": words(each.rows),
            "gaps": [f"{column}: {reason}" for column, reason in each.gaps],
        }
        for each in derived(case)
    ]
    empty: dict[str, Any] = {"target": "", "rows": [], "gaps": []}
    assert actual == [empty | expected for expected in case["expect"]]
    assert [list(each["columns"]) for each in actual] == [list(each["columns"]) for each in case["expect"]]


def test_every_construct_has_cases() -> None:
    named = {
        "select",
        "aliases",
        "stars",
        "joins",
        "subqueries",
        "windows",
        "sets",
        "ctes",
        "nested",
        "names",
        "writes",
    }
    assert {path.stem for path in CASES.glob("*.yaml")} == named | {"dialects", "gaps"}


class Warehouse:
    """The tables `t` and `u` of the cases in DuckDB, with a few rows; every change is undone."""

    def __init__(self, seed: int) -> None:
        import duckdb

        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute(f"create table t (a int, b int, id int, s {TYPES['s']}, l int[])")
        self.connection.execute("create table u (id int, c int, a int)")
        for i in range(6):
            k = (i * seed) % 5
            row = f"({k % 3}, {(k + i) % 4}, {i}, {{'f': {k}, 'g': {{'h': {i}}}}}, [{i}, {k}])"
            self.connection.execute(f"insert into t values {row}")
            self.connection.execute(f"insert into u values ({i + 1}, {(k * 2) % 5}, {k % 4})")

    def outcome(self, sql: str, target: str, change: str = "") -> dict[str, list[str]]:
        """Each column of what the SQL gives, or of the table that it writes, as sorted values."""
        self.connection.execute("begin")
        try:
            if "on conflict" in sql:
                self.connection.execute("create unique index ids on u (id)")
            self.connection.execute(change or "select 1")
            self.connection.execute(sql if target else f"create table result as {sql}")
            found = self.connection.execute(f"from {target or 'result'}")
            names = [column[0].lower() for column in found.description]
            rows = found.fetchall()
        finally:
            self.connection.execute("rollback")
        return {name: sorted(repr(row[i]) for row in rows) for i, name in enumerate(names)}


def changes() -> Iterator[tuple[str, str, str]]:
    """A field, and a statement that changes it."""
    for table, columns in (("t", ("a", "b", "id")), ("u", ("id", "c", "a"))):
        for column in columns:
            yield table, column, f"update {table} set {column} = {column} + 10"
            yield table, column, f"update {table} set {column} = 5 - {column}"
        yield table, ROWS, f"delete from {table} where id % 2 = 0"
    yield "t", "s", "update t set s = {'f': s.f + 1, 'g': {'h': s.g.h + 2}}"
    yield "t", "l", "update t set l = list_transform(l, x -> x + 1) || [9]"


def witnessed() -> Iterator[Any]:
    """The cases that DuckDB can run on the tables `t` and `u`."""
    for param in cases():
        case = param.values[0]
        other = any(name in case["sql"].lower() for name in ("unknown", "mixed", "_landed_on", "nowhere"))
        whole = len(case["expect"]) == 1 and not case["expect"][0].get("gaps")
        if case["dialect"] == "duckdb" and whole and not other:
            yield param


@pytest.mark.parametrize("case", tuple(witnessed()))
def test_duckdb_gives_the_same_columns(case: Mapping[str, Any]) -> None:
    (derivation,) = derived(case)
    if not derivation.target or derivation.creates:
        actual = list(Warehouse(3).outcome(case["sql"], derivation.target))
        assert [name.lower() for name, _ in derivation.columns] == actual


@pytest.mark.parametrize("case", tuple(witnessed()))
def test_what_changes_a_column_is_among_its_origins(case: Mapping[str, Any]) -> None:
    """Taint by experiment: a source is changed, and each column that then differs must have it as an origin."""
    (derivation,) = derived(case)
    origins = {name.lower(): found for name, found in derivation.columns}
    missing = set()
    for warehouse in map(Warehouse, SEEDS):
        before = warehouse.outcome(case["sql"], derivation.target)
        for table, column, change in changes():
            after = warehouse.outcome(case["sql"], derivation.target, change)
            # what a statement leaves of the table that it writes is no matter of lineage
            own = {column, *(before if column == ROWS else ())} if table == derivation.target else set()
            for name in before.keys() - own:
                known = {origin.field for origin in origins.get(name, frozenset()) | derivation.rows}
                if before[name] != after[name] and (table, column) not in known:
                    missing.add((name, f"{table}.{column}"))
    assert not missing
