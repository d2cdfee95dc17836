"""Which operator answers fastest: cheaper ways to the same exact number, for engines on which they were measured.

The SQL of a check, as a report shows it, stays what it is; these detours give its number sooner. Each is exact: where
a detour proves nothing, the check is measured in full. docs/performance.md has the measurements.
"""

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlglot import exp

from harness.metrics.expressions import all_present, column, count_where
from harness.runners.statement import Ask

_FREE = frozenset({"PROJECTION", "COLUMN_DATA_SCAN", "DUMMY_SCAN"})
"""Steps of a plan that read no row of a table."""
_SPARSE = 32
"""How many times its rows an integer key's range may be, so that a bit for each value is small."""
_PROBE = 20_000
"""Rows that are looked at before a whole column is tried for order."""
_INLINE = 12
"""Bytes of a text that the engine keeps in the value itself; hashing it first saves nothing."""
_CANDIDATES = 10_000
"""How many doubtful hashes are confirmed by value; with more, all keys are counted by value at once."""
_FEW = 5
"""How many rows each value must stand for."""
_LOOK = 50_000
"""Rows that are looked at where the engine has no estimate, as of Parquet.

They are within a row group: with a LIMIT beyond it, DuckDB takes twice as long as for the whole column.
"""
_CLASS = r"\[(?:[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9])\]"
"""Of one range: where characters of several alternate, as in a hash, GLOB takes longer than a regular expression."""
_FIXED = re.compile(rf"\^(?:(?:\\d|{_CLASS}|[A-Za-z0-9_ ,;:@#%&='<>~/-])(?:\{{[1-9][0-9]?\}})?)+\$\Z")
_ATOM = re.compile(rf"(\\d|{_CLASS}|.)(?:\{{([0-9]+)\}})?")
_ALL = exp.Count(this=exp.Star())


@dataclass(frozen=True, slots=True)
class Asking:
    """An engine, asked in its dialect."""

    ask: Ask
    dialect: str
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Column -> its type, as far as that is known."""

    def row(self, query: exp.Select) -> tuple[Any, ...] | None:
        """The row that answers; None when there is none."""
        row, error = self.ask(query.sql(self.dialect))
        return None if error else row

    def knowing(self, source: exp.Expr, names: Sequence[str]) -> "Asking":
        """The same, which knows the types of these columns; no row is read."""
        row = self.row(exp.select(*(exp.func("TYPEOF", column(name)) for name in names)).from_(source).limit(1))
        return replace(self, kinds=dict(zip(names, map(str, row), strict=True))) if row else self

    def kind(self, value: exp.Expr) -> str:
        """The type of a value, or "" when it is not known."""
        return self.kinds.get(value.name, "") if isinstance(value, exp.Column) else ""

    def are_free(self, queries: Sequence[exp.Select]) -> list[bool]:
        """Of each query whether the engine answers from its statistics, without a look at the rows; [] if unknown.

        All have columns of the same types.
        """
        return [_steps(plan) <= _FREE for plan in self._plans(queries)]

    def estimates(self, queries: Sequence[exp.Select]) -> list[float]:
        """Of each query how many rows the engine expects, infinite when it does not say; [] if unknown."""
        return [_expected(plan) for plan in self._plans(queries)]

    def _plans(self, queries: Sequence[exp.Select]) -> list[dict[str, Any]]:
        """The plan of each query: all are planned as one, for to ask takes longer than to plan."""
        row, error = self.ask(
            "EXPLAIN (FORMAT JSON) " + " UNION ALL ".join(query.sql(self.dialect) for query in queries)
        )
        if error:
            return []
        (plan,) = json.loads(row[-1])
        parts = _parts(plan) if len(queries) > 1 else [plan]
        return parts if len(parts) == len(queries) else []


def _parts(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """What a UNION is made of, in order."""
    return [part for child in plan["children"] for part in _parts(child)] if plan["name"] == "UNION" else [plan]


def _steps(plan: dict[str, Any]) -> set[str]:
    return {plan["name"].strip()}.union(*map(_steps, plan["children"]))


def _expected(plan: dict[str, Any]) -> float:
    said = plan["extra_info"].get("Estimated Cardinality")
    if said:
        return float(said)
    return _expected(plan["children"][-1]) if plan["children"] else math.inf


def rewritten(expression: exp.Expr) -> exp.Expr:
    """The same, with each pattern of fixed width as GLOB, which is cheaper than a regular expression."""
    return expression.transform(_as_glob) if expression.find(exp.RegexpLike) else expression


def proof_of(expression: exp.Expr) -> exp.Expr | None:
    """What shows, from MIN, MAX and COUNT alone, that a count of violating rows is 0; None when nothing can.

    Where it is not TRUE, nothing is known.
    """
    condition = condition_of(expression)
    return _never(condition) if condition else None


def condition_of(expression: exp.Expr) -> exp.Expr | None:
    """What the rows meet that `expression` counts; None when it counts no rows by a condition."""
    if not isinstance(expression, exp.Count) or not isinstance(expression.this, exp.Case):
        return None
    branches = expression.this.args["ifs"]
    return branches[0].this if len(branches) == 1 and not expression.this.args.get("default") else None


@dataclass(frozen=True, slots=True)
class Keys:
    """How many different keys there are; where it is known, how many of them stand in several rows, and in how many."""

    different: int
    repeated: int | None = None
    rows: int | None = None


def distinct_keys(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr], rows: int) -> Keys | None:
    """The different keys without a NULL; None when the engine gave no answer.

    `source` is the table, `keys` the expressions that make up one key, `rows` about how many the table has.
    """
    for operator in (_by_bitmap, _by_order, _by_hash, _by_value):
        found = operator(asking, source, keys, rows)
        if found is not None:
            return found
    return None


def with_few_values(asking: Asking, source: exp.Expr, names: Sequence[str], rows: int) -> set[str]:
    """The columns of text of which each value seems to stand for many rows.

    By the engine's estimate, else by a look at the first rows. Text alone: 0.0 and -0.0 are one value of two spellings.
    """
    texts = [name for name in names if asking.kind(column(name)) == "VARCHAR"]
    if not texts:
        return set()
    grouped = [exp.select(column(name)).from_(source).group_by(column(name)) for name in texts]
    few = {name for name, many in zip(texts, asking.estimates(grouped), strict=False) if many * _FEW <= rows}
    rest = [name for name in texts if name not in few]
    if rest and rows >= _LOOK * _FEW:
        first = exp.select(*map(column, rest)).from_(source).limit(_LOOK).subquery("look")
        different = (exp.Count(this=exp.Distinct(expressions=[column(name)])) for name in rest)
        row = asking.row(exp.select(*different).from_(first)) or ()
        few |= {name for name, seen in zip(rest, row, strict=bool(row)) if values_in(_LOOK, seen) * _FEW <= rows}
    return few


def values_in(look: int, seen: int) -> float:
    """How many values a column has of which `look` rows hold `seen`, if each is as frequent as the next.

    Of D values a look at n rows finds D * (1 - exp(-n / D)).
    """
    if seen >= look:
        return math.inf
    low, high = float(seen), float(look) ** 2
    while high - low > 1:
        middle = (low + high) / 2
        low, high = (middle, high) if middle * -math.expm1(-look / middle) < seen else (low, middle)
    return high


def glob_of(pattern: str) -> str:
    """The GLOB that matches what an anchored regular expression of fixed width matches, or "" when it is none."""
    if not _FIXED.match(pattern):
        return ""
    atoms = _ATOM.findall(pattern[1:-1])
    return "".join(("[0-9]" if atom == "\\d" else atom) * int(times or 1) for atom, times in atoms)


def _as_glob(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.RegexpLike) and isinstance(node.expression, exp.Literal):
        glob = glob_of(node.expression.this)
        if glob:
            return exp.Glob(this=node.this, expression=exp.Literal.string(glob))
    return node


def _never(condition: exp.Expr) -> exp.Expr | None:
    """That `condition` is true of no row."""
    match condition:
        case exp.Paren():
            return _never(condition.this)
        case exp.Or():
            left, right = _never(condition.left), _never(condition.right)
            return exp.and_(left, right) if left and right else None
        case exp.Is(expression=exp.Null()):
            return exp.EQ(this=exp.Count(this=condition.this.copy()), expression=_ALL.copy())
        case exp.Not(this=exp.GTE() | exp.GT() as inside):
            return _at_end(inside, exp.Min)
        case exp.Not(this=exp.LTE() | exp.LT() as inside):
            return _at_end(inside, exp.Max)
        case exp.EQ(this=value, expression=exp.Cast(this=exp.Literal(this="NaN")) as nan):
            # NaN is above every number, so where there is one it is the largest; statistics have it before a cast
            own = value.this if isinstance(value, exp.Cast) else value
            largest = exp.cast(exp.Max(this=own.copy()), nan.to)
            return exp.EQ(this=largest, expression=nan.copy()).not_()
        case _:
            return None


def _at_end(comparison: exp.Expr, end: type[exp.AggFunc]) -> exp.Expr:
    """The comparison, of the smallest or largest value in place of each."""
    return type(comparison)(this=end(this=comparison.this.copy()), expression=comparison.expression.copy())


def _by_bitmap(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr], rows: int) -> Keys | None:
    """A bit for each possible value of an integer key, where its statistics show that they are not too many."""
    if len(keys) > 1:
        return None
    (key,) = keys
    if "INT" not in (asking.kind(key) or "INT"):
        return None
    ends = exp.select(exp.Min(this=key.copy()), exp.Max(this=key.copy())).from_(source)
    if asking.are_free([ends]) != [True]:
        return None
    low, high = asking.row(ends) or (None, None)
    if type(low) is not int or type(high) is not int or high - low > _SPARSE * rows:
        return None
    bits = exp.func("BITSTRING_AGG", key.copy(), exp.Literal.number(low), exp.Literal.number(high))
    row = asking.row(exp.select(exp.func("BIT_COUNT", bits)).from_(source))
    return Keys(row[0]) if row else None


def _by_order(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr], _: int) -> Keys | None:
    """Each key above the one before it: no two are equal. Needs no certain order of the rows, merely some order."""
    key = keys[0] if len(keys) == 1 else exp.func("ROW", *(key.copy() for key in keys))
    columns = (
        exp.alias_(key.copy(), "k"),
        exp.alias_(exp.Window(this=exp.Lag(this=key.copy())), "before"),
        exp.alias_(all_present(list(keys)), "present"),
    )
    above = exp.GT(this=exp.column("k"), expression=exp.column("before"))
    counts = (_ALL, count_where(exp.column("present")), count_where(above))
    total = 0
    for rows_of in (exp.select("*").from_(source).limit(_PROBE).subquery("probe"), source):
        pairs = exp.select(*columns).from_(rows_of).subquery("pairs")
        total, present, shown = asking.row(exp.select(*(c.copy() for c in counts)).from_(pairs)) or (0, 0, 0)
        # the first row has none before it
        if not present == total == shown + 1:
            return None
    return Keys(total, 0, 0)


def _by_hash(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr], _: int) -> Keys | None:
    """Different hashes are different keys; the few keys that share a hash are counted by value."""
    if len(keys) == 1 and not _is_wide(asking, source, keys[0]):
        return None
    present = all_present(list(keys))
    hashed = exp.func("HASH", *(key.copy() for key in keys))
    grouped = exp.select(exp.alias_(hashed.copy(), "h"), exp.alias_(_ALL.copy(), "n")).from_(source).where(present)
    # by the expression: its alias may be the name of a column too, which GROUP BY would take
    shared = exp.select("h", "n").from_(grouped.group_by(hashed.copy()).subquery("hashes")).where("n > 1")
    some = exp.select("h").from_("shared").limit(_CANDIDATES + 1).subquery("some")
    answer = asking.row(
        exp.select(
            exp.select(_ALL.copy()).from_(source).where(present).subquery(),
            exp.select("COALESCE(SUM(n), 0)").from_("shared").subquery(),
            exp.select(exp.func("LIST", exp.column("h"))).from_(some).subquery(),
        ).with_("shared", as_=shared, materialized=True)
    )
    if not answer:
        return None
    total, doubtful, candidates = answer
    if not candidates:
        return Keys(total, 0, 0)
    if len(candidates) > _CANDIDATES:
        return None
    among = exp.In(this=hashed, expressions=[exp.Literal.number(each) for each in candidates])
    confirmed = _grouped(asking, exp.select("*").from_(source).where(among).subquery("doubtful"), keys)
    return confirmed and replace(confirmed, different=total - int(doubtful) + confirmed.different)


def _by_value(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr], _: int) -> Keys | None:
    """The keys themselves, counted apart from the scan: beside other aggregates that takes longer and more memory."""
    return _grouped(asking, source, keys)


def _grouped(asking: Asking, source: exp.Expr, keys: Sequence[exp.Expr]) -> Keys | None:
    own = [key.copy() for key in keys]
    groups = exp.select(exp.alias_(_ALL.copy(), "n")).from_(source).where(all_present(own)).group_by(*own)
    several = "n > 1"
    counts = ("COUNT(*)", f"COUNT(*) FILTER (WHERE {several})", f"COALESCE(SUM(n) FILTER (WHERE {several}), 0)")
    row = asking.row(exp.select(*counts, dialect=asking.dialect).from_(groups.subquery("groups")))
    return Keys(row[0], row[1], int(row[2])) if row else None


def _is_wide(asking: Asking, source: exp.Expr, key: exp.Expr) -> bool:
    """Whether the key is text, longer than what the engine keeps in place."""
    if asking.kind(key) not in ("", "VARCHAR"):
        return False
    probe = exp.select(exp.alias_(key.copy(), "k")).from_(source).limit(_PROBE).subquery("probe")
    kind = exp.func("TYPEOF", exp.AnyValue(this=exp.column("k")))
    width = exp.Max(this=exp.func("STRLEN", exp.cast(exp.column("k"), "text")))
    found, most = asking.row(exp.select(kind, width).from_(probe)) or ("", 0)
    return found == "VARCHAR" and (most or 0) > _INLINE
