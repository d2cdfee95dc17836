"""New today, failing for nine days, flapping."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.past import CHANGES, WINDOW, Past, lasting, streak_of
from harness.model.result import Outcome, Severity

NOW = datetime(2026, 3, 20, 6, tzinfo=UTC)
DAY = timedelta(days=1)
OUTCOMES = {"p": Outcome.PASS, "f": Outcome.FAIL, "e": Outcome.ERROR, "s": Outcome.SKIP}


def pasts(letters, *, since=None, still=False):
    """A run a day until yesterday, oldest first; `still`: the clock of the project does not move."""
    days = [NOW - DAY * (len(letters) - i) for i in range(len(letters))]
    return [
        Past(f"r{i}", day, NOW if still else day, OUTCOMES[letter], Severity.ERROR, since=since)
        for i, (day, letter) in enumerate(zip(days, letters, strict=True))
    ]


@pytest.mark.parametrize(
    ("before", "now", "runs", "days", "whole", "new", "changes"),
    [
        ("", "f", 1, 0, True, False, 0),
        ("p", "f", 1, 0, True, True, 1),
        ("pppf", "f", 2, 1, True, False, 1),
        ("ffff", "f", 5, 4, False, False, 0),
        ("pfsf", "f", 3, 3, True, False, 1),
        ("ps", "f", 1, 0, True, True, 1),
        ("ss", "f", 1, 0, True, False, 0),
        ("ffe", "f", 1, 0, True, True, 2),
        ("fpf", "f", 2, 1, True, False, 2),
        ("pfpf", "p", 1, 0, True, True, 4),
        ("pfpfpfp" + "p" * 9, "p", 11, 10, True, False, 0),
    ],
)
def test_streaks(before, now, runs, days, whole, new, changes):
    streak = streak_of(OUTCOMES[now], NOW, NOW, pasts(before))
    assert (streak.runs, streak.lasted, streak.whole, streak.new) == (runs, days * DAY, whole, new)
    assert (streak.changes, streak.flapping) == (changes, changes >= 3)
    assert streak.since == NOW - days * DAY


def test_a_beginning_that_was_carried_outlives_the_runs_that_are_kept():
    began = NOW - 99 * DAY
    streak = streak_of(Outcome.FAIL, NOW, NOW, pasts("ffff", since=began))
    assert (streak.since, streak.lasted, streak.whole) == (began, 99 * DAY, True)
    assert streak_of(Outcome.PASS, NOW, NOW, pasts("ffff", since=began)).since == NOW


def test_a_clock_that_stands_still_tells_no_time():
    streak = streak_of(Outcome.FAIL, NOW, NOW, pasts("pff", since=NOW, still=True))
    assert (streak.lasted, streak.whole) == (2 * DAY, True)
    assert not streak_of(Outcome.FAIL, NOW, NOW, pasts("ff", since=NOW, still=True)).whole


@given(st.text("pfes", max_size=30), st.sampled_from("pfe"))
def test_what_holds_of_every_streak(before, now):
    streak = streak_of(OUTCOMES[now], NOW, NOW, pasts(before))
    told = before.replace("s", "") + now
    assert told.endswith(now * streak.runs)
    assert streak.whole == (streak.runs < len(told) or not told[:-1])
    assert 0 <= streak.changes < WINDOW
    assert streak.flapping == (sum(a != b for a, b in zip(told[-WINDOW:], told[1 - WINDOW :], strict=False)) >= CHANGES
                               if len(told) >= WINDOW else streak.changes >= CHANGES)  # fmt: skip


@pytest.mark.parametrize(
    ("time", "words"),
    [(timedelta(0), "0 seconds"), (timedelta(seconds=1.9), "1 second"), (timedelta(seconds=59), "59 seconds"),
     (timedelta(seconds=60), "1 minute"), (timedelta(hours=1), "1 hour"), (timedelta(hours=23.9), "23 hours"),
     (timedelta(days=1), "1 day"), (timedelta(days=9.5), "9 days"), (timedelta(days=1234), "1,234 days")],
)  # fmt: skip
def test_lasting(time, words):
    assert lasting(time) == words
