"""What a pull request does to the promises of its contracts: all that `harness review` found out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from harness.model.affected import Affected
from harness.model.change import Compatibility, Judged
from harness.model.project import Violation
from harness.model.result import Result, Verdict, VerdictOutcome
from harness.model.version import VersionNeed

State = Literal["new", "gone", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What the work tree is held against."""

    ref: str
    """As the command line names it: `origin/main`."""
    commit: str
    """Full hash of the merge base of HEAD and `ref`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """Who must agree to a change that no version covers, and whether they did."""

    change: str
    """`Judged.id`."""
    owners: Mapping[str, tuple[str, ...]]
    """Id of the contract, and of each that is hit -> those who may speak for it; empty where nobody may."""
    missing: tuple[str, ...] = ()
    """The contracts among them whose owners did not agree."""
    by: tuple[str, ...] = ()
    """Approvers of the waivers in force that name the change, whether they may speak for a contract or not."""
    draft: str = ""
    """The entry of `waivers.yaml` that is still missing, in YAML; "" when nothing is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """The smallest compatible change in place of one that breaks."""

    change: str
    """`Judged.id`."""
    message: str
    yaml: str = ""
    """What to write, in YAML."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractReview:
    """What became of one contract."""

    contract: str
    """Its id in the later version, or in the earlier when it is gone."""
    file: str
    state: State
    layer: str = ""
    owner: str = ""
    compatibility: Compatibility
    """By which its changes were judged."""
    version: VersionNeed
    changes: tuple[Judged, ...] = ()
    """Those that break first, then by place; at the end those against an earlier version that the last one hides."""
    too_small: Judged | None = None
    """The finding `version-bump-too-small`."""
    covered: Mapping[str, str] = field(default_factory=dict)
    """`Judged.id` of a change that blocks -> what lets it pass: `version 2.0.0`, `the approval of ada, until ...`."""
    approvals: tuple[Approval, ...] = ()
    """One for each change that blocks and that no version covers."""
    suggestions: tuple[Suggestion, ...] = ()
    """On request."""

    @property
    def breaking(self) -> tuple[Judged, ...]:
        """The changes that break, covered or not."""
        return tuple(change for change in self.changes if change.impact == "breaking")

    @property
    def blocking(self) -> tuple[Judged, ...]:
        """The changes that may not pass as they are, and that nothing covers."""
        return tuple(change for change in self.changes if change.blocks and change.id not in self.covered)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReview:
    """What the later contracts' checks say of today's data."""

    verdict: Verdict
    failing: tuple[Result, ...] = ()
    """What fails from the first minute."""
    undecided: tuple[Result, ...] = ()
    """What could not be told."""
    passed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Everything that one review found out; its reporters render this and nothing else."""

    project: str
    harness_version: str
    today: date
    against: Against
    contracts: tuple[ContractReview, ...] = ()
    """Those that changed, the ones that block first."""
    problems: tuple[Violation, ...] = ()
    """What could not be told: a file that cannot be read, or that breaks the JSON Schema of the standard."""
    notes: tuple[str, ...] = ()
    """What limits the answer without leaving it open."""
    affected: Affected | None = None
    """Who is hit by the changes, and who must be asked; None when nobody looked."""
    data: DataReview | None = None
    """On request."""
    folder: str = ""
    """Where the project is in its repository (`data/`), for readers who show findings beside the files."""
    outcome: VerdictOutcome
    reason: str
    """One sentence for people."""

    @property
    def changes(self) -> tuple[Judged, ...]:
        """Of all contracts."""
        return tuple(change for each in self.contracts for change in each.changes)


def undecided(project: str, version: str, ref: str, today: date, reason: str) -> Review:
    """The review of which nothing is known but why."""
    return Review(
        project=project,
        harness_version=version,
        today=today,
        against=Against(ref=ref, commit=""),
        outcome=VerdictOutcome.UNDECIDED,
        reason=reason,
    )
