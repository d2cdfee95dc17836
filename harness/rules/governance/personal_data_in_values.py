"""personal-data-in-values."""

from collections.abc import Iterator

from harness.model.contract import Schema
from harness.model.facts import Sighting
from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.governance.personal import is_personal
from harness.rules.rule import Context, Finding, rule


@rule("personal-data-in-values", severity=Severity.ERROR, needs=("sightings",))
def personal_data_in_values(context: Context) -> Iterator[Finding]:
    """Values of a column look like personal data, and it is not classified as such.

    *Why*

    A column `contact` or `note` says nothing by its name. So the values of text columns are counted by pattern inside
    the server (e-mail addresses, telephone numbers, IBANs, card numbers, US social security numbers, IP addresses); a
    count is all that leaves it. Looked at are `governance.personal_data.sample` rows of each table, those that the
    server gives first; what stands further down, inside longer texts, in numbers or in nested fields is not seen. The
    examples are those of a column of which 40 of 100 values look like e-mail addresses.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: contact}]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        properties: [{name: contact, classification: restricted}]
    ```
    """
    settings, contract = context.project.governance, context.contract
    if not settings or not contract:
        return
    for schema in contract.schemas:
        for seen in (context.sightings or {}).get((contract.id, schema.name), ()):
            item = next((p for p in schema.properties if p.column.lower() == seen.column.lower()), None)
            enough = 100 * seen.count >= settings.personal.share * seen.values
            if enough and not (item and is_personal(item, settings.personal)):
                yield _finding(schema, seen, item.name if item else seen.column, item.at if item else schema.at)


def _finding(schema: Schema, seen: Sighting, column: str, at: Location) -> Finding:
    return Finding(
        message=f"{seen.count:,} of {seen.values:,} values of `{column}` of `{schema.name}` look like {seen.kind}, and "
        "it is not classified as personal data; classify it, or take them out",
        at=at,
        table=schema.name,
        column=column,
        key=seen.kind,
    )
