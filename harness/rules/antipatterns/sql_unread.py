"""sql-unread."""

from collections.abc import Iterator

from sqlglot import exp

from harness.model.result import Outcome, Severity
from harness.rules.antipatterns.code import codes
from harness.rules.rule import Context, Finding, rule

_HIDING = ("CALL", "DO", "EXECUTE", "EXEC", "PREPARE")


@rule("sql-unread", severity=Severity.ERROR, scope="project", needs=("sql",))
def sql_unread(context: Context) -> Iterator[Finding]:
    """The SQL of a model or a script could not be read, so nothing is known of what is wrong with it.

    *Why*

    The rules on anti-patterns look at SQL as dbt compiled it. Of a model that was not compiled, or was changed since,
    and of SQL that cannot be parsed, they cannot tell anything: that leaves the verdict undecided, even where the
    rule is turned off. Of an incremental model that was compiled before its table was there, later runs are read from
    its Jinja, as far as that goes; else run `dbt compile` where the table is.

    A model in Python is skipped, and so are procedures, functions and what a script calls of them.

    *Bad*

    ```sql
    -- load/example.sql
    SELECT FROM WHERE;
    ```

    *Good*

    ```sql
    -- load/example.sql
    SELECT 1 AS one;
    ```
    """
    for node in context.dbt.own if context.dbt else ():
        if node.language != "sql":
            message = f"`{node.name}` is written in {node.language}, in which nobody looks for anti-patterns"
            yield Finding(
                message=message,
                at=node.at,
                table=node.name,
                key=f"{node.at.file} {node.language}",
                outcome=Outcome.SKIP,
            )
    for code in codes(context):
        for word in sorted({word for statement in code.statements if (word := _hidden(statement))}):
            message = f"what {word} does here is written elsewhere or in another language, and nobody looks at it"
            yield code.finding(message, code.line_of(word), word, outcome=Outcome.SKIP)
        if code.problem:
            message = f"the anti-patterns of this SQL cannot be told: {code.problem}"
            yield code.finding(message, code.at, "unread", outcome=Outcome.ERROR, stays=True)


def _hidden(statement: exp.Expr) -> str:
    """The word of a statement that does more than its SQL says."""
    if isinstance(statement, exp.Create) and statement.kind in ("FUNCTION", "PROCEDURE", "TRIGGER"):
        return str(statement.kind)
    word = str(statement.this).upper() if isinstance(statement, exp.Command) else statement.key.upper()
    return word if word in _HIDING else ""
