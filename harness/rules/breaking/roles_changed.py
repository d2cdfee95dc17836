"""The rule `roles-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule

_APPROVERS = ("firstLevelApprovers", "secondLevelApprovers")


@rule("roles-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def roles_changed(context: Context) -> Iterator[Finding]:
    """A role by which people get access is new, gone, or gives another access.

    *Why*: whoever reads the data by a role that is gone is locked out.

    *Bad*

    ```yaml
    before: {roles: [{role: orders_reader, access: read}]}
    after: {}
    ```

    *Good*

    ```yaml
    before: {roles: [{role: orders_reader, access: read}, {role: orders_writer, access: write}]}
    after: {roles: [{role: orders_writer, access: write}, {role: orders_reader, access: read}]}
    ```
    """
    for part in context.parts:
        if part.shape != "role":
            continue
        name = str(part.written.get("role") or "without a name")
        if part.added:
            yield judged(part, Effect.ADDS, f"the role {name} is new")
        elif part.removed:
            yield judged(
                part,
                Effect.LOOSENS,
                f"the role {name} is gone",
                instead="keep it until everybody who has it got another one",
            )
        if "role" in part.changed:
            before, after = part.values("role")
            yield judged(
                part,
                Effect.BOTH,
                f"the role {before} is called {after} now",
                "role",
                instead=f"keep {before} beside it until nobody has it any more",
            )
        if "access" in part.changed:
            before, after = part.values("access")
            message = f"the access of the role {name} is {after or 'not said'} now, and was {before or 'not said'}"
            yield judged(part, Effect.UNDETERMINED, message, "access")
        if keys := [key for key in _APPROVERS if key in part.changed]:
            yield judged(part, Effect.NOTES, f"others approve the role {name}", *keys)
