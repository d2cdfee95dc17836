"""The journal: a file for each run, whole or not there, and what the next run reads of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from harness.history.journal import LAST, Journal
from harness.history.record import record_of
from harness.model.attempt import Attempt
from harness.model.result import Outcome, VerdictOutcome

NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
PASS, FAIL, ERROR, SKIP = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.SKIP
FAR = NOW + timedelta(days=1000)


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "history")


def outcomes(journal, before=FAR, key="a"):
    return "".join(each.outcome.value[0] for each in journal.past("shop", before)[0].get(key, ()))


def test_what_is_kept_is_read_back(journal, report):
    record = record_of(report(1, {"a": FAIL, "b": PASS}), slot=NOW, attempt=2)
    journal.keep(record, "whole")
    (name,) = journal.pending()
    assert journal.read(name) == record
    past = journal.past("shop", FAR)[0]["a"][0]
    assert (past.run_id, past.outcome, past.value, past.attempts) == ("run-1", FAIL, 1.0, 2)
    assert (past.started, past.as_of, past.since) == (record.run.started, record.run.as_of, record.run.as_of)
    assert journal.past("bank", FAR) == ({}, [])


def test_what_was_done_about_a_run_is_kept_with_it(journal, report):
    tried = Attempt(
        attempt=2, status=VerdictOutcome.FAIL, error="no rows", fix="ran the loader", started=NOW, seconds=1.0
    )
    journal.keep(record_of(report(1, {"a": FAIL}, attempts=(tried,))), "whole")
    [name] = journal.pending()
    run = journal.read(name).run
    assert (run.attempt, run.fix) == (2, "ran the loader")


def test_a_run_of_before_there_were_fixes_is_a_run(journal, report):
    journal.keep(record_of(report(1, {"a": FAIL})), "whole")
    [name] = journal.pending()
    file = journal.folder / "pending" / name
    file.write_text(file.read_text().replace(',"fix":""', ""))
    assert journal.read(name).run.fix == ""


def test_a_run_without_results_is_a_run(journal, report):
    record = record_of(report(1, {}))
    journal.keep(record, "whole")
    assert journal.read(*journal.pending()) == record
    assert journal.past("shop", FAR)[0] == {}


def test_the_order_is_that_of_the_clock_and_later_runs_are_not_seen(journal, report):
    for day, outcome in ((3, FAIL), (1, PASS), (2, ERROR)):
        journal.keep(record_of(report(day, {"a": outcome})), "whole")
    assert outcomes(journal) == "pef"
    assert outcomes(journal, NOW + timedelta(days=2)) == "pe"


def test_the_newest_are_kept_and_narrow_runs_push_out_no_others(journal, report):
    for day in range(LAST + 5):
        journal.keep(record_of(report(day, {"a": FAIL})), "whole")
        journal.keep(record_of(report(day + 0.5, {"b": PASS})), "part")
        journal.keep(record_of(report(day + 0.7, {"c": PASS})), "review")
    journal.settle(journal.pending())
    assert journal.pending() == []
    assert [len(outcomes(journal, key=key)) for key in "abc"] == [LAST, LAST, 0]
    assert len(list((journal.folder / "recent").iterdir())) == 2 * LAST
    assert journal.past("shop", FAR)[0]["a"][-1].run_id == f"run-{LAST + 4}"


def test_the_beginning_of_failures_is_carried_on(journal, report):
    for day, outcome in enumerate([PASS, *[FAIL] * 30, SKIP, FAIL, ERROR]):
        now = NOW + timedelta(days=day)
        journal.keep(record_of(report(day, {"a": outcome}, history=journal.past("shop", now)[0])), "whole")
        journal.settle(journal.pending())
    since = [each.since for each in journal.past("shop", FAR)[0]["a"]]
    day = timedelta(days=1)
    assert since[-4:] == [NOW + day, None, NOW + day, NOW + 33 * day]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]\n[]\n", "null\nnull\n", '{"format": 2}\n[]\n', "\x00" * 50, "[" * 100_000, "half a "],
    ids=["empty", "an object", "lists", "nulls", "a newer format", "zeros", "deep", "cut off"],
)
def test_a_file_that_is_no_run(journal, report, text):
    journal.keep(record_of(report(1, {"a": PASS})), "whole")
    (good,) = journal.pending()
    bad = good.replace("20260302", "20260303")
    (journal.folder / "pending" / bad).write_text(text)
    with pytest.raises(ValueError):  # noqa: PT011
        journal.read(bad)
    assert outcomes(journal) == "p"
    journal.refuse(bad)
    assert journal.pending() == [good]
    assert (journal.folder / "pending" / f"{bad}.refused").read_text() == text


def test_a_file_that_was_cut_off_is_no_run(journal, report):
    journal.keep(record_of(report(1, {"a": PASS})), "whole")
    (name,) = journal.pending()
    path = journal.folder / "pending" / name
    whole = path.read_text()
    for end in range(0, len(whole) - 1, 7):
        path.write_text(whole[:end])
        with pytest.raises(ValueError):  # noqa: PT011
            journal.read(name)
    assert json.loads(whole.splitlines()[0])["run"]["run_id"] == "run-1"


CHANGES = {
    "an attempt that is an object": ('"attempt":1', '"attempt":{"a":1}'),
    "an attempt that is a truth value": ('"attempt":1', '"attempt":true'),
    "a time without a zone": ("+00:00", ""),
    "a time that is none": ('"as_of":"2026', '"as_of":"9999-99'),
    "a verdict that nobody knows": ('"outcome":"fail"', '"outcome":"hello"'),
    "an outcome that nobody knows": ('["pass"]', '["hello"]'),
    "a value that is a text": ("[1.0]", '["one"]'),
    "a name that is a number": ('"project":"shop"', '"project":1'),
    "a result without a rule": ('["nullValues"]', "[null]"),
}


@pytest.mark.parametrize(("old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_file_that_says_what_no_run_says(journal, report, old, new):
    """It would be refused by the database, and every audit with it."""
    journal.keep(record_of(report(1, {"a": PASS})), "whole")
    (name,) = journal.pending()
    file = journal.folder / "pending" / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    with pytest.raises(ValueError):  # noqa: PT011
        journal.read(name)
