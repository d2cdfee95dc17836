"""The checks of a large table that need no scan, or a faster one; what is left is for the scan."""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter

from sqlglot import exp

from harness.metrics.duplicates import REPEATED, ROWS
from harness.metrics.expressions import column, table
from harness.model.check import Measurement
from harness.runners.operators import Asking, Keys, condition_of, distinct_keys, proof_of, rewritten, with_few_values
from harness.runners.statement import COUNT, Ask, Statement, over

_DEAR = (exp.RegexpLike, exp.Length, exp.In)
"""What costs more on every row than to group the rows by value, where there are few values."""
Proof = tuple[Statement, exp.Expr]
"""A statement, and what shows that its number is 0."""


def detours(
    ask: Ask, beside: Ask, statements: Sequence[Statement], dialect: str, rows: int
) -> tuple[dict[str, Measurement], list[Statement]]:
    """What could be told without a scan, by the check's id, and the statements left, each asked in its fastest form.

    `statements` are aggregates over one table of about `rows` rows. `beside` asks at the same time as `ask`: what keeps
    one core busy leaves room for the other's. Distinct counts, which take the memory, are asked one after another.
    """
    keys = {key for s in statements for each in s.expression.find_all(exp.Distinct) for key in each.expressions}
    names = {key.name for key in keys if isinstance(key, exp.Column)}
    dear = _dear(statements, names)
    asking = Asking(ask, dialect)
    if names or dear:
        asking = asking.knowing(table(statements[0].check.table), [*names, *dear])
    grouped = {statement.check.id for asked in dear.values() for statement, _ in asked}
    provable = [statement for statement in statements if statement.check.id not in grouped]
    other = replace(asking, ask=beside)
    with ThreadPoolExecutor(1) as pool:
        others = pool.submit(lambda: _by_value(other, dear, rows) | _proven(other, provable))
        counted = _distinct(asking, statements, rows)
        told = others.result()
    return told, [_fastest(each, counted, dialect) for each in statements if each.check.id not in told]


def _proven(asking: Asking, statements: Sequence[Statement]) -> dict[str, Measurement]:
    """The checks of which statistics alone show that no row violates them."""
    proofs: dict[frozenset[str], list[Proof]] = {}
    for statement in statements:
        if proof := proof_of(statement.expression):
            names = frozenset(each.name for each in proof.find_all(exp.Column))
            proofs.setdefault(names, []).append((statement, proof))
    free = _free(asking, list(proofs.values()))
    if not free:
        return {}
    started = perf_counter()
    row, error = asking.ask(
        over(statements[0].check.table, [COUNT, *(proof.sql(asking.dialect) for _, proof in free)], asking.dialect)
    )
    seconds = perf_counter() - started
    return {
        statement.check.id: Measurement(value=0, total=row[0], query=statement.alone(asking.dialect), seconds=seconds)
        for (statement, _), holds in zip(free, row[1:], strict=not error)
        if holds is True
    }


def _free(asking: Asking, proofs: Sequence[Sequence[Proof]]) -> Sequence[Proof]:
    """Those that the engine answers from statistics, of each column all or none.

    One that cannot be planned spoils the plan of all, so they are halved.
    """
    if not proofs:
        return ()
    source = table(proofs[0][0][0].check.table)
    free = asking.are_free([exp.select(exp.and_(*(proof for _, proof in each))).from_(source) for each in proofs])
    if free:
        return [proof for each, is_free in zip(proofs, free, strict=True) if is_free for proof in each]
    middle = len(proofs) // 2
    return (*_free(asking, proofs[:middle]), *_free(asking, proofs[middle:])) if middle else ()


def _dear(statements: Sequence[Statement], keys: Collection[str]) -> dict[str, list[tuple[Statement, exp.Expr]]]:
    """The conditions of each column of which one is dear, except for keys: these hold as many values as rows."""
    columns: dict[str, list[tuple[Statement, exp.Expr]]] = {}
    for statement in statements:
        condition = condition_of(statement.expression)
        names = {column.name for column in condition.find_all(exp.Column)} if condition else ()
        if condition and len(names) == 1:
            columns.setdefault(names.pop(), []).append((statement, condition))
    return {
        name: asked
        for name, asked in columns.items()
        if name not in keys and any(condition.find(*_DEAR) for _, condition in asked)
    }


def _by_value(
    asking: Asking, dear: Mapping[str, Sequence[tuple[Statement, exp.Expr]]], rows: int
) -> dict[str, Measurement]:
    """Of columns that hold few values: a condition is put to every value once, not to every row."""
    if not dear:
        return {}
    source = table(next(iter(dear.values()))[0][0].check.table)
    few = with_few_values(asking, source, list(dear), rows)
    told: dict[str, Measurement] = {}
    for name, asked in dear.items():
        if name in few:
            told |= _of_values(asking, source, name, asked)
    return told


def _of_values(
    asking: Asking, source: exp.Expr, name: str, asked: Sequence[tuple[Statement, exp.Expr]]
) -> dict[str, Measurement]:
    values = exp.select(column(name)).from_(source).group_by(column(name))
    times = f"times of {name}"
    counted = values.select(exp.alias_(exp.Count(this=exp.Star()), times, quoted=True)).subquery("counted")
    sums = (column(times), *(exp.Case(ifs=[exp.If(this=met, true=column(times))]) for _, met in asked))
    query = exp.select(*(_sum(each) for each in sums)).from_(counted)
    started = perf_counter()
    row = asking.row(query)
    seconds = perf_counter() - started
    return {
        statement.check.id: Measurement(
            value=value, total=row[0], query=statement.alone(asking.dialect), seconds=seconds
        )
        for (statement, _), value in zip(asked, row[1:] if row else (), strict=row is not None)
        if row
    }


def _sum(numbers: exp.Expr) -> exp.Expr:
    """Their sum as an integer; 0 of none."""
    return exp.cast(exp.func("COALESCE", exp.Sum(this=numbers), exp.Literal.number(0)), "bigint")


def _distinct(asking: Asking, statements: Sequence[Statement], rows: int) -> dict[str, Keys | None]:
    """What is counted by COUNT(DISTINCT), in SQL -> its number, where an operator could count it."""
    counted: dict[str, Keys | None] = {}
    for statement in statements:
        if distinct := statement.expression.find(exp.Distinct):
            name = distinct.sql(asking.dialect)
            if name not in counted:
                counted[name] = distinct_keys(asking, table(statement.check.table), distinct.expressions, rows)
    return counted


def _fastest(statement: Statement, counted: Mapping[str, Keys | None], dialect: str) -> Statement:
    """The statement as a scan asks it soonest, with the number in place of a COUNT(DISTINCT) that is known."""
    distinct = statement.expression.find(exp.Distinct)
    keys = counted[distinct.sql(dialect)] if distinct else None
    expression = rewritten(_put(statement.expression, keys.different) if keys else statement.expression)
    return replace(
        statement, expression=expression, asked=expression.sql(dialect), breakdown=_breakdown(statement, keys)
    )


def _breakdown(statement: Statement, keys: Keys | None) -> str:
    """As the metric words it; of a primary key it also counts the rows without one."""
    if keys is None or keys.repeated is None or statement.check.rule == "primaryKey":
        return ""
    return f"{keys.repeated}{REPEATED}{keys.rows}{ROWS}"


def _put(expression: exp.Expr, number: int) -> exp.Expr:
    """The expression with `number` in place of its COUNT(DISTINCT)."""

    def put(node: exp.Expr) -> exp.Expr:
        counts = isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct)
        return exp.Literal.number(number) if counts else node

    return expression.transform(put)
