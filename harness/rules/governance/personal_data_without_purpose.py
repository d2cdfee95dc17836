"""personal-data-without-purpose."""

from collections.abc import Iterator

from harness.model.consumer import consumers_of
from harness.model.contract import Contract, Schema
from harness.model.result import Severity
from harness.rules.governance.personal import personal_fields
from harness.rules.rule import Context, Finding, rule


@rule("personal-data-without-purpose", severity=Severity.ERROR)
def personal_data_without_purpose(context: Context) -> Iterator[Finding]:
    """Somebody reads personal data and nobody says what for, or nobody says who reads it.

    *Why*

    Personal data may be used for the purpose it was collected for, and for no other: so each consumer of a table that
    holds some says its `use`, in the customProperty `consumers`. One that lists `columns` without any of them needs
    none. A table that nobody reads says so by an empty list.

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
    customProperties:
      - {property: consumers, value: [{name: newsletter}]}
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
    customProperties:
      - {property: consumers, value: [{name: newsletter, use: sends it to those who asked for it}]}
    ```
    """
    settings, contract = context.project.governance, context.contract
    if not settings or not contract:
        return
    personal: dict[str, set[str]] = {}
    for schema, path, _ in personal_fields(contract, settings.personal):
        personal.setdefault(schema.name, set()).add(path)
    for schema in contract.schemas:
        if schema.name in personal:
            yield from _judged(contract, schema, personal[schema.name])


def _judged(contract: Contract, schema: Schema, personal: set[str]) -> Iterator[Finding]:
    consumers = consumers_of(contract, schema)
    at = (schema if "consumers" in schema.custom else contract).where_custom("consumers")
    if consumers is None:
        message = f"nobody says who reads `{schema.name}`, which holds personal data ({', '.join(sorted(personal))})"
        yield Finding(message=f"{message}; name its `consumers`", at=at, table=schema.name, key="unknown")
    for consumer in consumers or ():
        if not consumer.use and (not consumer.columns or personal & set(consumer.columns)):
            message = f"`{consumer.name}` reads personal data of `{schema.name}` and does not say what for"
            yield Finding(message=f"{message}; write its `use`", at=at, table=schema.name, key=consumer.name)
