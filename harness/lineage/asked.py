"""Who must be asked, or told, of changes: those who own and read what changes, and what is made of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from harness.load.codeowners import CodeOwners
from harness.model.affected import Asked, Hit, Part
from harness.model.change import Judged
from harness.model.consumer import Consumer, consumers_of
from harness.model.contract import Contract, Property, Schema
from harness.model.version_range import in_range


class Changed(NamedTuple):
    """A contract before and after, and what changed."""

    before: Contract | None
    after: Contract | None
    changes: Sequence[Judged]

    @property
    def contract(self) -> Contract:
        """The later version, or the earlier of one that is gone."""
        found = self.after or self.before
        assert found  # noqa: S101 - a contract is there in one version at least
        return found


Owned = Mapping[str, tuple[Contract, Schema]]
"""Table -> the contract that it is promised in."""
_ORDER: tuple[Part, ...] = ("owner", "code owner", "consumer", "downstream owner", "downstream consumer")


def asked_of(
    urgent: Sequence[Changed], hits: Sequence[Hit], owned: Owned, code_owners: CodeOwners | None, folder: str
) -> tuple[tuple[Asked, ...], list[str]]:
    """Everybody once, in the part that is nearest to the change; and what nobody knows of owners and consumers."""
    people: dict[str, Asked] = {}
    unknown: list[str] = []
    for each in _of_changes(urgent, code_owners, folder, unknown):
        _add(people, each)
    for each in _of_hits(hits, owned, {each.contract.id for each in urgent}, unknown):
        _add(people, each)
    return tuple(sorted(people.values(), key=lambda each: _ORDER.index(each.part))), list(dict.fromkeys(unknown))


def _add(people: dict[str, Asked], new: Asked) -> None:
    old = people.setdefault(new.name.lower(), new)
    near, far = sorted((old, new), key=lambda each: _ORDER.index(each.part))
    same = (*near.tables, *far.tables) if near.part == far.part else near.tables
    people[new.name.lower()] = Asked(
        name=near.name,
        part=near.part,
        contact=near.contact or far.contact,
        tables=tuple(dict.fromkeys(same)),
        contracts=tuple(dict.fromkeys((*near.contracts, *far.contracts))),
        note=near.note or far.note,
    )


def _of_changes(
    urgent: Iterable[Changed], code_owners: CodeOwners | None, folder: str, unknown: list[str]
) -> Iterator[Asked]:
    for each in urgent:
        contract = each.contract
        tables = tuple(schema.name for schema, _ in _touched(each))
        # who was named before is asked too: a change must not take its own judges off the list
        owners = dict.fromkeys(side.owner for side in (each.before, each.after) if side and side.owner)
        for owner in owners:
            yield _owner(contract, owner, "owner", tables)
        if not owners:
            unknown.append(f"the contract {contract.id} names no owner")
        for owner in code_owners.of(folder + contract.at.file) if code_owners else ():
            yield Asked(name=owner, part="code owner", tables=tables, contracts=(contract.id,))
        for schema, columns in _touched(each):
            sides = [(side, side.schema(schema.name)) for side in (each.before, each.after) if side]
            said = [found for side, of in sides if (found := consumers_of(side, of)) is not None]
            if not said:
                unknown.append(_silent(contract))
            for consumer in dict.fromkeys(consumer for found in said for consumer in found):
                if not consumer.columns or columns is None or columns & set(consumer.columns):
                    yield _consumer(contract, consumer, "consumer", schema, columns)


def _touched(each: Changed) -> list[tuple[Schema, frozenset[str] | None]]:
    """The tables of a contract that change, with the columns, by all their names; None when it is about all of them."""
    tables: dict[str, tuple[Schema, set[str] | None]] = {}
    for side in (each.before, each.after):
        for schema in side.schemas if side else ():
            names = [change for change in each.changes if _is_about(change, schema.name)]
            if not names:
                continue
            columns = {name for change in names for column in _columns(change) for name in _names(schema, column)}
            whole = any(not any(_columns(change)) for change in names)
            tables[schema.name] = (schema, None if whole else columns)
    return [(schema, None if columns is None else frozenset(columns)) for schema, columns in tables.values()]


def _is_about(change: Judged, table: str) -> bool:
    named = {change.table, change.change.was[0]} - {""}
    return not named or table in named


def _columns(change: Judged) -> list[str]:
    return [name for name in (change.column, change.change.was[1]) if name]


def _names(schema: Schema, path: str) -> tuple[str, ...]:
    """The column that the field is in, as the contract and as the warehouse call it."""
    item = column_of(schema, path)
    return (item.name, item.column) if item else (path,)


def column_of(schema: Schema, path: str) -> Property | None:
    """The column that a field inside one belongs to (`address.zip`, `tags[]`)."""
    inside = (
        item for item in schema.properties if path.startswith((f"{item.name}.", f"{item.name}[", f"{item.name}{{"))
    )
    return schema.property(path) or max(inside, key=lambda item: len(item.name), default=None)


def _of_hits(hits: Iterable[Hit], owned: Owned, changed: set[str], unknown: list[str]) -> Iterator[Asked]:
    for hit in hits:
        contract, schema = owned.get(hit.table, (None, None))
        if hit.kind != "table" or contract is None or schema is None:
            continue
        if contract.owner:
            yield _owner(contract, contract.owner, "downstream owner", (schema.name,))
        else:
            unknown.append(f"the contract {contract.id}, which is hit, names no owner")
        consumers = consumers_of(contract, schema)
        if consumers is None and contract.id not in changed:
            unknown.append(_silent(contract))
        names = {name for item in schema.properties for name in (item.name, item.column) if item.column in hit.columns}
        for consumer in consumers or ():
            if not consumer.columns or not hit.columns or names & set(consumer.columns):
                yield _consumer(contract, consumer, "downstream consumer", schema, None)


def _owner(contract: Contract, owner: str, part: Part, tables: Sequence[str]) -> Asked:
    return Asked(
        name=owner,
        part=part,
        contact=next(filter(None, contract.channels), ""),
        tables=tuple(tables),
        contracts=(contract.id,),
    )


def _consumer(
    contract: Contract, consumer: Consumer, part: Part, schema: Schema, columns: frozenset[str] | None
) -> Asked:
    read = [name for name in consumer.columns if columns is None or name in columns]
    said = [consumer.use, f"reads {', '.join(read)}" if read else "", _agreed(contract, consumer)]
    return Asked(
        name=consumer.name,
        part=part,
        contact=consumer.contact,
        tables=(schema.name,),
        contracts=(contract.id,),
        note="; ".join(filter(None, said)),
    )


def _agreed(contract: Contract, consumer: Consumer) -> str:
    """Which versions they take, held against the one that comes."""
    if not consumer.range:
        return ""
    inside = in_range(contract.version, consumer.range)
    words = {True: "takes", False: "does not take", None: "cannot be held against"}[inside]
    return f"the agreed range {consumer.range} {words} {contract.version or 'a contract without a version'}"


def _silent(contract: Contract) -> str:
    return f"the contract {contract.id} does not say who reads it (customProperty `consumers`)"
