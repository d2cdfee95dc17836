"""Would it pass today? The changed contracts' checks against the warehouse, for `harness review --with-data`."""

from collections.abc import Callable, Sequence
from glob import escape

from harness.model.result import Outcome, Report, Severity
from harness.model.review import ContractReview, DataReview

Verify = Callable[[Sequence[str]], Report]
"""The verification of the contracts that these patterns select."""


def data_review(contracts: Sequence[ContractReview], verify: Verify) -> DataReview | None:
    """What fails from the first minute, and what could not be told; None when no contract is left to be held.

    What only informs is no failure.
    """
    ids = [escape(each.contract or each.file) for each in contracts if each.state != "gone"]
    if not ids:
        return None
    report = verify(ids)
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
