"""Would it pass today? The changed contracts' checks against the warehouse, for `harness review --with-data`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from glob import escape

from harness.model.project import Project
from harness.model.result import Outcome, Report, Severity
from harness.model.review import ContractReview, DataReview
from harness.uses.origin import Origin
from harness.uses.policy import known_rules

Verify = Callable[[Project, Sequence[str]], Report]
"""The verification of the contracts of a project that these patterns select."""


def data_review(
    project: Project, contracts: Sequence[ContractReview], verify: Verify, *, origin: Origin
) -> DataReview | None:
    """What fails from the first minute, and what could not be told; None when no contract is left to be held.

    The severities, thresholds and house rules are those of before: a change does not bring its own judge. What only
    informs is no failure.
    """
    ids = [escape(each.contract or each.file) for each in contracts if each.state != "gone"]
    if not ids:
        return None
    judging = replace(project, policy=known_rules(origin.policy), governance=origin.governance)
    report = verify(judging, ids)
    return DataReview(
        verdict=report.verdict,
        failing=tuple(
            each
            for each in report.results
            if each.outcome is Outcome.FAIL
            and each.severity is not Severity.INFO
            and each.id not in report.verdict.waived
        ),
        undecided=tuple(each for each in report.results if each.outcome is Outcome.ERROR),
        passed=report.coverage.passed,
    )
