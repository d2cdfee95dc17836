"""What several documents say in the same words."""

from collections.abc import Iterable

from harness.model.contract import Contract, Schema, SlaProperty
from harness.model.fields import Field, fields_of
from harness.model.lineage import ROWS, Edge
from harness.publish.markdown import NONE, command, grid, name, text
from harness.publish.platform import Platform, Told

_PLACES = ("environment", "catalog", "project", "database", "schema", "dataset", "location", "path", "host", "port")
"""Settings of a server that say where the data is, and no secret."""
_ORIGINS = 6
"""Sources of one column that are named."""
_TYPES = {"IDENTITY": "", "AGGREGATION": "aggregated", "TRANSFORMATION": "derived"}


def count(number: int, noun: str) -> str:
    """As in `1 table` or `21 tables`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def levels(sla: SlaProperty) -> str:
    """The value of a service level with its unit, as its contract writes it."""
    return text("" if sla.value is None else f"{sla.value} {sla.unit}".strip())


def elements(sla: SlaProperty) -> str:
    """What a service level is about."""
    return ", ".join(map(name, sla.elements)) or "the contract"


def schedule(sla: SlaProperty) -> str:
    """When data is due."""
    return name(sla.schedule) if sla.schedule else NONE


def place(contract: Contract) -> str:
    """Where the contract says that its data is, in its own words: no variable of the environment is looked up."""
    for server in contract.servers:
        settings = {"environment": server.environment, **server.settings}
        said = [f"{key} {name(str(settings[key]))}" for key in _PLACES if settings.get(key) not in (None, "")]
        return ", ".join(said) or NONE
    return "as harness.yaml says"


def dictionary(platform: Platform, table: Told) -> str:
    """Every column and field of a table."""
    head = ("column", "type", "required", "key", "classification", "description", "origin")
    return grid(head, (_column(platform, table, each) for each in fields_of(table.schema)))


def _column(platform: Platform, table: Told, each: Field) -> tuple[str, ...]:
    item = each.item
    kind = name(item.physical_type or item.logical_type)
    return (
        name(each.name),
        kind,
        "yes" if item.required or item.primary_key else "no",
        ", ".join(keys(table.schema, each)) or NONE,
        text(item.classification),
        text(item.description),
        origin(platform, table, each),
    )


def keys(schema: Schema, each: Field) -> list[str]:
    """What a column is to its table: primary key, unique, partition, foreign key."""
    item, found = each.item, []
    if item.primary_key:
        number = [p.name for p in schema.primary_key].index(item.name) + 1 if item in schema.primary_key else 1
        found.append("primary" if len(schema.primary_key) == 1 else f"primary {number}")
    if item.unique:
        found.append("unique")
    if item.partitioned:
        found.append("partition")
    whole = any(each.name in relationship.columns for relationship in schema.relationships)
    if item.relationships or whole:
        found.append("foreign")
    return found


def origin(platform: Platform, table: Told, each: Field) -> str:
    """What a column is made of, by the lineage; else what its contract says of it."""
    if len(each.path) > 1:
        return NONE
    sources: dict[str, list[str]] = {}
    for edge in platform.origins(table, each.column):
        sources.setdefault(str(edge.source), []).append(_how(edge))
    said = [f"{name(source)}{_hows(hows)}" for source, hows in sorted(sources.items())]
    more = f" and {len(said) - _ORIGINS:,} more" if len(said) > _ORIGINS else ""
    logic = f"; {text(each.item.transform_logic)}" if each.item.transform_logic else ""
    return f"{', '.join(said[:_ORIGINS])}{more}{logic}" if said else text(each.item.transform_logic)


def _how(edge: Edge) -> str:
    if edge.how.type == "INDIRECT":
        return "decides"
    return "" if edge.source.column == ROWS else _TYPES.get(edge.how.subtype, "")


def _hows(hows: Iterable[str]) -> str:
    said = ", ".join(sorted({how for how in hows if how}))
    return f" ({said})" if said else ""


def backfill(platform: Platform, table: Told) -> str:
    """The command that loads the table anew: of the table, of its contract, or of the project for its layer."""
    stated = table.schema.custom.get("backfill", table.contract.custom.get("backfill"))
    if isinstance(stated, str) and stated.strip():
        return command(stated)
    default = platform.backfill.get(table.layer, platform.backfill.get("*", ""))
    return command(default.replace("{table}", quoted_name(table))) if default else ""


def quoted_name(table: Told) -> str:
    """The table's name as one word of a shell."""
    import shlex

    return shlex.quote(table.schema.table.rpartition(".")[2])


def people(table: Told) -> str:
    """Whom to call: the owner, the people, and the channels."""
    contract = table.contract
    members = contract.team.members if contract.team else ()
    rows = [("owner", text(contract.owner) if contract.owner else "nobody is named")]
    rows += [(text(member.role or "member"), text(member.name or member.username)) for member in members]
    rows += [
        (
            text(f"{each.tool or 'channel'}{f', {each.scope}' if each.scope else ''}"),
            f"{name(each.channel)}{f' {name(each.url, 400)}' if each.url else ''}",
        )
        for each in contract.support
    ]
    return grid(("who", "where"), rows)


def readers(table: Told) -> str:
    """Who reads the table, as its contract says."""
    if table.consumers is None:
        return "The contract does not say who reads it."
    rows = [
        (text(c.name), text(c.contact), text(c.use), ", ".join(map(name, c.columns)) or NONE) for c in table.consumers
    ]
    return grid(("consumer", "contact", "use", "columns"), rows) or "The contract says that nobody reads it."
