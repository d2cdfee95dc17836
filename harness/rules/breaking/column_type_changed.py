"""The rule `column-type-changed`."""

from collections.abc import Iterator, Sequence

from harness.changes.part import Leaf, Part
from harness.model.change import Effect, together
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.types import KEYS, Inside, Word, reshaped, words_on
from harness.rules.rule import Context, Finding, rule


@rule("column-type-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_type_changed(context: Context) -> Iterator[Finding]:
    """A column has another type.

    *Why*: a wider type holds values that consumers have no room for; a narrower one has no room for what producers
    write; another kind breaks both. Two spellings of one type are no change. `physicalType` is read as the engine of
    the contract's server does, and a declared length counts even where the engine ignores it. An ENUM with a value
    more is a wider type, and so risky; where readers rely on the values, promise them as `enum` (`enum-changed`).

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, physicalType: "decimal(10,2)"}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, physicalType: varchar}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, physicalType: "decimal(10,2)"}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, physicalType: "DECIMAL(10, 2)"}]}]}
    ```
    """
    for part in context.parts:
        if part.shape != "property" or not set(KEYS) & set(part.changed):
            continue
        words = words_on(part, context.dialect, _inside(part, context))
        unclear = [word for word in words if word.effect is Effect.UNDETERMINED]
        for group in (unclear, [word for word in words if word not in unclear]):
            if group:
                yield judged(
                    part,
                    Effect.LOOSENS if _untyped(part) else together(word.effect for word in group),
                    _message(part, group[0]),
                    *(word.key for word in group if word.key in part.changed),
                    instead="add a column of the new type beside it, and let the old one go after a sunset date",
                    also=_fields(part, context.parts) if reshaped(part) else (),
                )


def _untyped(part: Part) -> bool:
    """Whether no type is promised any more."""
    return all(part.values(key)[1] is None for key in KEYS)


def _message(part: Part, word: Word) -> str:
    old, new = part.values(word.key)
    why = f": {word.why}" if word.why else ""
    if word.effect is Effect.UNDETERMINED:
        why = f", and nobody can tell what that does{why}"
    if new is None:
        return f"the {word.key} of {name_of(part)} is not said any more{why}; it was {old}"
    return f"the {word.key} of {name_of(part)} is {new} now{f', not {old}' if old is not None else ''}{why}"


def _inside(part: Part, context: Context) -> Inside:
    """The fields of a column that are new, gone, renamed or of another type by their own word."""
    fields = [each for each in context.parts if each.shape == "property" and each.path.startswith(f"{part.path}.")]
    named = [each for each in fields if each.added or each.removed or "name" in each.changed]
    typed = [each for each in fields if set(KEYS) & set(each.changed)]
    return Inside(
        frozenset(each.was[1].removeprefix(part.was[1]) for each in named if not each.added),
        frozenset(each.column.removeprefix(part.column) for each in named if not each.removed),
        {
            each.was[1].removeprefix(part.was[1]): together(
                word.effect for word in words_on(each, context.dialect, Inside())
            )
            for each in typed
        },
    )


def _fields(part: Part, parts: Sequence[Part]) -> tuple[Leaf, ...]:
    """Those that came and went with the way in which the column is nested."""
    return tuple(
        (each.path, "")
        for each in parts
        if (each.added or each.removed) and each.shape in ("property", "map") and each.holder
        if each.holder.path == part.path
    )
