"""How a load looks at the table that it adds to: the mark it goes on from, and what keeps rows from coming twice."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlglot import exp

from harness.rules.antipatterns.code import named, same_table
from harness.rules.antipatterns.jinja import UNKNOWN

Itself = Callable[[exp.Table], bool]
"""Whether a table is the one that is added to."""
_SECONDS = {
    "SECOND": 1.0, "MINUTE": 60.0, "HOUR": 3600.0, "DAY": 86400.0, "WEEK": 604800.0, "MONTH": 2592000.0,
    "QUARTER": 7776000.0, "YEAR": 31536000.0,
}  # fmt: skip
_SHIFTS = (
    exp.DateAdd,
    exp.DateSub,
    exp.TimestampAdd,
    exp.TimestampSub,
    exp.DatetimeAdd,
    exp.DatetimeSub,
    exp.TsOrDsAdd,
)
_AT_LEAST: dict[type[exp.Expr], tuple[str, str]] = {
    exp.GT: ("this", "expression"),
    exp.GTE: ("this", "expression"),
    exp.LT: ("expression", "this"),
    exp.LTE: ("expression", "this"),
}
"""A comparison -> its greater side and its smaller one."""


class Mark(NamedTuple):
    """A comparison that lets only rows in that are beyond what is there."""

    column: str
    strict: bool
    """Whether a row at the mark itself is left out."""
    lookback: float | None
    """Seconds by which it looks back behind the mark, 0 when it does not, None when that cannot be told."""
    at: exp.Expr


def called(name: str) -> Itself:
    """Whether a table is the one that SQL calls `name`."""
    return lambda table: same_table(named(table), name)


def marks(statement: exp.Expr, itself: Itself) -> Iterator[Mark]:
    """The high-water marks of a load: `event_at > (select max(event_at) from <the table itself>)`."""
    readers = _readers(statement, itself)
    carriers = {name: query for name, query in _named(statement) if _is_mark(query, itself, readers)}
    for node in statement.find_all(*_AT_LEAST):
        above, below = (node.args[side] for side in _AT_LEAST[type(node)])
        column = above if isinstance(above, exp.Column) else above.find(exp.Column)
        sources = _sources_of(below, carriers, itself, readers)
        if column and sources and not _sources_of(above, carriers, itself, readers):
            shifts = [lookback_in(part) for part in (above, below, *sources)]
            yield Mark(column.name, isinstance(node, exp.GT | exp.LT), _most(shifts), node)


def is_guarded(statement: exp.Expr, itself: Itself) -> bool:
    """Whether rows that are there are not added again, by an anti-join with the table or a strict mark on it."""
    readers = _readers(statement, itself)

    def there(node: exp.Expr | None) -> bool:
        return bool(node) and any(itself(t) or t.name in readers for t in node.find_all(exp.Table))  # type: ignore[union-attr]

    if any(there(node.this) for node in statement.find_all(exp.Not) if isinstance(_bare(node.this), exp.Exists)):
        return True
    if any(there(node.this.args.get("query")) for node in statement.find_all(exp.Not) if isinstance(node.this, exp.In)):
        return True
    if any(there(node.expression) for node in statement.find_all(exp.Except)):
        return True
    for join in statement.find_all(exp.Join):
        if there(join.this) and (join.kind == "ANTI" or (join.side == "LEFT" and _wants_null(join))):
            return True
    return any(mark.strict and mark.lookback == 0 for mark in marks(statement, itself))


def lookback_in(node: exp.Expr) -> float | None:
    """Seconds that an expression goes back in time: 0 when it does no arithmetic, None when they cannot be told."""
    if interval := node.find(exp.Interval):
        return _seconds(interval.this, interval.args.get("unit"))
    if shift := node.find(*_SHIFTS, exp.Sub):
        return _seconds(shift.args.get("expression"), shift.args.get("unit"))
    macros = [c for c in node.find_all(exp.Column) if c.name == UNKNOWN]
    calls = [f for f in node.find_all(exp.Anonymous) if "add" in f.name.lower() or "sub" in f.name.lower()]
    return None if macros or calls else 0.0


def _named(statement: exp.Expr) -> Iterator[tuple[str, exp.Expr]]:
    """CTEs and derived tables: each name with its query."""
    yield from ((cte.alias, cte.this) for cte in statement.find_all(exp.CTE))
    yield from ((sub.alias, sub.this) for sub in statement.find_all(exp.Subquery) if sub.alias)


def _readers(statement: exp.Expr, itself: Itself) -> frozenset[str]:
    """The names of the queries that give rows of the table itself."""
    found: set[str] = set()
    for name, query in _named(statement):
        if any(itself(table) or table.name in found for table in _from(query)):
            found.add(name)
    return frozenset(found)


def _from(query: exp.Expr) -> Iterator[exp.Table]:
    """The tables that a query takes its rows from, and not those it only asks."""
    if isinstance(query, exp.SetOperation):
        yield from _from(query.left)
        yield from _from(query.right)
        return
    first, joins = query.args.get("from_"), query.args.get("joins") or ()
    for source in (*((first.this,) if first else ()), *(join.this for join in joins)):
        if isinstance(source, exp.Table):
            yield source
        elif isinstance(source, exp.Subquery):
            yield from _from(source.this)


def _is_mark(query: exp.Expr, itself: Itself, readers: frozenset[str]) -> bool:
    """Whether a query gives the newest of what is in the table itself."""
    if not isinstance(query, exp.Select) or not any(itself(t) or t.name in readers for t in _from(query)):
        return False
    newest = any(each.find(exp.Max) for each in query.expressions)
    return newest or bool(query.args.get("order") and query.args.get("limit"))


def _sources_of(
    node: exp.Expr, carriers: dict[str, exp.Expr], itself: Itself, readers: frozenset[str]
) -> list[exp.Expr]:
    """The queries of the mark that an expression is made from."""
    inside = [query for query in node.find_all(exp.Select) if _is_mark(query, itself, readers)]
    named = [carriers[table.name] for table in node.find_all(exp.Table) if table.name in carriers]
    columns = [carriers[column.table] for column in node.find_all(exp.Column) if column.table in carriers]
    return [*inside, *named, *columns]


def _most(shifts: list[float | None]) -> float | None:
    most = max((shift for shift in shifts if shift is not None), default=0.0)
    return most if most or None not in shifts else None


def _seconds(amount: exp.Expr | None, unit: exp.Expr | None) -> float | None:
    word = (unit.name if unit else "DAY").upper()
    length = _SECONDS.get(word) or _SECONDS.get(word.rstrip("S"))
    literal = amount.find(exp.Literal) if amount else None
    try:
        return abs(float(literal.name)) * length if literal and length else None
    except ValueError:
        return None


def _bare(node: exp.Expr) -> exp.Expr:
    return _bare(node.this) if isinstance(node, exp.Paren) else node


def _wants_null(join: exp.Join) -> bool:
    """Whether the query keeps only the rows for which the joined side has none."""
    alias, where = join.this.alias_or_name, join.parent.args.get("where") if join.parent else None
    nulls = where.find_all(exp.Is) if where else ()
    found = [node for node in nulls if isinstance(node.expression, exp.Null) and not isinstance(node.parent, exp.Not)]
    return any(column.table == alias for node in found for column in node.find_all(exp.Column))
