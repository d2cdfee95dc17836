"""waiver-expired."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("waiver-expired", severity=Severity.WARNING, scope="waiver")
def waiver_expired(context: Context) -> Iterator[Finding]:
    """A waiver has expired, so it lets nothing pass any more.

    *Why*

    What it set aside counts again in full, and blocks if it did before; so this is a warning, which says where the
    failure was excused and that the excuse has run out. The last day of a waiver is the day it `expires`, in UTC, by
    the real clock: `--as-of` does not revive it. In the examples today is 1 March 2026.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers in February
        approver: maria
        author: ada
        expires: 2026-02-28
    ```

    *Good*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/tail_number
        reason: the vendor delivers the missing tail numbers in February
        approver: maria
        author: ada
        expires: 2026-03-01
    ```
    """
    waiver = context.waiver
    days = -waiver.days_left(context.today) if waiver else 0
    if waiver and days > 0:
        ago = "yesterday" if days == 1 else f"{days:,} days ago"
        message = (
            f"the waiver of {waiver} expired on {waiver.expires}, {ago}, and lets nothing pass any more; remove it,"
            " or have it approved again"
        )
        yield Finding(message=message, at=waiver.at, key=str(waiver))
