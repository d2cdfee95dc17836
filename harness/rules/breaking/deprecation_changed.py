"""The rule `deprecation-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.sunset import NAME_A_DAY, passed_unannounced, sunset_of
from harness.rules.rule import Context, Finding, rule


@rule("deprecation-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def deprecation_changed(context: Context) -> Iterator[Finding]:
    """A table or column is deprecated now, or is not any more.

    *Why*: a deprecation announces a removal, and is of use only with the date from which on it may happen: the
    customProperty `sunset`.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount}]}]}
    after: {schema: [{name: orders, properties: [{name: amount, deprecated: true}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: amount, deprecated: false}]}]}
    after: {schema: [{name: orders, properties: [{name: amount}]}]}
    ```
    """
    for part in context.parts:
        if part.shape not in ("schema", "property") or "deprecated" not in part.changed:
            continue
        end = sunset_of(part.after)
        values = part.values("deprecated")
        if values[1] is not True:
            yield judged(part, Effect.ADDS, f"{name_of(part)} is not deprecated any more", "deprecated", values=values)
        elif end and end > context.today:
            message = f"{name_of(part)} is deprecated now, and may be gone after {end}"
            date_too = tuple((each.path, "") for each in context.parts if _is_sunset_of(each, part))
            yield judged(part, Effect.ADDS, message, "deprecated", values=values, also=date_too)
        elif passed := passed_unannounced(part.before, part.after, context.today):
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name_of(part)} is deprecated now, with the sunset date {passed}, which has passed",
                "deprecated",
                values=values,
                governance=True,
                instead=NAME_A_DAY,
            )
        else:
            when = f"may have been gone since {end}" if end else "nobody says until when it stays"
            yield judged(
                part,
                Effect.UNDETERMINED,
                f"{name_of(part)} is deprecated now, and {when}",
                "deprecated",
                values=values,
                instead="add a customProperty `sunset` with the first day on which it may be gone",
            )


def _is_sunset_of(custom: Part, part: Part) -> bool:
    named = custom.shape == "custom" and custom.added and custom.written.get("property") == "sunset"
    return bool(named and custom.holder and custom.holder.path == part.path)
