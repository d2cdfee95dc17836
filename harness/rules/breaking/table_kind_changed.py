"""The rule `table-kind-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule

_QUERIED = {"table", "view", "materialized view", "external table", "base table", "dynamic table"}
"""Kinds that SQL reads in one way."""


@rule("table-kind-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def table_kind_changed(context: Context) -> Iterator[Finding]:
    """What was a table is something else now: a view, a topic, a file.

    *Why*: a view is read as a table is, but its speed, its history and who may read it can be others; a topic or a file
    is read in another way altogether.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, physicalType: table}]}
    after: {schema: [{name: orders, physicalType: topic}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, physicalType: table}]}
    after: {schema: [{name: orders, physicalType: TABLE}]}
    ```
    """
    for part in context.parts:
        if part.shape != "schema":
            continue
        for key in ("physicalType", "logicalType"):
            if key not in part.changed:
                continue
            old, new = part.values(key)
            was, now = _kind(old), _kind(new)
            effect = (
                Effect.SAME
                if was == now
                else Effect.NOTES
                if old is None
                else Effect.UNDETERMINED
                if new is None or {was, now} <= _QUERIED
                else Effect.BOTH
            )
            said = f"the {key} of {name_of(part)}"
            message = f"{said} is {new} now, not {old}" if old and new else f"{said} is {new or 'not said any more'}"
            yield judged(part, effect, message, key, values=(old, new), instead="offer both until everybody has moved")


def _kind(written: Any) -> str:
    return " ".join(str(written).lower().replace("_", " ").split())
