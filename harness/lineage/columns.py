"""SQL -> column lineage, typed as OpenLineage has it: what each statement writes, and where it comes from.

What cannot be resolved is a gap with its reason; a statement is never silently without lineage.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlglot import exp, parse
from sqlglot.errors import ParseError, SqlglotError

from harness.lineage.queries import outermost, relation_of, with_ctes
from harness.lineage.relation import Origin, Origins, Relation, Unresolved
from harness.lineage.scope import Catalog, Scope
from harness.lineage.writes import Target, created, deleted, inserted, merged, target_of, updated
from harness.model.lineage import ROWS

_WITHOUT_DATA = (
    exp.Alter, exp.Analyze, exp.Commit, exp.Comment, exp.Describe, exp.Drop, exp.Grant, exp.Pragma, exp.Revoke,
    exp.Rollback, exp.Set, exp.Transaction, exp.TruncateTable, exp.Use,
)  # fmt: skip
"""Statements that move no data from column to column."""

_PARSER_ERRORS = (SqlglotError, ValueError, AttributeError, TypeError)
"""Besides its own, sqlglot's parser lets a few others out for SQL that makes no sense."""


@dataclass(frozen=True, slots=True)
class Derivation:
    """What one statement makes of a table."""

    target: str
    """The table that it writes, or "" for a query."""
    columns: tuple[tuple[str, frozenset[Origin]], ...]
    """Each column that it writes, in order, with what it is made from; none for a constant."""
    rows: frozenset[Origin]
    """What decides which rows there are: of use for every column."""
    gaps: tuple[tuple[str, str], ...]
    """Column, or `*` for all, and what could not be resolved of it."""
    creates: bool = False
    """Whether these are all the columns that the table has."""


def column_lineage(sql: str, catalog: Catalog, dialect: str = "duckdb") -> Iterator[Derivation]:
    """The lineage of each statement in `sql` that reads or writes data; it raises nothing for what the SQL holds.

    A statement is read when it is asked for, so that `catalog` may have learned from those before it.
    """
    try:
        statements = parse(sql, dialect=dialect)
    except _PARSER_ERRORS as error:
        yield _unknown(f"the SQL cannot be parsed{_place(error)}")
    except RecursionError:
        yield _unknown("the SQL cannot be parsed: it is nested too deep")
    else:
        for statement in statements:
            yield from _derivations(statement, catalog, dialect) if statement else ()


def _place(error: Exception) -> str:
    found = error.errors[:1] if isinstance(error, ParseError) else []
    return "".join(f", line {each.get('line')}, column {each.get('col')}" for each in found)


def _derivations(statement: exp.Expr, catalog: Catalog, dialect: str) -> Iterator[Derivation]:
    scope = outermost(catalog, dialect)
    try:
        yield from _statement(statement, scope)
    except RecursionError:
        yield _unknown("the SQL is nested too deep")


def _statement(statement: exp.Expr, outer: Scope) -> Iterator[Derivation]:
    scope = with_ctes(statement, outer)
    match statement:
        case exp.Query() | exp.Pivot() | exp.Values():
            yield _derivation("", relation_of(statement, outer))
        case exp.Create() if statement.kind not in ("TABLE", "VIEW") or not statement.expression:
            return  # a table without a query holds nothing yet
        case exp.Create() | exp.Insert() | exp.Merge() | exp.Update() | exp.Delete():
            target = target_of(statement, scope)
            if target is None:
                yield _unknown(f"what {statement.key.upper()} writes into is not resolved")
            else:
                written = _WRITTEN[type(statement)](statement, target, scope)
                yield _derivation(target.key, written, creates=isinstance(statement, exp.Create))
        case _ if not isinstance(statement, _WITHOUT_DATA):
            yield _unknown(f"{statement.key.upper()} is not resolved")


_WRITTEN: dict[type[exp.Expr], Callable[[Any, Target, Scope], Relation]] = {
    exp.Create: created,
    exp.Insert: inserted,
    exp.Merge: merged,
    exp.Update: updated,
    exp.Delete: deleted,
}
"""What each statement makes of its target."""


def _derivation(target: str, relation: Relation, *, creates: bool = False) -> Derivation:
    """Without the unresolved, which become gaps."""
    columns = tuple((name, _known(origins)) for name, origins in relation.columns if name != ROWS)
    reasons = [(name, reason) for name, origins in relation.columns for reason in _reasons(origins)]
    reasons += [(ROWS, reason) for reason in (*_reasons(relation.rows), *(s.reason for s in relation.stars))]
    return Derivation(target, columns, _known(relation.rows), tuple(dict.fromkeys(reasons)), creates)


def _known(origins: Origins) -> frozenset[Origin]:
    return frozenset(origin for origin in origins if isinstance(origin, Origin))


def _reasons(origins: Origins) -> list[str]:
    return sorted(origin.reason for origin in origins if isinstance(origin, Unresolved))


def _unknown(reason: str) -> Derivation:
    return Derivation("", (), frozenset(), ((ROWS, reason),))
