"""docs/DATA_CATALOG.md: every table, then its data dictionary."""

from harness.publish.markdown import document, grid, link, notes, text
from harness.publish.platform import Platform, Told
from harness.publish.words import count, dictionary

_LEGEND = (
    "*Required* holds for keys too. *Origin* is what goes into a column, by the SQL that makes it, by its contract or "
    "by the events of others; what only *decides* it is named where nothing else is."
)


def catalog(platform: Platform) -> str:
    """The page, without what people wrote in it."""
    columns = sum(len(table.schema.properties) for table in platform.tables)
    sections = [part for table in platform.tables for part in _section(platform, table)]
    return document(
        f"# Data catalog of {text(platform.name)}",
        f"{count(len(platform.tables), 'table')} with {count(columns, 'column')}. "
        "[DATA_ARCHITECTURE.md](DATA_ARCHITECTURE.md) shows how they hang together.",
        "## Tables",
        grid(("table", "layer", "is", "owner", "runbook"), (_row(table) for table in platform.tables)),
        "## Data dictionary",
        _LEGEND,
        *sections,
        notes("Words of the business that no contract explains."),
    )


def _row(table: Told) -> tuple[str, ...]:
    return (
        link(table, "tables/"),
        text(table.layer),
        text(table.schema.description or table.contract.description.get("purpose", ""), 300),
        text(table.contract.owner),
        f"[runbook](runbooks/{table.page}.md)",
    )


def _section(platform: Platform, table: Told) -> tuple[str, ...]:
    layer, about = text(table.layer), text(table.schema.description)
    return (
        f"### {text(table.name, 200)}",
        f"[Its page](tables/{table.page}.md), {layer}: {about}",
        dictionary(platform, table) or "Its contract declares no column.",
    )
