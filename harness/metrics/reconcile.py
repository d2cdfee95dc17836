"""The structural check `reconcile`: a table against its source on the same server."""

from sqlglot import exp

from harness.metrics.expressions import by_character, column, literal, table, text
from harness.metrics.metric import metric
from harness.model.check import Check, TableName
from harness.model.result import Dimension

_EXACT_TO = 2**53
"""The number from which on a DOUBLE leaves whole numbers out."""
_WHICH = "which of its key"
"""A column that no table has."""


@metric("reconcileCount", Dimension.ACCURACY, "rows")
def reconcile_count(check: Check) -> exp.Expr:
    """By how many rows a table and its source differ in size.

    ODCS: a customProperty `reconcile: {with: stg_flights, key: [id], compare: [price]}` of a schema or contract. `key`
    and `compare` are lists, or mappings from own columns to those of the source (`{id: flight_id}`). `target` and
    `alert` (`< 0.1 %`) bear a difference, here and in `reconcileRows`. `source` in place of `with` is one on
    another server: docs/reconcile.md.
    """
    sizes = [
        exp.select(exp.Count(this=exp.Star())).from_(table(each)).subquery()
        for each in (check.table, check.arguments["source"])
    ]
    return exp.select(exp.Abs(this=exp.Sub(this=sizes[0], expression=sizes[1])))


@metric("reconcileSums", Dimension.ACCURACY, "number")
def reconcile_sums(check: Check) -> exp.Expr:
    """How many of the compared numeric columns have another sum in the source.

    ODCS: `reconcile`, as of `reconcileCount`. With a `tolerance` a sum may differ by that much per row, and always by a
    billionth of itself, which is what adding up in another order does to floating point.
    """
    pairs: list[tuple[str, str, float]] = check.arguments["sums"]
    own = exp.select(_size(), *(_total(a, f"s{n}") for n, (a, _, _) in enumerate(pairs))).from_(table(check.table))
    other = exp.select(*(_total(b, f"s{n}") for n, (_, b, _) in enumerate(pairs)))
    wrong: list[exp.Expr] = []
    for number, (_, _, tolerance) in enumerate(pairs):
        here, there = column(f"s{number}", "own"), column(f"s{number}", "source")
        per_row = exp.Mul(this=literal(tolerance), expression=column("size", "own"))
        # of the smaller one: of an infinite sum a billionth would be infinite too
        smaller = exp.Least(this=exp.Abs(this=here.copy()), expressions=[exp.Abs(this=there.copy())])
        rounding = exp.Mul(this=literal(1e-9), expression=smaller)
        apart = exp.or_(_unequal_nulls(here, there), _further(here, there, exp.Add(this=per_row, expression=rounding)))
        wrong.append(
            exp.paren(exp.Case(ifs=[exp.If(this=apart, true=exp.Literal.number(1))], default=exp.Literal.number(0)))
        )
    count = wrong[0]
    for each in wrong[1:]:
        count = exp.Add(this=count, expression=each)
    source = other.from_(table(check.arguments["source"])).subquery("source")
    return exp.select(count).from_(own.subquery("own")).join(source, join_type="cross")


def _first_difference(check: Check) -> exp.Expr:
    """The key of the first row that differs, in the order of keys, and how; no value of a classified column."""
    keys: list[tuple[str, str]] = check.arguments["key"]
    place: exp.Expr = exp.Literal.string("")
    for number, (own, source) in enumerate(keys):
        found: exp.Expr = exp.Literal.string("(classified)")
        if own in check.arguments.get("shown", ()):
            found = exp.Coalesce(
                this=text(column(own, "own")), expressions=[text(column(source, "source")), exp.Literal.string("NULL")]
            )
        label = exp.Literal.string(f"{', ' if number else ''}{own} ")
        place = exp.DPipe(this=exp.DPipe(this=place, expression=label), expression=found)
    compared: list[tuple[str, str, float]] = check.arguments["compare"]
    how = [exp.If(this=column("there is", "own").is_(exp.null()), true=exp.Literal.string(" is only in the source"))]
    how.append(exp.If(this=column("there is", "source").is_(exp.null()), true=exp.Literal.string(" is only here")))
    for own, source, tolerance in compared:
        differs = _differ(check, own, source, tolerance)
        how.append(exp.If(this=differs, true=exp.Literal.string(f" differs in {own}")))
    order = [exp.Coalesce(this=column(a, "own"), expressions=[column(b, "source")]) for a, b in keys]
    said = exp.alias_(exp.DPipe(this=place, expression=exp.Case(ifs=how)), "said", quoted=True)
    names = [f"key {number}" for number in range(len(order))]
    placed = (exp.alias_(key, name, quoted=True) for key, name in zip(order, names, strict=True))
    found = differences(check).select(said, *placed, append=False)
    return exp.select(column("said")).from_(found.subquery("found")).order_by(*map(column, names)).limit(1)


@metric("reconcileRows", Dimension.ACCURACY, "rows", witness=_first_difference)
def reconcile_rows(check: Check) -> exp.Expr:
    """How many keys are on one side only, or differ in a compared column; a failure names the first of them.

    ODCS: `reconcile`, as of `reconcileCount`. Two NULLs are equal, in keys too. `tolerance: 0.01` lets numbers differ
    by that much, in all compared columns of a numeric `logicalType`; a mapping (`{price: 0.01}`) in those it names.
    What is declared a `string` is compared character by character, whatever its collation takes for equal, and large
    numbers of different types as whole numbers: beyond 2^53 a BIGINT is not what a DOUBLE makes of it. Keys are matched
    by the columns' own equality.

    Of a key that several rows have, the first of one side is held against the first of the other, in the order of what
    is compared, the second against the second, and so on: a row that is there twice must be so in the source too.
    """
    return exp.select(exp.Count(this=exp.Star())).from_(differences(check).subquery("differences"))


def differences(check: Check) -> exp.Select:
    """The rows that differ."""
    keys: list[tuple[str, str]] = check.arguments["key"]
    compared: list[tuple[str, str, float]] = check.arguments["compare"]
    own = _numbered(check.table, [a for a, _ in keys], [_in_order(check, a, a) for a, *_ in compared])
    source = _numbered(
        check.arguments["source"], [b for _, b in keys], [_in_order(check, a, b) for a, b, _ in compared]
    )
    match = exp.and_(
        *(exp.NullSafeEQ(this=column(a, "own"), expression=column(b, "source")) for a, b in keys),
        exp.EQ(this=column(_WHICH, "own"), expression=column(_WHICH, "source")),
    )
    alone = [column("there is", side).is_(exp.null()) for side in ("own", "source")]
    changed = [_differ(check, *each) for each in compared]
    joined = exp.select(exp.alias_(exp.Literal.number(1), "one", quoted=True)).from_(own.subquery("own"))
    return joined.join(source.subquery("source"), on=match, join_type="full").where(exp.or_(*alone, *changed))


def _numbered(name: TableName, keys: list[str], compared: list[exp.Expr]) -> exp.Select:
    """The rows of a table, each with its place among those of its key."""
    order = [exp.Ordered(this=each, nulls_first=False) for each in compared]
    place = exp.Window(
        this=exp.RowNumber(),
        partition_by=[column(each) for each in keys],
        order=exp.Order(expressions=order) if order else None,
    )
    there_is = exp.alias_(exp.Literal.number(1), "there is", quoted=True)
    return exp.select(there_is, exp.alias_(place, _WHICH, quoted=True), exp.Star()).from_(table(name))


def _in_order(check: Check, own: str, name: str) -> exp.Expr:
    """A compared column as it is put in order; `own` is its counterpart in the table itself."""
    found = column(name)
    return by_character(found) if own in check.arguments.get("texts", ()) else found


def _differ(check: Check, own: str, source: str, tolerance: float) -> exp.Expr:
    here, there = column(own, "own"), column(source, "source")
    if tolerance:
        return exp.or_(_unequal_nulls(here, there), _further(here, there, literal(tolerance)))
    if own in check.arguments.get("texts", ()):
        return exp.NullSafeNEQ(this=by_character(here), expression=by_character(there))
    differ = exp.NullSafeNEQ(this=here, expression=there)
    numbers = (pair[0] for pair in check.arguments.get("sums", ()))
    return exp.or_(differ, _digits_differ(here, there)) if own in numbers else differ


def _digits_differ(here: exp.Expr, there: exp.Expr) -> exp.Expr:
    """That two large numbers of different types, which an engine compares as a DOUBLE does, are not the same."""
    kinds = exp.NEQ(this=_kind(here), expression=_kind(there))
    size = exp.Abs(this=exp.TryCast(this=here.copy(), to=exp.DataType.build("double")))
    large = exp.GTE(this=size, expression=literal(_EXACT_TO))
    whole = [exp.TryCast(this=each.copy(), to=exp.DataType.build("decimal(38, 0)")) for each in (here, there)]
    apart = exp.NullSafeNEQ(this=whole[0], expression=whole[1])
    return exp.Case(ifs=[exp.If(this=exp.and_(kinds, large), true=apart)], default=exp.false())


def _kind(value: exp.Expr) -> exp.Expr:
    return text(exp.Typeof(this=value.copy()))


def _further(here: exp.Expr, there: exp.Expr, bound: exp.Expr) -> exp.Expr:
    """That two numbers are further apart; infinity is no distance from itself, nor is NaN."""
    away = exp.GT(this=exp.Abs(this=exp.Sub(this=here.copy(), expression=there.copy())), expression=bound)
    return exp.and_(exp.NEQ(this=here.copy(), expression=there.copy()), away)


def _unequal_nulls(here: exp.Expr, there: exp.Expr) -> exp.Expr:
    return exp.NEQ(this=exp.paren(here.copy().is_(exp.null())), expression=exp.paren(there.copy().is_(exp.null())))


def _total(name: str, alias: str) -> exp.Expr:
    return exp.alias_(exp.Sum(this=column(name)), alias, quoted=True)


def _size() -> exp.Expr:
    return exp.alias_(exp.Count(this=exp.Star()), "size", quoted=True)
