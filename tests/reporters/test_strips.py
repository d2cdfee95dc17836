"""All strips of a page are over the same runs."""

from dataclasses import replace
from datetime import timedelta

from harness.reporters.html.strips import strips
from harness.reporters.summary import by_standing


def drawn(report):
    found = [(standing, result) for standing, results in by_standing(report).items() for result in results]
    runs, shown = strips(report, found)
    return runs, {result.message: strip for (_, result), strip in zip(found, shown, strict=True)}


def test_each_is_as_long_as_the_runs_or_empty(report):
    runs, shown = drawn(report)
    assert (runs[0], runs[-2], runs[-1]) == ("2026-02-10 06:00", "2026-03-01 06:00", "2026-03-02 06:00")
    assert {len(strip) for strip in shown.values()} == {0, len(runs)} == {0, 21}
    assert shown["tail_number is empty too often"] == "5" * 11 + "0" * 10
    assert shown["origin is not one of the airports"] == "5" * 8 + "0" * 4 + "3" * 9
    assert shown["the newest row is older than the target"] == "5" * 14 + "2525522"
    assert shown["the relationship could not be followed"] == "." * 19 + "61"
    assert shown["contract marts-dim_planes has no owner"] == ""


def test_without_earlier_runs_there_is_nothing(report):
    runs, shown = drawn(replace(report, history={}))
    assert (runs, set(shown.values())) == ([], {""})


def test_where_the_clock_stands_still_runs_tell_the_time(report):
    still = {key: tuple(each._replace(as_of=report.as_of) for each in past) for key, past in report.history.items()}
    runs, _ = drawn(replace(report, history=still, started=report.started + timedelta(hours=1)))
    assert runs[-2:] == ["2026-03-01 06:00", "2026-03-02 07:00"]
