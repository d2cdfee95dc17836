"""name-duplicated."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Severity
from harness.rules.clauses import fields_of
from harness.rules.rule import Context, Finding, rule


@rule("name-duplicated", severity=Severity.ERROR)
def name_duplicated(context: Context) -> Iterator[Finding]:
    """Two tables, two columns of a table or two contracts have the same name.

    *Why*

    Names are how everything else refers to a part: checks, lineage, waivers, results. With two of a name one of them
    is silently never looked at. Most databases ignore the case of a name, so `Carrier` and `carrier` are the same
    column. The second one is reported, with the place of the first; contract ids are compared over the whole project.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    schema:
      - name: fct_flights
        properties:
          - name: carrier
          - name: Carrier
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
        properties:
          - name: carrier
          - name: carrier_name
    ```
    """
    if context.contract:
        yield from _ids(context.contract, context.project)
        yield from _tables(context.contract)
        for schema in context.contract.schemas:
            yield from _columns(schema)


def _ids(contract: Contract, project: Project) -> Iterator[Finding]:
    first = next((c for c in project.contracts if c.id == contract.id), contract)
    if contract.id and first is not contract:
        yield Finding(
            message=f"the contract id `{contract.id}` is taken by {first.where('id')}; give this contract its own",
            at=contract.where("id"),
            key=contract.at.file,
        )


def _tables(contract: Contract) -> Iterator[Finding]:
    seen: dict[str, Location] = {}
    for schema in contract.schemas:
        at = schema.where("name")
        first = seen.setdefault(schema.name.lower(), at)
        if schema.name and first is not at:
            message = f"the table `{schema.name}` is declared twice, first in line {first.line}; rename or remove one"
            yield Finding(message=message, at=at, table=schema.name, key="table")


def _columns(schema: Schema) -> Iterator[Finding]:
    seen: dict[str, tuple[str, Location]] = {}
    for path, item in fields_of(schema):
        at = item.where("name")
        name, first = seen.setdefault(path.lower(), (path, at))
        if item.name and first is not at:
            yield Finding(
                message=f"the column `{path}` is declared twice in `{schema.name}`, first as `{name}` in line "
                f"{first.line}; rename or remove one",
                at=at,
                table=schema.name,
                column=path,
                key="column",
            )
