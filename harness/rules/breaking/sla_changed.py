"""The rule `sla-changed`."""

from collections.abc import Callable, Iterator

from harness.model.change import Effect
from harness.model.contract import SlaProperty
from harness.model.result import Severity
from harness.model.sla import moment_of
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.options import KEEP_LEVEL, instead, went
from harness.rules.breaking.sla import SlaChange, called, change_of_value, promise_of, sla_changes
from harness.rules.rule import Context, Finding, rule


@rule("sla-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def sla_changed(context: Context) -> Iterator[Finding]:
    """What a service level promises is more, less or something else.

    *Why*: data that is six hours older than before misses the report of the morning. Values are compared by what they
    mean: 6 h and 360 m are one time, `ly` is `latency`. A retention is how long data is kept at least, unless its
    customProperty `reading` is `atMost`: then both sides must act, whichever way it moves.

    *Bad*

    ```yaml
    before:
      slaProperties:
      - {property: latency, value: 6, unit: h}
    after:
      slaProperties:
      - {property: latency, value: 12, unit: h}
    ```

    *Good*

    ```yaml
    before:
      slaProperties:
      - {property: latency, value: 6, unit: h}
    after:
      slaProperties:
      - {property: ly, value: 360, unit: min}
    ```
    """
    for change in sla_changes(context):
        yield from _judged(change)
    for custom in customs(context.parts, "sla"):
        if custom.part.holder and custom.name in _OURS:
            effect = _OURS[custom.name](custom)
            message = f"the {custom.name} of {called(custom.part.holder)} {went(custom.before, custom.after)}"
            values = (custom.before, custom.after)
            yield judged(custom.part, effect, message, *custom.keys, values=values, instead=instead(effect, KEEP_LEVEL))


def _judged(change: SlaChange) -> Iterator[Finding]:
    part, before, after = change.part, change.before, change.after
    keys = [key for key in ("value", "unit") if key in part.changed]
    if promise_of(before) != promise_of(after):
        message = f"{called(part)} is promised in place of the {before.property}"
        yield judged(part, Effect.BOTH, message, "property", *keys, instead=KEEP_LEVEL)
        keys = []
    elif "property" in part.changed:
        yield same(part, "property")
    if keys:
        effect = change_of_value(before, after)
        message = f"{called(part)} is {_text(after)} now, it was {_text(before)}"
        if effect is Effect.UNDETERMINED:
            message += "; nobody can tell which is more"
        yield judged(part, effect, message, *keys, instead=instead(effect, KEEP_LEVEL))
    for key in ("valueExt", "schedule"):
        if key in part.changed:
            yield judged(part, Effect.UNDETERMINED, f"the `{key}` of {called(part)} is another one", key)


def _text(sla: SlaProperty) -> str:
    return f"{sla.value} {sla.unit}".strip() if sla.value is not None else "nothing"


def _reading(custom: Custom) -> Effect:
    one, other = (each or "atMost" for each in (custom.before, custom.after))
    return Effect.SAME if one == other else Effect.BOTH


def _since(custom: Custom) -> Effect:
    """From when on data is kept: a later day means less of it, and none all of it."""
    try:
        one, other = (
            float("-inf") if each is None else moment_of(each).timestamp() for each in (custom.before, custom.after)
        )
    except (ValueError, OverflowError):
        return Effect.UNDETERMINED
    if one == other:
        return Effect.SAME
    return Effect.LOOSENS if one < other else Effect.TIGHTENS


def _objective(custom: Custom) -> Effect:
    """In how many of all cases the level is held."""
    try:
        one, other = (float(str(each).strip().rstrip(" %")) for each in (custom.before, custom.after))
    except ValueError:
        return Effect.UNDETERMINED
    if one == other:
        return Effect.SAME
    return Effect.TIGHTENS if one < other else Effect.LOOSENS


_OURS: dict[str, Callable[[Custom], Effect]] = {"reading": _reading, "since": _since, "objective": _objective}
