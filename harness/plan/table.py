"""What all checks of one table share, and the one place where a Check is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from harness.engines import engine_of
from harness.metrics import METRICS
from harness.model.check import Check, TableName
from harness.model.contract import Contract, Property, Schema
from harness.model.fields import Field, Path, field_named, text_of
from harness.model.location import Location
from harness.model.project import Project
from harness.plan.thresholds import NONE_ALLOWED

VALUES = {"counts": "number", "unit": "values"}
"""Of a check that counts the values inside arrays or maps, of which a row may have several."""


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
        fields.setdefault("counts", metric.counts if metric else "")
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
            at=at,
            **fields,
        )

    def column(self, name: str) -> str:
        """The warehouse's name of the column that the contract calls `name`."""
        item = self.schema.property(name)
        return item.column if item else name

    def reads(self, names: Iterable[str]) -> dict[str, Any]:
        """`columns` and `paths` of a check of the columns and fields that the contract calls so."""
        found = [(field_named(self.schema, name), name) for name in names]
        paths = [field.path if field else (name,) for field, name in found]
        return reads(*paths)


def table_of(project: Project, contract: Contract, schema: Schema) -> Table:
    """Where the contract's table is: a database schema in its physical name wins over the server's."""
    server = project.server_of(contract)
    engine = engine_of(server)
    own = project.stated_server(contract)
    prefix, _, name = schema.table.rpartition(".")
    stated = (each.settings.get("schema") for each in (own, server) if each)
    database_schema = prefix or next(filter(None, stated), None)
    return Table(
        project=project,
        contract=contract,
        schema=schema,
        name=TableName(str(database_schema or (engine.DEFAULT_SCHEMA if engine else "")), name),
        server=server.name if server else "",
        dialect=engine.DIALECT if engine else "",
    )


def reads(*paths: Path) -> dict[str, Any]:
    """`columns` and `paths` of a check."""
    inner = {text_of(path): path for path in paths if len(path) > 1}
    return {"columns": tuple(map(text_of, paths)), "paths": inner}


def id_of(item: Property | Field | None, name: str) -> str:
    """The end of a check's id: the column, if any, then what is asked of it."""
    return f"{item.name}/{name}" if item else name
