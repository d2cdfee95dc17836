"""grant-undeclared."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema
from harness.model.facts import Access, Grant, TableFacts
from harness.model.result import Severity
from harness.rules.governance.roles import privileges_of
from harness.rules.rule import Context, Finding, rule

_DATA = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")


@rule("grant-undeclared", severity=Severity.ERROR, needs=("grants",))
def grant_undeclared(context: Context) -> Iterator[Finding]:
    """The server lets a role do with a table what the contract does not say.

    *Why*

    A grant that is in no contract was given by hand, is reviewed by nobody and outlives its reason. Held against the
    `roles` of the contract are the grants of PostgreSQL on the table and on its columns, those to everybody (PUBLIC),
    and membership in `pg_read_all_data` and `pg_write_all_data`. `access: read` stands for SELECT, `write` for INSERT,
    UPDATE, DELETE and TRUNCATE, `admin` for all; the two can be combined (`read/write`). Not looked at are superusers,
    the owner of the table, and the role that the harness itself reads by. The examples are those of a table on which
    SELECT is granted to `analysts`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema: [{name: fct_orders}]
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
        if contract and facts and facts.access:
            yield from _judged(contract, schema, facts, facts.access)


def _judged(contract: Contract, schema: Schema, facts: TableFacts, access: Access) -> Iterator[Finding]:
    allowed: dict[str, set[str]] = {}
    for declared in contract.roles:
        # an access that nobody can read allows nothing; grant-missing says so too
        allowed.setdefault(declared.name, set()).update(privileges_of(declared) or ())
    found: dict[str, list[Grant]] = {}
    for grant in access.grants:
        is_own = grant.role in (access.owner, facts.reader) and grant.privilege == "SELECT"
        if grant.privilege in _DATA and not is_own and grant.privilege not in allowed.get(grant.role, ()):
            found.setdefault(grant.role, []).append(grant)
    for role, grants in sorted(found.items()):
        privileges = sorted({_words(grant) for grant in grants})
        given = ", ".join(sorted(allowed.get(role, ()))) or "nothing that can be read"
        listed = f"gives it {given}" if role in allowed else "does not list the role"
        yield Finding(
            message=f"on the server, {role} has {', '.join(privileges)} on `{schema.name}`, and the contract {listed}; "
            "revoke it, or declare it in `roles`",
            at=contract.where("roles"),
            table=schema.name,
            key=role,
        )


def _words(grant: Grant) -> str:
    columns = f" ({', '.join(sorted(grant.columns))})" if grant.columns else ""
    return f"{grant.privilege}{columns}" + (f" by {grant.via}" if grant.via else "")
