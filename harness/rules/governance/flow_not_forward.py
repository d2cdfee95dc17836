"""flow-not-forward."""

from collections.abc import Iterator

from harness.model.project import LAYERS
from harness.model.result import Severity
from harness.rules.governance.flows import Flow, flows_of
from harness.rules.rule import Context, Finding, rule


@rule("flow-not-forward", severity=Severity.ERROR, scope="project", needs=("lineage",))
def flow_not_forward(context: Context) -> Iterator[Finding]:
    """The SQL builds a table from one of a later layer, or a staging table from another one.

    *Why*

    Data flows from raw to staging to intermediate to marts, and inside intermediate and marts from one table to the
    next. What flows back closes a loop; what flows from staging to staging is a join in the wrong place.
    `layer-flows-backward` holds what contracts declare; this rule holds what the SQL does, and is silent where the
    contract says the same. A table whose layer nobody tells (no contract, no folder of a layer, no name like its
    layer's) is not judged.

    *Bad*

    ```sql
    -- models/staging/stg_shop__orders.sql
    select * from {{ source('shop', 'orders') }} join {{ ref('dim_customers') }} using (customer_id)
    ```

    *Good*

    ```sql
    -- models/staging/stg_shop__orders.sql
    select * from {{ source('shop', 'orders') }}
    ```
    """
    for flow in flows_of(context):
        problem = _problem(flow)
        if problem and not flow.is_declared:
            message = f"`{flow.target.name}` in {flow.target.layer} is built from `{flow.source.name}`{problem}"
            yield Finding(message=message, at=flow.at, key=flow.source.key, **flow.target.finding())


def _problem(flow: Flow) -> str:
    source, target = flow.source.layer, flow.target.layer
    if source not in LAYERS or target not in LAYERS:
        return ""
    if LAYERS.index(source) > LAYERS.index(target):
        return f" in {source}, a later layer; build it from what comes before it, or move it"
    if source == target == "staging":
        return ", another staging table; join them in intermediate"
    return ""
