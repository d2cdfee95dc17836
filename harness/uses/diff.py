"""Two versions of a contract, or of a folder of them -> every change, with its impact."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from harness.changes import Side, parts_of
from harness.changes.match import matched
from harness.changes.part import Leaf
from harness.changes.plain import plain
from harness.load.contract import Read, read_contract
from harness.load.contract_head import head_of
from harness.load.dialect import dialect_of
from harness.model.change import IMPACTS, Bump, Change, Effect, Judged, Perspective, impact_of, largest
from harness.model.contract import Contract
from harness.model.project import Project, Violation
from harness.model.result import Outcome, fingerprint
from harness.model.version import VersionNeed, version_need
from harness.rules.breaking import RULES
from harness.rules.rule import Context, Finding, Rule, found_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What became of one contract."""

    before: Read | None
    """None for a contract that is new."""
    after: Read | None
    """None for one that is gone."""
    changes: tuple[Judged, ...] = ()
    earlier: tuple[str, ...] = ()
    """The versions that the contract had before `before`, where somebody looked."""

    @property
    def file(self) -> str:
        """Of the later version, or of the earlier when it is gone."""
        later = self.after or self.before
        return later.document.file if later else ""

    @property
    def breaking(self) -> bool:
        """Whether any change breaks."""
        return any(change.impact == "breaking" for change in self.changes)

    @property
    def bump(self) -> Bump:
        """The version bump that the changes call for."""
        return largest(change.bump for change in self.changes)

    @property
    def version(self) -> VersionNeed:
        """What the changes ask of the version."""
        before, after = (
            each.document.contract.version if each and each.document.contract else None
            for each in (self.before, self.after)
        )
        return version_need(before, after, self.bump, earlier=self.earlier)

    @property
    def uncovered(self) -> tuple[Judged, ...]:
        """The changes that break and that the version does not cover; it never covers what governance forbids."""
        need = self.version
        return tuple(
            change
            for change in self.changes
            if change.impact == "breaking"
            and (change.by_people or self.before is None or self.after is None or not need.enough)
        )


@dataclass(frozen=True, slots=True)
class Trees:
    """Contracts before and after, and what could not be read of them."""

    comparisons: tuple[Comparison, ...]
    problems: tuple[Violation, ...] = ()

    @property
    def changes(self) -> list[Judged]:
        """Of all contracts, those that break first."""
        every = [change for each in self.comparisons for change in each.changes]
        return sorted(every, key=lambda change: IMPACTS.index(change.impact))

    @property
    def breaking(self) -> bool:
        """Whether any change breaks."""
        return any(each.breaking for each in self.comparisons)

    @property
    def bump(self) -> Bump:
        """The largest version bump that a contract needs."""
        return largest(each.bump for each in self.comparisons)


def compare_trees(
    before: Mapping[str, str], after: Mapping[str, str], *, project: Project, today: date, perspective: Perspective
) -> Trees:
    """Two folders (file -> text), contract by contract: matched by id, then by file; a file that only moved is none."""
    untouched = {file for file, text in before.items() if after.get(file) == text}
    olds, news = (
        [read_contract(text, file) for file, text in side.items() if file not in untouched] for side in (before, after)
    )
    problems = [problem for each in (*olds, *news) for problem in problems_of(each)]
    # two files that somebody holds against one another are two versions, whatever they are called
    pairs = pairs_of(olds, news, alone=len(before) == len(after) == 1)
    problems += twins_in(pairs, (head_of(text).id for text in after.values()))
    return Trees(
        tuple(compare(*pair, project=project, today=today, perspective=perspective) for pair in pairs), tuple(problems)
    )


def pairs_of(
    before: Sequence[Read], after: Sequence[Read], *, alone: bool = False
) -> list[tuple[Read | None, Read | None]]:
    """Which contract is which in the other version, of those that could be read; the only one of each if `alone`.

    One whose other version cannot be read is in no pair: nobody knows that it is new, or gone.
    """
    olds, news = ([each for each in side if each.document.contract] for side in (before, after))
    if alone and len(before) == len(after) == 1:
        return [(olds[0], news[0])] if olds and news else []
    unread = {each.document.file for each in (*before, *after) if not each.document.contract}
    keys = (_id, lambda each: each.get("file"))
    sides = [[{"id": _contract_id(each), "file": each.document.file} for each in side] for side in (olds, news)]
    found = matched(sides[0], sides[1], keys)
    pairs = [
        (olds[one] if one is not None else None, news[other] if other is not None else None) for one, other in found
    ]
    return [pair for pair in pairs if all(pair) or not any(each and each.document.file in unread for each in pair)]


def twins_in(pairs: Iterable[tuple[Read | None, Read | None]], ids: Iterable[str]) -> list[Violation]:
    """A problem for each new contract that is not the only one of its id, of the `ids` of all that there are."""
    new = [after.document.contract for before, after in pairs if not before and after and after.document.contract]
    counts = Counter(ids) if new else Counter[str]()
    return [
        Violation(each.where("id"), "", f"there is another contract of the id {each.id!r}, {_TWINS}", _OWN_ID)
        for each in new
        if each.id and counts[each.id] > 1
    ]


_TWINS = "and nobody can tell which of them is its later version"
_OWN_ID = "give each contract an `id` of its own"


def _id(entry: Mapping[str, str]) -> str | None:
    return entry["id"] or None


def _contract_id(each: Read) -> str:
    return each.document.contract.id if each.document.contract else ""


def problems_of(each: Read) -> tuple[Violation, ...]:
    """Why nobody can be sure of a file."""
    document = each.document
    return (document.error,) if document.error else document.violations


def compare(
    before: Read | None,
    after: Read | None,
    *,
    project: Project,
    today: date,
    perspective: Perspective = "consumers",
    rules: Sequence[Rule] = RULES,
) -> Comparison:
    """Every change between two versions of a contract, those that break first. One of them may not be there."""
    one, other = (Side(each.data, each.document.file) if each else None for each in (before, after))
    previous, contract = (each.document.contract if each else None for each in (before, after))
    later = after or before
    dialect = _dialect(contract or previous)
    context = Context(
        project=project,
        document=later.document if later else None,
        contract=contract,
        previous=previous,
        parts=tuple(parts_of(one, other, dialect)),
        dialect=dialect,
        today=today,
    )
    changes = [judged_as(each, finding, context, perspective) for each, finding in _found(rules, context)]
    return Comparison(
        before=before,
        after=after,
        changes=tuple(sorted(changes, key=lambda c: (IMPACTS.index(c.impact), c.at, c.rule, c.change.path))),
    )


def _dialect(contract: Contract | None) -> str:
    """In which a contract spells its types: that of its first server; "" when it has none of its own."""
    return next((dialect_of(server.type.lower()) for server in contract.servers), "") if contract else ""


def _found(rules: Iterable[Rule], context: Context) -> list[tuple[Rule, Finding]]:
    """All that the rules say; those that need to know what was settled see what the rules before them said."""
    found: list[tuple[Rule, Finding]] = []
    settled: set[Leaf] = set()
    for each in rules:
        seen = replace(context, settled=frozenset(settled)) if "settled" in each.needs else context
        for finding in found_by(each, seen):
            settled.update(finding.change.leaves if finding.change else ())
            if finding.change is None or finding.change.effect is not Effect.SAME:
                found.append((each, finding))
    return found


def judged_as(each: Rule, finding: Finding, context: Context, perspective: Perspective) -> Judged:
    """A finding with its impact; one of a rule that broke is risky and undecided."""
    contract: Contract | None = context.contract or context.previous
    change = finding.change or Change(effect=Effect.UNDETERMINED, path="")
    said = None
    if finding.outcome is not Outcome.ERROR:
        # by the layer that it was in: moving a contract must not choose who judges the move
        earlier = context.previous or context.contract
        said = context.project.policy.impact(each.id, earlier.layer if earlier else "")
    impact, bump = impact_of(change, perspective, said)
    return Judged(
        rule=each.id,
        impact=impact,
        bump=bump,
        message=finding.message,
        change=change,
        at=finding.at,
        contract=contract.id if contract else "",
        layer=contract.layer if contract else "",
        owner=contract.owner if contract else "",
        table=finding.table,
        column=finding.column,
        # an approval is of this change, not of the next one in the same place
        id=fingerprint(
            each.id,
            contract.id if contract else "",
            finding.table,
            finding.column,
            finding.key,
            _value(change.before),
            _value(change.after),
        ),
        undecided=finding.outcome is Outcome.ERROR,
    )


def _value(value: object) -> str:
    """A value as part of a fingerprint; of a part, what it holds: it may have no name that tells it from another."""
    return repr(plain(value)) if isinstance(value, Mapping) else repr(value)
