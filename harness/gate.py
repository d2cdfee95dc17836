"""Results + Policy + waivers + today -> Verdict. Pure, and all that decides; it passes only what it knows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase

from harness.model.result import Outcome, Result, Severity, Verdict, VerdictOutcome
from harness.model.sequence import RULES as SEQUENCE
from harness.model.waiver import Waiver, WaiverUse
from harness.rules import waivers as about_waivers

_STEPS = frozenset(SEQUENCE.values())
NEVER_WAIVED = frozenset(rule.id for rule in about_waivers.RULES)
"""The rules over waivers themselves: what keeps them honest cannot be set aside by one of them."""


def judge(
    results: Sequence[Result],
    fail_on: Severity,
    checked: int,
    noun: str = "clause",
    waivers: Sequence[Waiver] = (),
    today: date = date.max,
) -> Verdict:
    """The verdict over `results`, which decided `checked` clauses (or contracts, as `noun` says).

    A FAIL of severity `fail_on` or worse blocks: fail. Otherwise any ERROR, whatever its severity, leaves it undecided;
    so does nothing having been checked. A waiver in force on the day `today` (UTC; without one none is) sets a FAIL
    aside: one that would block is as if it had not been checked. No waiver touches an ERROR: nobody knows what it
    would let pass.
    """
    uses = uses_of(waivers, results, today)
    waived = set_aside(uses)
    expired = {each for use in uses if not use.in_force for each in use.failures} - waived
    failures = [r for r in results if r.outcome is Outcome.FAIL]
    counted = [r for r in failures if r.id not in waived]
    severe = [r for r in failures if r.severity.rank >= fail_on.rank]
    blocking = tuple(r.id for r in severe if r.id not in waived)
    errors = tuple(r.id for r in results if r.outcome is Outcome.ERROR)
    aside = [r for r in failures if r.id in waived]
    # those that would block; the others have always counted, and a waiver must not make the verdict worse
    left = checked - sum(_is_clause(r) and r.id in waived for r in severe)
    outcome, reason = _decided(len(blocking), len(errors), left, noun)
    if outcome is VerdictOutcome.UNDECIDED and not errors and checked:
        reason = f"every {noun} that was checked is waived, so nothing is known to hold"
    if aside:
        reason += f"; {_count(len(aside), 'failure')} {'is' if len(aside) == 1 else 'are'} waived"
    if outcome is VerdictOutcome.PASS and counted:
        reason += f"; {_count(len(counted), 'finding')} below the blocking severity"
    return Verdict(
        outcome=outcome,
        reason=reason,
        blocking=blocking,
        undecided=errors,
        waived=tuple(dict.fromkeys(r.id for r in aside)),
        expired=tuple(dict.fromkeys(r.id for r in counted if r.id in expired)),
        waivers=uses,
    )


def after_attempts(verdict: Verdict, attempts: int, *, remedied: bool = True) -> Verdict:
    """The verdict of the last of several attempts, which says that it was not the first."""
    if attempts < 2:
        return verdict
    failed = _count(attempts - 1, "failed attempt")
    said = f"healed after {failed}" if remedied else f"passed after {failed}, and no remedy succeeded"
    if verdict.outcome is not VerdictOutcome.PASS:
        said = f"not healed in {attempts} attempts"
    return replace(verdict, reason=f"{verdict.reason}; {said}")


def set_aside(uses: Iterable[WaiverUse]) -> frozenset[str]:
    """The ids of the failures that the waivers in force name."""
    return frozenset(each for use in uses if use.in_force for each in use.failures)


def _decided(blocking: int, errors: int, checked: int, noun: str) -> tuple[VerdictOutcome, str]:
    if blocking:
        beside = f"; {errors:,} more could not be told" if errors else ""
        return VerdictOutcome.FAIL, f"{_count(blocking, 'violation')} {'blocks' if blocking == 1 else 'block'}{beside}"
    if errors:
        return (
            VerdictOutcome.UNDECIDED,
            f"{_count(errors, 'clause or finding', 'clauses or findings')} could not be told",
        )
    if not checked:
        return VerdictOutcome.UNDECIDED, f"no {noun} was checked, so nothing is known"
    return VerdictOutcome.PASS, f"{_count(checked, noun)} checked and nothing blocks"


def uses_of(waivers: Iterable[Waiver], results: Iterable[Result], today: date) -> tuple[WaiverUse, ...]:
    """What each waiver names among `results`, and how long it holds, in the order of the waivers."""
    entries = tuple(waivers)
    if not entries:
        return ()
    by_id: dict[str, list[Result]] = {}
    by_rule: dict[str, list[Result]] = {}
    for result in results:
        if result.rule not in NEVER_WAIVED:
            by_id.setdefault(result.id, []).append(result)
            by_rule.setdefault(result.rule, []).append(result)

    def use(waiver: Waiver) -> WaiverUse:
        near = by_id.get(waiver.fingerprint, ()) if waiver.fingerprint else by_rule.get(waiver.rule, ())
        named = [result for result in near if _names(waiver, result)]
        return WaiverUse(
            waiver=waiver,
            days_left=waiver.days_left(today),
            failures=tuple(r.id for r in named if r.outcome is Outcome.FAIL),
            undecided=sum(r.outcome is Outcome.ERROR for r in named),
            calm=sum(r.outcome in (Outcome.PASS, Outcome.SKIP) for r in named),
        )

    return tuple(map(use, entries))


def _names(waiver: Waiver, result: Result) -> bool:
    """Everything that the waiver says must hold; one that says no more than a rule, or nothing, names nothing."""
    return (
        bool(waiver.fingerprint or (waiver.rule and waiver.path))
        and waiver.fingerprint in ("", result.id)
        and waiver.rule in ("", result.rule)
        and (not waiver.path or _lies_in(result, waiver.path))
    )


def _lies_in(result: Result, path: str) -> bool:
    places = (result.file, result.check, f"{result.table}/{result.column}" if result.column else "", result.table)
    return any(place and (place == path or _matches(place.split("/"), path.split("/"))) for place in places)


def _matches(parts: Sequence[str], patterns: Sequence[str]) -> bool:
    """Part by part: a pattern never reaches beyond its part, so `fct_*` is no whole database."""
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


def decided_clauses(results: Iterable[Result]) -> int:
    """How many clauses were held against data and either kept or broken."""
    return sum(_is_clause(r) and r.outcome in (Outcome.PASS, Outcome.FAIL) for r in results)


def _is_clause(result: Result) -> bool:
    """A step of the sequence that is about no table under contract, as that a folder is there, says nothing of one."""
    return bool(result.check) and bool(result.contract or result.rule not in _STEPS)


def _count(number: int, one: str, many: str = "") -> str:
    """`1 clause`, `1,200 clauses`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
