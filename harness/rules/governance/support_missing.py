"""support-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("support-missing", severity=Severity.ERROR)
def support_missing(context: Context) -> Iterator[Finding]:
    """The contract names no channel on which its owner can be reached.

    *Why*

    `owner-missing` says who answers for the data; this rule asks how that somebody is reached at night, when the data
    fails: at least one entry of `support` with a channel. Incidents are sent there, and runbooks print it.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    team: {name: sales}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    team: {name: sales}
    support:
      - channel: "#sales-data"
        tool: slack
        scope: issues
    ```
    """
    contract = context.contract
    if contract and not any(contract.channels):
        yield Finding(
            message="the contract names no channel where its owner can be reached; add one to `support`",
            at=contract.where("support"),
        )
