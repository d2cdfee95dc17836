"""The lineage of a project, from all that it names; and the command `lineage show`."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.lineage.gather import gather
from harness.load.lineage import Sources, read_sources
from harness.model.contract import Property
from harness.model.lineage import Lineage
from harness.model.project import Project

if TYPE_CHECKING:
    from harness.lineage.graph import Direction


def lineage_of(
    project: Project, sources: Sources, catalog: Mapping[str, tuple[Property, ...]] | None = None
) -> Lineage:
    """All that is known of where the project's columns come from.

    `sources` is what could be read of its SQL; `catalog` is `schema.table` -> real columns, where servers were asked.
    """
    columns = {name: tuple(item.name for item in items) for name, items in (catalog or {}).items()}
    return gather(project, sources, columns)


def show(
    project: Project, name: str, directions: "tuple[Direction, ...]", depth: int | None, form: str
) -> tuple[str, bool]:
    """The lineage of the table or column called `name` in one of the formats of `SHOWN`; and whether all could be read.

    Raises UsageError when there is no such table or column.
    """
    from harness.lineage.show import SHOWN  # a run on data shows nothing of it
    from harness.lineage.view import view_of

    lineage = lineage_of(project, read_sources(project, built=True))
    owners = {lineage.keys[c.id, schema.name]: c.owner for c in project.contracts for schema in c.schemas}
    view = view_of(lineage, name, directions, depth, owners)
    return SHOWN[form](view), not any(gap.unread for gap in lineage.gaps)
