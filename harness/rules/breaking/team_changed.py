"""The rule `team-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, still_open
from harness.rules.rule import Context, Finding, rule


@rule("team-changed", severity=Severity.INFO, scope="change", needs=("previous", "settled"))
def team_changed(context: Context) -> Iterator[Finding]:
    """Somebody who does not own the contract joined the team, left it, or has another role in it.

    *Why*: whoever has a question likes to know whom to ask. No promise changes.

    *Bad*

    ```yaml
    before: {team: {name: sales, members: [{username: ada, role: owner}]}}
    after: {team: {name: sales, members: [{username: ada, role: owner}, {username: bob, role: steward}]}}
    ```

    *Good*

    ```yaml
    before: {team: {name: sales, members: [{username: ada}, {username: bob}]}}
    after: {team: {name: sales, members: [{username: bob}, {username: ada}]}}
    ```
    """
    for part in context.parts:
        if part.shape != "member":
            continue
        name = part.written.get("username") or part.written.get("name") or "a member"
        keys = still_open(context, part)
        if keys:
            yield judged(part, Effect.NOTES, f"{name} in the team: {', '.join(keys)} changed", *keys)
        elif (part.added or part.removed) and (part.path, "") not in context.settled:
            yield judged(part, Effect.NOTES, f"{name} {'joined' if part.added else 'left'} the team")
