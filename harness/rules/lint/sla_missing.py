"""sla-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.model.sla import promise_named
from harness.rules.rule import Context, Finding, rule


@rule("sla-missing", severity=Severity.WARNING)
def sla_missing(context: Context) -> Iterator[Finding]:
    """The contract does not promise a service level that the project requires.

    *Why*

    Consumers plan by these promises: how old the data may be, how long it is kept. The project lists what every
    contract must promise in `harness.yaml` (`policy.required_sla`); here it lists `freshness`. Synonyms and case do
    not matter, and `latency` and `freshness` stand for each other: both are the age of the newest row.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: availability
        value: 99.9
        unit: percent
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: loaded_at
    slaProperties:
      - property: latency
        value: 1
        unit: h
        element: fct_flights.loaded_at
    ```
    """
    contract = context.contract
    if not contract:
        return
    promised = {promise_named(sla.property) for sla in contract.sla}
    for name in context.project.policy.required_sla:
        if promise_named(name) not in promised:
            message = f"the contract promises no `{name}`; add it to `slaProperties` (policy.required_sla asks for it)"
            yield Finding(message=message, at=contract.where("slaProperties"), key=name)
