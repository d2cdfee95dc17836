"""window-short."""

from collections.abc import Iterator

from harness.model.errors import DocumentError
from harness.model.result import Severity
from harness.model.sla import canonical_sla
from harness.rules.rule import Context, Finding, rule
from harness.slo.promise import promise_of


@rule("window-short", severity=Severity.ERROR)
def window_short(context: Context) -> Iterator[Finding]:
    """The window of a service level cannot hold as many deliveries as its `minimum`.

    *Why*

    With fewer deliveries than the `minimum` (10, where none is stated) `harness audit` says nothing of a budget. A
    delivery a week makes four in a `window` of 30 days: such a promise is never judged, whatever comes. Without a
    `window` the harness looks back as far as it takes; one that is stated must be long enough, or the `minimum`
    smaller. Levels that are counted in audits are held against the `schedule` of `audit` in `harness.yaml`.

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
        unit: w
        customProperties:
          - {property: window, value: 30 d}
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
        unit: w
        customProperties:
          - {property: window, value: 26 w}
    ```
    """
    contract = context.contract
    if not contract:
        return
    for sla in contract.sla:
        if not canonical_sla(sla.property):
            continue
        try:
            promise = promise_of(contract, sla, context.project.policy)
        except DocumentError:
            continue  # another rule says that it cannot be read
        window = promise.window
        if not window:
            continue
        from harness.slo.window import audits_of, holds  # few contracts state one, and a run imports no audits

        if not holds(promise, window, audits_of(context.project.audit)):
            written = sla if "window" in sla.custom else contract
            yield Finding(
                message=f"{window.text} can never hold the {promise.minimum:,} that it takes to judge the "
                f"{promise.property}; write a longer `window` or a smaller `minimum`",
                at=written.where_custom("window"),
                key=f"{promise.property} {' '.join(sla.elements)}",
            )
