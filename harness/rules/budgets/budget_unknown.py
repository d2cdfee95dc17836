"""budget-unknown."""

from collections.abc import Iterator

from harness.model.location import Location
from harness.model.result import Outcome, Severity
from harness.rules.budgets.budget_spent import key_of
from harness.rules.rule import Context, Finding, rule


@rule("budget-unknown", severity=Severity.ERROR, scope="project")
def budget_unknown(context: Context) -> Iterator[Finding]:
    """So many deliveries of a service level are unknown that nobody can say whether its budget is spent.

    *Why*

    An audit that was not held, or in which the table could not be asked, leaves a delivery unknown. With a few of them
    the budget stands whatever they were. With more, it may be spent and nobody sees it: that is no pass, whatever the
    delivery of today looks like. It ends when audits have seen enough deliveries again. Levels that a clause of their
    own decides over time, as `frequency`, say so there.

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
      - property: latency
        value: 1
        unit: d
        customProperties:
          - {property: objective, value: 99}  # of 20 audits, three could not reach the server
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
      - property: latency
        value: 1
        unit: d
        customProperties:
          - {property: objective, value: 80}  # of 20 audits, three could not reach the server
    ```
    """
    contracts = {contract.id: contract for contract in context.project.contracts}
    for sla in context.slas:
        budget = sla.budget
        if budget.state != "unknown":
            continue
        why = sla.note or budget.told_unknown(f" in {budget.window}")
        yield Finding(
            message=f"nobody can say whether the error budget of its {sla.property} is spent: {why}",
            at=Location(sla.file, sla.line),
            table=sla.table,
            key=key_of(sla.property, sla.element),
            expected=f">= {budget.objective:g} % kept",
            actual="unknown",
            contract=contracts.get(sla.contract),
            outcome=Outcome.ERROR,
        )
