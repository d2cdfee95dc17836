"""budget-spent."""

from collections.abc import Iterator

from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("budget-spent", severity=Severity.ERROR, scope="project")
def budget_spent(context: Context) -> Iterator[Finding]:
    """More deliveries went wrong than the objective of a service level allows in its window.

    *Why*

    The `objective` of a service level says how many of its deliveries may be late or missing. Once those are spent, the
    promise is broken, whatever today's delivery looks like: what comes next is to mend the pipeline, not to change
    it. `harness audit` reports it until enough good deliveries have come, or a waiver that somebody else approved sets
    it aside. With fewer deliveries than the `minimum`, nothing is said.

    *Bad*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - {property: objective, value: 99}  # of 20 deliveries, one did not come
    ```

    *Good*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - {property: objective, value: 90}  # of 20 deliveries, one did not come
    ```
    """
    contracts = {contract.id: contract for contract in context.project.contracts}
    for sla in context.slas:
        budget = sla.budget
        if budget.state != "spent":
            continue
        bad = budget.late + budget.missed
        yield Finding(
            message=f"the error budget of its {sla.property} is spent: {bad:,} of {budget.expected:,} "
            f"deliveries in {budget.window} were late or missing",
            at=Location(sla.file, sla.line),
            table=sla.table,
            key=key_of(sla.property, sla.element),
            expected=f">= {budget.objective:g} % kept",
            actual=f"{100 * budget.kept / (budget.expected - budget.unknown):.1f} % kept",
            contract=contracts.get(sla.contract),
        )


def key_of(property_: str, element: str) -> str:
    """What tells the finding of a service level from those of others of its table."""
    return f"{property_} {element}"
