"""lineage-undeclared."""

from collections.abc import Iterator

from harness.model.lineage import ROWS, Field
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("lineage-undeclared", severity=Severity.WARNING, needs=("lineage",))
def lineage_undeclared(context: Context) -> Iterator[Finding]:
    """The SQL makes a column from one that the contract does not name.

    *Why*

    Who changes a column asks the contracts which others are made from it. What `transformSourceObjects` leaves out is
    broken without a warning. Looked at is the SQL that the project's `lineage` names, of tables that state the sources
    of at least one column; only sources whose value goes into the column count, not those that it is joined, filtered,
    grouped or ordered by. The examples are those of a table made by
    `select tail_number, arrived_at - departed_at as minutes_in_air from staging.stg_flights`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        physicalName: marts.fct_flights
        properties:
          - name: tail_number
            transformSourceObjects: [staging.stg_flights.tail_number]
          - name: minutes_in_air
            transformSourceObjects: [staging.stg_flights.departed_at]
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        physicalName: marts.fct_flights
        properties:
          - name: tail_number
            transformSourceObjects: [staging.stg_flights.tail_number]
          - name: minutes_in_air
            transformSourceObjects: [staging.stg_flights.departed_at, staging.stg_flights.arrived_at]
    ```
    """
    contract, lineage = context.contract, context.lineage
    if not contract or not lineage:
        return
    for schema in contract.schemas:
        key = lineage.keys[contract.id, schema.name]
        if not any(item.sources for item in schema.properties):
            continue
        for item in schema.properties:
            edges = lineage.into.get(Field(key, item.column), ())
            declared = {edge.source for edge in edges if edge.by == "declared"}
            made_from = {edge.source for edge in edges if edge.by == "sql" and edge.how.type == "DIRECT"}
            for source in sorted(made_from - declared):
                if source.column != ROWS:
                    yield Finding(
                        message=f"the SQL makes it from `{source}`, which transformSourceObjects does not name; "
                        "add it, or change the SQL",
                        at=item.where("transformSourceObjects"),
                        table=schema.name,
                        column=item.name,
                        key=str(source),
                    )
