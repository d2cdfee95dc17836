"""The rule `structural-check-changed`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from harness.model.change import Effect
from harness.model.contract import SlaProperty
from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, name_of, same, shown
from harness.rules.breaking.lawful import effect_on_set, turned
from harness.rules.breaking.options import instead
from harness.rules.breaking.sla import change_of_value
from harness.rules.breaking.thresholds import change_of, wanted_by_text
from harness.rules.rule import Context, Finding, rule

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
        known = _CHECKS[name]
        return _all_of(
            known[key](before.get(key), after.get(key)) if key in known else Effect.BOTH
            for key in _differing(before, after)
        )

    return compare


def _differing(before: Any, after: Any) -> list[str]:
    """The keys whose values are others."""
    if not isinstance(before, Mapping) or not isinstance(after, Mapping):
        return []
    return [str(key) for key in dict.fromkeys([*after, *before]) if before.get(key) != after.get(key)]


def _all_of(effects: Iterable[Effect]) -> Effect:
    """What several effects come to: a guarantee that is lost is lost, whatever else is unclear."""
    found = set(effects) - {Effect.SAME}
    if not found:
        return Effect.SAME
    if Effect.BOTH in found or found >= {Effect.LOOSENS, Effect.TIGHTENS}:
        return Effect.BOTH
    return next(each for each in (Effect.LOOSENS, Effect.UNDETERMINED, Effect.TIGHTENS) if each in found)


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
    return _all_of(_longer(before[name], after[name]) for name in before)


def _more(before: Any, after: Any) -> Effect:
    """A larger number (`30 %`) asks for less; one that is not written is 0."""
    try:
        one, other = (float(str(each or 0).rstrip(" %")) for each in (before, after))
    except ValueError:
        return Effect.UNDETERMINED
    return Effect.SAME if one == other else Effect.LOOSENS if one < other else Effect.TIGHTENS


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
    names = [
        [f"{own}={other}" for own, other in each.items()] if isinstance(each, Mapping) else each or ()
        for each in (before, after)
    ]
    return turned(effect_on_set(*names))


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
    "volume": {"tolerance": _more, "alert": _alert},
    "partition": {"every": _longer, **_TOLERANCES},
    "pointInTime": _TOLERANCES,
    "reconcile": {"tolerance": _more, "compare": _compared, "lag": _lagging, **_TOLERANCES},
}
"""Each structural check, and those of its keys that ask for more or for less."""
_FACTS: dict[str, Compare] = {"mayBeEmpty": _may_be_empty, "updatedAt": _unclear}
