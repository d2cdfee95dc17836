"""classification-unknown."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.result import Severity
from harness.rules.clauses import fields
from harness.rules.rule import Context, Finding, rule


@rule("classification-unknown", severity=Severity.WARNING)
def classification_unknown(context: Context) -> Iterator[Finding]:
    """A column has a classification that is not in the project's vocabulary.

    *Why*

    Masking, access and the samples in a report follow from a column's classification. The standard leaves it free
    text, so `PII`, `pii` and `personal` would be three things, two of which protect nobody. The project fixes the words
    in `harness.yaml` (`policy.classifications`, here `public`, `internal` and `restricted`); without such a list
    nothing is reported.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: passengers
    version: 1.0.0
    status: active
    schema:
      - name: dim_passenger
        properties:
          - name: email
            classification: Restricted
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: passengers
    version: 1.0.0
    status: active
    schema:
      - name: dim_passenger
        properties:
          - name: email
            classification: restricted
    ```
    """
    known = context.project.policy.classifications
    if not context.contract or not known:
        return
    for schema, path, item in fields(context.contract):
        if item.classification and item.classification not in known:
            hint = did_you_mean(item.classification, known) or "use one of " + ", ".join(known)
            yield Finding(
                message=f"the project has no classification `{item.classification}`; {hint}",
                at=item.where("classification"),
                table=schema.name,
                column=path,
            )
