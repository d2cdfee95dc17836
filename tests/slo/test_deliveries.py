"""What becomes of slots, and what their budget is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.audit import Arrival, Delivery, DeliveryState, Slot
from harness.model.sla import Period
from harness.slo.budget import budget_of
from harness.slo.deliveries import Evidence, deliveries, partition_deliveries
from harness.slo.promise import Promise
from harness.slo.schedule import cron_of
from harness.slo.slots import expected
from harness.slo.terms import Window

DAY = datetime(2013, 1, 1, tzinfo=UTC)
DAILY = Promise(property="frequency", schedule=cron_of("0 11 * * *"), zone=ZoneInfo("UTC"), grace=Period(0, 2 * 3600))
KEPT, LATE, MISSED, PENDING, UNKNOWN = DeliveryState
BAD = (LATE, MISSED)


def on(day, hour=11, minute=0):
    return DAY + timedelta(days=day - 1, hours=hour, minutes=minute)


def slots(days, promise=DAILY):
    return list(expected(promise, DAY, DAY + timedelta(days=days)))


def states(found):
    return "".join(each.state.name[0] for each in found)


def look(newest, seen):
    return Arrival(newest, seen, "run")


CASES = {
    "in time, late, early, missed, pending": (
        [on(1), on(2, 14), on(3, 1), on(5, 13)], [], True, on(6, 12), "KLKMKP",
    ),
    "up to half a step before it is due, it is the delivery": ([on(1), on(1, 23), on(3)], [], True, on(3, 12), "KKK"),
    "further before, it is a second one of the day before": ([on(1), on(1, 22, 59), on(3)], [], True, on(3, 12), "KMK"),
    "the first of several arrivals counts": ([on(1), on(1, 20), on(2)], [], True, on(2, 20), "KK"),
    "not before the first arrival": ([on(3)], [], True, on(4, 23, 30), "KM"),
    "a time in the future is no arrival": ([on(1), on(2), on(9)], [], True, on(2, 23), "KK"),
    "a late one that came with the next is missed": ([on(1), on(3, 10), on(3, 11)], [], True, on(3, 12), "KMK"),
    "a server that does not answer proves nothing": ([on(1)], [], False, on(3, 14), "KUU"),
    "an empty table that answers proves it": ([], [], True, on(2, 14), "MM"),
    "an empty table of a server that does not answer": ([], [], False, on(2, 14), "UU"),
    # the table is written anew each time: only runs know what was there before
    "overwritten, and nobody looked": ([on(4)], [look(on(1), on(1, 12))], True, on(4, 12), "KUUK"),
    "overwritten, and a run looked too early": (
        [on(4)], [look(on(1), on(1, 12)), look(on(1), on(2, 12))], True, on(4, 12), "KUUK",
    ),
    "overwritten, and a run looked after the deadline": (
        [on(4)], [look(on(1), on(1, 12)), look(on(1), on(2, 13, 1))], True, on(4, 12), "KMUK",
    ),
    "what a run saw is an arrival": ([on(3)], [look(on(1), on(1, 12)), look(on(2), on(2, 12))], True, on(3, 12), "KKK"),
    "what a run saw, of a server that does not answer": ([], [look(on(1), on(1, 12))], False, on(2, 14), "KU"),
    "written later than it says": (
        [on(1), on(2), on(3)], [look(on(1), on(2, 15)), look(on(2), on(2, 20))], True, on(3, 12), "KLK",
    ),
    "a run of the future knows nothing yet": ([on(1)], [look(on(2), on(2, 12))], True, on(1, 14), "K"),
}  # fmt: skip


@pytest.mark.parametrize(("stamps", "seen", "answered", "as_of", "expected_states"), CASES.values(), ids=CASES)
def test_deliveries(stamps, seen, answered, as_of, expected_states):
    days = [each for each in slots(9) if each.begins <= as_of]
    evidence = Evidence(stamps=tuple(stamps), seen=tuple(seen), answered=answered, append_only=True)
    due = [each for each in deliveries(days, evidence, as_of) if each.slot.due <= as_of]
    assert states(due) == expected_states


def test_what_may_have_been_overwritten_is_not_known_to_be_missing():
    evidence = Evidence(stamps=(on(1), on(3)), answered=True)
    assert states(deliveries(slots(3), evidence, on(3, 14))) == "KUK"
    # what is newer than all that is there would be there
    looked = Evidence(stamps=(on(1),), seen=(look(on(1), on(3, 14)),), answered=True)
    assert states(deliveries(slots(3), looked, on(3, 14))) == "KMM"


def test_nothing_was_due_of_an_empty_table_before_anybody_knew_it():
    days = slots(4)
    assert states(deliveries(days, Evidence(answered=True, begin=on(3, 12)), on(4, 14))) == "MM"
    assert states(partition_deliveries(days, {}, on(4, 14), answered=True, begin=on(3, 12))) == "MM"
    assert states(deliveries(days, Evidence(answered=False, begin=on(3, 12)), on(4, 14))) == "UU"
    # once anything came it begins there
    assert states(deliveries(days, Evidence(stamps=(on(2),), answered=True, begin=on(4)), on(4, 14))) == "KUU"


PARTITIONS = {
    # day of the partition -> when it came; current, answered, day of asking
    "each with the delivery of the next day": ({1: on(2), 2: on(3), 3: on(4, 14)}, False, True, 4, "KKL"),
    "each with the delivery of its own day": ({1: on(1), 2: on(2), 3: on(3, 14)}, True, True, 3, "KKL"),
    "days late is late, for it is known whose it is": ({1: on(2), 2: on(6), 3: on(4)}, False, True, 6, "KLKMM"),
    "one that is not there": ({1: on(2), 3: on(4)}, False, True, 4, "KMK"),
    "one that is not there, of a server that does not answer": ({1: on(2), 3: on(4)}, False, False, 4, "KUK"),
    "one that came after the time of asking": ({1: on(2), 2: on(9)}, False, True, 3, "KM"),
    "none": ({}, False, True, 2, "MM"),
    "nothing said, and most come the next day": ({1: on(1, 9), 2: on(3), 3: on(4)}, None, True, 4, "KKK"),
    "nothing said, and most come on their own day": ({1: on(1), 2: on(2), 3: on(5)}, None, True, 5, "KKLMM"),
}


@pytest.mark.parametrize(
    ("partitions", "current", "answered", "day", "expected_states"), PARTITIONS.values(), ids=PARTITIONS
)
def test_partitions(partitions, current, answered, day, expected_states):
    starts = {on(start, 0): arrived for start, arrived in partitions.items()}
    found = partition_deliveries(slots(day), starts, on(day, 23), current=current, answered=answered)
    assert states(found) == expected_states


arrivals = st.lists(st.integers(0, 20 * 24).map(lambda hours: DAY + timedelta(hours=hours)), max_size=25)
looks = st.lists(st.tuples(arrivals.filter(bool).map(min), st.integers(0, 48)), max_size=6)


def evidence_of(stamps, seen, answered=True):
    return Evidence(
        stamps=tuple(stamps),
        seen=tuple(Arrival(stamp, stamp + timedelta(hours=after), "run") for stamp, after in seen),
        answered=answered,
    )


@given(arrivals, looks, st.booleans(), st.integers(0, 20 * 24))
def test_every_slot_is_in_one_state(stamps, seen, answered, hours):
    as_of = DAY + timedelta(hours=hours)
    days = [each for each in slots(20) if each.slot.due <= as_of]
    found = deliveries(days, evidence_of(stamps, seen, answered), as_of)
    budget = budget_of(found, 95, Window("400 d", Period(0, 400 * 86400)), as_of)
    pending = sum(each.state is PENDING for each in found)
    assert budget.kept + budget.late + budget.missed + budget.unknown == budget.expected == len(found) - pending
    assert budget.delivered == budget.kept + budget.late
    for each in found:
        assert (each.arrived is not None) == (each.state in (KEPT, LATE))
        assert each.state is not KEPT or each.arrived <= each.slot.deadline
        assert each.state is not LATE or each.arrived > each.slot.deadline
        assert each.state is not PENDING or as_of <= each.slot.deadline
        assert answered or each.state is not MISSED or seen


@given(arrivals, looks, arrivals, st.booleans())
def test_more_evidence_never_makes_a_kept_delivery_a_missed_one(stamps, seen, more, answered):
    as_of, days = DAY + timedelta(days=20), slots(20)
    before = {d.slot: d.state for d in deliveries(days, evidence_of(stamps, seen, answered), as_of)}
    after = {d.slot: d.state for d in deliveries(days, evidence_of([*stamps, *more], seen, answered), as_of)}
    for slot, state in before.items():
        assert state not in (KEPT, LATE) or after[slot] is state or (state is LATE and after[slot] is KEPT)


delivered = st.lists(st.sampled_from([KEPT, LATE, MISSED, UNKNOWN]), max_size=60)


def budget_over(states_, objective):
    found = [Delivery(Slot(on(n + 1), on(n + 1, 13)), None, state) for n, state in enumerate(states_)]
    return budget_of(found, objective, Window("60 deliveries", count=60), on(99))


@given(delivered, st.sampled_from([50.0, 95.0, 99.0, 99.9, 100.0]), st.data())
def test_budgets_only_shrink_when_something_goes_wrong(states_, objective, data):
    budget = budget_over(states_, objective)
    if not states_ or budget.left is None:
        return
    index = data.draw(st.integers(0, len(states_) - 1))
    worse = budget_over([*states_[:index], MISSED, *states_[index + 1 :]], objective)
    if worse.left is None:
        assert worse.state == "unknown"
        return
    assert worse.left <= budget.left
    assert budget.state != "spent" or worse.state == "spent"
    assert not (budget.left < 0 and budget.state in ("ok", "burning"))


@given(delivered)
def test_what_is_not_known_is_never_good(states_):
    """A budget that unknown deliveries could have spent is not said to be in order."""
    budget = budget_over(states_, 95)
    worst = budget_over([MISSED if state is UNKNOWN else state for state in states_], 95)
    assert budget.state not in ("ok", "burning") or worst.state not in ("spent", "unknown")


BUDGETS = {
    "untouched": ("K" * 30, 95, (1.5, 1.0, 0.0, 0.0, "ok")),
    "half": ("K" * 10 + "M" + "K" * 29, 95, (2.0, 0.5, 0.0, 0.0, "ok")),
    "burning now, and over the last two weeks": ("K" * 39 + "L", 95, (2.0, 0.5, 1.428571, 20.0, "burning")),
    "it burnt, and has stopped": ("K" * 38 + "LK", 95, (2.0, 0.5, 1.428571, 0.0, "ok")),
    "spent to the last": ("K" * 18 + "MK", 95, (1.0, 0.0, 1.428571, 0.0, "ok")),
    "more than spent": ("K" * 17 + "MMK", 95, (1.0, -1.0, 2.857143, 0.0, "spent")),
    "nothing is allowed": ("K" * 19 + "M", 100, (0.0, 0.0, None, None, "spent")),
    "nothing is allowed, and nothing happened": ("K" * 20, 100, (0.0, 1.0, 0.0, 0.0, "ok")),
    "too few to tell": ("KKKM", 95, (0.2, -4.0, None, None, "too-few")),
    "one unknown of twenty could use it up": ("K" * 19 + "U", 95, (1.0, 1.0, 0.0, 0.0, "ok")),
    "two unknown of twenty could spend it": ("K" * 18 + "UU", 95, (1.0, None, 0.0, 0.0, "unknown")),
    "exactly the objective is kept": ("M" + "K" * 19, 95, (1.0, 0.0, 0.0, 0.0, "ok")),
    "too few are known, for most are not": ("KK" + "U" * 28, 95, (1.5, None, None, None, "unknown")),
    "spent, whatever became of those that are not known": ("MMM" + "U" * 8, 95, (0.55, -4.454545, None, None, "spent")),
    "too few, with those that are not known": ("KKUU", 95, (0.2, 1.0, None, None, "too-few")),
    "one unknown of forty could not": ("K" * 39 + "U", 95, (2.0, 1.0, 0.0, 0.0, "ok")),
    "all unknown": ("U" * 20, 95, (1.0, None, None, None, "unknown")),
    "nothing was due": ("", 95, (0.0, None, None, None, "too-few")),
    "only pending": ("PP", 95, (0.0, None, None, None, "too-few")),
}
LETTERS = {"K": KEPT, "L": LATE, "M": MISSED, "P": PENDING, "U": UNKNOWN}


@pytest.mark.parametrize(("written", "objective", "expected_budget"), BUDGETS.values(), ids=BUDGETS)
def test_budgets(written, objective, expected_budget):
    budget = budget_over([LETTERS[letter] for letter in written], objective)
    assert (budget.allowed, budget.left, budget.burn_long, budget.burn_short, budget.state) == expected_budget


def test_the_window_is_of_time_or_of_deliveries():
    found = [Delivery(Slot(on(n), on(n, 13)), None, MISSED if n < 10 else KEPT) for n in range(1, 31)]
    assert budget_of(found, 95, Window("20 d", Period(0, 20 * 86400)), on(30, 12)).expected == 20
    assert budget_of(found, 95, Window("20 d", Period(0, 20 * 86400)), on(30, 12)).missed == 0
    assert budget_of(found, 95, Window("25 deliveries", count=25), on(30, 12)).missed == 4
    assert budget_of(found, 95, Window("25 deliveries", count=25), on(20, 12)).expected == 20
