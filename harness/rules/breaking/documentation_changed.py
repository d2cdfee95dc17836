"""The rule `documentation-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of, still_open
from harness.rules.rule import Context, Finding, rule

_KEYS = frozenset(
    {
        "description", "usage", "purpose", "businessName", "tags", "synonyms", "examples", "authoritativeDefinitions",
        "context", "transformDescription", "method", "businessImpact", "instructions", "question", "answer",
        "constraint", "verifiedStatements", "constraints",
    }
)  # fmt: skip
"""Wherever they stand, save where a rule before made more of them."""
_OF_SHAPE = {
    "contract": frozenset({"name", "dataProduct", "contractCreatedTs", "apiVersion"}),
    "definition": frozenset({"id", "url", "type"}),
    **dict.fromkeys(
        ("server", "team", "member", "role", "support", "price", "statement", "custom"),
        frozenset({"id"}),
    ),
    "quality": frozenset({"id", "name", "dimension", "scheduler"}),
    "sla": frozenset({"id", "driver", "scheduler"}),
}
_WHOLE = ("description", "context", "definition", "statement")


@rule(
    "documentation-changed",
    severity=Severity.INFO,
    scope="change",
    needs=(
        "previous",
        "settled",
    ),
)
def documentation_changed(context: Context) -> Iterator[Finding]:
    """Something that is written for people changed: a description, a tag, a link, an example.

    *Why*: no promise changes, and readers may want to know. What has the weight of a promise (limitations of use,
    the grain, a rule in prose) has rules of its own.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, description: Orders.}]}
    after: {schema: [{name: orders, description: All orders since 2020.}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, description: Orders of all countries.}]}
    after:
      schema:
      - name: orders
        description: |
          Orders of
          all countries.
    ```
    """
    for part in context.parts:
        keys = still_open(context, part, _KEYS | _OF_SHAPE.get(part.shape, frozenset()))
        whole = part.added or part.removed
        if whole and part.shape in _WHOLE and (part.path, "") not in context.settled:
            done = "is new" if part.added else "is gone"
            yield judged(part, Effect.NOTES, f"{_called(part)} {done}")
        elif keys:
            yield judged(part, Effect.NOTES, f"{' and '.join(keys)} of {_called(part)} changed", *keys)


def _called(part: Part) -> str:
    """A part by its path without the table's or column's own, which people know by name."""
    holder = part
    while holder.holder and holder.shape not in ("contract", "schema", "property"):
        holder = holder.holder
    if part.shape == "description" and not (part.added or part.removed):
        return name_of(holder)
    inside = part.path.removeprefix(holder.path).removeprefix(".")
    return f"{inside} of {name_of(holder)}" if inside else name_of(holder)
