"""The rule `column-name-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.naming import Naming, keys_of_name, naming_of
from harness.rules.rule import Context, Finding, rule


@rule("column-name-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_name_changed(context: Context) -> Iterator[Finding]:
    """A column, or a field inside one, has another name.

    *Why*: whoever selects the old name gets an error. Where only the contract calls it otherwise and the column in the
    warehouse keeps its name (`physicalName`), queries work on, but checks, waivers and references to the old name do
    not.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: customer_id, logicalType: integer}]}]}
    after: {schema: [{name: orders, properties: [{name: customerId, logicalType: integer}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: customer_id}]}]}
    after: {schema: [{name: orders, properties: [{name: customer_id, physicalName: customer_id}]}]}
    ```
    """
    for part in context.parts:
        naming = naming_of(part) if part.shape == "property" else None
        if not naming:
            continue
        keys = keys_of_name(part)
        if naming.relocated:
            yield judged(
                part,
                Effect.BOTH,
                _message(part, naming),
                *keys,
                values=naming.effective,
                instead=f"keep {naming.effective[0]} beside it, marked `deprecated` with a sunset date",
            )
        elif naming.renamed:
            old, new = naming.names
            still = f"it is still {naming.effective[1]} in the warehouse"
            message = f"the contract calls {old} of {part.table} {new} now; {still}"
            yield judged(part, Effect.UNDETERMINED, message, *keys)
        else:
            yield judged(part, Effect.SAME, "", *keys)


def _message(part: Part, naming: Naming) -> str:
    if not naming.renamed:
        return f"{name_of(part)} is the column {naming.effective[1]} in the warehouse now, not {naming.effective[0]}"
    why = f": {naming.why}" if naming.why else ""
    return f"{naming.names[0]} of {part.table} is called {naming.names[1]} now{why}"
