"""pattern-invalid."""

import re
import warnings
from collections.abc import Iterator
from typing import Any

from harness.model.contract import Contract
from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.clauses import fields, quality_rules
from harness.rules.rule import Context, Finding, rule

_TOKEN = re.compile(r"\\(?:[1-9]|.)|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:<?[=!]|P=|\(|>)|(?:[*+?]|\})\+", re.DOTALL)
_NOT_IN_RE2 = {
    "(?=": "look-ahead", "(?!": "look-ahead", "(?<=": "look-behind", "(?<!": "look-behind",
    "(?P=": "a back-reference", "(?(": "a condition", "(?>": "an atomic group",
    "*+": "a possessive quantifier", "++": "a possessive quantifier",
    "?+": "a possessive quantifier", "}+": "a possessive quantifier",
    **{f"\\{digit}": "a back-reference" for digit in range(1, 10)},
}  # fmt: skip


@rule("pattern-invalid", severity=Severity.ERROR)
def pattern_invalid(context: Context) -> Iterator[Finding]:
    r"""A pattern is no regular expression that every engine understands.

    *Why*

    A pattern that cannot be compiled checks nothing. Engines differ in what they take: DuckDB uses RE2, which never
    takes exponential time and for that has neither look-ahead and look-behind nor back-references. So a pattern must
    compile as a regular expression of Python and do without those. Looked at are `logicalTypeOptions.pattern` and
    the argument `pattern` of quality rules.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    schema:
      - name: dim_plane
        properties:
          - name: tail_number
            logicalType: string
            logicalTypeOptions:
              pattern: '^(?=N)[A-Z0-9]+$'
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    schema:
      - name: dim_plane
        properties:
          - name: tail_number
            logicalType: string
            logicalTypeOptions:
              pattern: '^N[A-Z0-9]+$'
    ```
    """
    if not context.contract:
        return
    for table, column, key, pattern, at in _patterns(context.contract):
        fault = _fault(pattern)
        if fault:
            yield Finding(message=fault, at=at, table=table, column=column, key=key)


def _patterns(contract: Contract) -> Iterator[tuple[str, str, str, Any, Location]]:
    for schema, path, item in fields(contract):
        if "pattern" in item.options:
            at = item.option_keys.get("pattern", item.where("logicalTypeOptions"))
            yield schema.name, path, "pattern", item.options["pattern"], at
    for schema, path, key, clause in quality_rules(contract):
        if "pattern" in clause.arguments:
            yield schema.name, path, key, clause.arguments["pattern"], clause.where("arguments")


def _fault(pattern: Any) -> str:
    if not isinstance(pattern, str):
        return f"the pattern {pattern!r} is no text; put it in quotes"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(pattern)
    except re.error as error:
        where = f" at character {error.pos + 1}" if error.pos is not None else ""
        return f"the pattern `{pattern}` does not compile: {error.msg}{where}"
    except (RecursionError, OverflowError) as error:
        return f"the pattern is too large to compile ({type(error).__name__}); simplify it"
    used = next((_NOT_IN_RE2[t] for t in _TOKEN.findall(pattern) if t in _NOT_IN_RE2), "")
    return f"the pattern `{pattern}` uses {used}, which RE2 (DuckDB) does not have; write it without" if used else ""
