"""The rule `sla-removed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.model.sla import promise_named
from harness.rules.breaking.judge import judged
from harness.rules.breaking.sla import called
from harness.rules.breaking.sunset import ends_earlier
from harness.rules.rule import Context, Finding, rule


@rule("sla-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def sla_removed(context: Context) -> Iterator[Finding]:
    """A service level is gone.

    *Why*: consumers built their own deadlines on it: when data is there, how long it is kept, who repairs it by when.
    An `endOfLife` is the date until which they have time, as `sunset` is: governance does not let it go.

    *Bad*

    ```yaml
    before:
      slaProperties:
      - {property: latency, value: 6, unit: h}
    after:
      slaProperties: []
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
        if part.shape == "sla" and part.removed:
            instead = "keep it until the next major version, and tell those who rely on it before"
            governance = promise_named(str(part.written.get("property"))) == "endOfLife" and ends_earlier(part.holder)
            message = f"{called(part)} is no longer promised"
            yield judged(part, Effect.LOOSENS, message, instead=instead, governance=governance)
