"""The rule `layer-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect, asks_less
from harness.model.project import LAYERS
from harness.model.result import Severity
from harness.rules.breaking.customs import customs
from harness.rules.breaking.judge import judged, shown
from harness.rules.rule import Context, Finding, rule


@rule("layer-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def layer_changed(context: Context) -> Iterator[Finding]:
    """The contract is in another layer.

    *Why*: a layer says how far data has been cleaned and how strictly it is held. Readers of a mart that becomes
    raw, or that is of no layer any more, lose what the layer promised; a step forward promises more, and may mean that
    the table is built anew. The layer also says whom the next version must not break (`compatibility` of
    `harness.yaml`; full and transitive for marts): a layer that protects fewer loosens the judge itself, so it needs
    the approval of an owner, whatever the version is.

    *Bad*

    ```yaml
    before: {customProperties: [{property: layer, value: marts}]}
    after: {customProperties: [{property: layer, value: raw}]}
    ```

    *Good*

    ```yaml
    before: {customProperties: [{property: layer, value: marts}]}
    after: {customProperties: [{property: layer, value: marts, description: For reports.}]}
    ```
    """
    for custom in customs(context.parts, "contract"):
        if custom.name != "layer":
            continue
        values = (custom.before, custom.after)
        one, other = (LAYERS.index(value) if value in LAYERS else None for value in values)
        back = one is not None and (other is None or other < one)
        said = f"the layer is {shown(custom.after) or 'none'} now, and was {shown(custom.before) or 'none'}"
        modes = [context.project.policy.compatibility_of(each) for each in (context.previous, context.contract) if each]
        laxer = len(modes) == 2 and asks_less(modes[1], than=modes[0])
        if laxer:
            said += f"; so the next version is held to {modes[1]}, and this one is to {modes[0]}"
        effect = Effect.LOOSENS if back or laxer else Effect.ADDS if custom.before is None else Effect.UNDETERMINED
        instead = f"keep {custom.before} as it is, and offer the other as a contract of its own" if back else ""
        yield judged(custom.part, effect, said, *custom.keys, values=values, instead=instead, governance=laxer)
