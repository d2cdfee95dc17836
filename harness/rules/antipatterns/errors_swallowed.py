"""errors-swallowed."""

import re
from collections.abc import Iterator

from sqlglot import exp

from harness.model.contract import QualityRule
from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.antipatterns.code import Code, codes
from harness.rules.antipatterns.jinja import without_comments
from harness.rules.rule import Context, Finding, rule

_TRYING = re.compile(r"try_\w+|safe_\w+|try", re.IGNORECASE)
_PASS_NULLS = ("unique", "accepted_values", "relationships")
"""Tests of dbt that leave NULLs out."""
_HARMLESS = ("safe_divide", "safe_add", "safe_subtract", "safe_multiply", "safe_negate")
_IGNORING: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(r"\bignore_errors\s*(?:=>|:=|=)?\s*(?:true|1|on)\b", re.IGNORECASE),
        "`ignore_errors` leaves lines out",
    ),
    (
        re.compile(r"\bon_error\s*=?\s*'?\"?(continue|ignore|skip_file\w*)\b", re.IGNORECASE),
        "`on_error` leaves rows or files out",
    ),
    (re.compile(r"\bmaxerrors?\s*=?\s*[1-9]", re.IGNORECASE), "`maxerror` leaves rows out"),
    (
        re.compile(r"^\s*\\set\s+ON_ERROR_STOP\s+'?(off|0|false)\b", re.IGNORECASE | re.MULTILINE),
        "`ON_ERROR_STOP off` goes on after a statement that failed",
    ),
    (
        re.compile(r"\bwhen\s+others\s+then\s+(null\s*;|end\b|return\s+null)", re.IGNORECASE),
        "`WHEN OTHERS THEN NULL` takes any error for a success",
    ),
)
"""What makes a statement go on after an error, in the words of one server or another."""


@rule("errors-swallowed", severity=Severity.ERROR, scope="project", needs=("sql",))
def errors_swallowed(context: Context) -> Iterator[Finding]:
    """What cannot be read is left out or made NULL, and nothing counts how often.

    *Why*

    `TRY_CAST` makes NULL of what it does not understand, `ignore_errors` leaves the line out: on the day on which the
    source writes its dates in another way, a table is empty and every run is green. Either let the load fail, or keep
    what was received, or have a check say how much may be lost: of the column, a contract's `required` or `quality`,
    a check in `checks/`, or a test of dbt. A default around it (`coalesce(try_cast(...), 0)`) hides the loss from
    such checks; `WHERE try_cast(...) IS NOT NULL` drops the row. `ON_ERROR_STOP off` and `WHEN OTHERS THEN NULL` go
    on after anything.

    Asking whether something can be read (`try_cast(...) IS NULL AS is_unreadable`) swallows nothing. Not seen: what
    happens around the SQL, as `|| true` in a shell.

    *Bad*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE staging.stg_shop__orders AS
    SELECT order_id, try_cast(amount AS DECIMAL(10, 2)) AS amount FROM raw.orders;
    ```

    *Good*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE staging.stg_shop__orders AS
    SELECT order_id, amount AS amount_received, try_cast(amount AS DECIMAL(10, 2)) AS amount FROM raw.orders;
    ```
    """
    for code in codes(context):
        seen: set[str] = set()
        for statement in code.all:
            for node in statement.walk():
                if _is_trying(node) and (fault := _fault(node, statement, code, context)) and fault[0] not in seen:
                    seen.add(fault[0])
                    yield code.finding(
                        fault[1], code.line_of(fault[0], "try_cast", "safe_cast"), f"try {fault[0]}", of=statement
                    )
        yield from _ignoring(code)


def _is_trying(node: exp.Expr) -> bool:
    if isinstance(node, exp.TryCast | exp.Try):
        return True
    called = node.name if isinstance(node, exp.Anonymous) else node.sql_name() if isinstance(node, exp.Func) else ""
    safe = bool(node.args.get("safe")) and isinstance(
        node, exp.StrToDate | exp.StrToTime | exp.ParseJSON | exp.ToNumber
    )
    return safe or (bool(_TRYING.fullmatch(called)) and called.lower() not in _HARMLESS)


def _fault(node: exp.Expr, statement: exp.Expr, code: Code, context: Context) -> tuple[str, str] | None:
    """The column that an attempt goes into, and what is wrong with it."""
    tried, asked = _short(node), node.find_ancestor(exp.Is)
    filters = isinstance(node.find_ancestor(exp.Where, exp.Qualify, exp.Select), exp.Where)
    if asked and isinstance(asked.expression, exp.Null) and not (filters and isinstance(asked.parent, exp.Not)):
        return None
    if filters:
        return node.sql(), f"rows for which `{tried}` fails are dropped, and nothing counts them; keep them apart"
    alias = node.find_ancestor(exp.Alias, exp.Select)
    column = alias.alias if isinstance(alias, exp.Alias) else ""
    if not column or _is_kept(node):
        return None
    if isinstance(node.find_ancestor(exp.Coalesce, exp.Alias), exp.Coalesce):
        return column, f"`{column}` gets a default where `{tried}` fails, which no check can see; keep the value"
    if _is_checked(column, statement, code, context):
        return None
    return column, f"`{column}` is NULL where `{tried}` fails, and nothing counts how often; add a check of the column"


def _short(node: exp.Expr) -> str:
    text = node.sql()
    return text if len(text) <= 60 else f"{text[:59]}…"


def _is_kept(node: exp.Expr) -> bool:
    """Whether what could not be read stands beside it, as it was received."""
    query, tried = node.find_ancestor(exp.Select), node.find(exp.Column)
    for item in query.expressions if query and tried else ():
        bare = item.this if isinstance(item, exp.Alias) else item
        if bare == tried or isinstance(bare, exp.Star):
            return True
    return False


def _is_checked(column: str, statement: exp.Expr, code: Code, context: Context) -> bool:
    """Whether anything measures the column of the table that is built."""
    found = code.of(statement)
    if found:
        item = found[1].property(column)
        if item and (item.required or item.primary_key or any(_counts_nulls(rule) for rule in item.quality)):
            return True
        files = (file for file in context.project.checks if file.dataset in (found[1].name, found[0].name))
        if any(re.search(rf"\b{re.escape(column)}\b", file.text) for file in files):
            return True
    tests = context.dbt.tests_of.get(code.node.id, ()) if context.dbt and code.node else ()
    return any(
        test.enabled and test.column.lower() == column.lower() and test.kind not in _PASS_NULLS for test in tests
    )


def _counts_nulls(rule: QualityRule) -> bool:
    return rule.type != "library" or rule.metric in ("nullValues", "missingValues")


def _ignoring(code: Code) -> Iterator[Finding]:
    text = without_comments(code.text)
    for pattern, words in _IGNORING:
        if found := pattern.search(text):
            line = text.count("\n", 0, found.start() + len(found[0]) - len(found[0].lstrip())) + 1
            yield code.finding(
                f"{words}, and nothing counts them; let the load fail", Location(code.at.file, line), words
            )
