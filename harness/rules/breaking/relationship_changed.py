"""The rule `relationship-changed`."""

from collections.abc import Iterator, Mapping

from harness.changes.part import Part
from harness.changes.plain import bag
from harness.load.yaml import Mapping as Written
from harness.model.change import Effect
from harness.model.contract import Contract
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.references import Reference, Renames, reference, renames_in
from harness.rules.breaking.tables import fields_of
from harness.rules.rule import Context, Finding, rule

_KEYS = ("from", "to", "type")
Sides = tuple[Reference | None, Reference | None]


@rule("relationship-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def relationship_changed(context: Context) -> Iterator[Finding]:
    """A relationship between tables is new, gone or leads elsewhere.

    *Why*: consumers join along it without a thought of rows that find no partner.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: customer, relationships: [{to: customers.id}]}]}]}
    after: {schema: [{name: orders, properties: [{name: customer}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: customer, relationships: [{to: customers.id}]}]}]}
    after:
      schema:
      - {name: orders, properties: [{name: customer}], relationships: [{from: orders.customer, to: customers.id}]}
    ```
    """
    found = [part for part in context.parts if part.shape == "relationship"]
    renames = renames_in(context.parts) if found else Renames()
    sides = {part: _sides(part, context, renames) for part in found}
    moved = _moved(sides)
    for part, (before, after) in sides.items():
        keys = tuple(key for key in _KEYS if key in part.changed)
        table = f"of {part.table} "
        instead = "keep the relationship, and make it hold again"
        if part in moved:
            yield judged(part, Effect.SAME)
        elif before is None:
            yield judged(part, Effect.TIGHTENS, f"the relationship {table}{after} is new")
        elif after is None:
            yield judged(part, Effect.LOOSENS, f"the relationship {table}{before} is gone", instead=instead)
        elif keys and before == after:
            yield judged(part, Effect.SAME, "", *keys)
        elif keys:
            message = f"the relationship {table}is {after} now, not {before}"
            yield judged(part, Effect.BOTH, message, *keys, instead=instead)


def _sides(part: Part, context: Context, renames: Renames) -> Sides:
    table, column = part.within("schema"), part.within("property")
    was = (table.before if table else None, column.before if column else None)
    now = (table.after if table else None, column.after if column else None)
    return (
        _side(part.before, was, context.previous, renames),
        _side(part.after, now, context.contract, Renames()),
    )


def _side(
    written: Written | None,
    around: tuple[Written | None, Written | None],
    contract: Contract | None,
    renames: Renames,
) -> Reference | None:
    table, column = around
    if written is None or table is None:
        return None
    path = next((each.path for each in fields_of(table) if each.entry is column), "") if column is not None else ""
    return reference(written, table, path, contract, renames)


def _moved(sides: Mapping[Part, Sides]) -> set[Part]:
    """Those that say elsewhere in the table, at the column or at the table itself, what they said before."""
    moved: set[Part] = set()
    news = [(part, after) for part, (before, after) in sides.items() if before is None]
    for part, (before, after) in sides.items():
        twin = next(
            (
                new
                for new, said in news
                if after is None and new not in moved and said == before and new.table == part.table
                if _rest(new) == _rest(part)
            ),
            None,
        )
        if twin:
            moved |= {part, twin}
    return moved


def _rest(part: Part) -> object:
    """What it says beyond what it joins: a tolerance, for one."""
    return bag({key: value for key, value in part.written.items() if key not in (*_KEYS, "id")})
