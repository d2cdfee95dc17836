"""lineage-incomplete."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema
from harness.model.lineage import Gap, Lineage, by_reason, words_of
from harness.model.result import Outcome, Severity
from harness.rules.rule import Context, Finding, rule


@rule("lineage-incomplete", severity=Severity.INFO, scope="project", needs=("lineage",))
def lineage_incomplete(context: Context) -> Iterator[Finding]:
    """Where a column comes from could not be resolved.

    *Why*

    Lineage that is missing looks like a column without sources: its change seems to break nothing. So whatever of the
    SQL, of dbt's manifest or of an event file could not be resolved is said, with the reason. A file that could not be
    read at all is an error, even where the rule is turned off: nothing is known then of any table. The examples are
    those of a table made by `select * from staging.stg_flights`: only with a contract of that table is it known which
    columns there are.

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
      - name: stg_flights
        physicalName: staging.stg_flights
        properties:
          - name: arrived_at
    ```
    """
    lineage = context.lineage
    if not lineage:
        return
    for gap, columns in by_reason(lineage.gaps).items():
        contract, schema = _contract(gap, lineage, context) or (None, None)
        item = next((p for p in schema.properties if columns == (p.column,)), None) if schema else None
        yield Finding(
            message=_message(gap, columns),
            at=gap.at,
            table=schema.name if schema else "",
            column=item.name if item else "",
            key=f"{gap.target.table} {gap.at.file} {gap.reason}",
            outcome=Outcome.ERROR if gap.unread else Outcome.FAIL,
            contract=contract,
            stays=gap.unread,
        )


def _message(gap: Gap, columns: tuple[str, ...]) -> str:
    if gap.unread:
        return f"lineage could not be read from {gap.target.table}: {gap.reason}"
    return f"the lineage of `{words_of(gap, columns)}` is incomplete: {gap.reason}"


def _contract(gap: Gap, lineage: Lineage, context: Context) -> tuple[Contract, Schema] | None:
    for contract in context.project.contracts:
        for schema in contract.schemas:
            if lineage.keys.get((contract.id, schema.name)) == gap.target.table:
                return contract, schema
    return None
