"""lineage-unfounded."""

from collections.abc import Iterator

from harness.model.lineage import ROWS, Field, Lineage
from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule


@rule("lineage-unfounded", severity=Severity.WARNING, needs=("lineage",))
def lineage_unfounded(context: Context) -> Iterator[Finding]:
    """The contract names a source that the SQL does not use.

    *Why*

    Whoever follows a number back to its source is led astray, and a change there raises a false alarm here. Looked at
    is the SQL that the project's `lineage` names. Any use founds a source: its value goes into the column, decides it
    or its rows, or its table's rows are counted. A column whose SQL could not be resolved is not judged; that is
    `lineage-incomplete`. The examples are those of a table made by
    `select tail_number, arrived_at from staging.stg_flights`.

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
          - name: arrived_at
            transformSourceObjects: [staging.stg_flights.arrived_at, staging.stg_flights.diverted]
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
          - name: arrived_at
            transformSourceObjects: [staging.stg_flights.arrived_at]
    ```
    """
    contract, lineage = context.contract, context.lineage
    if not contract or not lineage:
        return
    for schema in contract.schemas:
        key = lineage.keys[contract.id, schema.name]
        incomplete = {gap.target.column for gap in lineage.gaps if gap.target.table == key}
        if key not in lineage.derived or ROWS in incomplete:
            continue
        for item in schema.properties:
            column = Field(key, item.column)
            declared = {edge.source for edge in lineage.into.get(column, ()) if edge.by == "declared"}
            for source in sorted(declared) if item.column not in incomplete else ():
                if not _is_used(source, column, lineage):
                    yield Finding(
                        message=f"transformSourceObjects names `{source}`, which the SQL does not use for it; "
                        "remove it, or change the SQL",
                        at=item.where("transformSourceObjects"),
                        table=schema.name,
                        column=item.name,
                        key=str(source),
                    )


def _is_used(source: Field, column: Field, lineage: Lineage) -> bool:
    """A source named as a whole table is used when any of its columns is."""
    edges = (*lineage.into.get(column, ()), *lineage.into.get(Field(column.table, ROWS), ()))
    used = [edge.source for edge in edges if edge.by == "sql"]
    of_column = [edge.source for edge in lineage.into.get(column, ()) if edge.by == "sql"]
    if source.column == ROWS:
        return any(each.table == source.table for each in used)
    return source in used or Field(source.table, ROWS) in of_column
