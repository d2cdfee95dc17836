"""A table as the points look at it: what its contract says, and what is known of its neighbours."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from harness.model.contract import Contract, Node, Schema, SlaProperty
from harness.model.lineage import Lineage
from harness.model.location import Location
from harness.model.project import Project
from harness.model.sla import canonical_sla

_NO_ANSWER = re.compile(
    r"""[\W_]*                                       # nothing that can be read
    | \W*(tba|tbd|tbc|todo|fixme)\b.*               # also with a word on who will say it
    | \W*(to\ be|not\ yet)\ (announced|agreed|clarified|confirmed|decided|defined|determined|done|known|said)\b.*
    | \W*(n/a|na|none|null|open|pending|later|soon|x{2,}|see\ (above|below))\W*
    | \W*(unknown|unclear|undecided|not\ known|(we\ |i\ )?don'?t\ know|nobody\ knows|no\ idea)(\ yet)?\W*""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
"""Words by which a question is put off."""
_BLANKS = frozenset(
    {"NAME", "TABLE", "COLUMN", "TABLE.COLUMN", "TEAM", "DASHBOARD", "#CHANNEL", "WHAT FOR", "FOLDER OR API"}
)
"""What the options of the questions leave to be filled in."""


@dataclass(frozen=True, eq=False)
class Table:
    """One table of one contract."""

    project: Project
    contract: Contract
    schema: Schema
    lineage: Lineage

    @property
    def name(self) -> str:
        """As its contract calls it."""
        return self.schema.name

    @property
    def layer(self) -> str:
        """As its contract says, or ""."""
        return self.contract.layer

    def custom(self, name: str) -> tuple[Any, Location] | None:
        """The customProperty of the table or else of its contract, and its place; None when neither answers."""
        holders: tuple[Node, ...] = (self.schema, self.contract)
        found = ((each.custom[name], each.where_custom(name)) for each in holders if name in each.custom)
        return next(((value, at) for value, at in found if is_answer(value)), None)

    def place(self, name: str) -> Location:
        """Where the customProperty is written, or where it would be."""
        holders: tuple[Node, ...] = (self.schema, self.contract)
        found = (each.where_custom(name) for each in holders if name in each.custom)
        return next(found, self.contract.where("customProperties"))

    def sla(self, *names: str) -> SlaProperty | None:
        """The first service level of one of these canonical names that is about it and has a value."""
        return next(self._slas(names), None)

    def _slas(self, names: Sequence[str]) -> Iterator[SlaProperty]:
        for each in self.contract.sla:
            if canonical_sla(each.property) in names and is_answer(each.value) and self._is_of(each):
                yield each

    def _is_of(self, sla: SlaProperty) -> bool:
        """One that names no table is about all of the contract's; one that names a column alone, about its table."""
        tables = [found for each in sla.elements if (found := self._table_in(each))]
        return not tables or self.schema in tables

    def _table_in(self, element: str) -> Schema | None:
        return self.contract.schema(element) or self.contract.schema(element.rpartition(".")[0])

    @cached_property
    def key(self) -> str:
        """As in `Lineage.tables`."""
        return self.lineage.keys.get((self.contract.id, self.schema.name), "")

    @cached_property
    def above(self) -> tuple[str, ...]:
        """The tables that it is made of, as lineage and the customProperty `upstream` name them, each once."""
        stated = self.contract.custom.get("upstream")
        said = [str(each) for each in stated] if isinstance(stated, list) else []
        found = {self._keys_of(each): each for each in (*said, *self.lineage.feeding.get(self.key, ()))}
        # one that reads itself, as incremental models do, is no source of its own
        return tuple(sorted(name for keys, name in found.items() if keys != self._keys_of(self.name)))

    @cached_property
    def below(self) -> tuple["Table", ...]:
        """The tables under contract that are made of it, at one step."""
        return self._tables(sorted(self.lineage.fed.get(self.key, ())))

    @cached_property
    def further(self) -> tuple["Table", ...]:
        """The same, at any number of steps; the nearest first."""
        reached, frontier = {self.key}, [self.key]
        found: list[str] = []
        while frontier:
            there = sorted({key for each in frontier for key in self.lineage.fed.get(each, ())} - reached)
            reached.update(there)
            found += there
            frontier = there
        return self._tables(found)

    def known(self, name: str) -> bool:
        """Whether a table, or a contract by its id, is there."""
        return bool(self._named(name))

    def parents(self) -> Iterator["Table"]:
        """Those that it is made of and that are under contract."""
        for name in self.above:
            yield from (Table(self.project, *pair, self.lineage) for pair in self._named(name))

    def _tables(self, keys: Iterable[str]) -> tuple["Table", ...]:
        pairs = (self.lineage.owners[key] for key in keys if key in self.lineage.owners)
        return tuple(Table(self.project, *self.project.schemas[pair], self.lineage) for pair in pairs)

    def _named(self, name: str) -> tuple[tuple[Contract, Schema], ...]:
        """The table that a name means, or all of the contract whose id it is."""
        pair = self.lineage.owners.get(name)
        found = self.project.schemas[pair] if pair else self.project.find(name)
        if found:
            return (found,)
        return tuple((c, schema) for c in self.project.contracts if c.id == name for schema in c.schemas)

    def _keys_of(self, name: str) -> str:
        """The same for every name of one table."""
        return " ".join(f"{contract.id}/{schema.name}" for contract, schema in self._named(name)) or name


def is_answer(value: Any) -> bool:
    """Whether a value says something: `TBD`, an empty text and nothing at all do not; 0, false and [] do.

    An option that was copied and not filled in does not either, whatever else stands in it.
    """
    if isinstance(value, dict):
        return not any(map(_is_blank, value.values())) and any(map(is_answer, value.values()))
    if isinstance(value, list):
        return not value or any(map(is_answer, value))
    return value is not None and not _is_blank(value) and not _NO_ANSWER.fullmatch(str(value).replace(".", ""))


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and value.strip() in _BLANKS


def spoken(value: Any) -> str:
    """A value of a contract on one line: `limit 5 EUR, per month`."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {spoken(each)}" for key, each in value.items())
    if isinstance(value, list):
        return ", ".join(map(spoken, value))
    return str(value)


def promised(sla: SlaProperty) -> str:
    """The value of a service level with its unit."""
    return f"{sla.value} {sla.unit}".strip()


def sla_yaml(name: str, value: str, unit: str = "", more: str = "") -> str:
    """The entry of `slaProperties` that says so."""
    units = f", unit: {unit}" if unit else ""
    return f"slaProperties:\n  - {{property: {name}, value: {value}{units}{more}}}"


def custom_yaml(name: str, value: str) -> str:
    """The entry of `customProperties` that says so."""
    return f"customProperties:\n  - property: {name}\n    value: {value}"
