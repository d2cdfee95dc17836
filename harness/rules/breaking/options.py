"""What the rules about `logicalTypeOptions` share."""

from collections.abc import Callable, Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.rules.breaking.judge import judged, name_of, shown
from harness.rules.rule import Context, Finding

KEEP = "keep the column as it is, and give the new values a column of their own"
KEEP_RULE = "keep the old rule, and write the new one beside it"
KEEP_LEVEL = "keep the old level, and promise the new one from the next major version on"


def options_with(context: Context, *names: str) -> Iterator[tuple[Part, tuple[str, ...]]]:
    """The options in which one of these keys changed, and which of them did: those that are still written first."""
    for part in context.parts:
        if part.shape == "options":
            changed = [name for name in names if name in part.changed]
            if changed:
                yield part, tuple(sorted(changed, key=lambda name: part.written.get(name) is None))


def logical_types(part: Part) -> tuple[str, str]:
    """The logical types of the column that has the options, before and after."""
    before, after = part.holder.values("logicalType") if part.holder else ("", "")
    return str(before or ""), str(after or "")


def option_changes(
    context: Context, name: str, changed: Effect | Callable[[Part, Any, Any], Effect]
) -> Iterator[Finding]:
    """The word on one option: a new one tightens, one that is gone loosens; `changed` says what another value does."""
    for part, keys in options_with(context, name):
        before, after = part.values(name)
        if before is None or after is None:
            effect = Effect.TIGHTENS if before is None else Effect.LOOSENS
        else:
            effect = changed(part, before, after) if callable(changed) else changed
        message = f"the `{name}` of {name_of(part)} {went(before, after)}"
        yield judged(part, effect, message, *keys, values=(before, after), instead=instead(effect))


def went(before: Any, after: Any) -> str:
    """In words: `is now 5, it was 3`."""
    if before is None:
        return f"is new: {shown(after)}"
    return f"is gone, it was {shown(before)}" if after is None else f"is now {shown(after)}, it was {shown(before)}"


def instead(effect: Effect, advice: str = KEEP) -> str:
    """What to do in place of a change with this effect: the advice where it breaks consumers."""
    return advice if effect in (Effect.LOOSENS, Effect.BOTH) else ""
