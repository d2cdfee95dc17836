"""objective-invalid."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule
from harness.rules.written import wrong_terms


@rule("objective-invalid", severity=Severity.ERROR)
def objective_invalid(context: Context) -> Iterator[Finding]:
    """The objective of a service level, or its window, means nothing.

    *Why*

    No promise is kept for ever: the `objective` says which share of deliveries must be, in percent, over a `window`
    (`30 d`, or `20 deliveries`), and what is left of the rest is the error budget. With fewer deliveries than `minimum`
    nobody is alerted. An objective that cannot be read leaves no budget that could be spent. All three are
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
          - {property: objective, value: five nines}
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
          - {property: objective, value: 99}
          - {property: window, value: 90 d}
    ```
    """
    yield from wrong_terms(context.contract, "objective", "window", "minimum")
