"""The command `questions`: what nobody says of the tables, in the light of waivers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase

from harness.gate import uses_of
from harness.model.contract import Contract
from harness.model.lineage import Lineage
from harness.model.project import Project
from harness.model.question import Answered, Assumption, Question
from harness.model.waiver import WaiverUse
from harness.questions import answered
from harness.rules.governance.question_open import finding_id, question_open
from harness.rules.rule import Context, apply


@dataclass(frozen=True, kw_only=True)
class Asked:
    """All points of the selected tables."""

    points: tuple[Answered, ...]
    waived: Mapping[str, WaiverUse] = field(default_factory=dict)
    """Id of the finding -> the waiver in force that sets the question aside."""
    unread: tuple[str, ...] = ()
    """What could not be read, so that there may be more to ask."""

    @property
    def open(self) -> tuple[Answered, ...]:
        """The questions that no waiver sets aside."""
        return tuple(each for each in self.points if self.is_open(each))

    @property
    def blocking(self) -> tuple[Answered, ...]:
        """Those that the hand-off waits for."""
        return tuple(each for each in self.open if each.blocks)

    @property
    def assumed(self) -> int:
        """How many points are decided by default."""
        return sum(isinstance(each.answer, Assumption) for each in self.points)

    def is_open(self, point: Answered) -> bool:
        """Whether it is a question that no waiver sets aside."""
        return isinstance(point.answer, Question) and finding_id(point) not in self.waived


def questions_of(
    project: Project, lineage: Lineage, today: date, layers: Iterable[str] = (), select: Iterable[str] = ()
) -> Asked:
    """What is said, assumed and asked of the tables of these layers and names; `today` is the day of the waivers."""
    wanted, patterns = tuple(layers), tuple(select)
    contracts = [each for each in project.contracts if _is_wanted(each, wanted, patterns)]
    found = [point for contract in contracts for point in answered(project, contract, lineage)]
    results = [
        result
        for contract in contracts
        for result in apply([question_open], Context(project=project, contract=contract, lineage=lineage))
    ]
    uses = [use for use in uses_of(project.waivers.entries, results, today) if use.in_force]
    return Asked(
        points=tuple(point for point in found if not patterns or _matches(point, patterns)),
        waived={failure: use for use in uses for failure in use.failures},
        unread=tuple(_unread(project, lineage)),
    )


def _unread(project: Project, lineage: Lineage) -> Iterable[str]:
    yield from (
        f"{each.error.at}: {each.error.message}" for each in project.documents if not each.contract and each.error
    )
    yield from (f"{gap.at}: {gap.reason}" for gap in lineage.gaps if gap.unread)


def _is_wanted(contract: Contract, layers: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    names = (contract.id, contract.name, *(schema.name for schema in contract.schemas))
    return (not layers or contract.layer in layers) and (not patterns or _any(names, patterns))


def _matches(point: Answered, patterns: tuple[str, ...]) -> bool:
    return _any((point.contract.id, point.contract.name, point.schema.name), patterns)


def _any(names: Iterable[str], patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for name in names for pattern in patterns)
