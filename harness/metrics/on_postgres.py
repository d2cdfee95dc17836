"""What metrics say in neutral words, in pieces that PostgreSQL has and that give the same number there.

SQL of a user is left as it is written.
"""

from collections.abc import Callable

from sqlglot import exp
from sqlglot.expressions import DType

from harness.metrics.are_pattern import are_pattern
from harness.metrics.expressions import all_present, column, literal, text
from harness.metrics.guard import is_written

_DONE = "done"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_OF_THE_CALENDAR = (
    "^(?:(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    f"|02-(?:0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)$"
)
"""A day in ISO 8601 that the calendar has, as a regular expression: a cast would end the statement at another text."""
_NUMBER = r"^\s*[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?\s*$"
_TIMES: dict[DType, tuple[DType, tuple[str, ...], str]] = {
    DType.DATE: (DType.DATE, ("date", "timestamp", "timestamptz"), f"^{_DAY}$"),
    DType.TIMESTAMP: (DType.TIMESTAMPTZ, ("date", "timestamp", "timestamptz"), f"^{_DAY}(?:[Tt ][0-9]|$)"),
    DType.TIME: (DType.TIME, ("time", "timetz", "timestamp", "timestamptz"), "^[0-9]{2}:[0-9]{2}"),
    DType.TIMETZ: (DType.TIMETZ, ("time", "timetz", "timestamptz"), "^[0-9]{2}:[0-9]{2}"),
}
"""What something is cast to -> by way of what, which types need no look at their texts, and what a text must be like.

Of texts PostgreSQL also reads `now`, `01/02/2024` and `Jan 2`, and a cast to TIMESTAMP drops the zone that one names.
"""
_PLAIN = (exp.Column, exp.Dot, exp.Paren)


def lowered(expression: exp.Expr) -> exp.Expr:
    """The expression anew. Raises ValueError for what PostgreSQL has nothing for."""
    holder = exp.Paren(this=expression.copy())
    _lower(holder.this)
    found: exp.Expr = holder.this.pop()
    return found


def _lower(node: exp.Expr) -> None:
    """Each node before those below it, since the pieces that it becomes may hold some of them."""
    if is_written(node):
        return
    lower = _LOWER.get(type(node))
    if lower and not node.meta.get(_DONE):
        found = lower(node)
        if found is not node:
            node.replace(found)
            _lower(found)
            return
    for child in list(node.iter_expressions()):
        _lower(child)


def _done(node: exp.Expr) -> exp.Expr:
    node.meta[_DONE] = True
    return node


def _exactly(value: exp.Expr) -> exp.Expr:
    """The text character by character, whatever its collation takes for equal."""
    return exp.Collate(this=value, expression=exp.to_identifier("C", quoted=True))


def _like(value: exp.Expr, pattern: str) -> exp.Expr:
    return _done(exp.RegexpLike(this=_exactly(value), expression=literal(pattern)))


def _case(condition: exp.Expr, value: exp.Expr, other: exp.Expr | None = None) -> exp.Expr:
    return exp.Case(ifs=[exp.If(this=condition, true=value)], default=other)


def _regexp_like(node: exp.Expr) -> exp.Expr:
    return _like(node.this, are_pattern(_stated(node)))


def _regexp_replace(node: exp.Expr) -> exp.Expr:
    arguments = [_exactly(node.this), literal(are_pattern(_stated(node))), node.args["replacement"]]
    return exp.Anonymous(this="REGEXP_REPLACE", expressions=arguments)


def _stated(node: exp.Expr) -> str:
    pattern = node.expression
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        raise ValueError("a pattern must be a text")
    return pattern.name


def _cast(node: exp.Expr) -> exp.Expr:
    """A date or time, in UTC; a text that names it otherwise than in ISO 8601 ends the statement."""
    kind, value = node.args["to"].this, node.this
    if kind not in _TIMES or not isinstance(node, exp.Cast):
        return _done(node)
    over, types, pattern = _TIMES[kind]
    found: exp.Expr = _done(exp.cast(value, exp.DataType.build(over)))
    if not (isinstance(value, exp.Literal | exp.AtTimeZone | exp.Cast) or value.find(exp.RegexpReplace)):
        type_of = exp.Anonymous(this="PG_TYPEOF", expressions=[value.copy()])
        plain = _done(exp.In(this=type_of, expressions=[literal(each) for each in types]))
        # the text is a part of it, so that nothing is cast before it is asked for
        nothing = exp.Left(this=text(value.copy()), expression=literal(0))
        wrong = exp.DPipe(this=literal("no ISO 8601"), expression=nothing)
        found = _case(exp.or_(plain, _like(text(value.copy()), pattern)), found, _done(exp.cast(wrong, over)))
    return found if over is kind else _done(exp.cast(found, exp.DataType.build(kind)))


def _try_cast(node: exp.Expr) -> exp.Expr:
    to, value = node.args["to"], node.this
    written = text(value.copy())
    match to.this:
        case DType.DATE:
            return _case(_like(written, _OF_THE_CALENDAR), _done(exp.cast(written.copy(), "date")))
        case DType.DOUBLE:
            return _case(_like(written, _NUMBER), exp.cast(written.copy(), "decimal"))
        case DType.DECIMAL:
            # a number of any size is one here; rounded as the cast would do
            places = to.expressions[1].copy() if len(to.expressions) > 1 else literal(0)
            return exp.Anonymous(this="ROUND", expressions=[exp.cast(written, "decimal"), places])
    raise ValueError(f"PostgreSQL has no cast to {to.sql('postgres')} that gives NULL where it fails")


def _mod(node: exp.Expr) -> exp.Expr:
    """Floating-point numbers have no rest here; as numerics, in the digits that they are written in, they do."""
    sides = (node.this, node.expression)
    if not all(isinstance(side, exp.Cast) and side.args["to"].this is DType.DOUBLE for side in sides):
        return node
    this, other = (exp.cast(text(side.this), "decimal") for side in sides)
    return exp.Mod(this=this, expression=other)


def _extract(node: exp.Expr) -> exp.Expr:
    """Seconds; an infinite time has none."""
    if node.this.name.upper() != "EPOCH":
        return node
    found = _done(node.copy())
    for end in ("Infinity", "-Infinity"):
        found = exp.Nullif(this=found, expression=literal(end))
    return found


def _is_null(node: exp.Expr) -> exp.Expr:
    """That there is no value; `IS NULL` is also true of a composite value of nothing but NULLs."""
    if isinstance(node.expression, exp.Null) and isinstance(node.this, _PLAIN):
        return exp.NullSafeEQ(this=node.this, expression=exp.null())
    return node


def _not(node: exp.Expr) -> exp.Expr:
    inner = node.this.unnest()
    if isinstance(inner, exp.Is) and isinstance(_is_null(inner), exp.NullSafeEQ):
        return exp.NullSafeNEQ(this=inner.this, expression=exp.null())
    return node


def _in(node: exp.Expr) -> exp.Expr:
    values = node.expressions
    if values and all(isinstance(each, exp.Literal) and each.is_string for each in values):
        return _done(exp.In(this=_exactly(text(node.this)), expressions=values))
    return _compared(node) if any(_is_fraction(each) for each in values) else node


def _compared(node: exp.Expr) -> exp.Expr:
    """A column beside a fraction, in the digits that it is written in: 0.1 as a REAL is otherwise above 0.1."""
    if not isinstance(node.this, _PLAIN):
        return node
    node.set("this", exp.cast(text(node.this.copy()), "decimal"))
    return _done(node)


def _comparison(node: exp.Expr) -> exp.Expr:
    return _compared(node) if _is_fraction(node.expression) else node


def _greater(node: exp.Expr) -> exp.Expr:
    size = node.this
    if isinstance(size, exp.ArraySize) and isinstance(size.this, exp.ArrayFilter) and node.expression.name == "0":
        return exp.Exists(this=_filtered(size.this, literal(1)))
    return _comparison(node)


def _is_fraction(value: exp.Expr) -> bool:
    inner = value.this if isinstance(value, exp.Neg) else value
    return isinstance(inner, exp.Literal) and not inner.is_string and not inner.name.isdecimal()


def _elements(array: exp.Expr, name: str) -> exp.Select:
    """The elements of an array as rows; as a column, so that neither a field nor the table has one of its name."""
    each = exp.alias_(exp.Anonymous(this="UNNEST", expressions=[array]), name, quoted=True)
    return exp.select().from_(exp.select(each).subquery("items"))


def _filtered(node: exp.Expr, shown: exp.Expr | None = None) -> exp.Select:
    chosen = node.expression
    name = chosen.expressions[0].name
    return _elements(node.this, name).select(shown or column(name)).where(chosen.this)


def _array(select: exp.Expr) -> exp.Expr:
    return _done(exp.Array(expressions=[select]))


def _array_filter(node: exp.Expr) -> exp.Expr:
    return _array(_filtered(node))


def _array_distinct(node: exp.Expr) -> exp.Expr:
    return _array(_elements(node.this, "item").select(column("item")).distinct())


def _array_size(node: exp.Expr) -> exp.Expr:
    """Of the first dimension, which an empty array has none of."""
    whole = exp.Anonymous(this="CARDINALITY", expressions=[node.this])
    if isinstance(node.this, exp.ArrayFilter | exp.ArrayDistinct):
        return whole
    first = exp.Anonymous(this="ARRAY_LENGTH", expressions=[node.this.copy(), literal(1)])
    return exp.Coalesce(this=first, expressions=[whole])


def _function(node: exp.Expr) -> exp.Expr:
    name = str(node.this).upper()
    if name == "MAP_VALUES":
        return _no_map(node)
    if name != "LIST_SUM":
        return node
    (made,) = node.expressions
    each = made.expression
    return exp.paren(_elements(made.this, each.expressions[0].name).select(exp.Sum(this=each.this)).subquery())


def _typeof(node: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this="PG_TYPEOF", expressions=[node.this])


def _no_map(_: exp.Expr) -> exp.Expr:
    raise ValueError("PostgreSQL has no maps")


def _select(node: exp.Expr) -> exp.Expr:
    """A full join, which takes no NULL for equal to another: rows with a NULL in a key are joined on their own."""
    joins = node.args.get("joins") or ()
    if not joins or joins[0].side != "FULL" or not joins[0].args["on"].find(exp.NullSafeEQ):
        return node
    parts = []
    for is_whole in (True, False):
        part = node.copy()
        own, other = part.args["from_"].this, part.args["joins"][0].this
        keys = list(part.args["joins"][0].args["on"].find_all(exp.NullSafeEQ))
        for side, of in ((own, "this"), (other, "expression")):
            whole = all_present([column(key.args[of].name) for key in keys])
            side.this.where(whole if is_whole else exp.not_(exp.paren(whole)), copy=False)
        if is_whole:
            for key in keys:
                key.replace(exp.EQ(this=key.this, expression=key.expression))
        else:
            # a full join needs something that can be hashed; this holds for every two rows
            every = exp.EQ(this=column("there is", own.alias), expression=column("there is", other.alias))
            part.args["joins"][0].set("on", exp.and_(every, part.args["joins"][0].args["on"]))
        parts.append(_done(part))
    return exp.union(*parts, distinct=False)


_LOWER: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.RegexpLike: _regexp_like,
    exp.RegexpReplace: _regexp_replace,
    exp.Cast: _cast,
    exp.TryCast: _try_cast,
    exp.Mod: _mod,
    exp.Extract: _extract,
    exp.Is: _is_null,
    exp.Not: _not,
    exp.In: _in,
    exp.GT: _greater,
    exp.GTE: _comparison,
    exp.LT: _comparison,
    exp.LTE: _comparison,
    exp.EQ: _comparison,
    exp.NEQ: _comparison,
    exp.ArrayFilter: _array_filter,
    exp.ArrayDistinct: _array_distinct,
    exp.ArraySize: _array_size,
    exp.Anonymous: _function,
    exp.Typeof: _typeof,
    exp.MapKeys: _no_map,
    exp.Select: _select,
}
