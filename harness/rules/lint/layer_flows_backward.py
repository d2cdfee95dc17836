"""layer-flows-backward."""

from collections.abc import Iterator
from typing import Any

from harness.model.contract import Contract
from harness.model.project import LAYERS, Project
from harness.model.result import Severity
from harness.rules.reference import resolve
from harness.rules.rule import Context, Finding, rule


@rule("layer-flows-backward", severity=Severity.ERROR)
def layer_flows_backward(context: Context) -> Iterator[Finding]:
    """A table is built from one of a later layer.

    *Why*

    Data flows from raw to staging to intermediate to marts. A staging table that reads a mart closes a loop: there is
    no order in which to build it, and no layer left whose quality stands on its own. Looked at are the
    `transformSourceObjects` of each column, and the contract's customProperty `upstream` (ids or names of contracts,
    or objects with an `id`). Sources without a contract in this project are not judged.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    customProperties:
      - property: layer
        value: staging
      - property: upstream
        value: [flights]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: planes
    version: 1.0.0
    status: active
    customProperties:
      - property: layer
        value: marts
      - property: upstream
        value: [flights]
    ```
    """
    contract = context.contract
    if not contract or contract.layer not in LAYERS:
        return
    for schema, item in contract.walk():
        for source in dict.fromkeys(item.sources):
            found = resolve(context.project, source)
            if found and _is_later(found.contract, contract):
                yield Finding(
                    message=_message(contract, f"the column `{item.name}`", source, found.contract),
                    at=item.where("transformSourceObjects"),
                    table=schema.name,
                    column=item.name,
                    key=source,
                )
    for name in dict.fromkeys(_names(contract.custom.get("upstream"))):
        other = _contract(context.project, name)
        if other and _is_later(other, contract):
            message = _message(contract, "the contract", name, other)
            yield Finding(message=message, at=contract.where("customProperties"), key=name)


def _is_later(source: Contract, target: Contract) -> bool:
    return source.layer in LAYERS and LAYERS.index(source.layer) > LAYERS.index(target.layer)


def _message(contract: Contract, what: str, source: str, later: Contract) -> str:
    return (
        f"{what} is in {contract.layer} but comes from `{source}` in {later.layer}, a later layer; "
        f"build it from {' or '.join(LAYERS[: LAYERS.index(contract.layer) + 1])}, or move it"
    )


def _names(upstream: Any) -> Iterator[str]:
    for entry in upstream if isinstance(upstream, list) else [upstream]:
        name = entry.get("id") or entry.get("name") if isinstance(entry, dict) else entry
        if isinstance(name, str):
            yield name


def _contract(project: Project, name: str) -> Contract | None:
    return next((c for c in project.contracts if name in (c.id, c.name)), None)
