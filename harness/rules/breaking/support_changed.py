"""The rule `support-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule

_REACHED_BY = ("channel", "url", "invitationUrl", "scope")


@rule("support-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def support_changed(context: Context) -> Iterator[Finding]:
    """A support channel is new, gone or somewhere else.

    *Why*: it is where people ask when the data is wrong, and where they are told of an outage.

    *Bad*

    ```yaml
    before: {support: [{channel: "#orders", url: "https://chat.example.com/orders"}]}
    after: {}
    ```

    *Good*

    ```yaml
    before: {support: [{channel: "#orders"}, {channel: mail}]}
    after: {support: [{channel: mail}, {channel: "#orders"}]}
    ```
    """
    for part in context.parts:
        if part.shape != "support":
            continue
        name = str(part.written.get("channel") or part.written.get("url") or "support")
        if part.added:
            yield judged(part, Effect.ADDS, f"the support channel {name} is new")
        elif part.removed:
            yield judged(
                part,
                Effect.LOOSENS,
                f"the support channel {name} is gone",
                instead="keep it, or let it say for a while where people find help now",
            )
        elif keys := [key for key in _REACHED_BY if key in part.changed]:
            before, after = part.values(keys[0])
            message = f"the {keys[0]} of the support channel {name} is {after} now, and was {before}"
            yield judged(part, Effect.UNDETERMINED, message, *keys)
        if "tool" in part.changed:
            yield judged(part, Effect.NOTES, f"the tool of the support channel {name} changed", "tool")
