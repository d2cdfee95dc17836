"""The rule `column-moved`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
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
        yield judged(
            move.gone,
            Effect.BOTH,
            f"{name_of(move.gone)} is {move.to} now",
            instead="keep it where it was as well, marked `deprecated` with a sunset date",
            also=((move.new.path, ""),) if move.whole else (),
        )
