"""Audits day by day over a small project whose deliveries are late, missed, unknown or faked."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
import yaml

from harness.load.project import load_project
from harness.model.audit import Incident
from harness.model.result import Outcome, Severity, VerdictOutcome
from harness.uses.audit import audit
from harness.uses.history import open_database
from harness.uses.verify import verify

START = datetime(2024, 1, 1, tzinfo=UTC)
TABLES = """
create or replace table marts.fct_orders (id bigint, ordered_on date, loaded_at timestamptz);
"""
CONTRACT = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "orders",
    "version": "1.0.0",
    "status": "active",
    "tags": ["append-only"],
    "description": {"purpose": "What was bought."},
    "team": {"name": "sales", "members": [{"username": "ada", "role": "owner"}]},
    "customProperties": [{"property": "layer", "value": "marts"}],
    "schema": [
        {
            "name": "fct_orders",
            "physicalName": "marts.fct_orders",
            "description": "One row per order.",
            "properties": [
                {"name": "id", "description": "The key.", "physicalType": "BIGINT", "primaryKey": True, "unique": True},
                {"name": "ordered_on", "description": "Its day.", "physicalType": "DATE"},
                {"name": "loaded_at", "description": "When it came.", "physicalType": "TIMESTAMP WITH TIME ZONE"},
            ],
            "quality": [{"metric": "rowCount", "mustBeGreaterOrEqualTo": 0}],
        }
    ],
}
LATENCY = {"property": "latency", "value": 26, "unit": "h", "element": "fct_orders.loaded_at"}
FREQUENCY = {"property": "frequency", "value": 1, "unit": "d", "schedule": "0 6 * * *"}


def words(**custom):
    return [{"property": name, "value": value} for name, value in custom.items()]


def on(day, hour=6, minute=0):
    return START + timedelta(days=day - 1, hours=hour, minutes=minute)


class Feed:
    """The project of the orders, audited in the order of its days."""

    def __init__(self, shop):
        self.shop, self.runs = shop, 0
        (shop.root / "contracts/marts/dim_customers.odcs.yaml").unlink()
        self.settings("")
        shop.sql("drop table marts.dim_customers;" + TABLES)
        self.promise(LATENCY, FREQUENCY)

    def settings(self, more):
        servers = "servers:\n  warehouse: {type: duckdb, database: warehouse.duckdb}\n"
        self.shop.write("harness.yaml", f"version: 1\nname: shop\nserver: warehouse\n{servers}{more}")

    def promise(self, *slas):
        self.shop.contract("contracts/marts/fct_orders.odcs.yaml", {**CONTRACT, "slaProperties": list(slas)})

    def deliver(self, at, day=None):
        day = (day or at).date()
        self.shop.sql(
            f"insert into marts.fct_orders select 1000 * date_diff('day', date '2024-01-01', date '{day}') "
            f"+ epoch('{at}'::timestamptz)::bigint, '{day}', '{at}'::timestamptz"
        )

    @contextmanager
    def gone(self, wanted=True):
        """The table is not there."""
        if wanted:
            self.shop.sql("alter table marts.fct_orders rename to away")
        yield
        if wanted:
            self.shop.sql("alter table marts.away rename to fct_orders")

    def audit(self, at, slot=None, now=None, select=()):
        project = load_project(self.shop.root, {})
        self.runs += 1
        with open_database(project) as history:
            return audit(
                project, history, run_id=f"run {self.runs}", clock=lambda: now or at, as_of=at, slot=slot,
                select=select,
            )  # fmt: skip

    def verify(self, at):
        project = load_project(self.shop.root, {})
        self.runs += 1
        with open_database(project) as history:
            history.record(verify(project, run_id=f"run {self.runs}", clock=lambda: at, as_of=at))


@pytest.fixture
def feed(shop):
    return Feed(shop)


def told(report, name):
    (found,) = [sla for sla in report.slas if sla.property == name]
    return found


def counts(report, name):
    budget = told(report, name).budget
    return {key: getattr(budget, key) for key in ("kept", "late", "missed", "unknown") if getattr(budget, key)}


def result(report, rule):
    (found,) = [each for each in report.results if each.rule == rule]
    return found


def test_a_year_of_days_is_counted_from_the_times_in_the_data(feed):
    for day in range(1, 31):
        if day != 10:
            feed.deliver(on(day, 9 if day == 20 else 6))
    report = feed.audit(on(30, 12))
    assert counts(report, "latency") == {"kept": 28, "late": 1, "missed": 1}
    assert counts(report, "frequency") == {"kept": 29, "missed": 1}
    assert told(report, "latency").budget.state == "spent"
    assert told(report, "frequency").budget.state == "ok"
    spent = result(report, "budget-spent")
    assert (spent.outcome, spent.severity, spent.table, spent.owner) == (
        Outcome.FAIL,
        Severity.ERROR,
        "fct_orders",
        "sales",
    )
    assert spent.message == "the error budget of its latency is spent: 2 of 30 deliveries in 30 d were late or missing"
    assert report.verdict.outcome is VerdictOutcome.FAIL
    assert result(report, "frequency").outcome is Outcome.PASS
    assert result(report, "frequency").actual == "96.7 % (29 of 30 kept, 1 missed)"


def test_a_table_that_is_gone_keeps_nothing(feed):
    for day in range(1, 13):
        feed.deliver(on(day))
    feed.audit(on(12, 12))
    feed.shop.sql("drop table marts.fct_orders")
    report = feed.audit(on(24, 12))
    assert counts(report, "frequency") == {"kept": 1, "unknown": 11}
    assert told(report, "frequency").budget.state in ("unknown", "too-few")
    assert told(report, "frequency").note == "the table did not answer: it is not there"
    assert result(report, "frequency").outcome is not Outcome.PASS


def test_what_audits_saw_outlives_data_that_is_overwritten(feed):
    """Every load writes the whole table anew: only the audits know of the loads before."""
    for day in range(1, 15):
        if day != 7:
            feed.shop.sql(TABLES)
            feed.deliver(on(day))
        report = feed.audit(on(day, 12))
    assert counts(report, "latency") == {"kept": 13, "missed": 1}
    # its deadline is at 18:00, and the audit looked at 12:00
    assert counts(report, "frequency") == {"kept": 13, "unknown": 1}


def test_days_that_nobody_saw_are_unknown(feed):
    for day in range(1, 15):
        feed.shop.sql(TABLES)
        feed.deliver(on(day))
        if day not in (5, 6, 7):
            report = feed.audit(on(day, 12))
    assert counts(report, "latency") == {"kept": 11, "unknown": 3}
    assert told(report, "latency").budget.state == "unknown"


def test_a_time_that_was_written_later_than_it_says_is_late(feed):
    for day in range(1, 13):
        feed.deliver(on(day))
        feed.audit(on(day, 12))
    feed.audit(on(13, 12))
    feed.deliver(on(13))
    report = feed.audit(on(13, 20))
    assert counts(report, "latency") == {"kept": 12, "late": 1}


def test_times_of_the_future_are_no_deliveries(feed):
    for day in range(1, 13):
        feed.deliver(on(day))
    feed.deliver(on(40))
    report = feed.audit(on(14, 12))
    assert counts(report, "frequency") == {"kept": 12, "missed": 1}
    age = next(each for each in report.results if each.rule == "freshness")
    assert age.outcome is Outcome.FAIL


def test_an_audit_of_an_earlier_time_does_not_see_what_came_since(feed):
    for day in range(1, 16):
        feed.deliver(on(day))
    report = feed.audit(on(12, 7), now=on(15, 12))
    age = next(each for each in report.results if each.rule == "freshness")
    assert (age.outcome, age.value) == (Outcome.PASS, 3600)
    assert counts(report, "latency") == {"kept": 12}
    feed.deliver(on(40))
    report = feed.audit(on(12, 8), now=on(15, 12))
    assert next(each for each in report.results if each.rule == "freshness").outcome is Outcome.FAIL


def test_partitions_are_tied_to_their_deliveries(feed):
    partition = {"property": "partition", "value": {"column": "ordered_on", "transform": "day"}}
    contract = {**CONTRACT, "customProperties": [*CONTRACT["customProperties"], partition]}
    contract["slaProperties"] = [LATENCY, FREQUENCY]
    feed.shop.contract("contracts/marts/fct_orders.odcs.yaml", contract)
    for day in range(1, 15):
        if day not in (5, 9):
            feed.deliver(on(day + 1), on(day))
    feed.deliver(on(8), on(5))  # three days late
    report = feed.audit(on(15, 12))
    assert counts(report, "latency") == {"kept": 12, "late": 1, "missed": 1}
    assert [d.slot.due.day for d in told(report, "latency").deliveries if d.state.value == "missed"] == [10]


def test_a_calendar_leaves_days_out(feed):
    calendar = {"weekdays": ["mon-fri"], "holidays": "US", "except": ["2024-01-09"]}
    feed.promise({**FREQUENCY, "customProperties": words(calendar=calendar, updatedAt="x")}, LATENCY)
    for day in range(1, 32):
        if on(day).weekday() < 5 and day not in (1, 9, 15):
            feed.deliver(on(day))
    report = feed.audit(on(31, 12))
    assert counts(report, "frequency") == counts(report, "latency") == {"kept": 20}


def test_a_weekend_makes_nothing_older(feed):
    """Of a table that comes on weekdays: an audit on each day finds it fresh until a weekday brings nothing."""
    calendar = words(calendar={"weekdays": ["mon-fri"]}, timezone="Europe/Berlin")
    feed.promise({**FREQUENCY, "customProperties": calendar}, LATENCY, {**AVAILABLE, "value": 95})
    ages = {}
    for day in range(1, 18):  # the first is a Monday
        if on(day).weekday() < 5 and day not in (15, 16):
            feed.deliver(on(day))
        report = feed.audit(on(day, 12))
        ages[day] = next(each for each in report.results if each.rule == "freshness")
    assert [day for day, age in ages.items() if age.outcome is not Outcome.PASS] == [15, 16]
    assert ages[4].message == "freshness"
    assert ages[8].expected == "<= 3 d 2 h"
    assert ages[7].expected == "<= 2 d 15 h"
    assert ages[7].message == "age of the newest row; 1 d 13 h without anything due do not count"
    assert counts(report, "availability") == {"kept": 15, "missed": 2}


def test_availability_and_error_rate_are_of_audits(feed):
    rate = {"property": "errorRate", "value": 5, "unit": "percent"}
    feed.promise(LATENCY, FREQUENCY, {"property": "availability", "value": 80, "unit": "percent"}, rate)
    for day in range(1, 15):
        if day != 12:
            feed.deliver(on(day))
        if day == 5:
            feed.shop.sql("alter table marts.fct_orders rename to away")
        report = feed.audit(on(day, 12))
        if day == 5:
            feed.shop.sql("alter table marts.away rename to fct_orders")
    # not there on the 5th, and older than its latency on the 12th
    assert counts(report, "availability") == {"kept": 12, "missed": 2}
    assert result(report, "availability").outcome is Outcome.PASS
    # on the 12th one check of few failed, and on the 5th none was decided
    assert counts(report, "errorRate") == {"kept": 12, "missed": 1, "unknown": 1}


AVAILABLE = {"property": "availability", "value": 90, "unit": "percent"}


def test_verifications_do_not_push_out_audits(feed):
    """13 audits, of which 3 found no table, and then many verifications of the same day."""
    feed.promise(LATENCY, AVAILABLE)
    feed.deliver(on(1))
    for day in range(1, 14):
        feed.deliver(on(day))
        with feed.gone(day in (1, 2, 3)):
            report = feed.audit(on(day, 12))
    assert told(report, "availability").budget.state == "spent"
    before = counts(report, "availability")
    assert before == {"kept": 10, "missed": 3}
    for minute in range(20):
        feed.verify(on(13, 13, minute))
    feed.deliver(on(14))
    assert counts(feed.audit(on(14, 12)), "availability") == {**before, "kept": 11}


def test_an_audit_that_says_nothing_of_a_table_that_it_should_know_is_unknown(feed):
    file = feed.shop.root / "contracts/marts/fct_orders.odcs.yaml"
    feed.promise(LATENCY, AVAILABLE)
    contract = file.read_text()
    file.write_text("kind: [")
    feed.audit(on(1, 12))  # before the table was known there was nothing to be available
    for day in range(2, 5):
        feed.deliver(on(day))
        file.write_text(contract if day != 3 else "kind: [")
        feed.audit(on(day, 12))
    assert counts(feed.audit(on(4, 13)), "availability") == {"kept": 3, "unknown": 1}


def test_an_audit_in_hindsight_saw_nothing_of_its_time(feed):
    feed.promise(LATENCY, AVAILABLE, {"property": "errorRate", "value": 5, "unit": "percent"})
    for day in range(1, 13):
        feed.deliver(on(day))
        with feed.gone(day == 5):
            if day != 8:
                feed.audit(on(day, 12))
    seen = {"kept": 10, "missed": 1}
    assert counts(feed.audit(on(12, 12)), "availability") == seen
    # what nobody looked at then is not known now, and what was seen then is not seen better
    for day in (5, 8):
        feed.audit(on(day, 12), now=on(12, 13))
    report = feed.audit(on(12, 14))
    assert counts(report, "availability") == {"kept": 11, "missed": 1, "unknown": 1}
    assert counts(report, "errorRate") == {"kept": 11, "unknown": 2}
    # an hour late is still at the time
    feed.audit(on(13, 12), now=on(13, 13))
    assert counts(feed.audit(on(13, 14)), "availability")["unknown"] == 1
    assert counts(feed.audit(on(9, 12), now=on(13, 15)), "availability") == {"kept": 7, "missed": 1, "unknown": 1}


def test_an_audit_of_a_part_counts_for_what_it_judged(feed):
    feed.promise(LATENCY, AVAILABLE)
    for day in range(1, 5):
        feed.deliver(on(day))
        feed.audit(on(day, 12), select=["fct_orders"] if day < 3 else [])
    feed.audit(on(4, 13), select=["fct_orders/rowCount"])
    assert counts(feed.audit(on(4, 14)), "availability") == {"kept": 5}
    # it says that the table answered, and not how old its data was
    feed.audit(on(4, 15), select=["fct_orders/rowCount", "*availability"])
    assert counts(feed.audit(on(4, 16)), "availability") == {"kept": 6, "unknown": 1}


def test_an_age_that_cannot_be_told_is_no_availability(feed):
    feed.promise(LATENCY, AVAILABLE)
    feed.shop.sql("alter table marts.fct_orders alter loaded_at type text")
    feed.shop.sql("insert into marts.fct_orders values (1, '2024-01-01', 'n/a')")
    assert counts(feed.audit(on(1, 12)), "availability") == {"unknown": 1}


def test_an_empty_table_missed_nothing_before_it_was_known(feed):
    assert counts(feed.audit(on(20, 12)), "frequency") == {}
    assert counts(feed.audit(on(22, 12)), "frequency") == {"missed": 2}
    feed.promise({**FREQUENCY, "customProperties": words(since="2024-01-14")}, LATENCY)
    assert counts(feed.audit(on(22, 13)), "frequency") == {"missed": 7}


def test_a_promise_that_comes_once_a_week_is_judged_over_as_many_as_it_takes(feed):
    feed.promise({"property": "frequency", "value": 1, "unit": "w", "element": "fct_orders.loaded_at"}, LATENCY)
    for week in range(25):
        if week != 20:
            feed.deliver(on(1 + 7 * week))
    budget = told(feed.audit(on(7 * 25)), "frequency").budget
    assert (budget.window, budget.expected, budget.missed, budget.state) == ("20 deliveries", 20, 1, "ok")


def test_an_audit_that_is_repeated_counts_once(feed):
    feed.promise(LATENCY, {"property": "availability", "value": 80, "unit": "percent"})
    feed.deliver(on(1))
    for _ in range(3):
        feed.audit(on(1, 12))
    assert counts(feed.audit(on(1, 13)), "availability") == {"kept": 2}
    assert counts(feed.audit(on(1, 13)), "latency") == {"kept": 2}


def test_times_to_react_are_those_of_incidents(feed):
    within = {"property": "timeToRepair", "value": 1, "unit": "d"}
    feed.promise(LATENCY, within)
    feed.deliver(on(1))
    assert result(feed.audit(on(1, 12)), "timeToRepair").message == "no incident in the window"
    with open_database(load_project(feed.shop.root, {})) as history:
        history.save_incidents(
            Incident(
                id=f"incident {n}", cause=f"{n}", contract="orders", table="fct_orders", severity=Severity.ERROR,
                opened=on(n), detected=on(n, 7), updated=on(n, 8), resolved=on(n, 9) if n != 3 else on(6),
                state="resolved",
            )
            for n in range(1, 12)
        )  # fmt: skip
    report = feed.audit(on(12, 12))
    assert counts(report, "timeToRepair") == {"kept": 10, "late": 1}
    assert result(report, "timeToRepair").outcome is Outcome.FAIL
    assert result(report, "timeToRepair").actual == "90.9 % (10 of 11 kept, 1 late)"


def test_throughput_is_the_growth_of_the_table(feed):
    feed.promise(LATENCY, {"property": "throughput", "value": 1, "unit": "rows/d"})
    for day in range(1, 13):
        if day != 6:
            feed.deliver(on(day))
        report = feed.audit(on(day, 12))
    assert counts(report, "throughput") == {"kept": 10, "missed": 1}


def test_a_promise_that_nothing_tells_is_not_kept(feed):
    feed.promise(FREQUENCY, {"property": "throughput", "value": 1, "unit": "MB/s"})
    feed.deliver(on(1))
    report = feed.audit(on(20, 12))
    assert told(report, "frequency").budget.state == "unknown"
    assert told(report, "frequency").note.startswith("no column says when data came")
    assert result(report, "frequency").outcome is Outcome.ERROR
    assert result(report, "frequency").message.startswith("could not tell: no column says when data came")
    assert told(report, "throughput").budget.state == "unknown"
    assert result(report, "throughput").outcome is Outcome.ERROR
    assert report.verdict.outcome is VerdictOutcome.UNDECIDED


def test_words_that_mean_nothing_are_errors_and_not_promises(feed):
    feed.promise({**FREQUENCY, "customProperties": words(grace="soon")}, LATENCY)
    report = feed.audit(on(1, 12))
    assert result(report, "grace-invalid").outcome is Outcome.FAIL
    assert told(report, "frequency").budget.state == "unknown"
    assert result(report, "frequency").outcome is Outcome.ERROR
    assert (
        told(report, "frequency").note
        == "`grace`: 'soon' is no length of time; write for example '2 h', '30 d' or PT1H30M"
    )


def test_the_report_of_a_shop_that_promises_nothing(shop):
    project = load_project(shop.root, {})
    with open_database(project) as history:
        report = audit(project, history, run_id="r", clock=lambda: project.as_of, as_of=project.as_of)
    assert [(sla.property, sla.budget.state) for sla in report.slas] == [("latency", "too-few")]
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert yaml.safe_load(json.dumps([sla.property for sla in report.slas])) == ["latency"]
