"""Which runs saw the time that they looked at, and what a run says that did not find something."""

from datetime import UTC, datetime, timedelta

import pytest

from harness.model.past import Look, Past, is_hindsight, with_absent
from harness.model.result import Outcome, Severity

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
HINDSIGHT = {
    # hours from the time that was looked at to when it was made, and to the standing clock of the project
    "at its time": (0, None, False),
    "an hour late": (1, None, False),
    "later": (1.1, None, True),
    "long after, by a clock that stands still there": (9_999, 0, False),
    "before the clock that stands still": (9_999, 24, True),
    "at its time, and the clock was put on since": (0, 24, False),
}


@pytest.mark.parametrize(("made", "clock", "expected"), HINDSIGHT.values(), ids=HINDSIGHT)
def test_hindsight(made, clock, expected):
    assert is_hindsight(NOW, NOW + made * HOUR, None if clock is None else NOW + clock * HOUR) is expected


def look(hour, command="verify", selection="", broken=()):
    return Look(f"run {hour}", NOW + hour * HOUR, NOW + hour * HOUR, 1, command, selection, frozenset(broken))


def test_a_run_that_could_have_found_it_passed():
    found = Past("run 2", NOW + 2 * HOUR, NOW + 2 * HOUR, Outcome.FAIL, Severity.ERROR)
    past = with_absent([found], [look(hour) for hour in range(5)], 4)
    assert [(each.run_id, each.outcome.value) for each in past] == [
        ("run 1", "pass"),
        ("run 2", "fail"),
        ("run 3", "pass"),
        ("run 4", "pass"),
    ]
    assert with_absent([], [], 4) == ()


@pytest.mark.parametrize(
    ("run", "selection", "expected"),
    [
        (look(1), "", True),
        (look(1), "--select fct_*", True),
        (look(1, selection="--select fct_*"), "--select fct_*", True),
        (look(1, selection="--select fct_*"), "", False),
        (look(1, selection="--select dim_*"), "--select fct_*", False),
        (look(1, command="audit"), "", False),
        (look(1, broken=["other"]), "", True),
        (look(1, broken=["rule"]), "", False),
    ],
)
def test_who_could_have_found_it(run, selection, expected):
    assert run.could_find("rule", "verify", selection) is expected
