"""calendar-invalid."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule
from harness.rules.written import wrong_terms


@rule("calendar-invalid", severity=Severity.ERROR)
def calendar_invalid(context: Context) -> Iterator[Finding]:
    """The business calendar or the time zone of a service level means nothing.

    *Why*

    A `calendar` says on which days a delivery is due at all, and `timezone` whose days they are. Where they cannot be
    read, `harness audit` does not know what was expected. A calendar holds `weekdays` (`[mon-fri]`), `holidays` (a
    country `US`, a part of one `DE-BY`, or a market `XNYS`; one or a list), `except` (days without a delivery) and
    `only` (no other days); one that leaves no day at all expects nothing, so that nothing could be missed. Both are
    customProperties of a service level, or of the contract for all of its levels.

    *Bad*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - property: calendar
            value: {weekdays: [mon-fri], holidays: Bavaria}
    ```

    *Good*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - property: calendar
            value: {weekdays: [mon-fri], holidays: DE-BY, except: ["2026-12-24"]}
    ```
    """
    yield from wrong_terms(context.contract, "calendar", "timezone")
