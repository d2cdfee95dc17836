"""grace-invalid."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule
from harness.rules.written import wrong_terms


@rule("grace-invalid", severity=Severity.ERROR)
def grace_invalid(context: Context) -> Iterator[Finding]:
    """The grace or the lead of a service level is no length of time.

    *Why*

    A delivery is late when it arrives more than the `grace` after it is due; what arrives up to the `lead` before that
    is taken for it, and not for the one before. Without a length that can be read, kept and late cannot be told apart.

    *Bad*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - {property: grace, value: 2}
    ```

    *Good*

    ```yaml
    apiVersion: v3.2.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        customProperties:
          - {property: grace, value: 2 h}
    ```
    """
    yield from wrong_terms(context.contract, "grace", "lead")
