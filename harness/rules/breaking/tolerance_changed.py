"""The rule `tolerance-changed`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.changes.part import Part
from harness.load.contract import quality_rule_in
from harness.model.change import Effect
from harness.model.result import Severity
from harness.model.sla import canonical_sla
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.options import KEEP_RULE, instead, went
from harness.rules.breaking.quality import called
from harness.rules.breaking.sla import called as sla_called
from harness.rules.breaking.thresholds import Wanted, change_of, unit_of, wanted_by_text
from harness.rules.rule import Context, Finding, rule

_CALLED = {"quality": called, "sla": sla_called}


@rule("tolerance-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def tolerance_changed(context: Context) -> Iterator[Finding]:
    """The alert of a rule, a service level or a relationship is another, or the target of one of the latter.

    *Why*: up to the alert a missed target only warns; beyond it, it blocks. Without an alert every miss blocks, so a
    new alert lets through what did not pass before.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, customProperties: [{property: alert, value: '> 1 %'}]}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, customProperties: [{property: alert, value: '> 5 %'}]}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, customProperties: [{property: alert, value: '> 1 %'}]}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, customProperties: [{property: alert, value: '> 1.0 %'}]}]
    ```
    """
    for custom in customs(context.parts, "quality", "sla", "relationship"):
        holder = custom.part.holder
        if holder and (custom.name == "alert" or (custom.name == "target" and holder.shape != "quality")):
            effect = _effect(custom, holder)
            what = _CALLED.get(holder.shape, name_of)(holder)
            message = f"the {custom.name} of {what} {went(custom.before, custom.after)}"
            values = (custom.before, custom.after)
            yield judged(custom.part, effect, message, *custom.keys, values=values, instead=instead(effect, KEEP_RULE))


def _effect(custom: Custom, holder: Part) -> Effect:
    stated = (custom.before, custom.after)
    if custom.name == "alert" and None in stated:
        return Effect.LOOSENS if custom.before is None else Effect.TIGHTENS
    try:
        before, after = (
            _wanted(custom.name, str(_default(holder) if text is None else text), holder, side)
            for text, side in zip(stated, (holder.before, holder.after), strict=True)
        )
    except (ValueError, OverflowError):
        return Effect.UNDETERMINED
    return change_of(before, after)


def _default(holder: Part) -> str:
    """The target that holds where none is stated. Raises ValueError where it is the value itself."""
    name = "" if holder.shape == "relationship" else canonical_sla(str(holder.written.get("property"))) or "unknown"
    defaults = {"": "= 0", "frequency": "= 0", "endOfSupport": "> 0", "endOfLife": "> 0"}
    if name not in defaults:
        raise ValueError(f"the target of the {name} is its value")
    return defaults[name]


def _wanted(name: str, text: str, holder: Part, side: Any) -> Wanted:
    """The numbers that do not block. Raises ValueError for what is no threshold."""
    unit = "rows"
    if holder.shape == "quality":
        unit = unit_of(quality_rule_in(side, holder.file))
    elif holder.shape == "sla":
        unit = str(side.get("unit", ""))
        text = f"{text} {unit}" if text[-1:].isdigit() else text
    found = wanted_by_text(text, unit)
    return replace(found, lawful=~found.lawful) if name == "alert" else found
