"""The rule `column-moved`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.moves import moves_in
from harness.rules.rule import Context, Finding, rule


@rule("column-moved", severity=Severity.ERROR, scope="change", needs=("previous",))
def column_moved(context: Context) -> Iterator[Finding]:
    """A column is inside an object now, or a field is a column of its own.

    *Why*: whoever selects it where it was gets an error.

    *Bad*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: to, properties: [{name: street}]}, {name: zip}]}]}
    after: {schema: [{name: orders, properties: [{name: to, properties: [{name: street}, {name: zip}]}]}]}
    ```

    *Good*

    ```yaml
    before: {schema: [{name: orders, properties: [{name: zip}]}]}
    after: {schema: [{name: orders, properties: [{name: to, properties: [{name: city}]}, {name: zip}]}]}
    ```
    """
    for move in moves_in(context.parts):
        gone, new = move.before, move.after
        part, other = (gone, new) if gone.whole else (new, gone)
        yield judged(
            part.part,
            Effect.BOTH,
            f"{gone.path} of {part.part.table} is {new.path} now",
            instead="keep it where it was as well, marked `deprecated` with a sunset date",
            also=((other.part.path, ""),) if other.whole else (),
        )
