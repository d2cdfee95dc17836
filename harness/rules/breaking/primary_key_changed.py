"""The rule `primary-key-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.keys import KeyChange, listed, words_on_key
from harness.rules.rule import Context, Finding, rule

_MARKS = ("primaryKey", "primaryKeyPosition")


@rule("primary-key-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def primary_key_changed(context: Context) -> Iterator[Finding]:
    """The primary key of a table has other columns, is new or is gone.

    *Why*: the key says what one row is. Consumers join on it, and producers merge by it.

    *Bad*

    ```yaml
    before: {schema: [{name: lines, properties: [{name: order, primaryKey: true}, {name: line, primaryKey: true}]}]}
    after: {schema: [{name: lines, properties: [{name: order, primaryKey: true}, {name: line}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: lines, properties: [{name: order, primaryKey: true}, {name: line, primaryKey: true}]}]}
    after: {schema: [{name: lines, properties: [{name: line, primaryKey: true}, {name: order, primaryKey: true}]}]}
    ```
    """
    yield from words_on_key(
        context,
        _MARKS,
        _word,
        "primary key",
        instead="keep the key, and promise the other columns by a rule `duplicateValues` of their own",
    )


def _word(each: KeyChange) -> tuple[Effect, str]:
    before, after = listed(each.before), listed(each.after)
    match each.kind:
        case "new":
            return Effect.TIGHTENS, f"{each.table} has the primary key {after} now"
        case "gone":
            return Effect.LOOSENS, f"{each.table} has no primary key any more; it was {before}"
        case "other":
            return Effect.BOTH, f"the primary key of {each.table} is {after} now, not {before}"
        case "order":
            return Effect.UNDETERMINED, f"the primary key of {each.table} has another order: {after}, not {before}"
        case "same":
            return Effect.SAME, ""
