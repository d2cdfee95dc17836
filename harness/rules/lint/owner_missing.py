"""owner-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("owner-missing", severity=Severity.ERROR)
def owner_missing(context: Context) -> Iterator[Finding]:
    """Neither a team nor an owner answers for the data.

    *Why*

    When a check fails somebody has to be told, and only that somebody can say whether the data or the contract is
    wrong. A contract names its team (`team.name`), or a member of it whose `role` is `owner` (`data owner`,
    `product owner`, ...) and whose `dateOut` is not over.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    team:
      members:
        - username: maria
          role: analyst
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    team:
      name: flight-operations
      members:
        - username: maria
          role: owner
    ```
    """
    contract = context.contract
    if contract and not contract.owners(context.today):
        yield Finding(
            message="nobody owns this contract; set `team.name`, or give a member of the team the role `owner`",
            at=contract.where("team"),
        )
