"""The catalogue as one page for a browser: to be browsed and searched offline, without an address outside itself.

Its script needs no building: it makes elements and sets their text, and nothing that a contract says is ever markup.
The styles are those of the report, with a few of its own.
"""

from importlib import resources
from typing import Any

from harness.lineage.graph import Direction
from harness.model.fields import Field, fields_of
from harness.model.lineage import ROWS
from harness.publish.platform import Platform, Told
from harness.publish.words import count, keys
from harness.reporters.html import shipped
from harness.reporters.html.page import page, safe
from harness.reporters.plain import plain

_BODY = """\
<h1>{heading}</h1>
<p>This page needs JavaScript to be browsed and searched; DATA_CATALOG.md holds the same.</p>"""
_LONG = 4_000


def catalog_page(platform: Platform, version: str) -> str:
    """The whole page."""
    heading = f"Data catalog of {plain(platform.name, 100)}"
    own = resources.files("harness.publish.html")
    return page(
        title=heading,
        body=_BODY.format(heading=safe(heading)),
        data=_document(platform, heading),
        script=own.joinpath("catalog.js").read_text("utf-8"),
        style=shipped("report.css") + own.joinpath("catalog.css").read_text("utf-8"),
        version=plain(version, 30),
        sign="≡",
        colour="0b5cad",
    )


def _document(platform: Platform, heading: str) -> dict[str, Any]:
    columns = sum(len(table.schema.properties) for table in platform.tables)
    return {
        "heading": heading,
        "summary": f"{count(len(platform.tables), 'table')} with {count(columns, 'column')}",
        "layers": [plain(layer, 60) for layer in platform.layers],
        "tables": [_table(platform, table) for table in platform.tables],
    }


def _table(platform: Platform, table: Told) -> dict[str, Any]:
    contract, schema = table.contract, table.schema
    facts = {
        "owner": contract.owner or "nobody is named",
        "in the warehouse": table.key,
        "granularity": schema.granularity,
        "contract": f"{contract.id} {contract.version}, {contract.status}, in {contract.at.file}",
        "server": f"{table.server} ({table.server_type})" if table.server else "",
        "tags": ", ".join((*contract.tags, *schema.tags)),
        **{word: contract.description.get(word, "") for word in ("purpose", "usage", "limitations")},
        "service levels": "; ".join(_level(table)),
        "where to ask": "; ".join(f"{each.channel} {each.url}".strip() for each in contract.support),
        "read by": "; ".join(consumer.name for consumer in table.consumers or ()),
        "open questions": "; ".join(gap.reason for gap in platform.gaps(table)),
    }
    return {
        "page": table.page,
        "name": plain(table.name, 200),
        "layer": plain(table.layer, 60),
        "description": plain(schema.description, _LONG),
        "facts": [[word, plain(str(said), _LONG)] for word, said in facts.items() if said],
        "columns": [_column(platform, table, each) for each in fields_of(schema)],
        "up": _neighbours(platform, table, "up"),
        "down": _neighbours(platform, table, "down"),
    }


def _level(table: Told) -> list[str]:
    return [
        f"{sla.property} {'' if sla.value is None else sla.value} {sla.unit} {sla.schedule}".strip()
        for sla in table.sla
    ]


def _column(platform: Platform, table: Told, each: Field) -> list[str]:
    item = each.item
    marks = [*(["required"] if item.required or item.primary_key else []), *keys(table.schema, each)]
    sources = {edge.source for edge in platform.origins(table, each.column)} if len(each.path) == 1 else set()
    named = sorted(f"{source.table} (rows)" if source.column == ROWS else str(source) for source in sources)
    return [
        plain(each.name, 200),
        plain(item.physical_type or item.logical_type, 200),
        ", ".join(marks),
        plain(item.classification, 60),
        plain(item.description, _LONG),
        plain(", ".join(named), _LONG),
    ]


def _neighbours(platform: Platform, table: Told, direction: Direction) -> list[list[str]]:
    """Name and page of each table one step away; no page where no contract is about it."""
    known = [(key, platform.by_key.get(key)) for key in platform.near(table, direction)]
    return [[plain(there.name if there else key, 200), there.page if there else ""] for key, there in known]
