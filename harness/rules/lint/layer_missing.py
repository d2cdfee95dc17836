"""layer-missing."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.project import LAYERS
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule

_MEDALLION = {"bronze": "raw", "silver": "staging", "gold": "marts"}


@rule("layer-missing", severity=Severity.ERROR)
def layer_missing(context: Context) -> Iterator[Finding]:
    """The contract does not say in which layer its data is.

    *Why*

    How strict the gate is, what a table may be called and what it may be built from all depend on the layer. It is
    the contract's customProperty `layer`: `raw`, `staging`, `intermediate` or `marts`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    customProperties:
      - property: layer
        value: gold
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    customProperties:
      - property: layer
        value: marts
    ```
    """
    contract = context.contract
    if not contract or contract.layer in LAYERS:
        return
    one_of = "one of " + ", ".join(LAYERS)
    if "layer" not in contract.custom:
        message = f"the contract has no layer; add the customProperty `layer` with {one_of}"
    else:
        written = str(contract.custom["layer"])
        near = _MEDALLION.get(written.lower())
        hint = f"did you mean `{near}`?" if near else did_you_mean(written.lower(), LAYERS)
        message = f"`{written}` is no layer; " + (hint or f"use {one_of}")
    yield Finding(message=message, at=contract.where("customProperties"))
