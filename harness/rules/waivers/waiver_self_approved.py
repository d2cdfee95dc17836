"""waiver-self-approved."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.model.waiver import person
from harness.rules.rule import Context, Finding, rule


@rule("waiver-self-approved", severity=Severity.ERROR, scope="waiver")
def waiver_self_approved(context: Context) -> Iterator[Finding]:
    """A waiver was approved by its own author.

    *Why*

    A waiver lets a broken promise pass; whoever wants that may not be the one who allows it. Names are compared without
    regard to case, spaces around them, and a leading `@`.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers in April
        approver: "@Ada"
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
    if waiver and person(waiver.approver) == person(waiver.author):
        message = f"the waiver of {waiver} was approved by its author, {waiver.author}; let somebody else approve it"
        yield Finding(message=message, at=waiver.at, key=str(waiver))
