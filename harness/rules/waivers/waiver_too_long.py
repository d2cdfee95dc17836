"""waiver-too-long."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("waiver-too-long", severity=Severity.ERROR, scope="waiver")
def waiver_too_long(context: Context) -> Iterator[Finding]:
    """A waiver holds for longer than `max_waiver_days` of `harness.yaml`, which is 90 unless it says otherwise.

    *Why*

    A waiver without an end in sight is a promise withdrawn in secret: the contract still makes it, and nobody keeps it.
    If the failure is to stay, change the contract. The days are counted from `created`, or from today where that is
    missing or yet to come. In the examples today is 1 March 2026.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers some day
        approver: maria
        author: ada
        created: 2026-03-01
        expires: 2099-12-31
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
        created: 2026-03-01
        expires: 2026-04-30
    ```
    """
    waiver, most = context.waiver, context.project.policy.max_waiver_days
    if not waiver:
        return
    days = waiver.days_left(min(waiver.created or context.today, context.today))
    if days > most:
        message = f"the waiver of {waiver} holds until {waiver.expires}: let it end sooner, or change the contract"
        yield Finding(
            message=message, at=waiver.at, key=str(waiver), expected=f"<= {most:,} days", actual=f"{days:,} days"
        )
