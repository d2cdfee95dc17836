"""personal-data-unprotected."""

from collections.abc import Iterator
from typing import Any

from harness.model.contract import Contract, Property, Schema
from harness.model.facts import PUBLIC, TableFacts
from harness.model.result import Severity
from harness.rules.governance.personal import personal_fields
from harness.rules.rule import Context, Finding, rule

_MEASURES = ("encryption", "masking", "protection")


@rule("personal-data-unprotected", severity=Severity.ERROR)
def personal_data_unprotected(context: Context) -> Iterator[Finding]:
    """Personal data is neither encrypted nor masked, and access to it is not restricted.

    *Why*

    Who can read the table can read the person. Protected is a column by `encryptedName` (where its encrypted twin is),
    by a customProperty `encryption`, `masking` or `protection` of the column, its table or the contract that says how,
    or by `roles` of the contract: those and nobody else may read it. Where the server was asked, roles protect nothing
    if everybody may read the table (a grant to PUBLIC), or if the engine knows no grants, as DuckDB and files do: there
    `protection` says what stands in their place.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    schema:
      - name: dim_customers
        properties: [{name: email, classification: restricted}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    schema:
      - name: dim_customers
        properties: [{name: email, classification: restricted}]
    roles:
      - {role: customer_care, access: read}
    ```
    """
    settings, contract = context.project.governance, context.contract
    if not settings or not contract:
        return
    for schema, path, item in personal_fields(contract, settings.personal):
        facts = (context.facts or {}).get((contract.id, schema.name))
        why = "" if _is_measured(contract, schema, item) else _why_open(contract, facts, item.column)
        if why:
            yield Finding(
                message=f"`{path}` of `{schema.name}` is personal data, neither encrypted nor masked, and {why}",
                at=item.where("classification"),
                table=schema.name,
                column=path,
            )


def _is_measured(contract: Contract, schema: Schema, item: Property) -> bool:
    stated = (part.custom.get(name) for part in (item, schema, contract) for name in _MEASURES)
    return bool(item.encrypted_name) or any(_says_something(value) for value in stated)


def _says_something(value: Any) -> bool:
    return value is not False and value is not None and str(value).strip().lower() not in ("", "none", "no", "false")


def _why_open(contract: Contract, facts: TableFacts | None, column: str) -> str:
    """Why access to the column is not restricted, or ""."""
    if not contract.roles:
        return "the contract restricts it to no roles; name them, or say how it is protected"
    if facts and not facts.has_grants:
        return f"a server of type {facts.engine} knows no grants that would restrict it; say how it is in `protection`"
    grants = facts.access.grants if facts and facts.access else ()
    if any(g.role == PUBLIC and g.privilege == "SELECT" and (not g.columns or column in g.columns) for g in grants):
        return "everybody may read it on the server; revoke it from PUBLIC"
    return ""
