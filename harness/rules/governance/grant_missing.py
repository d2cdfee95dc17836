"""grant-missing."""

from collections.abc import Iterator

from harness.model.contract import Role, Schema
from harness.model.facts import PUBLIC, Access
from harness.model.result import Outcome, Severity
from harness.rules.governance.roles import privileges_of
from harness.rules.rule import Context, Finding, rule


@rule("grant-missing", severity=Severity.ERROR, needs=("grants",))
def grant_missing(context: Context) -> Iterator[Finding]:
    """A role of the contract may not do on the server what the contract says.

    *Why*

    Consumers were promised access by a role, and are locked out. Asked for is what the role can really do: by a grant
    to itself, to a role that it is a member of, or to everybody, and with USAGE on the schema. A role with `access:
    write` needs one of INSERT, UPDATE and DELETE. An access that is none of read, write and admin is an error: nobody
    can tell what it stands for. The examples are those of a server where only `analysts` may read the table.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}]
    roles:
      - {role: finance, access: read}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}]
    roles:
      - {role: analysts, access: read}
    ```
    """
    contract = context.contract
    for schema in contract.schemas if contract else ():
        facts = (context.facts or {}).get((contract.id, schema.name)) if contract else None
        for role in contract.roles if contract and facts and facts.access else ():
            if contract and facts and facts.access:
                yield from _judged(schema, role, facts.access)


def _judged(schema: Schema, role: Role, access: Access) -> Iterator[Finding]:
    wanted = privileges_of(role)
    if wanted is None:
        message = f"which privileges `access: {role.access}` of the role {role.name} stands for is not known"
        message += "; write read, write or admin"
        at = role.where("access")
        yield Finding(message=message, at=at, table=schema.name, key=role.name, outcome=Outcome.ERROR)
        return
    held = {privilege for name, privilege in access.held if name == role.name}
    held |= {grant.privilege for grant in access.grants if grant.role == role.name == PUBLIC}
    lacking = [] if "SELECT" in held or "SELECT" not in wanted else ["SELECT"]
    writing = wanted - {"SELECT"}
    lacking += [] if not writing or held & writing else ["INSERT, UPDATE or DELETE"]
    if lacking and role.name != access.owner:
        yield Finding(
            message=f"the role {role.name} may not {' nor '.join(lacking)} on `{schema.name}` on the server, as the "
            f"contract says; create it and grant it, with USAGE on the schema, or take the role out",
            at=role.at,
            table=schema.name,
            key=role.name,
        )
