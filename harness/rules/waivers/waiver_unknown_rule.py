"""waiver-unknown-rule."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("waiver-unknown-rule", severity=Severity.ERROR, scope="waiver")
def waiver_unknown_rule(context: Context) -> Iterator[Finding]:
    """A waiver names a rule or metric that does not exist.

    *Why*

    It covers nothing, and looks as if it did; after a rule was renamed nobody would notice. The rules over waivers
    count as unknown here: they cannot be waived.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - rule: nullValue
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers in April
        approver: maria
        author: ada
        expires: 2026-04-30
    ```

    *Good*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers in April
        approver: maria
        author: ada
        expires: 2026-04-30
    ```
    """
    waiver = context.waiver
    if waiver and waiver.rule and waiver.rule not in context.deciders:
        hint = did_you_mean(waiver.rule, context.deciders) or "docs/rules.md and docs/metrics.md list them all"
        message = f"there is no rule or metric `{waiver.rule}` that could be waived; {hint}"
        yield Finding(message=message, at=waiver.at, key=str(waiver))
