"""A review as it is recorded."""

from datetime import datetime

from harness.history.record import Record, Row, once, text
from harness.model.past import Run
from harness.model.result import Outcome
from harness.model.review import Review

_SEVERITIES = {"breaking": "error", "risky": "warning", "safe": "info"}


def record_of_review(review: Review, *, run_id: str, started: datetime, finished: datetime) -> Record:
    """What is recorded of a review: its outcome, and each change that was judged; a covered one counts as waived."""
    run = Run(
        run_id=run_id,
        project=review.project,
        command="review",
        started=started,
        finished=finished,
        as_of=started,
        outcome=review.outcome,
        reason=text(review.reason),
        harness_version=review.harness_version,
    )
    rows = (
        Row(
            id=change.id,
            rule=change.rule,
            check="",
            contract=text(change.contract),
            version=text(each.version.after),
            layer=text(change.layer),
            table=text(change.table),
            column=text(change.column),
            owner=text(change.owner),
            dimension="",
            outcome=(Outcome.ERROR if change.undecided else Outcome.FAIL).value,
            severity=_SEVERITIES[change.impact],
            waived=change.id in each.covered,
            value=None,
            failed_rows=None,
            total_rows=None,
            seconds=0.0,
            actual="",
            message=text(change.message),
            since="",
        )
        for each in review.contracts
        for change in each.changes
    )
    return Record(run, once(rows))
