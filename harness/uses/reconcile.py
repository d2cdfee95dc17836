"""Two tables of any two servers held against one another: opened, matched, compared, and judged."""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

from harness.model.errors import EngineError
from harness.model.project import Project
from harness.model.reconciliation import ComparedColumn, Divergence, Reconciliation
from harness.reconcile.ladder import Side, Wish
from harness.reconcile.ladder import reconcile as climb
from harness.reconcile.match import Matched, Wanted, match
from harness.runners.samples import visible
from harness.uses.places import Opened, Place, open_both, place_of, why_hidden
from harness.uses.secrets import masking


def reconcile(
    project: Project, a: str, b: str, wanted: Wanted, *, as_of: datetime, samples: int, clock: Callable[[], float]
) -> Reconciliation:
    """Compares the tables that `a` and `b` name; `clock` gives seconds.

    A server that does not answer makes it undecided. Raises UsageError for what the command line says wrong.
    """
    one, other = place_of(project, a), place_of(project, b)
    mask = masking(project.secrets)
    try:
        with ExitStack() as stack:
            sides = open_both(project, one, other, stack)
            return judged(sides, match(sides[0].table, sides[1].table, wanted, as_of), project, samples, clock)
    except EngineError as error:
        return Reconciliation(a=a, b=b, key=wanted.key, equal=None, reason=mask(str(error)), is_complete=False)


def judged(
    sides: tuple[Opened, Opened], matched: Matched, project: Project, samples: int, clock: Callable[[], float]
) -> Reconciliation:
    """The ladder's verdict, with what is known of columns that only one side has or that nobody can compare."""
    places = sides[0].place, sides[1].place
    hidden = _hidden(project, places, matched)
    wish = Wish(matched.tolerances, samples, frozenset(name for name, why in hidden.items() if not why), clock)
    with ExitStack() as stack:
        # of their own: two tables of one server are read at the same time
        sessions = [stack.enter_context(each.engine.cursor()) for each in sides]
        a, b = (
            Side(side.place.written, scan, session.rows)
            for side, scan, session in zip(sides, (matched.a, matched.b), sessions, strict=True)
        )
        found = climb(a, b, wish)
    untold = tuple(ComparedColumn(name=name, different=None, untold=why) for name, why in matched.untold.items())
    mask = masking(project.secrets)
    strays = bool(matched.only_a or matched.only_b)
    equal, reason = found.equal, found.reason
    if strays:
        equal, reason = False, ""
    elif equal and untold:
        equal, reason = None, f"{untold[0].name} cannot be compared: {untold[0].untold}"
    return replace(
        found,
        equal=equal,
        reason=mask(reason),
        columns=(*found.columns, *untold),
        only_a=matched.only_a,
        only_b=matched.only_b,
        ignored=matched.ignored,
        first=_shown([found.first], mask)[0] if found.first else None,
        samples=_shown(found.samples, mask),
        hidden=tuple(dict.fromkeys(filter(None, hidden.values()))) if found.first else (),
    )


def _hidden(project: Project, places: tuple[Place, Place], matched: Matched) -> dict[str, str]:
    """Column of A -> why its values may not be shown: both sides must allow it."""
    why = [why_hidden(project, place) for place in places]
    pairs = zip((*matched.a.key, *matched.a.values), (*matched.b.key, *matched.b.values), strict=True)
    return {mine.name: why[0](mine.name) or why[1](theirs.name) for mine, theirs in pairs}


def _shown(found: Iterable[Divergence], mask: Callable[[str], str]) -> tuple[Divergence, ...]:
    def safe(text: str | None) -> str | None:
        return None if text is None else visible(mask(text))

    return tuple(
        replace(
            each,
            key=tuple((name, safe(text)) for name, text in each.key),
            values=tuple((name, safe(mine), safe(theirs)) for name, mine, theirs in each.values),
        )
        for each in found
    )
