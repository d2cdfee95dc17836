"""load-not-idempotent."""

from collections.abc import Iterable, Iterator

from sqlglot import exp

from harness.model.result import Severity
from harness.rules.antipatterns.clocks import is_clock
from harness.rules.antipatterns.code import Code, codes, named, same_table, target_of
from harness.rules.antipatterns.own import called, is_guarded
from harness.rules.rule import Context, Finding, rule

_REMEMBERS = ("snowflake", "databricks")
"""Their COPY INTO knows which files it has loaded."""
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.DPipe, exp.Concat, exp.ArrayConcat)


@rule("load-not-idempotent", severity=Severity.ERROR, scope="project", needs=("sql",))
def load_not_idempotent(context: Context) -> Iterator[Finding]:
    """A load that is run twice leaves other rows than one that is run once.

    *Why*

    Every load is run again one day: a task is retried, a day is loaded anew. An INSERT or COPY must then meet what it
    left before: by a DELETE of what it loads or a TRUNCATE above it in the script, by MERGE, ON CONFLICT or INSERT OR
    REPLACE, by a key of the table that a script declares (the second run then fails, and doubles nothing), or by
    leaving out what is there (NOT EXISTS, an anti-join, only rows beyond the newest). A DELETE of what is old is none
    of what is loaded. Nor may an UPDATE, or what is done on a conflict, add to the value that is there. dbt's
    strategy `append` does nothing of this by itself, whatever `unique_key` says, and a model that is a table may not
    be made from itself.

    A row about the run itself (`INSERT INTO log VALUES (now())`) is rightly there once for each run. Not seen: hooks,
    procedures, and what a driver runs around the script. A key that only a contract promises does not count: it is
    measured after the rows came twice.

    *Bad*

    ```sql
    -- load/example.sql
    INSERT INTO raw.orders
    SELECT order_id, amount, ordered_on FROM landing.orders WHERE ordered_on = DATE '2024-03-01';
    ```

    *Good*

    ```sql
    -- load/example.sql
    DELETE FROM raw.orders WHERE ordered_on = DATE '2024-03-01';
    INSERT INTO raw.orders
    SELECT order_id, amount, ordered_on FROM landing.orders WHERE ordered_on = DATE '2024-03-01';
    ```
    """
    found = codes(context)
    keyed = {name for code in found if not code.node for each in code.statements for name in _keyed(each)}
    for code in found:
        yield from _of_model(code) if code.node else _of_script(code, keyed)


def _of_model(code: Code) -> Iterator[Finding]:
    if code.node and code.node.materialized == "table" and any(map(code.itself, _read(code))):
        message = "the table is made anew from what it held before, so each further run may change it; read the sources"
        yield code.finding(message, code.line_of("this", code.name), "itself")
    strategy = code.node.config.get("incremental_strategy") if code.node else ""
    if not code.incremental or strategy != "append" or any(is_guarded(each, code.itself) for each in code.all):
        return
    ignored = "; `append` does not look at its unique_key" if code.node and code.node.config.get("unique_key") else ""
    message = (
        f"the strategy `append` adds the rows that a run is given, even those that are there{ignored}; "
        "use `merge` or `delete+insert` with a unique_key, or leave out what is there"
    )
    yield code.finding(message, code.line_of("append", "incremental_strategy"), "append")


def _read(code: Code) -> Iterator[exp.Table]:
    return (table for statement in code.statements for table in statement.find_all(exp.Table))


def _of_script(code: Code, keyed: Iterable[str]) -> Iterator[Finding]:
    emptied: list[tuple[str, exp.Delete | None]] = []
    growing: set[str] = set()
    for number, statement in enumerate(code.statements):
        target = target_of(statement)
        name = named(target) if target else ""
        match statement:
            case exp.Create() if statement.kind == "TABLE" and (
                not statement.args.get("exists") or _temporary(statement)
            ):
                emptied.append((name, None))
            case exp.TruncateTable() | exp.Drop():
                emptied += ((named(table), None) for table in statement.find_all(exp.Table))
            case exp.Delete():
                emptied.append((name, statement))
            case exp.Insert() | exp.Copy() if target:
                # PostgreSQL deletes in a CTE of the INSERT as well
                emptied += ((named(each.this), each) for each in statement.find_all(exp.Delete))
                cleared = any(same_table(table, name) and _covers(delete, statement) for table, delete in emptied)
                if not cleared and not any(same_table(key, name) for key in keyed) and _appends(statement, name, code):
                    yield _doubling(code, statement, name, number)
            case exp.Merge() if isinstance(statement.args.get("on"), exp.Boolean | exp.Literal | exp.EQ) and not any(
                statement.args["on"].find_all(exp.Column)
            ):
                yield _doubling(code, statement, name, number)
        for column in _accumulated(statement):
            if f"{name}.{column}" in growing:
                continue
            growing.add(f"{name}.{column}")
            message = (
                f"`{name}.{column}` is set from what it is, so each further run changes it; set it from the source"
            )
            yield code.finding(message, code.place_of(statement, column), f"{name} {column} accumulates", of=statement)


def _doubling(code: Code, statement: exp.Expr, name: str, number: int) -> Finding:
    what = {"copy": "COPY", "merge": "MERGE, whose condition names no column,"}.get(statement.key, "INSERT")
    message = (
        f"this {what} adds the same rows to `{name}` again when it is run again; delete what it loads first, or "
        "meet what is there by a key (MERGE, ON CONFLICT)"
    )
    count = sum(1 for each in code.statements[:number] if (target := target_of(each)) and named(target) == name)
    return code.finding(
        message, code.place_of(statement, name.rpartition(".")[2]), f"{name} {count or ''}".strip(), of=statement
    )


def _temporary(statement: exp.Create) -> bool:
    return any(statement.find_all(exp.TemporaryProperty))


def _keyed(statement: exp.Expr) -> Iterator[str]:
    """The table for which a statement declares a key."""
    kinds = (exp.PrimaryKeyColumnConstraint, exp.UniqueColumnConstraint, exp.PrimaryKey)
    table = statement.find(exp.Table)
    index = isinstance(statement, exp.Create) and statement.kind == "INDEX" and statement.args.get("unique")
    if table and isinstance(statement, exp.Create | exp.Alter) and (index or any(statement.find_all(*kinds))):
        yield named(table)


def _appends(statement: exp.Expr, name: str, code: Code) -> bool:
    """Whether the statement adds rows without looking at those that are there."""
    if isinstance(statement, exp.Copy):
        return code.dialect not in _REMEMBERS
    args = statement.args
    if args.get("overwrite") or args.get("alternative") or args.get("ignore") or args.get("conflict"):
        return False
    query = args.get("expression")
    if query is None or is_guarded(query, called(name)):
        return query is None
    about_the_run = not any(query.find_all(exp.Table)) and any(is_clock(node) for node in query.walk())
    return not about_the_run


def _covers(delete: exp.Delete | None, insert: exp.Expr) -> bool:
    """Whether a DELETE may be of what is loaded; one of what is older than something, which is not loaded, is not."""
    where = delete.args.get("where") if delete else None
    if where is None:
        return True
    compared = list(where.find_all(exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.In, exp.Between, exp.Exists))
    older = bool(compared) and all(
        (isinstance(each, exp.LT | exp.LTE) and isinstance(each.this, exp.Column))
        or (isinstance(each, exp.GT | exp.GTE) and isinstance(each.expression, exp.Column))
        for each in compared
    )
    return not older or bool(_fixed(where) & _fixed(insert))


def _fixed(node: exp.Expr) -> set[str]:
    """The values and parameters that a part of a statement names."""
    return {each.sql() for each in node.find_all(exp.Literal, exp.Placeholder, exp.Parameter)}


def _accumulated(statement: exp.Expr) -> Iterator[str]:
    """The columns that are set from what they are."""
    match statement:
        case exp.Update():
            yield from _growing(statement.expressions, _names(statement.this) | {""})
        case exp.Insert() if statement.args.get("conflict"):
            yield from _growing(statement.args["conflict"].expressions, _names(target_of(statement)) | {""})
        case exp.Merge():
            for when in statement.args["whens"].expressions:
                if isinstance(then := when.args["then"], exp.Update) and isinstance(then.expressions, list):
                    yield from _growing(then.expressions, _names(statement.this))


def _growing(assignments: Iterable[exp.Expr], names: set[str]) -> Iterator[str]:
    for each in assignments:
        column = each.this if isinstance(each, exp.EQ) and isinstance(each.this, exp.Column) else None
        sums = each.expression.find_all(*_ARITHMETIC) if column else ()
        read = (other for node in sums for other in node.find_all(exp.Column))
        if column and any(o.name.lower() == column.name.lower() and o.table.lower() in names for o in read):
            yield column.name


def _names(table: exp.Expr | None) -> set[str]:
    return {table.alias_or_name.lower(), table.name.lower()} if isinstance(table, exp.Table) else set()
