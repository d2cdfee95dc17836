"""The rule `structural-check-changed`."""

from collections.abc import Callable, Iterator, Mapping
from math import inf
from typing import Any

from harness.changes.plain import plain
from harness.model.change import Effect, together
from harness.model.contract import SlaProperty
from harness.model.location import Location
from harness.model.number import plain_number
from harness.model.result import Severity
from harness.model.threshold import share
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, name_of, same, shown
from harness.rules.breaking.lawful import effect_on_set, turned
from harness.rules.breaking.options import instead
from harness.rules.breaking.sla import Span, change_of_span, change_of_value, span_of
from harness.rules.breaking.thresholds import change_of, wanted_by_text
from harness.rules.rule import Context, Finding, rule
from harness.slo.lengths import length_of

Compare = Callable[[Any, Any], Effect]


@rule("structural-check-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def structural_check_changed(context: Context) -> Iterator[Finding]:
    """A structural check of a table is new, gone or another: `scd`, `late`, `volume`, `partition`, `reconcile`, ...

    *Why*: that a dimension has no gaps in its history, that rows come within six days, that no partition is missing:
    consumers build on these as on a type. Also looked at are `mayBeEmpty` and `updatedAt`.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        customProperties: [{property: late, value: {column: arrived, event: ordered, allowance: 6 d}}]
    after:
      schema:
      - name: orders
        customProperties: [{property: late, value: {column: arrived, event: ordered, allowance: 9 d}}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        customProperties: [{property: late, value: {column: arrived, event: ordered, allowance: 6 d}}]
    after:
      schema:
      - name: orders
        customProperties: [{property: late, value: {column: arrived, event: ordered, allowance: 144 h}}]
    ```
    """
    for custom in customs(context.parts, "contract", "schema"):
        if custom.name in _CHECKS or custom.name in _FACTS:
            yield _judged(custom)


def _judged(custom: Custom) -> Finding:
    compare = _FACTS.get(custom.name) or _check(custom.name)
    effect = compare(custom.before, custom.after)
    if effect is Effect.SAME:
        return same(custom.part, *custom.keys)
    name = f"`{custom.name}` of {name_of(custom.part.holder)}" if custom.part.holder else f"`{custom.name}`"
    if custom.keys:
        keys = ", ".join(_differing(custom.before, custom.after))
        said = f"changed: {keys}" if keys else f"is {shown(custom.after)} now, and was {shown(custom.before)}"
    else:
        said = "is new" if custom.part.added else "is gone"
    values = (custom.before, custom.after)
    return judged(custom.part, effect, f"{name} {said}", *custom.keys, values=values, instead=instead(effect))


def _check(name: str) -> Compare:
    """A whole check, key by key; a key of which nobody says more is another check when it is another."""

    def compare(before: Any, after: Any) -> Effect:
        if before is None or after is None:
            return Effect.TIGHTENS if before is None else Effect.LOOSENS
        if not isinstance(before, Mapping) or not isinstance(after, Mapping):
            return Effect.UNDETERMINED
        if name == "reconcile":
            before, after = _comparable(_by_column(before), _by_column(after))
        known = _CHECKS[name]
        return together(
            known[key](before.get(key), after.get(key)) if key in known else Effect.BOTH
            for key in _differing(before, after)
        )

    return compare


def _differing(before: Any, after: Any) -> list[str]:
    """The keys whose values are others."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    keys = dict.fromkeys([*after, *before])
    # their spelling, since Python takes 1 and true for equal
    return [str(key) for key in keys if repr(plain(before.get(key))) != repr(plain(after.get(key)))]


def _by_column(stated: Mapping[str, Any]) -> Mapping[str, Any]:
    """A reconciliation with its columns and their tolerances by name, however short it says them."""
    compared, borne = stated.get("compare"), stated.get("tolerance", 0)
    if not isinstance(compared, Mapping):
        names = compared if isinstance(compared, list) else [compared] if compared else []
        compared = {str(name): name for name in names}
    if not isinstance(borne, Mapping):
        borne = dict.fromkeys(compared, borne) if compared else {"": borne}
    return {**stated, "compare": compared, "tolerance": borne}


def _comparable(*sides: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Without the tolerances of columns that are compared on one side only: that they are is told already."""
    one, other = (side["compare"] for side in sides)
    for side in sides:
        borne = {name: value for name, value in side["tolerance"].items() if (name in one) == (name in other)}
        yield {**side, "tolerance": borne}


def _longer(before: Any, after: Any) -> Effect:
    """A longer time asks for less."""
    one, other = (SlaProperty(at=Location(""), property="latency", value=str(each)) for each in (before, after))
    return Effect.BOTH if before is None or after is None else change_of_value(one, other)


def _lagging(before: Any, after: Any) -> Effect:
    """A longer lag leaves out more rows; of another column it leaves out others."""
    if before is None or after is None:
        return Effect.LOOSENS if before is None else Effect.TIGHTENS
    if not isinstance(before, Mapping) or not isinstance(after, Mapping) or before.keys() != after.keys():
        return Effect.BOTH
    return together(_longer(before[name], after[name]) for name in before)


def _shares(before: Any, after: Any) -> Effect:
    """A larger share asks for less."""
    try:
        one, other = share(before), share(after)
    except ValueError:
        return Effect.UNDETERMINED
    return Effect.SAME if one == other else Effect.LOOSENS if one < other else Effect.TIGHTENS


def _borne(before: Mapping[str, Any], after: Mapping[str, Any]) -> Effect:
    """A larger tolerance of a column asks for less of it; one that is not written is 0."""
    try:
        return together(
            _larger(_amount(before.get(name, 0)), _amount(after.get(name, 0)))
            for name in dict.fromkeys([*before, *after])
        )
    except (ValueError, OverflowError, ZeroDivisionError):
        return Effect.UNDETERMINED


def _larger(before: Span, after: Span) -> Effect:
    """Nothing is no number and no time."""
    kind = next((each[0] for each in (before, after) if each[2]), "")
    one, other = (each if each[2] else (kind, 0, 0) for each in (before, after))
    return change_of_span(one, other, Effect.LOOSENS)


def _amount(stated: Any) -> Span:
    """A number from 0 on, or a time. Raises ValueError for another."""
    if isinstance(stated, bool) or not isinstance(stated, int | float | str):
        raise ValueError(f"{stated!r} is no tolerance")
    try:
        number = float(plain_number(stated) if isinstance(stated, str) else stated)
    except ValueError:
        return span_of(length_of(stated))
    if not 0 <= number < inf:
        raise ValueError(f"{stated!r} is no number from 0 on")
    return "number", number, number


def _target(before: Any, after: Any) -> Effect:
    return _threshold("= 0" if before is None else before, "= 0" if after is None else after)


def _alert(before: Any, after: Any) -> Effect:
    """Up to the alert a miss does not block; without one, every miss does."""
    if before is None or after is None:
        return Effect.LOOSENS if before is None else Effect.TIGHTENS
    return turned(_threshold(before, after))


def _threshold(before: Any, after: Any) -> Effect:
    try:
        return change_of(wanted_by_text(before, "rows"), wanted_by_text(after, "rows"))
    except (ValueError, OverflowError):
        return Effect.UNDETERMINED


def _compared(before: Any, after: Any) -> Effect:
    """More columns that must agree promise more."""
    return turned(effect_on_set(*([f"{own}={other}" for own, other in each.items()] for each in (before, after))))


def _may_be_empty(before: Any, after: Any) -> Effect:
    if (before is True) == (after is True):
        return Effect.SAME
    return Effect.LOOSENS if after is True else Effect.TIGHTENS


def _unclear(before: Any, after: Any) -> Effect:  # noqa: ARG001
    """Another column tells how old a row is: what a service level measures is another number."""
    return Effect.UNDETERMINED


_TOLERANCES: dict[str, Compare] = {"target": _target, "alert": _alert}
_CHECKS: dict[str, dict[str, Compare]] = {
    "scd": {},
    "late": {"allowance": _longer, **_TOLERANCES},
    "volume": {"tolerance": _shares, "alert": _alert},
    "partition": {"every": _longer, **_TOLERANCES},
    "pointInTime": _TOLERANCES,
    "reconcile": {"tolerance": _borne, "compare": _compared, "lag": _lagging, **_TOLERANCES},
}
"""Each structural check, and those of its keys that ask for more or for less."""
_FACTS: dict[str, Compare] = {"mayBeEmpty": _may_be_empty, "updatedAt": _unclear}
