"""The rule `status-changed`."""

from collections.abc import Iterator
from datetime import date

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.status import stage_of
from harness.rules.breaking.sunset import NAME_A_DAY, passed_unannounced, sunset_of
from harness.rules.rule import Context, Finding, rule


@rule("status-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def status_changed(context: Context) -> Iterator[Finding]:
    """The contract is in another stage of its life: draft, active, deprecated or retired.

    *Why*: a contract that is deprecated tells its readers to go elsewhere, and is of use only with the date until
    which they have time: the customProperty `sunset`, or the service level `endOfLife`. It is retired only after
    the date that was announced; governance does not let it pass before.

    *Bad*

    ```yaml
    before: {status: active}
    after: {status: deprecated}
    ```

    *Good*

    ```yaml
    before: {status: active}
    after: {status: Production}
    ```
    """
    for part in context.parts:
        if part.shape == "contract" and "status" in part.changed:
            yield _judged(part, context.today)


def _judged(part: Part, today: date) -> Finding:
    before, after = (str(value or "").strip() for value in part.values("status"))
    old, new = (stage_of(value) for value in part.values("status"))
    if before.lower() == after.lower() or (old and old == new):
        return same(part, "status")
    said = f"the status is {after} now, and was {before}" if after else f"the status is gone; it was {before}"
    if new == "retired":
        return _retired(part, said, today)
    if new == "deprecated" and old != "retired":
        return _deprecated(part, said, today)
    if not old or not new:
        return judged(part, Effect.UNDETERMINED, said, "status")
    if new == "draft" and old != "retired":
        return judged(
            part,
            Effect.LOOSENS,
            f"{said}: nobody can rely on it any more",
            "status",
            instead=f"keep the status {before}, and offer the draft as a contract of its own",
        )
    return judged(part, Effect.ADDS, said, "status")


def _retired(part: Part, said: str, today: date) -> Finding:
    """What counts is the date that was announced before."""
    end = sunset_of(part.before)
    if end and end <= today:
        return judged(part, Effect.UNDETERMINED, f"{said}, as announced for {end}", "status")
    instead = f"keep it until {end}" if end else "set it to deprecated with a customProperty `sunset`, and wait for it"
    why = f"before {end}, the date that was announced" if end else "and no date was announced for that"
    return judged(
        part,
        Effect.LOOSENS,
        f"{said}, {why}",
        "status",
        governance=True,
        instead=instead,
    )


def _deprecated(part: Part, said: str, today: date) -> Finding:
    end = sunset_of(part.after)
    if end and end > today:
        return judged(part, Effect.ADDS, f"{said}; it stays until {end}", "status")
    if end and not passed_unannounced(part.before, part.after, today):
        return judged(part, Effect.UNDETERMINED, f"{said}; its sunset date, {end}, has passed already", "status")
    return judged(
        part,
        Effect.LOOSENS,
        f"{said}, with the sunset date {end}, which has passed" if end else f"{said}, without a sunset date",
        "status",
        governance=True,
        instead=NAME_A_DAY if end else "add a customProperty `sunset` with the first day on which it may be gone",
    )
