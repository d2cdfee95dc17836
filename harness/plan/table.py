"""What all checks of one table share, and the one place where a Check is made."""

from dataclasses import dataclass
from typing import Any

from harness.engines import ENGINES
from harness.metrics import METRICS
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Property, Schema
from harness.model.location import Location
from harness.model.project import Project
from harness.plan.thresholds import NONE_ALLOWED


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a contract, and where it is."""

    project: Project
    contract: Contract
    schema: Schema
    name: TableName
    server: str
    dialect: str

    def check(self, rule: str, id: str, *, at: Location, columns: tuple[str, ...] = (), **fields: Any) -> Check:
        """The check of one clause; its id gets the table in front.

        A metric that counts violating rows has the target "none" unless `fields` says otherwise.
        """
        metric = METRICS.get(rule)
        fields.setdefault("dimension", metric.dimension if metric else None)
        fields.setdefault("target", NONE_ALLOWED if metric and metric.counts == "rows" else None)
        return Check(
            id=f"{self.schema.name}/{id}",
            rule=rule,
            contract=self.contract,
            schema=self.schema,
            table=self.name,
            server=self.server,
            columns=columns,
            counts=metric.counts if metric else "",
            at=at,
            **fields,
        )

    def column(self, name: str) -> str:
        """The warehouse's name of the column that the contract calls `name`."""
        item = self.schema.property(name)
        return item.column if item else name


def table_of(project: Project, contract: Contract, schema: Schema) -> Table:
    """Where the contract's table is: a database schema in its physical name wins over the server's."""
    server = project.server_of(contract)
    engine = ENGINES.get(server.type) if server else None
    stated = next((s.settings.get("schema") for s in contract.servers), None)
    prefix, _, name = schema.table.rpartition(".")
    database_schema = prefix or stated or (server.settings.get("schema") if server else None)
    return Table(
        project=project,
        contract=contract,
        schema=schema,
        name=TableName(str(database_schema or (engine.DEFAULT_SCHEMA if engine else "")), name),
        server=server.name if server else "",
        dialect=engine.DIALECT if engine else "",
    )


def id_of(item: Property | None, name: str) -> str:
    """The end of a check's id: the column, if any, then what is asked of it."""
    return f"{item.name}/{name}" if item else name
