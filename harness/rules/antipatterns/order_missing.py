"""order-missing."""

from collections.abc import Iterator

from sqlglot import exp

from harness.model.result import Severity
from harness.rules.antipatterns.clocks import words_of
from harness.rules.antipatterns.code import Code, codes
from harness.rules.antipatterns.windows import order_of
from harness.rules.rule import Context, Finding, rule

_BY_ROWS = (exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Ntile)
_OF_SOME_ROW = (exp.First, exp.Last, exp.AnyValue, exp.FirstValue, exp.LastValue)
_LISTS = (exp.ArrayAgg, exp.GroupConcat, exp.JSONArrayAgg, exp.ArrayConcatAgg)
_NAMES = {
    "arbitrary": "of some row",
    "list": "a list",
    "string_agg": "a list",
    "json_agg": "a list",
    "jsonb_agg": "a list",
}
_WHATEVER_THE_ORDER = (
    "list_sort", "array_sort", "sort_array", "list_reverse_sort", "len", "length", "array_length", "list_count",
    "cardinality", "list_contains", "array_contains", "array_size", "list_sum", "list_min", "list_max", "list_unique",
    "sort_array", "size", "list_has_any", "list_has_all", "list_avg",
)  # fmt: skip
_SORTING = (exp.ArraySort, exp.ArraySize, exp.ArrayContains, exp.ArrayContainsAll, exp.Length, exp.ArraySum)


@rule("order-missing", severity=Severity.ERROR, scope="project", needs=("sql",))
def order_missing(context: Context) -> Iterator[Finding]:
    """Which row is taken depends on an order that nothing states.

    *Why*

    A table has no order. `LIMIT` without `ORDER BY`, `row_number()` or `lag()` over a window without one, and
    `first()`, `any_value()`, `array_agg()` or `string_agg()` without one take the rows as they come, which changes
    with the plan, the number of threads and the version of the server. State an order, or take `min()` or `max()`.

    A query that can give one row at most, `LIMIT 0`, a limit inside EXISTS, and a list that is sorted or counted
    right away need no order. Not seen: an order in which rows are equal, of which `order-not-total` finds some.

    *Bad*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE marts.latest_logins AS
    SELECT user_id, login_at FROM staging.stg_app__logins
    QUALIFY row_number() OVER (PARTITION BY user_id) = 1;
    ```

    *Good*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE marts.latest_logins AS
    SELECT user_id, login_at FROM staging.stg_app__logins
    QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY login_at DESC, login_id) = 1;
    ```
    """
    for code in codes(context):
        seen: dict[str, Finding] = {}
        for statement in code.all:
            for finding in _of(statement, code):
                seen.setdefault(finding.key, finding)
        yield from sorted(seen.values(), key=lambda finding: finding.at.line)


def _of(statement: exp.Expr, code: Code) -> Iterator[Finding]:
    for node in statement.walk():
        if isinstance(node, exp.Query) and _takes_some(node):
            message = "a LIMIT without an ORDER BY takes any rows; state an order that tells all rows apart"
            yield code.finding(message, code.line_of("limit", "fetch", "top"), "limit", of=statement)
        elif isinstance(node, exp.Select) and _is_distinct_on(node) and not node.args.get("order"):
            message = "DISTINCT ON without an ORDER BY keeps any row of each; state an order"
            yield code.finding(message, code.line_of("distinct"), "distinct on", of=statement)
        elif what := _what(node):
            message = f"`{_word(node)}` without an order takes {what} as the rows come; state an order"
            yield code.finding(message, code.line_of(*_spellings(node)), _word(node), of=statement)


def _takes_some(query: exp.Query) -> bool:
    limit = query.args.get("limit") or query.args.get("offset")
    if limit is None or query.args.get("order") or _is_zero(query.args.get("limit")):
        return False
    above = query.parent
    while isinstance(above, exp.Subquery | exp.Paren):
        above = above.parent
    return not isinstance(above, exp.Exists) and not _is_one_row(query)


def _is_zero(limit: exp.Expr | None) -> bool:
    return isinstance(limit, exp.Limit) and isinstance(limit.expression, exp.Literal) and limit.expression.name == "0"


def _is_one_row(query: exp.Query) -> bool:
    """Whether it gives one row at most: an aggregate of all rows, or no table at all."""
    if not isinstance(query, exp.Select):
        return False
    if query.args.get("from_") is None:
        return True
    aggregates = [each for each in query.expressions if any(_aggregates(each))]
    return not query.args.get("group") and bool(aggregates)


def _aggregates(node: exp.Expr) -> Iterator[exp.Expr]:
    return (each for each in node.find_all(exp.AggFunc) if not isinstance(each.parent, exp.Window))


def _is_distinct_on(query: exp.Select) -> bool:
    distinct = query.args.get("distinct")
    return isinstance(distinct, exp.Distinct) and bool(distinct.args.get("on"))


def _what(node: exp.Expr) -> str:
    """What a function takes without an order, or "" when it has one or needs none."""
    if isinstance(node, _BY_ROWS) and isinstance(_window(node), exp.Window):
        return "" if order_of(_window(node)) else "rows"  # type: ignore[arg-type]
    kind = _kind(node)
    if not kind or isinstance(node.parent, exp.WithinGroup):
        return ""
    if any(isinstance(inner, exp.Order) for inner in node.find_all(exp.Order)):
        return ""
    window = _window(node)
    if isinstance(window, exp.Window):
        return "" if order_of(window) else kind
    return "" if kind == "a list" and _is_sorted(node) else kind


def _kind(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc):
        return _NAMES.get(node.name.lower(), "")
    return "of some row" if isinstance(node, _OF_SOME_ROW) else "a list" if isinstance(node, _LISTS) else ""


def _window(node: exp.Expr) -> exp.Expr | None:
    above = node.parent
    while isinstance(above, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
        above = above.parent
    return above


def _is_sorted(node: exp.Expr) -> bool:
    above = _window(node)
    named = isinstance(above, exp.Anonymous) and above.name.lower() in _WHATEVER_THE_ORDER
    return named or isinstance(above, _SORTING)


def _word(node: exp.Expr) -> str:
    return words_of(node)


def _spellings(node: exp.Expr) -> tuple[str, ...]:
    others = {"array_agg": ("list",), "group_concat": ("string_agg", "listagg")}
    return (_word(node), *others.get(_word(node), ()))
