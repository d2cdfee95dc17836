"""The rule `partition-key-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.keys import KeyChange, listed, words_on_key
from harness.rules.rule import Context, Finding, rule

_MARKS = ("partitioned", "partitionKeyPosition")


@rule("partition-key-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def partition_key_changed(context: Context) -> Iterator[Finding]:
    """A table is partitioned by other columns, in another order, or not any more.

    *Why*: consumers read one partition at a time. Without it each of their queries reads the whole table, and paths
    that name a partition lead nowhere.

    *Bad*

    ```yaml
    before: {schema: [{name: events, properties: [{name: day, partitioned: true}, {name: country}]}]}
    after: {schema: [{name: events, properties: [{name: day}, {name: country, partitioned: true}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: events, properties: [{name: day, partitioned: true}, {name: country}]}]}
    after: {schema: [{name: events, properties: [{name: country}, {name: day, partitioned: true}]}]}
    ```
    """
    yield from words_on_key(
        context,
        _MARKS,
        _word,
        "partition key",
        instead="write a new table with the new partitions beside the old one until everybody has moved",
    )


def _word(each: KeyChange) -> tuple[Effect, str]:
    before, after = listed(each.before), listed(each.after)
    match each.kind:
        case "new":
            return Effect.ADDS, f"{each.table} is partitioned by {after} now"
        case "gone":
            return Effect.LOOSENS, f"{each.table} is not partitioned any more; it was, by {before}"
        case "other" | "order":
            return Effect.BOTH, f"{each.table} is partitioned by {after} now, not by {before}"
        case "same":
            return Effect.SAME, ""
