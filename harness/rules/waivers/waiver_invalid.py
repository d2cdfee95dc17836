"""waiver-invalid."""

from collections.abc import Iterator

from harness.model.result import Outcome, Severity
from harness.rules.rule import Context, Finding, rule


@rule("waiver-invalid", severity=Severity.ERROR, scope="project")
def waiver_invalid(context: Context) -> Iterator[Finding]:
    """The file of waivers cannot be read, or one of its entries is not in order.

    *Why*

    Nobody can tell what a broken entry was to let pass, or until when; so it lets nothing pass, and the verdict is
    undecided at best until it is mended. An entry needs a `reason`, an `approver`, an `author`, the day it `expires`,
    and what it names: a `fingerprint`, or a `rule` and a `path`. Two entries must not name the same. This rule cannot
    be turned off.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - fingerprint: "3f2a9c1b7d04"
        reason: the vendor delivers the missing tail numbers in April
        approver: maria
        author: ada
        expires: next month
    ```

    *Good*

    ```yaml
    version: 1
    waivers:
      - fingerprint: "3f2a9c1b7d04"
        reason: the vendor delivers the missing tail numbers in April
        approver: maria
        author: ada
        expires: 2026-04-30
    ```
    """
    for each in context.project.waivers.violations:
        hint = f"; {each.hint}" if each.hint else ""
        yield Finding(
            message=f"the waiver is not in force: {each.message}{hint}" if each.path else f"{each.message}{hint}",
            at=each.at,
            key=f"{each.path} {each.message}",
            outcome=Outcome.ERROR,
        )
