"""The rule `table-moved`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.contract import Contract
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.naming import keys_of_name, naming_of
from harness.rules.rule import Context, Finding, rule


@rule("table-moved", severity=Severity.ERROR, scope="change", needs=("previous",))
def table_moved(context: Context) -> Iterator[Finding]:
    """A table has another name in the warehouse, or is in another database schema.

    *Why*: queries name the table as the warehouse does, whatever the contract calls it.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, physicalName: marts.orders}]}
    after: {schema: [{name: orders, physicalName: archive.orders}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders}]}
    after: {schema: [{name: orders, physicalName: orders}]}
    ```
    """
    for part in context.parts:
        naming = naming_of(part) if part.shape == "schema" else None
        if not naming or naming.renamed:
            continue
        old, new = naming.effective
        keys = keys_of_name(part)
        if _bare(old, context.previous) == _bare(new, context.contract):
            yield judged(part, Effect.SAME, "", *keys)
            continue
        yield judged(
            part,
            Effect.BOTH,
            f"the table {name_of(part)} is {new} in the warehouse now, not {old}",
            *keys,
            values=naming.effective,
            instead=f"keep {old} as a view of the new table until everybody has moved",
        )


def _bare(name: str, contract: Contract | None) -> str:
    """The name without the database schema that it is in anyway, by the contract's server."""
    settings = [server.settings for server in contract.servers] if contract else []
    schemas = {each.get("schema") for each in settings}
    if len(schemas) == 1 and (schema := next(iter(schemas))):
        return name.removeprefix(f"{schema}.")
    return name
