"""personal-data-unclassified."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.clauses import fields
from harness.rules.governance.personal import is_personal, looks_personal
from harness.rules.rule import Context, Finding, rule


@rule("personal-data-unclassified", severity=Severity.ERROR)
def personal_data_unclassified(context: Context) -> Iterator[Finding]:
    """A column is called as personal data is, and is not classified as such.

    *Why*

    What nobody has classified nobody protects, deletes in time or hands out when its person asks. Looked for are the
    names of columns and nested fields (`email`, `phone`, `birth_date`, `iban`, `ip_address`, `customer_name`, `name` in
    a table of people, ...; more by `governance.personal_data.names`). Personal are the classifications, or tags, that
    `governance.personal_data.classifications` lists: pii, personal, confidential and restricted by default. What only
    looks so is set aside by `not_names`. A name that says nothing is left to `personal-data-in-values`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: customers
    version: 1.0.0
    status: active
    schema:
      - name: dim_customers
        properties: [{name: email, classification: public}]
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
    ```
    """
    settings = context.project.governance
    if not settings or not context.contract:
        return
    personal = settings.personal
    for schema, path, item in fields(context.contract):
        if looks_personal(schema, item, personal) and not is_personal(item, personal):
            said = f"classified as {item.classification}" if item.classification else "not classified"
            yield Finding(
                message=f"`{path}` of `{schema.name}` is called as personal data is, and is {said}; classify it "
                f"({', '.join(personal.classifications)}), or list it in `not_names`",
                at=item.where("classification"),
                table=schema.name,
                column=path,
            )
