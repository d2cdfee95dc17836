"""folder-misplaced."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.governance.tables import folder_layer, named_layer, table_of
from harness.rules.rule import Context, Finding, rule


@rule("folder-misplaced", severity=Severity.WARNING, scope="project", needs=("dbt", "lineage"))
def folder_misplaced(context: Context) -> Iterator[Finding]:
    """A model does not lie in the folder of its layer, or is of none.

    *Why*

    dbt configures models by their folder (schema, materialisation, tags, grants), and people look for them there. The
    layer is that of the table's contract, else told by the name; `layer-misplaced` holds the folder of the contract
    itself. `governance.folders` says where a layer's models are; by default in any folder of the layer's name. A model
    whose layer nobody tells is found too: no rule about layers can judge it.

    *Bad*

    ```sql
    -- models/staging/fct_orders.sql
    select * from {{ ref('stg_shop__orders') }}
    ```

    *Good*

    ```sql
    -- models/marts/fct_orders.sql
    select * from {{ ref('stg_shop__orders') }}
    ```
    """
    for node in context.dbt.own if context.dbt else ():
        if node.kind != "model":
            continue
        table, folder = table_of(context, node), folder_layer(context.project, node)
        layer = (table.contract.layer if table.contract else "") or named_layer(context.project, node.name)
        if not layer and not folder:
            message = f"neither contract, folder nor name says of which layer the model `{node.name}` is"
            yield Finding(message=f"{message}; move it into the folder of one", at=node.at, **table.finding())
        elif layer and layer != folder:
            where = f"the folder of {folder}" if folder else "no folder of a layer"
            yield Finding(
                message=f"the model `{node.name}` is of {layer} and lies in {where}; move it",
                at=node.at,
                **table.finding(),
            )
