"""What `lineage show` is asked for: a table or a column, and what lies up and down from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from harness.lineage.graph import Direction, between_tables, down, neighbours, up, up_to_rows
from harness.load.did_you_mean import did_you_mean
from harness.model.errors import UsageError
from harness.model.lineage import ROWS, Edge, Field, Gap, Lineage


@dataclass(frozen=True, kw_only=True)
class View:
    """A part of the graph around `root`; of tables as wholes when the root is one."""

    lineage: Lineage
    root: Field
    directions: tuple[Direction, ...]
    depth: int | None = None
    owners: Mapping[str, str] = field(default_factory=dict)
    """Table -> who owns it."""

    @cached_property
    def graphs(self) -> dict[Direction, Lineage]:
        """The graph that is followed in each direction: from a column up, not through the rows of tables."""
        upwards = self.lineage if self.root.column == ROWS else up_to_rows(self.lineage)
        return {each: upwards if each == "up" else self.lineage for each in self.directions}

    @cached_property
    def reached(self) -> dict[Direction, frozenset[Field]]:
        """The fields in each direction."""
        steps = {"up": up, "down": down}
        return {each: steps[each](graph, self.root, self.depth) for each, graph in self.graphs.items()}

    @cached_property
    def deciders(self) -> Mapping[Field, tuple[Edge, ...]]:
        """What decides the rows of a column's table, one step up: every column depends on it."""
        if "up" not in self.directions or self.root.column == ROWS:
            return {}
        rows = neighbours(self.lineage, Field(self.root.table, ROWS), "up")
        return {there: edges for there, edges in rows.items() if there.column != ROWS}

    @property
    def fields(self) -> list[Field]:
        """The root and all that was reached, in order."""
        return sorted({self.root}.union(*self.reached.values()))

    def gaps_of(self, each: Field) -> tuple[Gap, ...]:
        """What could not be resolved of a field: of its table too, and of all columns of a table as a whole."""
        whole = each.column == ROWS
        return tuple(
            gap
            for gap in self.lineage.gaps
            if gap.target.table == each.table and (whole or gap.target.column in (each.column, ROWS))
        )

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What could not be resolved of anything in the view, and what could not be read at all."""
        of_fields = (gap for each in (*self.fields, *self.deciders) for gap in self.gaps_of(each))
        unread = (gap for gap in self.lineage.gaps if gap.unread)
        return tuple(dict.fromkeys((*unread, *of_fields)))


def view_of(
    lineage: Lineage,
    name: str,
    directions: tuple[Direction, ...] = (),
    depth: int | None = None,
    owners: Mapping[str, str] | None = None,
) -> View:
    """The view of the table or column called `name`, both ways unless `directions` says otherwise.

    Raises UsageError when there is none of that name.
    """
    root = find(lineage, name)
    graph = between_tables(lineage) if root.column == ROWS else lineage
    return View(
        lineage=graph, root=root, directions=directions or ("up", "down"), depth=depth, owners=dict(owners or {})
    )


def find(lineage: Lineage, name: str) -> Field:
    """The table `name` (its rows), or the column `table.column`. Raises UsageError when there is none."""
    named = _names(lineage)
    if name.lower() in named:
        return Field(_only(named[name.lower()], name), ROWS)
    table, _, column = name.rpartition(".")
    if table.lower() not in named:
        hint = did_you_mean(table, named) or did_you_mean(name, named) or "`harness plan` lists the tables"
        raise UsageError(f"there is no table and no column `{name}`", hint=hint)
    key = _only(named[table.lower()], table)
    columns = dict.fromkeys(
        (*lineage.tables[key], *(f.column for f in (*lineage.into, *lineage.out_of) if f.table == key))
    )
    found = next((each for each in columns if each.lower() == column.lower()), None)
    if found is None or column == ROWS:
        known = [each for each in columns if each != ROWS]
        hint = did_you_mean(column, known) or "it has " + (", ".join(known[:20]) or "no known columns")
        raise UsageError(f"the table `{key}` has no column `{column}`", hint=hint)
    return Field(key, found)


def _names(lineage: Lineage) -> dict[str, list[str]]:
    """Every name of a table in lower case -> the tables so called: a full name has but one."""
    names: dict[str, list[str]] = {}
    for (_, schema), key in lineage.keys.items():
        names.setdefault(schema.lower(), []).append(key)
    tables = dict.fromkeys((*lineage.tables, *(each.table for each in (*lineage.into, *lineage.out_of))))
    for key in tables:
        names.setdefault(key.rpartition(".")[2].lower(), []).append(key)
    return names | {key.lower(): [key] for key in tables}


def _only(keys: list[str], name: str) -> str:
    distinct = sorted(set(keys))
    if len(distinct) > 1:
        raise UsageError(f"`{name}` may be any of {', '.join(distinct)}", hint="name its schema too")
    return distinct[0]


def label_of(edges: tuple[Edge, ...]) -> str:
    """The edges between two fields in words: `identity`, `decides (filter, join)`, `declared`."""
    hows = dict.fromkeys(edge.how for edge in sorted(edges))
    direct = [how.subtype.lower() for how in hows if how.type == "DIRECT" and how.subtype]
    decides = [how.subtype.lower() for how in hows if how.type == "INDIRECT"]
    words = [*direct, *([f"decides ({', '.join(w.replace('_', ' ') for w in decides)})"] if decides else [])]
    words += ["masking"] if any(how.masking for how in hows) else []
    said = {edge.by for edge in edges}
    words += ["declared"] if said == {"declared"} else ["by event"] if "sql" not in said else []
    return ", ".join(words)
