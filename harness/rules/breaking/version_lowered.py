"""The rule `version-lowered`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.model.version import bump_between
from harness.rules.breaking.judge import judged, same
from harness.rules.rule import Context, Finding, rule


@rule("version-lowered", severity=Severity.WARNING, scope="change", needs=("previous",))
def version_lowered(context: Context) -> Iterator[Finding]:
    """The version is lower than before.

    *Why*: whoever pins a version, or compares two, takes the older contract for the newer. What a change calls for
    is told by the other rules.

    *Bad*

    ```yaml
    before: {version: 1.2.0}
    after: {version: 1.1.9}
    ```

    *Good*

    ```yaml
    before: {version: 1.2.0}
    after: {version: 2.0.0}
    ```
    """
    for part in context.parts:
        if part.shape != "contract" or "version" not in part.changed:
            continue
        before, after = (str(value or "").strip() for value in part.values("version"))
        if not after or (bump_between(before, after) is None and bump_between(after, before) is not None):
            message = f"the version is {after or 'not written'} now, and was {before}"
            yield judged(part, Effect.UNDETERMINED, message, "version")
        else:
            yield same(part, "version")
