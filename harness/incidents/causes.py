"""Which failure explains which, by lineage: the one furthest upstream is the cause.

A failure of severity error is explained only by failures of severity error, a lesser one by any. That something could
not be told explains only that more could not be told. Where lineage has a gap nothing is explained, and so each failure
is a cause of its own: a failure is never hidden by what is not known.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from harness.incidents.failures import Failure
from harness.model.audit import IncidentKind
from harness.model.dataset import Dataset
from harness.model.lineage import ROWS, Field, Lineage

Key = tuple[str, ...]
"""Of a group: what its causes have in common."""


@dataclass(frozen=True, slots=True)
class Group:
    """Failures with one cause: a table whose own failures nothing above it explains."""

    key: Key
    causes: tuple[Failure, ...]
    """Those of the table, the gravest first."""
    failures: tuple[Failure, ...]
    """All of them, its causes first."""

    @property
    def kind(self) -> IncidentKind:
        """Of the incident that it is."""
        return "unknown" if self.key[0] == "unknown" else "failure"


def groups(
    failures: Sequence[Failure],
    lineage: Lineage | None,
    datasets: Iterable[Dataset] = (),
    held: Mapping[str, str] | None = None,
) -> tuple[Group, ...]:
    """The failures parted by their cause, the gravest first; each is in exactly one group.

    `held` are lesser failures that were there before, and what holds them together: only one another explain them.
    """
    ordered = sorted(failures, key=_order)
    above = _closure(ordered, _explanations(ordered, lineage or Lineage(), datasets, held or {}))
    # in a circle each explains the others; then each of it may be the source
    sources = [each for each in ordered if all(each.id in above[other] for other in above[each.id])]
    parted: dict[Key, list[tuple[Failure, Failure]]] = {}
    for failure in ordered:
        source = next(each for each in sources if each is failure or each.id in above[failure.id])
        parted.setdefault(_key(source), []).append((failure, source))
    return tuple(_group(key, found) for key, found in parted.items())


def _group(key: Key, found: Sequence[tuple[Failure, Failure]]) -> Group:
    causes = [each for each, source in found if each is source]
    others = (each for each, source in found if each is not source)
    return Group(key, tuple(causes), (*causes, *others))


def _order(failure: Failure) -> tuple[object, ...]:
    """The gravest and oldest first; what is known before what is not."""
    named = (failure.contract, failure.table, failure.column, failure.rule, failure.id)
    return (failure.unknown, -failure.severity.rank, failure.sums_up, failure.since, *named)


def _key(source: Failure) -> Key:
    if source.unknown:
        # a server that does not answer says the same of each of its tables
        return ("unknown", source.message or source.id)
    place = (source.contract, source.table) if source.contract or source.table else (source.id,)
    return ("grave" if source.grave else "lesser", *place)


def _explanations(
    failures: Sequence[Failure], lineage: Lineage, datasets: Iterable[Dataset], held: Mapping[str, str]
) -> dict[str, set[str]]:
    """Id of a failure -> those that explain it: graver ones of its own table, and any of tables above it."""
    ways = _ways(lineage, datasets)
    at: dict[Field, list[Failure]] = {}
    for failure in failures:
        if field := _field(failure, lineage):
            at.setdefault(field, []).append(failure)
    found: dict[str, set[str]] = {each.id: set() for each in failures}
    for start, causes in at.items():
        reached = (each for field in _reached(start, ways) if field.table != start.table for each in at.get(field, ()))
        for effect in reached:
            found[effect.id] |= {cause.id for cause in causes if _may_explain(cause, effect, held)}
    of_table: dict[tuple[str, str], list[Failure]] = {}
    for failure in failures:
        if failure.contract or failure.table:
            of_table.setdefault((failure.contract, failure.table), []).append(failure)
    for together in of_table.values():
        graver = [each for each in together if each.grave and not each.unknown]
        for effect in together:
            if not effect.grave or effect.unknown:
                found[effect.id] |= {cause.id for cause in graver if _may_explain(cause, effect, held)}
    return found


def _may_explain(cause: Failure, effect: Failure, held: Mapping[str, str]) -> bool:
    if effect.unknown:
        return cause.unknown or cause.grave
    if cause.unknown or (effect.grave and not cause.grave):
        return False
    return effect.id not in held or held.get(cause.id) == held[effect.id]


def _field(failure: Failure, lineage: Lineage) -> Field | None:
    """Where it is in the lineage; None when its table or its column is not known there."""
    table = lineage.keys.get((failure.contract, failure.table))
    if table is None:
        return None
    if not failure.column:
        return Field(table, ROWS)
    folded = failure.column.lower()
    column = next((name for name in lineage.tables.get(table, ()) if name.lower() == folded), None)
    return Field(table, column) if column else None


def _ways(lineage: Lineage, datasets: Iterable[Dataset]) -> dict[Field, set[Field]]:
    """Field -> what it goes into. Which rows there are decides each column; contracts say what a table is made of."""
    ways: dict[Field, set[Field]] = {}
    for edge in lineage.edges:
        ways.setdefault(edge.source, set()).add(edge.target)
    for table, columns in lineage.tables.items():
        ways.setdefault(Field(table, ROWS), set()).update(Field(table, column) for column in columns)
    for dataset in datasets:
        target = lineage.keys.get((dataset.contract, dataset.table))
        for source in filter(None, (lineage.keys.get(each) for each in dataset.sources)):
            if target:
                ways.setdefault(Field(source, ROWS), set()).add(Field(target, ROWS))
    return ways


def _reached(start: Field, ways: Mapping[Field, set[Field]]) -> set[Field]:
    seen, left = {start}, [start]
    while left:
        new = ways.get(left.pop(), set()) - seen
        seen |= new
        left += new
    return seen


def _closure(failures: Sequence[Failure], found: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    """Id -> all that explain it, over any number of steps."""
    above = {}
    for failure in failures:
        seen: set[str] = set()
        left = [failure.id]
        while left:
            new = found[left.pop()] - seen
            seen |= new
            left += new
        above[failure.id] = frozenset(seen)
    return above
