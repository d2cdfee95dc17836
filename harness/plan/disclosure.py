"""Which columns' values a report may hold: declared ones, that neither are classified nor stem from one that is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.model.check import TableName
from harness.model.contract import Property, Schema
from harness.model.fields import Field, fields_of, inside
from harness.model.project import Project
from harness.plan.relationships import parents_of, reading
from harness.plan.table import Table, table_of

Place = tuple[str, str]
"""A table's schema and name, folded; not its server: two of them may stand for one database."""
Column = tuple[Place, str]


def disclosure(project: Project) -> Callable[[Schema, TableName, str], str]:
    """A function that says why a column (or `address.zip`) of a table may not be shown, or ""; in doubt it may not.

    A contract that cannot be read may classify any column; one that breaks its JSON Schema says nothing reliable of its
    own. Else a column may be shown when its contract declares it, and no contract of the project that declares it gives
    it, or what is inside it or around it, a classification beside those of `sample_classifications`. A column that
    refers to a classified one (`relationships`) or is made of one (`transformSourceObjects`) holds the same values.
    """
    unread = next((document.file for document in project.documents if document.error), "")
    broken = frozenset(document.file for document in project.documents if document.violations)
    found: dict[Place, list[Table]] = {}
    for contract in project.contracts:
        for schema in contract.schemas:
            table = table_of(project, contract, schema)
            found.setdefault(_place(table.name), []).append(table)
    open_ones = frozenset(word.strip().lower() for word in project.policy.sample_classifications)
    known = _Known(found, open_ones, broken)

    def why(schema: Schema, name: TableName, column: str) -> str:
        if unread:
            return f"{column} may be classified by {unread}, which cannot be read"
        if not any(_same(field, column) for field in fields_of(schema)):
            return f"{column} is not declared"
        return known.classified((_place(name), column.casefold()), set())

    return why


@dataclass(frozen=True, slots=True)
class _Known:
    tables: Mapping[Place, list[Table]]
    open_ones: frozenset[str]
    broken: frozenset[str]
    """The files of contracts that break their JSON Schema."""

    def classified(self, column: Column, seen: set[Column]) -> str:
        """Why a report may not hold its values, or "" for one of which no contract says so."""
        if column in seen:
            return ""
        seen.add(column)
        place, name = column
        fields = ((table, field) for table in self.tables.get(place, ()) for field in fields_of(table.schema))
        declared = ((table, field) for table, field in fields if _same(field, name))
        return next(filter(None, (self.said_of(table, field, seen) for table, field in declared)), "")

    def said_of(self, table: Table, field: Field, seen: set[Column]) -> str:
        file = table.contract.at.file
        if file in self.broken:
            return f"{field.column} is declared in {file}, which breaks its JSON Schema"
        if self.is_closed(field.item):
            return f"{field.column} is classified {field.item.classification.strip()}"
        if any(self.is_closed(item) for item in field.above):
            return f"{field.column} is inside something that is classified"
        for each in _within(field):
            if self.is_closed(each.item):
                return f"{field.column} holds a field that is classified"
            said = next(filter(None, (self.classified(behind, seen) for behind in _behind(table, each))), "")
            if said:
                return f"{field.column} holds values of another column: {said}"
        return ""

    def is_closed(self, item: Property) -> bool:
        word = item.classification.strip().lower()
        return bool(word) and word not in self.open_ones


def _within(field: Field) -> Iterator[Field]:
    yield field
    for child in inside(field):
        yield from _within(child)


def _behind(table: Table, field: Field) -> Iterator[Column]:
    """The columns whose values this one holds, as far as the contract says so."""
    for relationship in (*field.item.relationships, *table.schema.relationships):
        own = table.reads(relationship.columns)["columns"]
        targets, columns = reading(table, relationship)
        for target in targets:
            theirs = target.reads(columns)["columns"]
            pairs = zip(own, theirs, strict=False)
            whole = relationship in field.item.relationships
            yield from ((_place(target.name), there.casefold()) for here, there in pairs if whole or _same(field, here))
    for source in field.item.sources:
        named, _, name = source.rpartition(".")
        for target in parents_of(table, named) if named else ():
            yield _place(target.name), target.reads((name,))["columns"][0].casefold()
        # of a whole table, any column may be the one
        for target in parents_of(table, source):
            yield from ((_place(target.name), each.column.casefold()) for each in fields_of(target.schema))


def _place(name: TableName) -> Place:
    return name.schema.casefold(), name.name.casefold()


def _same(field: Field, column: str) -> bool:
    return field.column.casefold() == column.casefold()
