"""The rule `table-renamed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.naming import keys_of_name, naming_of
from harness.rules.rule import Context, Finding, rule


@rule("table-renamed", severity=Severity.ERROR, scope="change", needs=("previous",))
def table_renamed(context: Context) -> Iterator[Finding]:
    """A table has another name.

    *Why*: whoever reads it under the old one gets an error. Where only the contract calls it otherwise and the table in
    the warehouse keeps its name (`physicalName`), queries work on, but checks, waivers and references to the old name
    do not.

    *Bad*

    ```yaml
    before: {schema: [{id: t1, name: orders}]}
    after: {schema: [{id: t1, name: sales}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{id: t1, name: orders}]}
    after: {schema: [{id: t1, name: orders, physicalName: orders}]}
    ```
    """
    for part in context.parts:
        naming = naming_of(part) if part.shape == "schema" else None
        if not naming or not naming.renamed:
            continue
        old, new = naming.names
        keys = keys_of_name(part)
        if not naming.relocated:
            still = f"it is still {naming.effective[1]} in the warehouse"
            message = f"the contract calls the table {old} {new} now; {still}"
            yield judged(part, Effect.UNDETERMINED, message, *keys)
            continue
        why = f": {naming.why}" if naming.why else ""
        yield judged(
            part,
            Effect.BOTH,
            f"the table {old} is called {new} now{why}",
            *keys,
            instead=f"keep {naming.effective[0]} as a view of the new table until everybody has moved",
        )
