"""waiver-unused."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("waiver-unused", severity=Severity.WARNING, scope="waiver", needs=("results",))
def waiver_unused(context: Context) -> Iterator[Finding]:
    """A waiver names no failure of the run.

    *Why*

    What it was for is mended, or was never named right. Left behind, it would let the next failure of the kind pass,
    which nobody has looked at. Only a whole `verify` knows: nothing is said of a run that was narrowed by `--select` or
    `--layer`, of a result that could not be told, or of a waiver whose result may be among those that could not. In the
    examples the tail numbers have NULLs and the carriers have none.

    *Bad*

    ```yaml
    version: 1
    waivers:
      - rule: nullValues
        path: fct_flights/carrier
        reason: the vendor delivers the missing carriers in April
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
    use = context.use
    if not use or use.failures or use.undecided or not use.in_force:
        return
    why = "what it names did not fail" if use.calm else "no result goes by that name"
    message = f"the waiver of {use.waiver} is of no use: {why}; remove it{'' if use.calm else ', or correct it'}"
    yield Finding(message=message, at=use.waiver.at, key=str(use.waiver))
