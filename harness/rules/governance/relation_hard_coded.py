"""relation-hard-coded."""

from collections.abc import Iterator

from harness.model.dbt import DbtNode
from harness.model.lineage import ROWS, Field, Lineage
from harness.model.result import Outcome, Severity
from harness.rules.governance.tables import reads, table_of
from harness.rules.rule import Context, Finding, rule


@rule("relation-hard-coded", severity=Severity.ERROR, scope="project", needs=("dbt", "lineage"))
def relation_hard_coded(context: Context) -> Iterator[Finding]:
    """A model reads a table by its name instead of by `ref` or `source`.

    *Why*

    dbt does not know of such a dependency: it may build the model before the table, builds it from production in every
    environment, and every rule about layers is blind to it. Looked at is the compiled SQL; a model whose SQL is not
    known (not compiled, changed since, not parsed, or in Python) is an error, for nobody can tell.

    *Bad*

    ```sql
    -- models/marts/fct_orders.sql
    select * from raw.orders
    ```

    *Good*

    ```sql
    -- models/marts/fct_orders.sql
    select * from {{ ref('stg_shop__orders') }}
    ```
    """
    lineage = context.lineage
    for node in context.dbt.own if context.dbt and lineage else ():
        # dbt puts the SQL of an ephemeral model into that of its readers, where it is found
        if lineage and node.kind != "seed" and node.materialized != "ephemeral":
            yield from _judged(node, lineage, context)


def _judged(node: DbtNode, lineage: Lineage, context: Context) -> Iterator[Finding]:
    about, key = table_of(context, node).finding(), _key(node, lineage)
    edges = [edge for edge in lineage.edges_into(key) if edge.by == "sql"]
    unread = not edges and any(gap.target == Field(key, ROWS) for gap in lineage.gaps)
    if node.problem or unread or key not in lineage.derived:
        reason = node.problem or "its SQL could not be read"
        message = f"whether `{node.name}` reads tables by name is not known: {reason}"
        yield Finding(message=message, at=node.at, key="unknown", outcome=Outcome.ERROR, **about)
        return
    known = {parent.relation.lower() for parent in reads(context, node)} | {node.relation.lower()}
    for table in sorted({edge.source.table for edge in edges if edge.source.table.lower() not in known}):
        message = f"`{node.name}` reads `{table}` by its name; read it by `ref` or `source`"
        yield Finding(message=message, at=node.at, key=table.lower(), **about)


def _key(node: DbtNode, lineage: Lineage) -> str:
    """As lineage spells it."""
    relation = node.relation
    return relation if relation in lineage.tables else lineage.spelled.get(relation.lower(), relation)
