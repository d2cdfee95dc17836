"""The rule `sla-added`."""

from collections.abc import Iterator
from datetime import date

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.model.sla import canonical_sla
from harness.rules.breaking.judge import judged
from harness.rules.breaking.sla import called
from harness.rules.breaking.sunset import NAME_A_DAY, passed_unannounced
from harness.rules.rule import Context, Finding, rule


@rule("sla-added", severity=Severity.INFO, scope="change", needs=("previous",))
def sla_added(context: Context) -> Iterator[Finding]:
    """A service level is new.

    *Why*: consumers may rely on more; producers must hold it from the first day.

    *Bad*

    ```yaml
    before:
      slaProperties: []
    after:
      slaProperties:
      - {property: latency, value: 6, unit: h}
    ```

    *Good*

    ```yaml
    before:
      slaProperties:
      - {property: latency, value: 6, unit: h}
    after:
      slaProperties:
      - {property: ly, value: 6, unit: h}
    ```
    """
    for part in context.parts:
        if part.shape == "sla" and part.added:
            yield _ended(part, context.today) or judged(part, Effect.TIGHTENS, f"{called(part)} is promised now")


def _ended(part: Part, today: date) -> Finding | None:
    """An end of life is no promise of more when it has passed already: by it a removal would count as announced."""
    contract = part.holder
    passed = passed_unannounced(contract.before, contract.after, today) if contract else None
    if not passed or canonical_sla(str(part.written.get("property"))) != "endOfLife":
        return None
    message = f"the contract has the end of life {passed} now, which has passed: nobody was told before it"
    return judged(part, Effect.LOOSENS, message, governance=True, instead=NAME_A_DAY)
