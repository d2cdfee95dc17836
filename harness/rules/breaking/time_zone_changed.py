"""The rule `time-zone-changed`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.options import option_changes
from harness.rules.rule import Context, Finding, rule

_UTC = ("utc", "etc/utc", "z", "gmt", "etc/gmt", "uct", "zulu", "etc/zulu", "etc/uct")


@rule("time-zone-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def time_zone_changed(context: Context) -> Iterator[Finding]:
    """Times have a zone that had none, or the other way round, or those without one are of another zone.

    *Why*: every hour that consumers compute with is off. A column without `defaultTimezone` is read in UTC.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: timestamp
          logicalTypeOptions: {defaultTimezone: Europe/Berlin}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: timestamp
          logicalTypeOptions: {defaultTimezone: Asia/Tokyo}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: timestamp
          logicalTypeOptions: {timezone: false}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: timestamp
          logicalTypeOptions: {timezone: false, defaultTimezone: Etc/UTC}
    ```
    """
    yield from option_changes(context, "timezone", Effect.BOTH)
    yield from option_changes(context, "defaultTimezone", _effect)


def _effect(part: Part, before: Any, after: Any) -> Effect:  # noqa: ARG001
    one, other = ("utc" if str(each).strip().lower() in _UTC else str(each).strip().lower() for each in (before, after))
    return Effect.SAME if one == other else Effect.BOTH
