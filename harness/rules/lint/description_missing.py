"""description-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("description-missing", severity=Severity.WARNING)
def description_missing(context: Context) -> Iterator[Finding]:
    """The contract, a table or a column has no description.

    *Why*

    The contract is where people look up what a column means; a name that says it all to its author says little to
    anybody else. Asked for are `description.purpose` of the contract, and the `description` of every table and column.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    description:
      purpose: Punctuality of the flights out of New York.
    schema:
      - name: fct_flights
        description: One row for each flight.
        properties:
          - name: dep_delay
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    description:
      purpose: Punctuality of the flights out of New York.
    schema:
      - name: fct_flights
        description: One row for each flight.
        properties:
          - name: dep_delay
            description: Minutes between planned and actual departure; negative when early.
    ```
    """
    contract = context.contract
    if not contract:
        return
    if not contract.description.get("purpose", "").strip():
        message = "the contract does not say what it is for; write it in `description.purpose`"
        yield Finding(message=message, at=contract.where("description"), key="purpose")
    for schema in contract.schemas:
        if not schema.description:
            message = f"the table `{schema.name}` has no description; say what one row of it is"
            yield Finding(message=message, at=schema.where("description"), table=schema.name)
    for schema, item in contract.walk():
        if not item.description:
            message = f"the column `{item.name}` of `{schema.name}` has no description; say what it holds"
            yield Finding(message=message, at=item.where("description"), table=schema.name, column=item.name)
