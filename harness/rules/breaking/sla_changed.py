"""The rule `sla-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.contract import SlaProperty
from harness.model.result import Severity
from harness.model.sla import promise_named
from harness.rules.breaking.customs import Custom
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.options import KEEP_LEVEL, instead, went
from harness.rules.breaking.sla import SlaChange, called, change_of_schedule, change_of_value, sla_changes
from harness.rules.breaking.sunset import ends_earlier
from harness.rules.breaking.terms import term_changes
from harness.rules.rule import Context, Finding, rule


@rule("sla-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def sla_changed(context: Context) -> Iterator[Finding]:
    """What a service level promises is more, less or something else.

    *Why*: data that is six hours older than before misses the report of the morning. Values are compared by what they
    mean: 6 h and 360 m are one time, `ly` is `latency`. A retention is how long data is kept at most, which is what is
    measured, unless its customProperty `reading` is `atLeast`. At most: for less long, data must go that somebody may
    read; for longer, it is promised no more that it goes. At least: for longer is more. So are the terms by which a
    level is held over time compared (`objective`, `window`, `grace`, `calendar`, ...; docs/audit.md), of the level or
    of the contract for all of its levels, with what counts where nobody says them.

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
    for each in term_changes(context):
        yield _said(each.custom, each.effect)


def _said(custom: Custom, effect: Effect) -> Finding:
    """The word on a customProperty of a service level, or of a contract for all that say nothing else."""
    holder = custom.part.holder
    whose = called(holder) if holder and holder.shape == "sla" else "all service levels"
    message = f"the {custom.name} of {whose} {went(custom.before, custom.after)}"
    values = (custom.before, custom.after)
    return judged(custom.part, effect, message, *custom.keys, values=values, instead=instead(effect, KEEP_LEVEL))


def _judged(change: SlaChange) -> Iterator[Finding]:
    part, before, after = change.part, change.before, change.after
    keys = [key for key in ("value", "unit") if key in part.changed]
    if promise_named(before.property) != promise_named(after.property):
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
        # the end of life is a sunset date in the standard's word
        governance = promise_named(after.property) == "endOfLife" and ends_earlier(part.holder)
        yield judged(part, effect, message, *keys, instead=instead(effect, KEEP_LEVEL), governance=governance)
    if "valueExt" in part.changed:
        yield judged(part, Effect.UNDETERMINED, f"the `valueExt` of {called(part)} is another one", "valueExt")
    keys = [key for key in ("schedule", "scheduler") if key in part.changed]
    # without a schedule, what would read it says nothing
    if keys and (before.schedule or after.schedule):
        effect = change_of_schedule(before, after)
        message = f"the `{keys[0]}` of {called(part)} is another one"
        yield judged(part, effect, message, *keys, instead=instead(effect, KEEP_LEVEL))


def _text(sla: SlaProperty) -> str:
    return f"{sla.value} {sla.unit}".strip() if sla.value is not None else "nothing"
