"""row-count-unmonitored."""

from collections.abc import Iterator

from harness.model.check import Check
from harness.model.result import Severity
from harness.rules.governance.tested import checks_of, run
from harness.rules.rule import Context, Finding, rule

_COUNTS = ("rowCount", "volume", "reconcileCount", "reconcileSource")
_LARGEST = 10**15


@rule("row-count-unmonitored", severity=Severity.WARNING, needs=("checks",))
def row_count_unmonitored(context: Context) -> Iterator[Finding]:
    """Nobody would notice if a table were empty, or half of it were gone.

    *Why*

    Every other check passes on a table that lost its rows. Counted is a table by the metric `rowCount`, by the
    customProperty `volume` or `reconcile`, or by a row count of Soda. A threshold that every number meets
    (`mustBeGreaterOrEqualTo: 0`) counts nothing.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        quality: [{metric: rowCount, mustBeGreaterOrEqualTo: 0}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        quality: [{metric: rowCount, mustBeGreaterThan: 1000}]
    ```
    """
    for schema in context.contract.schemas if context.contract else ():
        checks = checks_of(context, schema)
        soda = any("row_count" in str(check.arguments.get("key", "")) for check in run(checks, "soda"))
        if not soda and not any(_can_fail(check) for check in run(checks, *_COUNTS)):
            yield Finding(
                message=f"nobody counts the rows of `{schema.name}`; add a `rowCount` to its `quality`, or `volume`",
                at=schema.where("quality"),
                table=schema.name,
            )


def _can_fail(check: Check) -> bool:
    target = check.target
    return check.rule != "rowCount" or not (target and target.meets(0) and target.meets(_LARGEST))
