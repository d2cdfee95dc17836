"""compliance-field-missing."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.personal import personal_fields
from harness.rules.rule import Context, Finding, rule


@rule("compliance-field-missing", severity=Severity.ERROR)
def compliance_field_missing(context: Context) -> Iterator[Finding]:
    """A contract with personal data does not state what the law asks about it.

    *Why*

    Whoever audits the data asks on which ground it is held (`legalBasis`: consent, contract, legal obligation, ...),
    and the team should not have to look for it then. `governance.personal_data.fields` lists the customProperties that
    a contract with personal data must state; `[legalBasis]` by default, and there may be more (`dataController`,
    `regulation`, `region`).

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
    customProperties:
      - {property: legalBasis, value: consent}
    ```
    """
    settings, contract = context.project.governance, context.contract
    if not settings or not contract or not any(personal_fields(contract, settings.personal)):
        return
    for name in settings.personal.fields:
        value = contract.custom.get(name)
        if value is None or value in ([], {}) or not str(value).strip():
            yield Finding(
                message=f"the contract has personal data and does not state its `{name}`; add it to `customProperties`",
                at=contract.where("customProperties"),
                key=name,
            )
