"""test-narrowed."""

import re
from collections.abc import Iterator

from sqlglot import exp

from harness.load.dialect import dialect_of
from harness.model.dbt import DbtTest
from harness.model.result import Outcome, Severity
from harness.rules.antipatterns.clocks import is_chance, is_clock
from harness.rules.antipatterns.code import parsed
from harness.rules.antipatterns.jinja import on_later_runs
from harness.rules.antipatterns.tested import finding_of, tests_of
from harness.rules.rule import Context, Finding, rule

_BOUNDS = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between)
_DAY = re.compile(r"\d{4}-\d{2}(-\d{2}.*)?")
_NAMING = re.compile(r"(^|_)(id|key|number|no|code|uuid|pk|sk)$", re.IGNORECASE)
_MORE_THAN = re.compile(r"\s*(>=?)\s*(\d+)\s*")


@rule("test-narrowed", severity=Severity.ERROR, scope="project", needs=("dbt",))
def test_narrowed(context: Context) -> Iterator[Finding]:
    """A test leaves out rows of a time or rows that are named, or counts too few to fail.

    *Why*

    A `where` that takes only what came since a day, or all but five order numbers, makes a test green over rows that
    nobody mended. What cannot be mended yet is waived, with a reason and a day; what may fail has a threshold
    (`error_if`). A test with `limit: 10` and `error_if: "> 10"` cannot fail at all, nor can one with `limit: 0`.

    A condition on what rows are (`status = 'paid'`, `deleted_at is null`, `amount > 0`) is a part of what the test
    says and may stand. Found are comparisons with a day, the clock or chance, keys that are named (`order_id not in
    (7, 9)`) and conditions that cannot be read. Not seen: a row count that is tested in parts.

    *Bad*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: order_id
            data_tests: [{not_null: {config: {where: "ordered_on >= '2024-01-01'"}}}]
    ```

    *Good*

    ```yaml
    # models/marts/_marts.yml
    models:
      - name: fct_orders
        columns:
          - name: discount
            data_tests: [{not_null: {config: {where: "status = 'paid'"}}}]
    ```
    """
    dialect = dialect_of(context.dbt.adapter) if context.dbt else ""
    for test in tests_of(context):
        if _cannot_fail(test):
            fault = f"counts {test.limit} failures at most and so cannot fail; take the limit away, or waive it"
            yield finding_of(test, fault, context)
        elif test.where:
            yield from _narrowed(test, dialect, context)


def _narrowed(test: DbtTest, dialect: str, context: Context) -> Iterator[Finding]:
    try:
        (condition,) = parsed(f"SELECT 1 WHERE {on_later_runs(test.where)}", dialect)
    except ValueError:
        fault = f"looks at the rows only `where {test.where}`, which could not be read"
        yield finding_of(test, fault, context, outcome=Outcome.ERROR, stays=True)
        return
    for node in condition.walk():
        if is_clock(node) or is_chance(node) or _is_of_a_time(node) or _is_naming(node):
            fault = (
                f"leaves rows out (`where {test.where}`); state a threshold (`error_if`), or waive it until it holds"
            )
            yield finding_of(test, fault, context)
            return


def _is_of_a_time(node: exp.Expr) -> bool:
    """Whether rows before or after a day are left out."""
    return isinstance(node, _BOUNDS) and any(_DAY.match(each.name) for each in node.find_all(exp.Literal))


def _is_naming(node: exp.Expr) -> bool:
    """Whether rows are left out by their keys."""
    if isinstance(node, exp.Not) and isinstance(node.this, exp.In | exp.EQ):
        column, values = node.this.this, node.this
    elif isinstance(node, exp.NEQ):
        column, values = node.this, node.expression
    else:
        return False
    return isinstance(column, exp.Column) and bool(_NAMING.search(column.name)) and bool(values.find(exp.Literal))


def _cannot_fail(test: DbtTest) -> bool:
    found = _MORE_THAN.fullmatch(test.error_if)
    least = int(found[2]) + (found[1] == ">") if found else 1
    return test.limit is not None and test.limit < least
