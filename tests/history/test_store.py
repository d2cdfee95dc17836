"""The database of the history, on SQLite and on a real PostgreSQL."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from harness.history.record import record_of
from harness.history.store import open_history
from harness.history.tables import HEAD, METADATA
from harness.model.attempt import Attempt
from harness.model.audit import Alert, Arrival, Incident, IncidentEvent
from harness.model.errors import RecordError
from harness.model.result import Outcome, Severity, Verdict, VerdictOutcome

NOW = datetime(2026, 3, 1, 6, tzinfo=UTC)
PASS, FAIL, ERROR, SKIP = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.SKIP


def outcomes(past):
    return "".join(each.outcome.value[0] for each in past)


def test_a_run_is_kept_once(history, report):
    made = report(1, {"a": FAIL, "b": PASS})
    assert history.record(made)
    assert not history.record(made)
    (run,) = history.runs()
    assert (run.run_id, run.outcome, run.reason) == ("run-1", VerdictOutcome.FAIL, "for the test")
    assert (run.started, run.finished, run.as_of) == (made.started, made.finished, made.as_of)
    assert run.started.tzinfo is not None
    (told,) = history.told("a")
    assert told.past.value == 1.0
    assert (told.past.outcome, told.past.severity, told.past.seconds) == (FAIL, Severity.ERROR, 0.25)
    assert (told.failed_rows, told.total_rows, told.actual, told.message) == (1, 100, "1 rows", "a is fail")
    assert (told.command, told.version) == ("verify", "1.2.0")


def test_runs_that_are_added_at_once_are_kept_once_each(history, report):
    first, second, third = (
        record_of(report(day, {"a": FAIL if day == 2 else PASS, f"b{day}": SKIP})) for day in (1, 2, 3)
    )
    later = replace(third, rows=tuple(row._replace(owner="sales", since=NOW.isoformat()) for row in third.rows))
    assert history.add([first]) == 1
    assert history.add([first, second, later, second]) == 2
    assert history.add([first, second, third]) == 0
    assert [run.run_id for run in history.runs()] == ["run-1", "run-2", "run-3"]
    assert outcomes(history.past(["a"])["a"]) == "pfp"
    assert [outcomes(history.past([f"b{day}"])[f"b{day}"]) for day in (1, 2, 3)] == ["s", "s", "s"]
    told = history.told("a")
    assert [(each.past.value, each.failed_rows, each.total_rows) for each in told] == [
        (1, 1, 100),
        (2, 2, 100),
        (3, 3, 100),
    ]
    assert told[-1].past.since == NOW
    assert {each.owner for each in history.known("a")} == {"sales"}, "as the last of them says"


def test_of_runs_that_are_added_at_once_all_are_kept_or_none(history, report):
    broken = record_of(report(2, {"a": PASS}))
    broken = replace(broken, rows=(broken.rows[0]._replace(outcome=None),))
    with pytest.raises(RecordError):
        history.add([record_of(report(1, {"a": PASS})), broken])
    assert history.runs() == []
    assert history.add([record_of(report(1, {"a": PASS}))]) == 1


@pytest.mark.parametrize("others", [0, 60], ids=["each alone", "the last runs for all"])
def test_the_last_results_of_a_check_oldest_first(history, report, others):
    more = {f"x{n}": PASS for n in range(others)}
    for day, outcome in enumerate([PASS, FAIL, SKIP, ERROR, FAIL, FAIL]):
        history.record(report(day, {"a": outcome, **more}))
    asked = ["a", "nobody", *more]
    assert outcomes(history.past(asked)["a"]) == "pfseff"
    assert outcomes(history.past(asked, last=2)["a"]) == "ff"
    assert outcomes(history.past(asked, before=NOW + timedelta(days=3))["a"]) == "pfse"
    assert "nobody" not in history.past(asked)


def test_a_run_of_last_tuesday_stands_where_its_clock_says(history, report):
    for day in (1, 5, 3):
        history.record(report(day, {"a": FAIL if day == 3 else PASS}))
    assert outcomes(history.past(["a"])["a"]) == "pfp"


def test_projects_do_not_see_one_another(where, report):
    with open_history(where, "shop") as shop, open_history(where, "bank") as bank:
        shop.record(report(1, {"a": FAIL}))
        bank.record(report(2, {"a": PASS}, project="bank"))
        assert outcomes(shop.past(["a"])["a"]) == "f"
        assert outcomes(bank.past(["a"])["a"]) == "p"
        assert [run.run_id for run in bank.runs()] == ["run-2"]
        assert bank.prune(NOW + timedelta(days=9)) == 1
        assert len(shop.runs()) == 1


def test_a_waived_failure_is_told_from_others(history, report):
    verdict = Verdict(outcome=VerdictOutcome.PASS, reason="waived", waived=("a",))
    history.record(report(1, {"a": FAIL, "b": FAIL}, verdict=verdict))
    past = history.past(["a", "b"])
    assert past["a"][0].waived
    assert not past["b"][0].waived


@pytest.mark.parametrize(
    ("pattern", "found"),
    [("a", "a"), ("orders/a/nullValues", "a"), ("orders/*/nullValues", "ab"), ("ORDERS", "ab"), ("orders/_/*", ""),
     ("%", ""), ("nullValues", "ab"), ("shop-*", "ab"), ("?", "")],
)  # fmt: skip
def test_checks_by_name_and_pattern(history, report, pattern, found):
    history.record(report(1, {"a": FAIL, "b": PASS}))
    assert "".join(each.result_id for each in history.known(pattern)) == found


def test_text_that_a_database_would_refuse(history, report):
    made = report(1, {"a": FAIL})
    odd = replace(made.results[0], message="nul \0, half \ud800, " + "long " * 1000, value=float("nan"))
    assert history.record(replace(made, results=(odd,)))
    (told,) = history.told("a")
    assert told.past.value is None
    assert told.message.startswith("nul \ufffd, half ?, long")
    assert len(told.message) == 500


def test_of_two_results_with_one_id_the_gravest(history, report):
    made = report(1, {"a": PASS})
    again = replace(made.results[0], outcome=ERROR)
    history.record(replace(made, results=(made.results[0], again, made.results[0])))
    assert outcomes(history.past(["a"])["a"]) == "e"


def test_old_runs_go_and_what_is_open_stays(history, report):
    for day in range(10):
        history.record(report(day, {"a": FAIL, **({"gone": FAIL} if day < 4 else {})}), slot=NOW + timedelta(days=day))
    over = incident("over", resolved=NOW + timedelta(days=1), state="resolved")
    history.save_incidents([over, incident("open")], [alert("1", "over"), alert("2", "open")])
    history.note_arrival("c", "t", "e", Arrival(NOW, NOW, "run-0"))
    assert history.prune(NOW + timedelta(days=6)) == 6
    assert [run.run_id for run in history.runs()] == ["run-6", "run-7", "run-8", "run-9"]
    assert history.known("gone") == []
    assert [each.id for each in history.incidents()] == ["open"]
    assert [each.id for each in history.alerts()] == ["2"]
    assert history.arrivals("c", "t", "e") == ()
    assert history.slot_done(NOW + timedelta(days=5)) is None
    assert history.slot_done(NOW + timedelta(days=6)) is not None
    assert history.prune(NOW) == 0


def test_a_slot_is_done_by_its_last_run(history, report):
    slot = NOW + timedelta(days=1)
    assert history.slot_done(slot) is None
    history.record(report(1, {"a": ERROR}), slot=slot)
    history.record(report(1.5, {"a": PASS}), slot=slot, attempt=2)
    done = history.slot_done(slot)
    assert (done.run_id, done.slot, done.attempt) == ("run-1.5", slot, 2)
    assert [each.attempts for each in history.past(["a"])["a"]] == [1, 2]


def test_an_arrival_is_when_its_time_was_first_seen(history):
    hour = timedelta(hours=1)
    of = ("c", "t", "t.updated_at")
    assert history.note_arrival(*of, Arrival(NOW, NOW + hour, "r1"))
    assert not history.note_arrival(*of, Arrival(NOW, NOW + 2 * hour, "r2"))
    assert history.note_arrival(*of, Arrival(NOW + hour, NOW + 3 * hour, "r3"))
    assert history.note_arrival("c", "t", "t.other", Arrival(NOW, NOW + hour, "r1"))
    assert [each.run_id for each in history.arrivals(*of)] == ["r1", "r3"]
    assert history.arrivals(*of, since=NOW + 2 * hour) == (Arrival(NOW + hour, NOW + 3 * hour, "r3"),)


def incident(key, **fields):
    said = {"cause": "a", "severity": Severity.ERROR, "opened": NOW, "detected": NOW, "updated": NOW}
    return Incident(id=key, **said | fields)


def alert(key, of, **fields):
    return Alert(id=key, incident=of, channel="#ops", kind="opened", title="t", text="x", created=NOW, **fields)


def test_incidents_and_their_alerts(history):
    made = incident("i", checks=("a", "b"), table="orders", events=(IncidentEvent(NOW, "opened", "a fails"),))
    queued = alert("n", "i", not_before=NOW + timedelta(hours=8))
    history.save_incidents([made], [queued])
    assert history.incidents(open_only=True) == (made,)
    assert history.alerts() == (queued,)
    assert history.alerts(due=NOW) == ()
    assert history.alerts(due=NOW + timedelta(hours=8)) == (queued,)
    failed = replace(queued, attempts=1, error="timed out")
    history.save_alert(failed)
    history.save_incidents([made], [queued])
    assert history.alerts() == (failed,), "an alert that is kept already is not queued anew"
    history.save_alert(replace(failed, sent=NOW, attempts=2))
    assert history.alerts(due=NOW + timedelta(days=1)) == ()
    later = NOW + timedelta(days=1)
    over = replace(
        made, state="resolved", resolved=later, updated=later, events=(*made.events, IncidentEvent(later, "resolved"))
    )
    history.save_incidents([over])
    assert history.incidents(open_only=True) == ()
    assert history.incidents() == (over,)


def test_one_process_at_a_time(where):
    with open_history(where, "shop") as one, open_history(where, "shop") as other:
        with one.alone() as mine, other.alone() as theirs:
            assert (mine.mine, theirs.mine) == (True, False)
            mine.still()
        with other.alone() as theirs:
            assert theirs.mine


def test_a_lock_is_lost_with_its_connection(postgres, postgres_database):
    with open_history(f"postgresql://postgres@/{postgres_database}?host={postgres}", "shop") as history:
        with history.alone() as alone:
            ended = (
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :d"
            )
            with history.engine.connect() as other:
                other.execute(text(ended), {"d": postgres_database})
            with pytest.raises(RecordError, match="was lost, and another audit may have begun"):
                alone.still()
        with history.alone() as alone:
            assert alone.mine


def test_what_goes_wrong_while_it_is_locked_is_not_said_of_the_history(history):
    with pytest.raises(OSError, match="the disk is full"), history.alone():
        raise OSError("the disk is full")


def test_a_transaction_that_fails_leaves_nothing(history, report):
    from harness.history.record import record_of

    good, bad = record_of(report(1, {"a": PASS})), record_of(report(2, {"a": FAIL}))
    bad = replace(bad, rows=(bad.rows[0]._replace(severity=None),))
    with pytest.raises(RecordError, match="did not answer"):
        history.add([good, bad])
    assert history.runs() == []
    assert history.known("a") == []


def test_migrations_make_the_tables_that_the_code_reads(history):
    with history.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == HEAD
    config = Config()
    config.set_main_option("script_location", "harness.history:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_history_of_before_there_were_fixes_keeps_its_runs(where, report):
    with open_history(where, "shop") as history:
        history.record(report(1, {"a": FAIL}))
        with history.engine.begin() as connection:
            for column in ("fix", "selection", "identity"):
                connection.execute(text(f"ALTER TABLE runs DROP COLUMN {column}"))
            connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    with open_history(where, "shop") as history:
        history.record(report(2, {"a": PASS}, attempts=(attempt(2),)))
        assert [(run.run_id, run.attempt, run.fix) for run in history.runs()] == [
            ("run-1", 1, ""),
            ("run-2", 2, "ran the loader"),
        ]


def attempt(number):
    return Attempt(
        attempt=number, status=VerdictOutcome.FAIL, error="no rows", fix="ran the loader", started=NOW, seconds=1.0
    )


def test_a_history_of_a_newer_harness_is_left_alone(where, report):
    with open_history(where, "shop") as history:
        history.record(report(1, {"a": PASS}))
        with history.engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RecordError, match=rf"by a newer harness \(its schema is 9999, and {HEAD} is known here\)"):
        open_history(where, "shop")
    with open_history_as_it_is(where) as history:
        assert len(history.runs()) == 1


def open_history_as_it_is(where):
    from sqlalchemy import create_engine

    from harness.history.database import url_of
    from harness.history.store import History

    return History(create_engine(url_of(where)), "shop")
