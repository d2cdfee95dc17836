"""question-open."""

from collections.abc import Iterator

from harness.model.question import Answered, Question
from harness.model.result import Severity, fingerprint
from harness.questions import answered
from harness.rules.rule import Context, Finding, rule


def finding_id(point: Answered) -> str:
    """The id of the result that a question becomes, by which a waiver may name it."""
    return fingerprint(question_open.id, point.contract.id, point.schema.name, "", point.id)


@rule("question-open", severity=Severity.WARNING, needs=("lineage",))
def question_open(context: Context) -> Iterator[Finding]:
    """Nobody says what only people can: a source, who reads it, how old it may be, how long it is kept, what it costs.

    *Why*

    What can be decided by default is decided, and listed as an assumption. What others would pay for is asked:
    `harness questions` shows each question with two or three options, what each costs, and the lines of the contract
    that answer it. `TBD` is no answer. The gate does not wait for them, but a mart is not handed on with one: an answer
    in the contract closes it, or a waiver that somebody else approved. A question is open even where this rule is off.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    slaProperties:
      - {property: latency, value: 26, unit: h}
      - {property: frequency, value: 1, unit: d}
      - {property: retention, value: TBD}
    customProperties:
      - {property: layer, value: marts}
      - {property: upstream, value: []}
      - {property: consumers, value: [{name: churn dashboard, contact: "#crm", use: who leaves}]}
      - {property: costLimit, value: {amount: 50, currency: EUR, per: month}}
    team: {name: crm}
    schema:
      - name: dim_customers
        properties:
          - {name: customer_id, logicalType: integer, transformLogic: the number of the account}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    slaProperties:
      - {property: latency, value: 26, unit: h}
      - {property: frequency, value: 1, unit: d}
      - {property: retention, value: 2, unit: y}
    customProperties:
      - {property: layer, value: marts}
      - {property: upstream, value: []}
      - {property: consumers, value: [{name: churn dashboard, contact: "#crm", use: who leaves}]}
      - {property: costLimit, value: {amount: 50, currency: EUR, per: month}}
    team: {name: crm}
    schema:
      - name: dim_customers
        properties:
          - {name: customer_id, logicalType: integer, transformLogic: the number of the account}
    ```
    """
    if not context.contract or context.lineage is None:
        return
    for point in answered(context.project, context.contract, context.lineage):
        if isinstance(point.answer, Question):
            yield Finding(
                message=f"{point.answer.text} `harness questions` lists the options",
                at=point.answer.at,
                table=point.schema.name,
                key=point.id,
            )
