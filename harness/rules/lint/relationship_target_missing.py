"""relationship-target-missing."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.contract import Contract, Relationship, Schema
from harness.model.fields import field_named
from harness.model.project import Project
from harness.model.result import Severity
from harness.rules.clauses import relationships
from harness.rules.rule import Context, Finding, rule


@rule("relationship-target-missing", severity=Severity.ERROR)
def relationship_target_missing(context: Context) -> Iterator[Finding]:
    """A relationship refers to a table or column that no contract declares.

    *Why*

    A foreign key is checked by joining both tables; one that leads nowhere can only end as "could not tell". The
    target may be in this contract or in any other of the project. Also reported: a `from` column that the table does
    not have, and a composite key with more columns on one side than on the other.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: dim_carrier
        properties:
          - name: carrier_code
      - name: fct_flights
        properties:
          - name: carrier
            relationships:
              - to: dim_carrier.carier_code
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: dim_carrier
        properties:
          - name: carrier_code
      - name: fct_flights
        properties:
          - name: carrier
            relationships:
              - to: dim_carrier.carrier_code
    ```
    """
    contract = context.contract
    if not contract:
        return
    for schema, path, relationship in relationships(contract):
        for key, message in _faults(schema, path, relationship, contract, context.project):
            at = relationship.where("from" if key.startswith("from") else "to")
            yield Finding(message=message, at=at, table=schema.name, column=path, key=key)


def _faults(
    schema: Schema, column: str, relationship: Relationship, contract: Contract, project: Project
) -> Iterator[tuple[str, str]]:
    """What is wrong with it: a key that tells the faults apart, and the message."""
    if not column:
        for name in relationship.columns:
            if not field_named(schema, name):
                yield f"from {name}", _no_column(schema, name)
    sides = len(relationship.columns), len(relationship.target_columns)
    if sides[0] != sides[1]:
        yield (
            f"from {relationship.target}",
            f"the key has {sides[0]} columns here and {sides[1]} in its target; name as many on both sides",
        )
    name = relationship.target or schema.name
    target, columns = _reading(name, relationship.target_columns, contract, project)
    if not target:
        known = {s.name for c in project.contracts for s in c.schemas}
        hint = did_you_mean(name, known) or "write `table.column` of a table that has a contract"
        yield f"to {name}", f"no contract declares the table `{name}`; {hint}"
        return
    for column_name in columns:
        if not field_named(target, column_name):
            yield f"to {name}.{column_name}", _no_column(target, column_name)


def _reading(
    name: str, columns: tuple[str, ...], contract: Contract, project: Project
) -> tuple[Schema | None, tuple[str, ...]]:
    """The table, and its columns; `a.b.c` is `c` of the table `a.b` if there is one, else the field `b.c` of `a`."""
    target = contract.schema(name) or _elsewhere(project, name)
    shorter, dot, last = name.rpartition(".")
    if target or not dot:
        return target, columns
    return _reading(shorter, tuple(f"{last}.{column}" for column in columns), contract, project)


def _elsewhere(project: Project, table: str) -> Schema | None:
    found = project.find(table)
    named = (s for c in project.contracts for s in c.schemas if table and s.id == table)
    return found[1] if found else next(named, None)


def _no_column(schema: Schema, name: str) -> str:
    hint = did_you_mean(name, (p.name for p in schema.properties)) or "declare it, or correct the name"
    return f"the table `{schema.name}` declares no column `{name}`; {hint}"
