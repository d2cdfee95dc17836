"""The rule `sla-added`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.sla import called
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
            yield judged(part, Effect.TIGHTENS, f"{called(part)} is promised now")
