"""staging-not-one-to-one."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.model.dbt import DbtNode, DbtSource
from harness.model.result import Severity
from harness.rules.governance.tables import reads, table_of
from harness.rules.rule import Context, Finding, rule


@rule("staging-not-one-to-one", severity=Severity.ERROR, scope="project", needs=("dbt", "lineage"))
def staging_not_one_to_one(context: Context) -> Iterator[Finding]:
    """A staging model is not made of one source alone, or a source is staged more than once.

    *Why*

    Staging cleans and types each table of a source once, in one place: who joins sources there hides business logic
    from those who look for it in intermediate, and who stages a source twice cleans it in two ways. So a staging model
    reads exactly one table of a source and no other model, and no other staging model reads that table. Looked at are
    `ref` and `source`; what is read by name is found by `relation-hard-coded`.

    *Bad*

    ```sql
    -- models/staging/stg_shop__orders.sql
    select * from {{ source('shop', 'orders') }} join {{ source('shop', 'customers') }} using (customer_id)
    ```

    *Good*

    ```sql
    -- models/staging/stg_shop__orders.sql
    select * from {{ source('shop', 'orders') }}
    ```
    """
    staging = [
        (node, tuple(reads(context, node)))
        for node in (context.dbt.own if context.dbt else ())
        if node.kind == "model" and table_of(context, node).layer == "staging"
    ]
    first: dict[str, str] = {}
    for node, parents in sorted(staging, key=lambda pair: pair[0].name):
        for parent in parents:
            first.setdefault(parent.id, node.name)
    for node, parents in staging:
        yield from _judged(node, parents, first, table_of(context, node).finding())


def _judged(
    node: DbtNode, parents: tuple[DbtNode | DbtSource, ...], first: Mapping[str, str], about: Mapping[str, Any]
) -> Iterator[Finding]:
    """`first` is id of a source -> the first staging model, by name, that reads it."""
    sources = [parent for parent in parents if isinstance(parent, DbtSource)]
    models = [parent.name for parent in parents if isinstance(parent, DbtNode)]
    if models:
        message = f"the staging model `{node.name}` reads the model{'s' * (len(models) > 1)} {_listed(models)}"
        yield Finding(message=f"{message}; let it read one source, and join in intermediate", at=node.at, **about)
    elif len(sources) != 1:
        said = f"{len(sources)} tables: {_listed([source.name for source in sources])}" if sources else "no source"
        message = f"the staging model `{node.name}` reads {said}; let it read exactly one table of a source"
        yield Finding(message=message, at=node.at, **about)
    for source in sources:
        if first[source.id] != node.name:
            message = f"the source `{source.source}.{source.name}` is staged twice, by `{first[source.id]}` and by"
            yield Finding(message=f"{message} `{node.name}`; keep one", at=node.at, key=f"twice {source.id}", **about)


def _listed(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))
