"""key-missing."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("key-missing", severity=Severity.WARNING)
def key_missing(context: Context) -> Iterator[Finding]:
    """A table has columns but no primary key.

    *Why*

    Without a key nobody can tell a duplicate row from a second event, join without multiplying rows, or load again
    without doubling them. A table of the layer raw that is only ever appended to may opt out: its customProperty
    `noKeyReason` says why it has none.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    schema:
      - name: dim_plane
        properties:
          - name: tail_number
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    schema:
      - name: dim_plane
        properties:
          - name: tail_number
            primaryKey: true
            primaryKeyPosition: 1
    ```
    """
    contract = context.contract
    for schema in contract.schemas if contract else ():
        if contract and schema.properties and not schema.primary_key and not _opts_out(contract, schema):
            remedy = "mark its columns with `primaryKey: true`"
            if contract.layer == "raw":
                remedy += ", or give the reason in the customProperty `noKeyReason` of the table"
            yield Finding(
                message=f"the table `{schema.name}` has no primary key; {remedy}",
                at=schema.where("properties"),
                table=schema.name,
            )


def _opts_out(contract: Contract, schema: Schema) -> bool:
    reason = schema.custom.get("noKeyReason")
    return contract.layer == "raw" and isinstance(reason, str) and bool(reason.strip())
