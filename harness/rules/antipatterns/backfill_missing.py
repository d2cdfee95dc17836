"""backfill-missing."""

from collections.abc import Iterator

from sqlglot import exp

from harness.model.dbt import DbtProject
from harness.model.result import Severity
from harness.rules.antipatterns.clocks import is_clock
from harness.rules.antipatterns.code import Code, codes, named, target_of
from harness.rules.antipatterns.jinja import UNKNOWN, is_parametrised
from harness.rules.antipatterns.own import Itself, called, marks
from harness.rules.rule import Context, Finding, rule

_PARAMETERS = (exp.Placeholder, exp.Parameter, exp.SessionParameter)
_OF_DBT = ("dbt", "dbt_duckdb", "dbt_postgres", "dbt_snowflake", "dbt_bigquery", "dbt_redshift", "dbt_spark")
"""Packages whose macros read no variable."""
_FUNCTIONS = ("getvariable", "current_setting", "session_context")


@rule("backfill-missing", severity=Severity.ERROR, scope="project", needs=("sql",))
def backfill_missing(context: Context) -> Iterator[Finding]:
    """A load decides by itself what it takes, so that a period that was wrong cannot be loaded again.

    *Why*

    One day a source is corrected, or a bug is. A load that takes what is beyond the newest row, or of the day on
    which it runs, can then only be run in full, which for a large table is no option. A parameter says which period
    to load: a variable of dbt (`var('run_date')`), the strategy `microbatch`, a placeholder of a script (`:run_date`,
    `getvariable('run_date')`). A load that takes all that its source has needs none.

    A variable counts wherever the model or a macro of the project that it calls reads one. Not seen: whether it
    decides the period.

    *Bad*

    ```sql
    -- load/example.sql
    INSERT INTO raw.trips SELECT trip_id, loaded_at FROM landing.trips
    WHERE loaded_at > (SELECT max(loaded_at) FROM raw.trips);
    ```

    *Good*

    ```sql
    -- load/example.sql
    DELETE FROM raw.trips WHERE loaded_on = :run_date;
    INSERT INTO raw.trips SELECT trip_id, loaded_on FROM landing.trips WHERE loaded_on = :run_date;
    ```
    """
    for code in codes(context):
        if code.node and code.incremental and context.dbt:
            yield from _of_model(code, context.dbt)
        elif not code.node:
            yield from _of_script(code)


def _of_model(code: Code, dbt: DbtProject) -> Iterator[Finding]:
    config = code.node.config if code.node else {}
    macros = (macro.sql for macro in dbt.macros if code.node and macro.id in code.node.macros)
    if config.get("incremental_strategy") == "microbatch" or any(map(is_parametrised, (code.text, *macros))):
        return
    hidden = any(macro.split(".")[1] not in (dbt.name, *_OF_DBT) for macro in (code.node.macros if code.node else ()))
    if any(_decides(statement, code.itself, hidden=hidden) for statement in code.all):
        message = (
            "later runs decide by themselves what they take, and no variable names a period to load again; "
            "read one, as in `var('run_date', none)`, or use the strategy `microbatch`"
        )
        yield code.finding(message, code.line_of("is_incremental", "incremental"), "period")


def _of_script(code: Code) -> Iterator[Finding]:
    if any(_is_parameter(node) for statement in code.statements for node in statement.walk()):
        return
    for statement in code.statements:
        table = target_of(statement)
        if isinstance(statement, exp.Insert | exp.Merge) and table:
            name = named(table)
            if _decides(statement, called(name), whole=False):
                message = f"what is loaded into `{name}` cannot be told to the script; take the period from a parameter"
                yield code.finding(message, code.place_of(statement, name), name, of=statement)
                return


def _decides(statement: exp.Expr, itself: Itself, *, whole: bool = True, hidden: bool = False) -> bool:
    """Whether it takes its rows by a mark on its own table, by a clock, or by what only dbt knows.

    What only dbt knows may be a parameter, where a macro of a package has it `hidden`.
    """
    read = statement if whole else statement.args.get("expression") or statement.args.get("using")
    if read is None:
        return False
    filters = [node for where in read.find_all(exp.Where) for node in where.walk()]
    return any(marks(read, itself)) or any(is_clock(node) or (_is_unknown(node) and not hidden) for node in filters)


def _is_unknown(node: exp.Expr) -> bool:
    return isinstance(node, exp.Column | exp.Literal) and node.name == UNKNOWN


def _is_parameter(node: exp.Expr) -> bool:
    return isinstance(node, _PARAMETERS) or (isinstance(node, exp.Anonymous) and node.name.lower() in _FUNCTIONS)
