"""The rule `structure-id-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule

_SHAPES = ("schema", "property", "relationship")


@rule("structure-id-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def structure_id_changed(context: Context) -> Iterator[Finding]:
    """A table, column or relationship has another id, or none any more.

    *Why*: the id is what relationships of this contract and of others name it by (`schema/ID/properties/ID`), and what
    tells a rename from a removal in the next review.

    *Bad*

    ```yaml
    before: {schema: [{id: t1, name: orders}]}
    after: {schema: [{id: t2, name: orders}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{id: t1, name: orders}]}
    after: {schema: [{id: t1, name: orders}]}
    ```
    """
    for part in context.parts:
        if part.shape not in _SHAPES or "id" not in part.changed:
            continue
        before, after = part.changed["id"]
        if before is None:
            yield judged(part, Effect.NOTES, f"{name_of(part)} has the id {after} now", "id")
        else:
            now = f"the id {after} now, not {before}" if after is not None else f"no id any more; it was {before}"
            yield judged(part, Effect.UNDETERMINED, f"{name_of(part)} has {now}", "id", instead="keep the id")
