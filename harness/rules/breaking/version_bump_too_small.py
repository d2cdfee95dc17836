"""The rule `version-bump-too-small`."""

from collections.abc import Iterator

from harness.model.change import largest
from harness.model.result import Severity
from harness.model.version import version_need
from harness.rules.rule import Context, Finding, rule


@rule("version-bump-too-small", severity=Severity.WARNING, scope="change", needs=("previous", "changes"))
def version_bump_too_small(context: Context) -> Iterator[Finding]:
    """The version says less than the changes do.

    *Why*: consumers pin versions. They take a minor version without reading what is in it, and a version that stays the
    same they do not even see. A breaking change needs a major version (before 1.0.0 a minor one), a new or tightened
    promise a minor one, documentation a patch. It is counted from the last version that was released, and from the
    highest: a pre-release (`1.0.1-rc.1`) or a version that was lowered once licenses nothing.

    *Bad*

    ```yaml
    before: {version: 1.4.0, schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    after: {version: 1.5.0, schema: [{name: orders, properties: [{name: id}]}]}
    ```

    *Good*

    ```yaml
    before: {version: 1.4.0, schema: [{name: orders, properties: [{name: id}, {name: amount}]}]}
    after: {version: 2.0.0, schema: [{name: orders, properties: [{name: id}]}]}
    ```
    """
    before, after = context.previous, context.contract
    if before is None or after is None:
        return
    bump = largest(change.bump for change in context.changes)
    need = version_need(before.version, after.version, bump, earlier=context.earlier)
    if need.enough:
        return
    done = (
        f"goes from {need.before} to {need.after}" if need.before != need.after else f"stays {need.after or 'unsaid'}"
    )
    todo = (
        f"write {need.write}"
        if need.write
        else f"{need.before or 'the earlier one'} is no semantic version to count from"
    )
    since = f" since {need.base}" if need.base else ""
    yield Finding(
        message=f"the version {done}, but its changes ask for a {need.required} version{since}; {todo}",
        at=after.where("version"),
        expected=need.write or f"a {need.required} version",
        actual=need.after,
    )
