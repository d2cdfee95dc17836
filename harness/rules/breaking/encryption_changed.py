"""The rule `encryption-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.rule import Context, Finding, rule


@rule("encryption-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def encryption_changed(context: Context) -> Iterator[Finding]:
    """The column that holds the encrypted values (`encryptedName`) is gone, new or another.

    *Why*: readers who may not see the plain values use the encrypted ones. Without them they lose the column, or get
    to see what was closed to them, so governance does not let it pass.

    *Bad*

    ```yaml
    before: {schema: [{name: people, properties: [{name: email, encryptedName: email_encrypted}]}]}
    after: {schema: [{name: people, properties: [{name: email}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: people, properties: [{name: email}]}]}
    after: {schema: [{name: people, properties: [{name: email}]}]}
    ```
    """
    for part in context.parts:
        if "encryptedName" not in part.changed:
            continue
        before, after = (str(value or "") for value in part.values("encryptedName"))
        name = name_of(part)
        if not after:
            yield judged(
                part,
                Effect.LOOSENS,
                f"{name} is no longer encrypted as {before}",
                "encryptedName",
                governance=True,
                instead=f"keep {before}, or let the owner of the data approve that the values are open",
            )
        elif not before:
            yield judged(part, Effect.ADDS, f"{name} is encrypted as {after} now", "encryptedName")
        else:
            yield judged(
                part,
                Effect.BOTH,
                f"the encrypted values of {name} are in {after} now, and were in {before}",
                "encryptedName",
                instead=f"keep {before} beside it until nobody reads it any more",
            )
