"""What a table holds, as one number that any order of rows and columns gives: one aggregate query, for DuckDB.

A row is a text: of each column, by name, its value as DuckDB writes it with its length in front (`3:abc`), or `-` for
NULL; no two rows have the same text. SHA-256 of it is the row's hash. The hashes are sorted and hashed again, in groups
of those with the same first three digits and then of these groups. Sorted, because a sum or an XOR of hashes needs no
memory but can be hit on purpose by whoever may write some thousands of rows.
"""

import hashlib
import json
import re
from collections.abc import Sequence

from sqlglot import exp

from harness.metrics.expressions import column, table
from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.result import TableDigest
from harness.runners.statement import Ask

_DIALECT = "duckdb"
_PREFIX = 3
"""Digits that the hashes of a group share: 4,096 groups, so that the cores can share the work."""
_AMBIGUOUS = re.compile(r"\b(?:UNION|VARIANT|GEOMETRY)\b")
"""Types of which different values have the same text."""


def table_digest(ask: Ask, server: str, name: TableName, columns: Sequence[Property]) -> TableDigest:
    """The digest of a table as it is now, or why there is none."""
    inside = sorted(columns, key=lambda each: each.name)
    unclear = next((each for each in inside if _AMBIGUOUS.search(each.physical_type)), None)
    if unclear:
        why = f"values of {unclear.name} ({unclear.physical_type}) are not told apart by their text"
        return TableDigest(server=server, table=str(name), why_not=why)
    row, error = ask(digest_sql(name, [each.name for each in inside]))
    if error:
        return TableDigest(server=server, table=str(name), why_not=error)
    rows, content = row
    described = [[(each.name, each.physical_type) for each in inside], rows, content]
    digest = hashlib.sha256(json.dumps(described, separators=(",", ":")).encode()).hexdigest()
    return TableDigest(server=server, table=str(name), rows=int(rows), digest=digest)


def digest_sql(name: TableName, columns: Sequence[str]) -> str:
    """The query; its one row is the number of rows and the hash of all of them."""
    row, prefix, hashes, rows = (exp.to_identifier(each, quoted=True) for each in ("row", "prefix", "hashes", "rows"))
    hashed = exp.select(exp.alias_(_own("sha256", _row(columns)), row)).from_(table(name))
    groups = (
        exp.select(
            exp.alias_(_own("substr", exp.column(row), *map(exp.Literal.number, (1, _PREFIX))), prefix),
            exp.alias_(_own("count", exp.Star()), rows),
            exp.alias_(_hashed(exp.column(row), exp.column(row)), hashes),
        )
        .from_(hashed.subquery("hashed"))
        .group_by(exp.Literal.number(1))
    )
    whole = exp.select(
        exp.Coalesce(this=_own("sum", exp.column(rows)), expressions=[exp.Literal.number(0)]),
        exp.Coalesce(this=_hashed(exp.column(hashes), exp.column(prefix)), expressions=[exp.Literal.string("")]),
    ).from_(groups.subquery("groups"))
    return whole.sql(_DIALECT)


def _row(columns: Sequence[str]) -> exp.Expr:
    return _own("concat", *(_value(column(name)) for name in columns))


def _value(of: exp.Expr) -> exp.Expr:
    text = exp.cast(of, "varchar")
    told = _own("concat", _own("strlen", text), exp.Literal.string(":"), text.copy())
    return exp.Case().when(of.copy().is_(exp.null()), exp.Literal.string("-")).else_(told)


def _hashed(texts: exp.Expr, order: exp.Expr) -> exp.Expr:
    ordered = exp.Order(this=exp.Literal.string(""), expressions=[exp.Ordered(this=order.copy(), nulls_first=False)])
    return _own("sha256", _own("string_agg", texts, ordered))


def _own(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function of DuckDB's own: a macro that the database brings along cannot stand in for it."""
    return exp.Dot.build(
        [exp.to_identifier("system"), exp.to_identifier("main"), exp.Anonymous(this=name, expressions=list(arguments))]
    )
