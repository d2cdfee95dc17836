"""layer-misplaced."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from harness.model.contract import Contract
from harness.model.project import LAYERS, Project
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule

NAMES = {
    "staging": ("stg_<source>__<entity>", re.compile(r"stg_.+?__.+", re.IGNORECASE)),
    "intermediate": ("int_<what>", re.compile(r"int_.+", re.IGNORECASE)),
    "marts": ("dim_<what> or fct_<what>", re.compile(r"(?:dim|fct)_.+", re.IGNORECASE)),
}
"""Layer -> what its tables are called, for people and as a pattern; in `raw` the source decides."""

_LAYER_OF_PREFIX = {"stg": "staging", "int": "intermediate", "dim": "marts", "fct": "marts"}


@rule("layer-misplaced", severity=Severity.ERROR)
def layer_misplaced(context: Context) -> Iterator[Finding]:
    """The contract's layer is at odds with its folder or with the names of its tables.

    *Why*

    People find a table by its folder and judge it by its name: whoever reads `fct_flights` trusts it as finished.
    Staging tables are called `stg_<source>__<entity>`, intermediate ones `int_<what>`, those of the marts `dim_<what>`
    or `fct_<what>`; raw tables keep the name of their source. A contract in a folder named after a layer
    (`contracts/marts/`) must declare that layer. The name compared is the one in the warehouse.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    customProperties:
      - property: layer
        value: staging
    schema:
      - name: fct_flights
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
        value: staging
    schema:
      - name: stg_nycflights__flights
    ```
    """
    contract = context.contract
    if not contract or contract.layer not in LAYERS:
        return
    folder = _layer_of_folder(contract.at.file, context.project)
    if folder and folder != contract.layer:
        yield Finding(
            message=f"the contract says it is in the layer {contract.layer} but lies in the folder of {folder}; "
            "move the file, or correct the customProperty `layer`",
            at=contract.where("customProperties"),
            key="folder",
        )
    yield from _misnamed(contract)


def _layer_of_folder(file: str, project: Project) -> str:
    """The layer after which the nearest folder is named, below the folder of the contracts if the file lies there."""
    path = PurePosixPath(file)
    if path.is_relative_to(project.contracts_dir):
        path = path.relative_to(project.contracts_dir)
    return next((part for part in reversed(path.parts[:-1]) if part in LAYERS), "")


def _misnamed(contract: Contract) -> Iterator[Finding]:
    for schema in contract.schemas:
        name = schema.table.rpartition(".")[2]
        like, pattern = NAMES.get(contract.layer, ("", None))
        other = _LAYER_OF_PREFIX.get(name.partition("_")[0].lower(), "") if "_" in name else ""
        if other and other != contract.layer:
            message = f"`{name}` is the name of a table of {other}, but the layer is {contract.layer}"
        elif pattern and not pattern.fullmatch(name):
            message = f"`{name}` is no name for a table of {contract.layer}"
        else:
            continue
        remedy = f"call it {like}, or correct the layer" if like else "rename it, or correct the layer"
        at = schema.where("physicalName" if schema.physical_name else "name")
        yield Finding(message=f"{message}; {remedy}", at=at, table=schema.name, key="name", expected=like, actual=name)
