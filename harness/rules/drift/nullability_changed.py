"""The rule `nullability-changed`."""

from collections.abc import Iterator

from harness.model.result import Dimension, Severity
from harness.rules.rule import Context, Finding, rule


@rule(
    "nullability-changed", severity=Severity.INFO, scope="table", needs=("observed",), dimension=Dimension.COMPLETENESS
)
def nullability_changed(context: Context) -> Iterator[Finding]:
    """A column's NOT NULL is not as `required` says.

    *Why*: where the warehouse enforces `required`, the promise cannot be broken between two runs; where a column became
    NOT NULL without the contract saying so, the next load may fail. Many warehouses do not enforce it, so this only
    informs by default: the metric `required` measures the data itself. A project that enforces it raises the severity.
    Files have no NOT NULL, and nothing is said of them.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT, required: true}]
    table: [{name: id, type: BIGINT}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT, required: true}]
    table: [{name: id, type: BIGINT, not_null: true}]
    ```
    """
    if not context.declared or not context.observed:
        return
    real = {item.name: item for item in context.observed.properties if not item.custom.get("unconstrained")}
    for item in context.declared.properties:
        if item.column in real and real[item.column].required != (item.required or item.primary_key):
            enforced = real[item.column].required
            yield Finding(
                message=f"{item.column} is {_word(enforced)} in the warehouse, but the contract says otherwise",
                at=item.where("required"),
                table=context.declared.name,
                column=item.column,
                expected=_word(not enforced),
                actual=_word(enforced),
            )


def _word(required: bool) -> str:
    return "NOT NULL" if required else "nullable"
