"""The rule `domain-changed`."""

from collections.abc import Iterator

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, shown
from harness.rules.rule import Context, Finding, rule


@rule("domain-changed", severity=Severity.WARNING, scope="change", needs=("previous",))
def domain_changed(context: Context) -> Iterator[Finding]:
    """The contract belongs to another domain or tenant.

    *Why*: who may read the data and who answers for it often follow from the domain.

    *Bad*

    ```yaml
    before: {domain: sales}
    after: {domain: finance}
    ```

    *Good*

    ```yaml
    before: {domain: sales}
    after: {domain: sales}
    ```
    """
    for part in context.parts:
        if part.shape == "contract" and (keys := [key for key in ("domain", "tenant") if key in part.changed]):
            said = " and ".join(
                f"the {key} is {_said(part, key, 1)} now, and was {_said(part, key, 0)}" for key in keys
            )
            yield judged(part, Effect.UNDETERMINED, said, *keys)


def _said(part: Part, key: str, side: int) -> str:
    return shown(part.changed[key][side]) or "none"
