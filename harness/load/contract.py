"""A contract's text -> Document: parsed, held to its JSON Schema, and built into a Contract as far as it goes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from harness.load.customs import customs_in, repeated
from harness.load.odcs import violations_of
from harness.load.place import keys_of, place_of
from harness.load.yaml import Mapping, Sequence, read
from harness.model.contract import (
    Contract,
    Member,
    Property,
    QualityRule,
    Relationship,
    Role,
    Schema,
    Server,
    SlaProperty,
    Support,
    Team,
)
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.project import Document, Violation
from harness.model.threshold import OPERATORS

MAX_DECLARED = 20_000
"""Tables and columns of one contract; so many are linted in about a second and a half."""
_IN_FILE = re.compile(r"(?:(?P<file>.+\.ya?ml)#)?(?P<rest>.*)", re.DOTALL)

OLD_METRICS: dict[str, str] = {
    "duplicateCount": "duplicateValues",
    "uniqueCheck": "duplicateValues",
    "nullCheck": "nullValues",
    "nullCount": "nullValues",
    "validValues": "invalidValues",
    "countCheck": "rowCount",
}
"""The `rule` of ODCS 3.0 -> the metric that counts the same."""


@dataclass(frozen=True, slots=True)
class Read:
    """A contract's file as it was read, with the parsed YAML; `data` is None when it is no YAML."""

    document: Document
    data: Any


def parse_contract(text: str, file: str) -> Document:
    """The document in `text`; it never raises for what the text holds: an unreadable one has `error` set.

    A contract that breaks its JSON Schema is built all the same, without the parts that have the wrong type, so that
    every other rule still has its say.
    """
    return read_contract(text, file).document


def read_contract(text: str, file: str) -> Read:
    """The same, with the parsed YAML."""
    try:
        data = read(text, file)
    except DocumentError as error:
        unread = Violation(error.at or Location(file), "", error.message, error.hint)
        return Read(Document(file=file, error=unread), None)
    if isinstance(data, Mapping) and (first := next(islice(_declared(data), MAX_DECLARED, None), None)):
        said = f"the contract declares more than {MAX_DECLARED:,} tables and columns; here is the first too many"
        return Read(Document(file=file, error=Violation(Location(file, *first.mark), "schema", said, "split it")), None)
    violations = (*violations_of(data, file), *repeated(data, file))
    contract = _contract(data, file) if isinstance(data, Mapping) else None
    return Read(Document(file=file, contract=contract, violations=violations), data)


def _declared(data: Mapping) -> Iterator[Mapping]:
    """Every table and every column, the parts of columns included, in the order in which they are written."""
    inner = [*_items(data, "schema"), *_items(data, "properties"), data.get("items"), *_mapping(data, "map").values()]
    for each in inner:
        if isinstance(each, Mapping):
            yield each
            yield from _declared(each)


def _contract(data: Mapping, file: str) -> Contract:
    return Contract(
        **_node(data, file),
        id=_text(data, "id"),
        version=_text(data, "version"),
        api_version=_text(data, "apiVersion"),
        status=_text(data, "status"),
        name=_text(data, "name"),
        domain=_text(data, "domain"),
        description={k: v for k, v in _mapping(data, "description").items() if isinstance(v, str)},
        servers=tuple(_server(item, file) for item in _items(data, "servers")),
        schemas=tuple(_schema(item, file) for item in _items(data, "schema")),
        sla=tuple(sla_in(item, file, _text(data, "slaDefaultElement")) for item in _items(data, "slaProperties")),
        team=_team(data, file),
        support=tuple(_support(item, file) for item in _items(data, "support")),
        roles=tuple(_role(item, file) for item in _items(data, "roles")),
        tags=_texts(data, "tags"),
    )


def _server(data: Mapping, file: str) -> Server:
    named = {"server", "type", "environment", "customProperties"}
    return Server(
        **_node(data, file),
        name=_text(data, "server"),
        type=_text(data, "type"),
        environment=_text(data, "environment"),
        settings={key: value for key, value in data.items() if key not in named},
    )


def _support(data: Mapping, file: str) -> Support:
    return Support(
        **_node(data, file),
        channel=_text(data, "channel"),
        url=_text(data, "url"),
        tool=_text(data, "tool"),
        scope=_text(data, "scope"),
    )


def _role(data: Mapping, file: str) -> Role:
    return Role(**_node(data, file), name=_text(data, "role"), access=_text(data, "access"))


def _schema(data: Mapping, file: str) -> Schema:
    name, id_ = _text(data, "name"), _text(data, "id")
    return Schema(
        **_node(data, file),
        name=name,
        id=id_,
        physical_name=_text(data, "physicalName"),
        physical_type=_text(data, "physicalType"),
        description=_text(data, "description"),
        granularity=_text(data, "dataGranularityDescription"),
        properties=tuple(_property(item, file) for item in _items(data, "properties")),
        quality=tuple(quality_rule_in(item, file) for item in _items(data, "quality")),
        relationships=tuple(
            relationship_in(item, file, own_columns(item, (name, id_))) for item in _items(data, "relationships")
        ),
        tags=_texts(data, "tags"),
    )


def _property(data: Mapping, file: str) -> Property:
    name = _text(data, "name")
    options = _mapping(data, "logicalTypeOptions")
    position, partition = data.get("primaryKeyPosition"), data.get("partitionKeyPosition")
    return Property(
        **_node(data, file),
        name=name,
        id=_text(data, "id"),
        physical_name=_text(data, "physicalName"),
        logical_type=_text(data, "logicalType"),
        physical_type=_text(data, "physicalType"),
        description=_text(data, "description"),
        classification=_text(data, "classification"),
        encrypted_name=_text(data, "encryptedName"),
        required=data.get("required") is True,
        unique=data.get("unique") is True,
        primary_key=data.get("primaryKey") is True,
        primary_key_position=position if isinstance(position, int) else -1,
        partitioned=data.get("partitioned") is True,
        partition_key_position=partition if isinstance(partition, int) else -1,
        semantic_type=_text(data, "semanticType"),
        enum=tuple(v.get("value") if isinstance(v, Mapping) else v for v in _list(data, "enum")),
        options=dict(options),
        option_keys=keys_of(options, file),
        quality=tuple(quality_rule_in(item, file) for item in _items(data, "quality")),
        relationships=tuple(relationship_in(item, file, (name,)) for item in _items(data, "relationships")),
        sources=_texts(data, "transformSourceObjects"),
        transform_logic=_text(data, "transformLogic"),
        transform_description=_text(data, "transformDescription"),
        tags=_texts(data, "tags"),
        properties=tuple(_property(item, file) for item in _items(data, "properties")),
        items=_nested(data, "items", file),
        map_key=_nested(_mapping(data, "map"), "key", file),
        map_value=_nested(_mapping(data, "map"), "value", file),
    )


def _nested(data: Mapping, key: str, file: str) -> Property | None:
    nested = data.get(key)
    return _property(nested, file) if isinstance(nested, Mapping) else None


def quality_rule_in(data: Mapping, file: str) -> QualityRule:
    """An entry of `quality`; the spellings of ODCS 3.0 become those of later ones."""
    old = _text(data, "rule")
    metric = _text(data, "metric") or OLD_METRICS.get(old, old)
    return QualityRule(
        **_node(data, file),
        id=_text(data, "id"),
        name=_text(data, "name"),
        type=_text(data, "type") or "library",
        metric=metric,
        description=_text(data, "description"),
        dimension=_text(data, "dimension"),
        severity=_text(data, "severity"),
        unit=_text(data, "unit"),
        query=_text(data, "query"),
        engine=_text(data, "engine"),
        implementation=data.get("implementation"),
        arguments={**_old_arguments(data), **_mapping(data, "arguments")},
        operators={key: data[key] for key in data if key in OPERATORS} or _old_operators(data),
    )


def _old_arguments(data: Mapping) -> dict[str, Any]:
    """In 3.0 the values of the rule `validValues` stand beside it."""
    return {"validValues": data["validValues"]} if _text(data, "rule") and "validValues" in data else {}


def _old_operators(data: Mapping) -> dict[str, Any]:
    """In 3.0 the rule `validValues` needs no comparator: all values are valid."""
    return {"mustBe": 0} if _text(data, "rule") == "validValues" and not _text(data, "metric") else {}


def relationship_in(data: Mapping, file: str, columns: tuple[str, ...]) -> Relationship:
    """References are `table.column` or `schema/TABLE/properties/COLUMN`, perhaps with a contract's file and `#` before.

    `from` may leave the table out. A column may be the path of a field (`table.address.zip`).
    """
    written = [_IN_FILE.match(reference) for reference in _references(data, "to")]
    files = list(dict.fromkeys(found["file"] or "" for found in written if found))
    targets = _alike([_split(found["rest"]) for found in written if found])
    return Relationship(
        **_node(data, file),
        columns=columns,
        # a key into several tables at once is none: the names together are no table, and so it ends as an error
        target=" and ".join(dict.fromkeys(table for table, _ in targets)),
        target_columns=tuple(column for _, column in targets),
        file=" and ".join(files),
    )


def own_columns(data: Mapping, names: tuple[str, ...]) -> tuple[str, ...]:
    """The columns in `from`; one of another table keeps its table, and so is found to be absent from this one."""
    columns = []
    for reference in _references(data, "from"):
        table, column = _split(reference)
        own = next((name for name in names if name and f"{table}.{column}".startswith(f"{name}.")), None)
        columns.append(f"{table}.{column}".removeprefix(f"{own}.") if own else column if not table else reference)
    return tuple(columns)


def _references(data: Mapping, key: str) -> tuple[str, ...]:
    value = data.get(key)
    return (value,) if isinstance(value, str) else _texts(data, key)


def _split(reference: str) -> tuple[str, str]:
    """The table, and the column or the path of a field; which of several dots parts them is seen where they are known.

    In the notation with ids, `properties/a/properties/b` is `a.b`, and `a/items/b` is `a[]`.
    """
    if "/" in reference:
        sections = reference.strip("/").split("/")
        pairs = list(zip(sections[::2], sections[1::2], strict=False))
        table = next((id_ for section, id_ in pairs if section == "schema"), "")
        steps = ["[]" if section == "items" else f".{id_}" for section, id_ in pairs if section != "schema"]
        return table, "".join(steps).removeprefix(".")
    table, _, column = reference.rpartition(".")
    return table, column


def _alike(targets: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The parts of a key into one table: `a.b` and `a.c.d` are `b` and `c.d` of `a`."""
    shortest = min((table for table, _ in targets), key=len, default="")
    if not all(f"{table}.".startswith(f"{shortest}.") for table, _ in targets):
        return targets
    return [(shortest, f"{table}.{column}"[len(shortest) + 1 :] if shortest else column) for table, column in targets]


def sla_in(data: Mapping, file: str, element: str) -> SlaProperty:
    """An entry of `slaProperties`; one that names no element is about `element` (`slaDefaultElement`, before 3.1)."""
    elements = (_text(data, "element") or element).split(",")
    return SlaProperty(
        **_node(data, file),
        property=_text(data, "property"),
        value=data.get("value"),
        value_ext=data.get("valueExt"),
        unit=_text(data, "unit"),
        elements=tuple(element.strip() for element in elements if element.strip()),
        description=_text(data, "description"),
        schedule=_text(data, "schedule"),
        scheduler=_text(data, "scheduler"),
    )


def _team(data: Mapping, file: str) -> Team | None:
    """The team object of 3.1, or the bare list of members of 3.0."""
    team = data.get("team")
    if isinstance(team, Sequence):
        members = tuple(_member(item, file) for item in team if isinstance(item, Mapping))
        return Team(at=place_of(data, ["team"], file), members=members)
    if isinstance(team, Mapping):
        members = tuple(_member(item, file) for item in _items(team, "members"))
        return Team(
            **_node(team, file), name=_text(team, "name"), description=_text(team, "description"), members=members
        )
    return None


def _member(data: Mapping, file: str) -> Member:
    return Member(
        **_node(data, file),
        username=_text(data, "username"),
        role=_text(data, "role"),
        name=_text(data, "name"),
        date_out=_text(data, "dateOut"),
    )


def _node(data: Mapping, file: str) -> dict[str, Any]:
    customs = customs_in(data)
    return {
        "at": Location(file, *data.mark),
        "keys": keys_of(data, file),
        "custom": {name: item.get("value") for name, item in customs.items()},
        "custom_keys": {name: Location(file, *item.mark) for name, item in customs.items()},
    }


def _text(data: Mapping, key: str) -> str:
    value = data.get(key)
    return value.strip() if isinstance(value, str) else ""


def _texts(data: Mapping, key: str) -> tuple[str, ...]:
    return tuple(value for value in _list(data, key) if isinstance(value, str))


def _list(data: Mapping, key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, Sequence) else []


def _items(data: Mapping, key: str) -> Iterator[Mapping]:
    return (item for item in _list(data, key) if isinstance(item, Mapping))


def _mapping(data: Mapping, key: str) -> Mapping:
    value = data.get(key)
    if isinstance(value, Mapping):
        return value
    empty = Mapping()
    empty.mark, empty.marks = data.mark, {}
    return empty
