"""schema-violation."""

from collections.abc import Iterator

from harness.model.result import Outcome, Severity
from harness.rules.rule import Context, Finding, rule


@rule("schema-violation", severity=Severity.ERROR, scope="document")
def schema_violation(context: Context) -> Iterator[Finding]:
    """The contract is not valid YAML, breaks the JSON Schema of the ODCS version it declares, or says a thing twice.

    *Why*

    Every tool that reads the contract relies on the standard's own schema. A misspelt key (`require` for `required`)
    is a promise that nobody holds: tools skip what they do not know. All violations of a file are reported at once,
    each at its line. So is a second customProperty of one name (and one `vendor`) at one place, of which nobody knows
    which counts. A file that is no YAML at all ends as ERROR: nothing can be said about it.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: carrier
            require: true
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: carrier
            required: true
    ```
    """
    document = context.document
    if not document:
        return
    if document.error:
        error = document.error
        yield Finding(message=_with_hint(error.message, error.hint), at=error.at, key="yaml", outcome=Outcome.ERROR)
    for each in document.violations:
        place = f"{each.path}: " if each.path else ""
        message = place + _with_hint(each.message, each.hint)
        yield Finding(message=message, at=each.at, key=f"{each.path} {each.message}")


def _with_hint(message: str, hint: str) -> str:
    return f"{message}; {hint}" if hint else message
