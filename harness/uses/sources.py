"""The clause `reconcile: {source: ...}` of a contract: its table held against one of another server."""

from contextlib import ExitStack
from time import perf_counter

from harness.evaluate import evaluate, undecided
from harness.model.check import Check, Measurement
from harness.model.errors import EngineError, UsageError
from harness.model.project import Project
from harness.model.reconciliation import Difference, Divergence, Reconciliation
from harness.model.result import Outcome, Result, Severity
from harness.reconcile.match import Table, Wanted, match
from harness.uses.observe import Session
from harness.uses.places import Opened, Place, open_place, table_on
from harness.uses.reconcile import judged

_MEANS = {
    Difference.MISSING: "is only in the source",
    Difference.EXTRA: "is only here",
    Difference.DIFFERENT: "differs",
}


def source_result(project: Project, check: Check, session: Session) -> Result:
    """How many rows are missing, extra or different; ERROR when nobody can tell."""
    assert session.engine is not None  # noqa: S101 - else it would not be runnable
    began = perf_counter()
    columns = session.catalog[check.table]
    own = Opened(
        Place(f"{session.server.name}:{check.table}", session.server, check.table, check.schema),
        session.engine,
        Table(check.table, session.dialect, columns),
    )
    wanted = wanted_of(check)
    try:
        with ExitStack() as stack:
            place = table_on(project, *check.arguments["place"])
            if _is_same(place, own.place):
                return undecided(check, "its source is the table itself, which always agrees")
            source = open_place(project, place, stack)
            matched = match(source.table, own.table, wanted, check.arguments["as_of"])
            found = judged((source, own), matched, project, 0, perf_counter)
    except EngineError as error:
        return undecided(check, str(error))
    except UsageError as error:
        return undecided(check, f"{error} (A is {check.arguments['source']})")
    if found.equal is None:
        return undecided(check, found.reason)
    result = evaluate(check, _measured(found, perf_counter() - began))
    if not found.is_complete and (result.outcome is Outcome.PASS or result.severity is not Severity.ERROR):
        return undecided(check, f"too many rows differ to count them: at least {_wrong(found):,}")
    return result


def _is_same(one: Place, other: Place) -> bool:
    """Whether it is one table, by whatever names its server goes."""
    settings = ({**each.server.settings, "schema": ""} for each in (one, other))
    return one.table == other.table and one.server.type == other.server.type and next(settings) == next(settings)


def wanted_of(check: Check) -> Wanted:
    """What the clause asks; the source is A, whose columns give the names."""
    stated = check.arguments
    key, compare = stated["key"], stated["compare"]
    theirs = {**key, **compare}
    lag = stated["lag"]
    return Wanted(
        key=tuple(key.values()),
        only=tuple(theirs.values()),
        tolerances={theirs.get(name, name): text for name, text in stated["tolerances"].items()},
        lag=(theirs.get(lag[0], lag[0]), lag[1]) if lag else None,
        zone=stated["zone"],
        others={other: own for own, other in theirs.items()},
    )


def _measured(found: Reconciliation, seconds: float) -> Measurement:
    parts = [(found.missing, "missing"), (found.extra, "extra"), (found.different, "different")]
    differing = [f"{each.name} {each.different:,}" for each in found.columns if each.different]
    said = ", ".join(f"{number:,} {name}" for number, name in parts if number)
    return Measurement(
        value=_wrong(found),
        total=found.same + _wrong(found),
        seconds=seconds,
        breakdown=said + (f" ({', '.join(differing)})" if differing else ""),
        witness=_witness(found.first) if found.first else "",
    )


def _wrong(found: Reconciliation) -> int:
    return found.missing + found.extra + found.different


def _witness(first: Divergence) -> str:
    key = ", ".join(f"{name} {'NULL' if value is None else value}" for name, value in first.key)
    columns = f" in {', '.join(first.columns)}" if first.columns else ""
    return f"{key} {_MEANS[first.difference]}{columns}"
