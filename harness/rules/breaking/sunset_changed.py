"""The rule `sunset-changed`."""

from collections.abc import Iterator
from datetime import date

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, name_of, same, shown
from harness.rules.breaking.status import is_ending, stage_of
from harness.rules.breaking.sunset import NAME_A_DAY, passed_unannounced, sunset_of
from harness.rules.rule import Context, Finding, rule


@rule("sunset-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def sunset_changed(context: Context) -> Iterator[Finding]:
    """The date from which on a contract, table or column may be gone (`sunset`) is another, or gone.

    *Why*: readers planned with the date that they were told. An earlier one takes time from them, and none at all
    leaves them with nothing to plan by, so governance lets neither pass; nor one that has passed when it is written,
    by which a removal would count as announced. A later one is a gift.

    *Bad*

    ```yaml
    before: {status: deprecated, customProperties: [{property: sunset, value: "2027-06-30"}]}
    after: {status: deprecated, customProperties: [{property: sunset, value: "2026-12-31"}]}
    ```

    *Good*

    ```yaml
    before: {status: deprecated, customProperties: [{property: sunset, value: "2027-06-30"}]}
    after: {status: active}
    ```
    """
    for custom in customs(context.parts, "contract", "schema", "property"):
        if custom.name == "sunset" and custom.part.holder:
            yield _judged(custom, custom.part.holder, context.today)


def _judged(custom: Custom, holder: Part, today: date) -> Finding:
    before, after = sunset_of(holder.before), sunset_of(holder.after)
    ending = (is_ending(holder.before), is_ending(holder.after))
    told = (before is None and ending == (False, True)) or (after is None and ending == (True, False))
    if told or (before and before == after):
        # what the change of the status, or of `deprecated`, tells; or the same day
        return same(custom.part, *custom.keys)
    values = (custom.before, custom.after)
    name = name_of(holder)
    if before is None and after is None:
        written = shown(custom.before if custom.part.removed else custom.after)
        message = f"the sunset date of {name} is no date: {written}"
        return judged(custom.part, Effect.UNDETERMINED, message, *custom.keys, values=values)
    if passed := passed_unannounced(holder.before, holder.after, today):
        message = f"the sunset date of {name} is {passed}, which has passed: nobody was told before it"
        return judged(
            custom.part,
            Effect.LOOSENS,
            message,
            *custom.keys,
            values=values,
            governance=True,
            instead=NAME_A_DAY,
        )
    if before is None or (after is not None and after > before):
        was = f", and was {before}" if before else ""
        return judged(custom.part, Effect.ADDS, f"{name} stays until {after}{was}", *custom.keys, values=values)
    if stage_of(holder.written.get("status")) == "retired" and before <= today:
        message = f"the sunset date of {name}, {before}, has passed"
        return judged(custom.part, Effect.NOTES, message, *custom.keys, values=values)
    now = f"is {after} now, and was {before}" if after else f"was {before} and is gone"
    return judged(
        custom.part,
        Effect.LOOSENS,
        f"the sunset date of {name} {now}",
        *custom.keys,
        values=values,
        governance=True,
        instead=f"keep {before}, or name a later date",
    )
