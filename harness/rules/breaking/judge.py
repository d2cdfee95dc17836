"""How a breaking rule puts its word on a change."""

from collections.abc import Iterable
from typing import Any

from harness.changes.part import Leaf, Part
from harness.model.change import Change, Effect
from harness.rules.rule import Context, Finding


def judged(
    part: Part,
    effect: Effect,
    message: str = "",
    *keys: str,
    values: tuple[Any, Any] | None = None,
    instead: str = "",
    governance: bool = False,
    approval: bool = False,
    key: str = "",
    also: tuple[Leaf, ...] = (),
) -> Finding:
    """The word on these keys of a part, or on the part itself without any.

    `values` are shown as before and after (those of the first key, unless given). `key` tells two findings of one rule
    on one part from one another. `also` is what else the word is on, in other parts. A change that is the same promise
    in other words (`Effect.SAME`) needs no message: it is not shown, but counts as looked at.
    """
    first = keys[0] if keys else ""
    before, after = values or (part.values(first) if first else (part.before, part.after))
    return Finding(
        message=message,
        at=part.at(first),
        table=part.table,
        column=part.column,
        key=f"{part.path}.{key or first}",
        expected=shown(before),
        actual=shown(after),
        change=Change(
            effect=effect,
            path=".".join(filter(None, (part.path, first))),
            before=before,
            after=after,
            leaves=(*((part.path, each) for each in keys or ("",)), *also),
            instead=instead,
            governance=governance,
            approval=approval,
            was=part.was,
        ),
    )


def same(part: Part, *keys: str) -> Finding:
    """These keys, or the part itself, are the same promise in other words, or told with another change."""
    return judged(part, Effect.SAME, "", *keys)


def still_open(context: Context, part: Part, keys: Iterable[str] = ()) -> list[str]:
    """Those of these keys (all of them, unless given) that differ, and of which no rule before said anything."""
    wanted = set(keys)
    return [key for key in part.changed if (not wanted or key in wanted) and (part.path, key) not in context.settled]


def name_of(part: Part) -> str:
    """What people call it: `orders.amount`, `orders`, or the path of what is no column or table."""
    if part.shape in ("property", "schema", "options", "map"):
        return ".".join(filter(None, (part.table, part.column)))
    return part.path or "the contract"


def shown(value: Any) -> str:
    """A value for people, cut short."""
    if value is None:
        return ""
    # of blanks at its ends people see nothing but by its quotes
    plain = isinstance(value, str) and value.strip() == value.strip("\n")
    text = value if plain else repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 80 else f"{text[:77]}..."
