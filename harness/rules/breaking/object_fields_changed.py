"""The rule `object-fields-changed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, name_of
from harness.rules.breaking.lawful import effect_on_set, turned
from harness.rules.breaking.options import instead, options_with, went
from harness.rules.rule import Context, Finding, rule


@rule("object-fields-changed", severity=Severity.ERROR, scope="change", needs=("previous",))
def object_fields_changed(context: Context) -> Iterator[Finding]:
    """The fields that each object must have are others.

    *Why*: consumers read a field without asking whether it is there.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: object
          logicalTypeOptions: {required: [street, zip]}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: object
          logicalTypeOptions: {required: [street]}
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: object
          logicalTypeOptions: {required: [street, zip]}
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          logicalType: object
          logicalTypeOptions: {required: [zip, street]}
    ```
    """
    for part, keys in options_with(context, "required"):
        before, after = part.values("required")
        if all(each is None or isinstance(each, list) for each in (before, after)):
            # with more fields to have, fewer objects are lawful
            effect = turned(effect_on_set(before or (), after or ()))
        else:
            effect = Effect.UNDETERMINED
        message = f"the list of fields that each {name_of(part)} must have {went(before, after)}"
        yield judged(part, effect, message, *keys, instead=instead(effect))
