"""What service levels promise, by their entries, contracts and projects; and where a word stands that means nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from harness.load.contract import parse_contract
from harness.model.errors import DocumentError
from harness.model.project import Policy
from harness.slo.promise import promise_of
from harness.slo.schedule import Cron, Every
from harness.slo.slots import expected

HEAD: dict[str, Any] = {
    "apiVersion": "v3.2.0",
    "kind": "DataContract",
    "id": "orders",
    "version": "1.0.0",
    "status": "active",
    "customProperties": [{"property": "layer", "value": "marts"}],
    "schema": [{"name": "fct_orders", "properties": [{"name": "loaded_at"}]}],
}


def custom(**words):
    return {"customProperties": [{"property": name, "value": value} for name, value in words.items()]}


def contract(*slas, **more):
    written = {**HEAD, **more, "slaProperties": list(slas)}
    document = parse_contract(yaml.safe_dump(written, sort_keys=False), "orders.odcs.yaml")
    assert not document.violations
    return document.contract


def promise(*slas, policy=None, **more):
    found = contract(*slas, **more)
    return promise_of(found, found.sla[0], policy or Policy())


def slots(*slas, **more):
    since, until = datetime(2013, 1, 4, tzinfo=UTC), datetime(2013, 1, 8, tzinfo=UTC)
    return [
        f"{each.slot.due:%d %H:%M} to {each.slot.deadline:%d %H:%M}"
        for each in expected(promise(*slas, **more), since, until)
    ]


WEEK = {"weekdays": ["mon-fri"]}
DAILY = {"property": "frequency", "value": 1, "unit": "d", "schedule": "0 11 * * *"}
PERIOD = {"property": "fy", "value": 1, "unit": "d"}


def latency(value, unit="h", **words):
    return {"property": "latency", "value": value, "unit": unit, **(custom(**words) if words else {})}


SLOTS = {
    "by cron, until half a step before the next": ([DAILY], ["04 11:00 to 04 23:00", "05 11:00 to 05 23:00"]),
    "by period, all of it": ([PERIOD], ["04 00:00 to 05 00:00", "05 00:00 to 06 00:00"]),
    "with a grace": ([DAILY | custom(grace="2 h")], ["04 11:00 to 04 13:00", "05 11:00 to 05 13:00"]),
    "a latency is an age": ([latency(26), DAILY], ["04 11:00 to 04 13:00", "05 11:00 to 05 13:00"]),
    "one shorter than a step": ([latency(30, "min"), DAILY], ["04 11:00 to 04 11:30", "05 11:00 to 05 11:30"]),
    "a latency with a grace of its own": (
        [latency(26, grace="1 h"), DAILY], ["04 11:00 to 04 12:00", "05 11:00 to 05 12:00"],
    ),
    "the grace of the frequency is not the latency's": (
        [latency(26), DAILY | custom(grace="9 h")], ["04 11:00 to 04 13:00", "05 11:00 to 05 13:00"],
    ),
    "by the clock": (
        [{"property": "ta", "value": "12:30Z"}, DAILY], ["04 11:00 to 04 12:30", "05 11:00 to 05 12:30"],
    ),
    "by the clock of the next day": (
        [{"property": "ta", "value": "9:00"}, DAILY], ["04 11:00 to 05 09:00", "05 11:00 to 06 09:00"],
    ),
    "by a clock with an offset": (
        [{"property": "ta", "value": "08:00-05:00"}, DAILY], ["04 11:00 to 04 13:00", "05 11:00 to 05 13:00"],
    ),
    "by a clock of the zone": (
        [{"property": "ta", "value": "12:00"} | custom(timezone="Europe/Berlin"), DAILY],
        ["04 10:00 to 04 11:00", "05 10:00 to 05 11:00"],
    ),
    "without a weekend": (
        [DAILY | custom(calendar=WEEK, grace="1 h")], ["04 11:00 to 04 12:00", "07 11:00 to 07 12:00"],
    ),
    "an age over a weekend": (
        [latency(26), DAILY | custom(calendar=WEEK)], ["04 11:00 to 04 13:00", "07 11:00 to 07 13:00"],
    ),
    "nothing before it is generally available": (
        [PERIOD, {"property": "ga", "value": "2013-01-06T00:00:00Z"}], ["06 00:00 to 07 00:00", "07 00:00 to 08 00:00"],
    ),
    "nothing after its last day": (
        [PERIOD | custom(since="2013-01-04T00:00:00Z", until="2013-01-05")],
        ["04 00:00 to 05 00:00", "05 00:00 to 06 00:00", "06 00:00 to 07 00:00"],
    ),
    "nothing says how often": ([latency(26)], []),
}  # fmt: skip


@pytest.mark.parametrize(("slas", "expected_slots"), SLOTS.values(), ids=SLOTS)
def test_slots(slas, expected_slots):
    found = slots(*slas)
    assert found[: max(2, len(expected_slots))] == expected_slots


def test_the_schedule_of_another_scheduler_leaves_the_period():
    assert promise(DAILY | {"scheduler": "airflow"}).schedule == promise(PERIOD).schedule
    assert isinstance(promise(DAILY).schedule, Cron)
    assert isinstance(promise(PERIOD).schedule, Every)


OBJECTIVES = {
    "the default": (latency(1), {}, {}, 95.0),
    "of the layer": (latency(1), {"marts": 99}, {}, 99),
    "of the other layers": (latency(1), {"raw": 99, "*": 90}, {}, 90),
    "of the contract": (latency(1), {"marts": 99}, custom(layer="marts", objective=98), 98),
    "its own": (latency(1, objective="97.5 %"), {"marts": 99}, custom(layer="marts", objective=98), 97.5),
    "an availability is its own": ({"property": "av", "value": 99.5}, {"marts": 90}, custom(objective=98), 99.5),
    "an availability with another": ({"property": "av", "value": 99.5} | custom(objective=90), {}, {}, 90),
}  # fmt: skip


@pytest.mark.parametrize(("sla", "objectives", "more", "expected_objective"), OBJECTIVES.values(), ids=OBJECTIVES)
def test_objectives(sla, objectives, more, expected_objective):
    assert promise(sla, policy=Policy(objectives=objectives), **more).objective == expected_objective


def test_the_calendar_is_the_nearest():
    everywhere = Policy(calendars={"*": {"weekdays": ["sun"]}, "marts": {"weekdays": ["sat"]}})
    words = custom(layer="marts", calendar={"weekdays": ["fri"]})
    assert promise(DAILY, policy=everywhere).calendar.weekdays == {5}
    assert promise(DAILY, policy=everywhere, **words).calendar.weekdays == {4}
    assert promise(DAILY | custom(calendar={"weekdays": ["thu"]}), policy=everywhere, **words).calendar.weekdays == {3}
    assert promise(latency(1), DAILY | custom(calendar={"weekdays": ["thu"]}), policy=everywhere).calendar.weekdays == {
        3
    }


def test_the_frequency_is_that_of_the_same_table():
    tables = [{"name": name, "properties": [{"name": "at"}]} for name in ("a", "b", "c")]
    a, b = ({**PERIOD, "element": name, "value": value} for name, value in (("a", 1), ("b", 2)))
    of_b = promise({**latency(1), "element": "b.at"}, a, b, schema=tables)
    assert of_b.schedule == promise({**PERIOD, "value": 2}).schedule
    assert promise({**latency(1), "element": "c.at"}, a, b, schema=tables).schedule is None


WRONG = {
    "a grace": ([DAILY | custom(grace="soon")], {}, "`grace`: 'soon' is no length of time"),
    "a calendar": ([DAILY | custom(calendar={"weekday": 1})], {}, "`calendar`: a calendar has no 'weekday'"),
    "a zone of the contract": ([DAILY], custom(timezone="Mars"), "`timezone`: 'Mars' is no time zone"),
    "an objective": ([DAILY | custom(objective=0)], {}, "`objective`: 0 is no objective"),
    "a schedule": ([{**DAILY, "schedule": "0 99 * * *"}], {}, "'0 99 * * *' is no cron schedule"),
    "the schedule of the frequency": ([latency(1), {**DAILY, "schedule": "x"}], {}, "'x' is no cron schedule"),
    "a period": ([{**PERIOD, "value": "P1M1D", "unit": ""}], {}, "mixes months with days"),
    "a value": ([latency("soon")], {}, "`latency`: "),
    "a clock": ([{"property": "ta", "value": "25:00"}], {}, "'25:00' is no time of day"),
    "an availability": ([{"property": "av", "value": "high"}], {}, "`av`: 'high' is no objective"),
}


@pytest.mark.parametrize(("slas", "more", "message"), WRONG.values(), ids=WRONG)
def test_wrong_words_have_their_place(slas, more, message):
    with pytest.raises(DocumentError) as caught:
        promise(*slas, **more)
    assert message in caught.value.message
    assert caught.value.at.file == "orders.odcs.yaml"
    assert caught.value.at.line > 1
