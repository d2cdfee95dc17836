"""docs/DATA_ARCHITECTURE.md: layers, flows, service levels, servers and owners."""

from collections.abc import Iterable

from harness.model.contract import SlaProperty
from harness.publish.diagrams import flows
from harness.publish.markdown import document, grid, link, name, notes, text
from harness.publish.platform import Platform, Told
from harness.publish.words import count, elements, levels, place, schedule

_FLOWS = 1_000
"""Rows of the table of flows."""


def architecture(platform: Platform) -> str:
    """The page, without what people wrote in it."""
    return document(
        f"# Data architecture of {text(platform.name)}",
        f"{count(len(platform.tables), 'table')} under contract, in {count(len(platform.layers), 'layer')}. "
        "[DATA_CATALOG.md](DATA_CATALOG.md) has every column; each table has a page, and a runbook for when it fails.",
        "## Layers",
        grid(
            ("layer", "tables", "columns", "clauses", "owners"),
            (_layer(platform, layer) for layer in platform.layers),
        ),
        "## Lineage",
        "An arrow leads from a table to what is made of it; a broken border is a table that no contract is about.",
        flows(platform),
        _gaps(platform),
        "## Flows",
        _flows(platform),
        "## Service levels",
        grid(
            ("table", "level", "value", "of", "schedule", "says"),
            (_level(table, sla) for table in platform.tables for sla in table.sla),
        )
        or "No contract promises any.",
        _without(platform),
        "## Servers",
        grid(("server", "type", "place", "tables"), _servers(platform.tables)),
        "## Owners",
        grid(("owner", "people", "where to ask", "tables"), _owners(platform.tables)),
        notes("Why it is built this way, and what was decided against."),
    )


def _layer(platform: Platform, layer: str) -> tuple[str, ...]:
    tables = platform.in_layer(layer)
    owners = sorted({table.contract.owner for table in tables if table.contract.owner})
    return (
        text(layer),
        f"{len(tables):,}",
        f"{sum(len(table.schema.properties) for table in tables):,}",
        f"{sum(len(table.checks) for table in tables):,}",
        text(", ".join(owners)),
    )


def _gaps(platform: Platform) -> str:
    lines = [
        f"- {link(table, 'tables/')}: {text(gap.reason)}" for table in platform.tables for gap in platform.gaps(table)
    ]
    return "What could not be resolved:\n\n" + "\n".join(lines) if lines else ""


def _flows(platform: Platform) -> str:
    into: dict[str, list[str]] = {}
    for source, target in platform.flows:
        into.setdefault(target, []).append(source)
    rows = [
        (text(table.layer), link(table, "tables/"), ", ".join(_end(platform, key) for key in into[table.key]))
        for table in platform.tables
        if table.key in into
    ]
    said = f"\n\n{len(rows) - _FLOWS:,} more are left out." if len(rows) > _FLOWS else ""
    return (grid(("layer", "table", "is made of"), rows[:_FLOWS]) or "Nothing is known of what is made of what.") + said


def _end(platform: Platform, key: str) -> str:
    table = platform.by_key.get(key)
    return link(table, "tables/") if table else name(key)


def _level(table: Told, sla: SlaProperty) -> tuple[str, ...]:
    return (
        link(table, "tables/"),
        text(sla.property),
        levels(sla),
        elements(sla),
        schedule(sla),
        text(sla.description),
    )


def _without(platform: Platform) -> str:
    silent = [link(table, "tables/") for table in platform.tables if not table.sla]
    return f"Without any: {', '.join(silent)}." if silent else ""


def _servers(tables: Iterable[Told]) -> list[tuple[str, ...]]:
    found: dict[tuple[str, str, str], int] = {}
    for table in tables:
        key = (name(table.server) if table.server else "none is named", text(table.server_type), place(table.contract))
        found[key] = found.get(key, 0) + 1
    return [(*key, f"{number:,}") for key, number in sorted(found.items())]


def _owners(tables: Iterable[Told]) -> list[tuple[str, ...]]:
    found: dict[str, list[Told]] = {}
    for table in tables:
        found.setdefault(table.contract.owner, []).append(table)
    return [
        (
            text(owner) if owner else "nobody",
            text(
                ", ".join(_unique(m.username for t in of for m in (t.contract.team.members if t.contract.team else ())))
            ),
            text(", ".join(_unique(channel for t in of for channel in t.contract.channels))),
            ", ".join(link(table, "tables/") for table in of),
        )
        for owner, of in sorted(found.items())
    ]


def _unique(words: Iterable[str]) -> list[str]:
    return sorted({word for word in words if word})
