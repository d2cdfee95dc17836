"""select-star."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from harness.model.result import Severity
from harness.rules.antipatterns.code import Code, codes, named, target_of
from harness.rules.antipatterns.layers import layer_of_code, layer_of_table
from harness.rules.rule import Context, Finding, rule

Ctes = Mapping[str, "tuple[exp.Expr, Ctes]"]
"""The name of a CTE -> its query, and the CTEs that it may read."""


@rule("select-star", severity=Severity.ERROR, scope="project", needs=("sql",))
def select_star(context: Context) -> Iterator[Finding]:
    """A table takes all columns of a table of another layer by `SELECT *`, whatever they are.

    *Why*

    Between layers columns are a promise. With a star a column that is added, renamed or dropped on one side is so on
    the other, without anybody having said so; personal data flows on by itself, and an INSERT by position may put
    values into the wrong column. What counts is what comes out: a star over a CTE that names its columns, `count(*)`
    and EXISTS are harmless, as is a star within a layer. `* EXCLUDE (...)` is a star too.

    Snapshots of dbt, which are to follow their source, may have one. Not seen: a macro that lists all columns when
    dbt compiles (`dbt_utils.star`), and tables whose layer is not known.

    *Bad*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE staging.stg_shop__orders AS SELECT * FROM raw.orders WHERE amount > 0;
    ```

    *Good*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE staging.stg_shop__orders AS
    WITH orders AS (SELECT * FROM raw.orders) SELECT order_id, amount FROM orders WHERE amount > 0;
    ```
    """
    for code in codes(context):
        seen: set[str] = set()
        for statement, query in _built(code):
            layer = _layer(code, statement, context)
            for table in _starred(query, {}, ()):
                theirs = layer_of_table(table, context)
                if layer and theirs and theirs != layer and (name := named(table)) not in seen:
                    seen.add(name)
                    message = (
                        f"all columns of `{name}` ({theirs}) are taken into {layer} by a star, those too that are yet "
                        "to come; name the columns"
                    )
                    yield code.finding(message, code.line_of("select *", ".*", "*"), f"* {name}", of=statement)


def _built(code: Code) -> Iterator[tuple[exp.Expr, exp.Expr]]:
    """Each statement that builds a table, and the query that it is built by."""
    if code.node:
        yield from ((each, each) for each in (code.all if code.node.kind != "snapshot" else ()))
        return
    for statement in code.statements:
        query = statement.args.get("expression")
        if isinstance(statement, exp.Create | exp.Insert) and query is not None:
            yield statement, query


def _layer(code: Code, statement: exp.Expr, context: Context) -> str:
    target = target_of(statement)
    return layer_of_code(code, context) if code.node else layer_of_table(target, context) if target else ""


def _starred(query: exp.Expr, outer: Ctes, above: tuple[exp.Expr, ...]) -> Iterator[exp.Table]:
    """The tables whose columns come out of a query by a star."""
    if any(query is each for each in above):
        return  # a CTE that reads itself
    ctes, inside = _with_own(query, outer), (*above, query)
    match query:
        case exp.SetOperation():
            yield from _starred(query.left, ctes, inside)
            yield from _starred(query.right, ctes, inside)
        case exp.Subquery():
            yield from _starred(query.this, ctes, inside)
        case exp.Select():
            for source in _taken_whole(query):
                if isinstance(source, exp.Table) and not source.db and source.name.lower() in ctes:
                    yield from _starred(*ctes[source.name.lower()], inside)
                elif isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
                    yield source
                elif isinstance(source, exp.Subquery):
                    yield from _starred(source, ctes, inside)


def _with_own(query: exp.Expr, outer: Ctes) -> Ctes:
    """The CTEs that a query may read: each of its own reads those before it, and itself if it is recursive."""
    known, with_ = dict(outer), query.args.get("with_")
    for cte in with_.expressions if with_ else ():
        before: dict[str, tuple[exp.Expr, Ctes]] = dict(known)
        known[cte.alias.lower()] = (cte.this, before)
        if with_ and with_.args.get("recursive"):
            before[cte.alias.lower()] = (cte.this, before)
    return known


def _taken_whole(query: exp.Select) -> Iterator[exp.Expr]:
    """The sources of a query whose columns are all taken."""
    first = query.args.get("from_")
    joins = [join.this for join in query.args.get("joins") or () if join.kind not in ("SEMI", "ANTI")]
    sources = [*([first.this] if first else ()), *joins]
    for item in query.expressions:
        bare = item.this if isinstance(item, exp.Alias) else item
        if isinstance(bare, exp.Star | exp.Columns):
            yield from sources
        elif isinstance(bare, exp.Column) and isinstance(bare.this, exp.Star):
            yield from (source for source in sources if source.alias_or_name.lower() == bare.table.lower())
