"""Results + Policy -> Verdict. Pure, and the only place that decides; it passes only what it knows."""

from collections.abc import Iterable, Sequence

from harness.model.result import Outcome, Result, Severity, Verdict, VerdictOutcome


def judge(results: Sequence[Result], fail_on: Severity, checked: int, noun: str = "clause") -> Verdict:
    """The verdict over `results`, which decided `checked` clauses (or contracts, as `noun` says).

    A FAIL of severity `fail_on` or worse blocks: fail. Otherwise any ERROR, whatever its severity, leaves it undecided;
    so does nothing having been checked.
    """
    blocking = tuple(r.id for r in results if r.outcome is Outcome.FAIL and r.severity.rank >= fail_on.rank)
    errors = tuple(r.id for r in results if r.outcome is Outcome.ERROR)
    if blocking:
        beside = f"; {len(errors):,} more could not be told" if errors else ""
        reason = f"{_count(len(blocking), 'violation')} {'blocks' if len(blocking) == 1 else 'block'}{beside}"
        return Verdict(outcome=VerdictOutcome.FAIL, reason=reason, blocking=blocking, undecided=errors)
    if errors:
        reason = f"{_count(len(errors), 'clause or finding', 'clauses or findings')} could not be told"
        return Verdict(outcome=VerdictOutcome.UNDECIDED, reason=reason, undecided=errors)
    if not checked:
        return Verdict(outcome=VerdictOutcome.UNDECIDED, reason=f"no {noun} was checked, so nothing is known")
    lesser = sum(r.outcome is Outcome.FAIL for r in results)
    beside = f"; {_count(lesser, 'finding')} below the blocking severity" if lesser else ""
    return Verdict(outcome=VerdictOutcome.PASS, reason=f"{_count(checked, noun)} checked and nothing blocks{beside}")


def decided_clauses(results: Iterable[Result]) -> int:
    """How many clauses were held against data and either kept or broken."""
    return sum(bool(r.check) and r.outcome in (Outcome.PASS, Outcome.FAIL) for r in results)


def _count(number: int, one: str, many: str = "") -> str:
    """`1 clause`, `1,200 clauses`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
