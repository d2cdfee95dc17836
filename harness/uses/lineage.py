"""The lineage of a project, from all that it names; and the command `lineage show`."""

from collections.abc import Mapping

from harness.lineage.gather import gather
from harness.lineage.graph import Direction
from harness.lineage.show import SHOWN
from harness.lineage.view import view_of
from harness.load.lineage import read_sources
from harness.model.contract import Property
from harness.model.lineage import Lineage
from harness.model.project import Project


def lineage_of(project: Project, catalog: Mapping[str, tuple[Property, ...]] | None = None, *, built: bool) -> Lineage:
    """All that is known of where the project's columns come from.

    `catalog` is `schema.table` -> real columns, where the servers were asked; `built` says that what a build leaves
    (dbt's manifest, event files) must be there, so that its absence is a gap.
    """
    columns = {name: tuple(item.name for item in items) for name, items in (catalog or {}).items()}
    return gather(project, read_sources(project, built=built), columns)


def show(
    project: Project, name: str, directions: tuple[Direction, ...], depth: int | None, form: str
) -> tuple[str, bool]:
    """The lineage of the table or column called `name` in one of the formats of `SHOWN`; and whether all could be read.

    Raises UsageError when there is no such table or column.
    """
    lineage = lineage_of(project, built=True)
    owners = {lineage.keys[c.id, schema.name]: c.owner for c in project.contracts for schema in c.schemas}
    view = view_of(lineage, name, directions, depth, owners)
    return SHOWN[form](view), not any(gap.unread for gap in lineage.gaps)
