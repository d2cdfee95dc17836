"""All that a service level over time is judged by, and what earlier audits said."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from harness.model.arrival import Source
from harness.model.check import Check
from harness.model.past import Past, is_hindsight
from harness.model.project import Project
from harness.model.result import Result
from harness.runners.arrivals import Seen
from harness.slo.promise import Promise
from harness.slo.schedule import Schedule
from harness.slo.window import audits_of, window_for
from harness.uses.observe import Session

if TYPE_CHECKING:
    from harness.history.store import History

FARTHEST = timedelta(days=1600)
"""How far back a window of so many deliveries is looked for."""


@dataclass(frozen=True)
class Looking:
    """What an audit looks at."""

    project: Project
    history: "History"
    checks: Sequence[Check]
    sessions: Mapping[str, Session]
    results: Mapping[str, Result]
    """By check id."""
    as_of: datetime
    run_id: str
    made: datetime
    """When the audit is made, by the real clock."""
    seen: dict[tuple[Source, datetime, bool], Seen] = field(default_factory=dict)
    """What a table was asked is not asked again."""

    @property
    def in_hindsight(self) -> bool:
        """Whether it looks at an earlier time than it is made at, of which it sees nothing any more."""
        return is_hindsight(self.as_of, self.made, self.project.as_of)

    @cached_property
    def audits(self) -> tuple[Schedule, ZoneInfo] | None:
        """When the project is audited, if it says so."""
        return audits_of(self.project.audit)

    def promised(self, promise: Promise) -> Promise:
        """The promise with its window."""
        return replace(promise, window=window_for(promise, self.audits))


def since_of(promise: Promise, as_of: datetime) -> datetime:
    """The beginning of the window of a promise that has one; as far back as anybody looks when it counts deliveries."""
    window = promise.window
    return window.period.before(as_of) if window and window.period else as_of - FARTHEST


def observations(
    look: Looking, own: str, ids: Iterable[str], since: datetime, demanded: frozenset[str] = frozenset()
) -> list[tuple[datetime, Mapping[str, Past] | None]]:
    """What each earlier audit found for the result ids, in the order of the times that they looked at.

    None of one that does not tell: it was made in hindsight, or looked at the whole project and has no result of them.
    An audit of a part of the project counts if the result `own` is of that part, and tells if all that is `demanded` is
    too. Before the first that has a result of any there was nothing to look at. An audit that was repeated counts as it
    ended, but what was seen at the time is never made up later.
    """
    found = dict[datetime, Mapping[str, Past] | None]()
    told = look.history.answers({own, *ids}, since, look.as_of)
    for run in look.history.runs("audit", since):
        said = told.get(run.run_id, {})
        part_of_others = bool(run.selection) and own not in said
        if run.as_of > look.as_of or part_of_others or not (said or found):
            continue
        hindsight = run.in_hindsight(look.project.as_of)
        tells = bool(said) and not (run.selection and demanded - said.keys())
        if not (hindsight and run.as_of in found):
            found[run.as_of] = said if tells and not hindsight else None
    return list(found.items())
