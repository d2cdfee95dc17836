"""The rule `quality-severity-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.options import KEEP_RULE, instead
from harness.rules.breaking.quality import quality_changes
from harness.rules.rule import Context, Finding, rule

_RANKS = {
    **dict.fromkeys(("info", "information", "informational", "trivial"), 0),
    **dict.fromkeys(("warning", "warn", "medium", "minor", "low"), 1),
    **dict.fromkeys(("error", "err", "critical", "fatal", "blocker", "severe", "high", "major"), 2),
}
_GATE = 2
"""From that rank on a failure closes the gate."""
_SYNONYMS = {"warn": "warning", "err": "error", "information": "info", "informational": "info", "": "error"}


@rule("quality-severity-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def quality_severity_changed(context: Context) -> Iterator[Finding]:
    """The failure of a quality rule matters less, or more.

    *Why*: what only warns no longer stops bad data on its way to consumers. A rule without a severity is an error.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, severity: error}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, severity: warning}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0, severity: error}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{metric: nullValues, mustBe: 0}]
    ```
    """
    for change in quality_changes(context):
        if keys := change.changed("severity"):
            was, now = change.before.severity or "error", change.after.severity or "error"
            effect = _effect(was, now)
            message = f"the severity of {change.name} is {now} now, it was {was}"
            yield judged(change.part, effect, message, *keys, values=(was, now), instead=instead(effect, KEEP_RULE))


def _effect(before: str, after: str) -> Effect:
    one, other = (_SYNONYMS.get(word.lower(), word.lower()) for word in (before, after))
    if one == other:
        return Effect.SAME
    if one not in _RANKS and _RANKS.get(other, _GATE) < _GATE:
        return Effect.LOOSENS  # a word that nobody knows closes the gate
    if one not in _RANKS or other not in _RANKS or _RANKS[one] == _RANKS[other]:
        return Effect.UNDETERMINED
    return Effect.LOOSENS if _RANKS[other] < _RANKS[one] else Effect.TIGHTENS
