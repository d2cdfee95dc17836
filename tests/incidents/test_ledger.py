"""What becomes of incidents from run to run."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.incidents.ledger import changes
from harness.model.audit import Incident
from harness.model.lineage import IDENTITY, ROWS_OF, Edge, Field, Lineage
from harness.model.result import Severity
from tests.incidents.conftest import LINEAGE, NOW, at, failure, standing
from tests.incidents.test_causes import TABLES


class Story:
    """Runs an hour apart; `told` is what happened to each incident in the last one."""

    def __init__(self, **more):
        self.known: dict[str, Incident] = {}
        self.hour = 0.0
        self.more = {"lineage": LINEAGE, **more}

    def run(self, *names, hours=1.0, **more) -> list[tuple[str, str, tuple[str, ...]]]:
        """Kind of event, table and checks of each incident."""
        self.hour += hours
        found = changes(self.known.values(), standing(*names, **more), at(self.hour), **self.more)
        self.known |= {change.incident.id: change.incident for change in found}
        return [(each.event, each.incident.table, each.incident.checks) for each in found]

    def one(self) -> Incident:
        (incident,) = self.known.values()
        return incident

    def kinds(self) -> list[str]:
        return [event.kind for event in self.one().events]


def test_opened_and_resolved():
    story = Story()
    first = failure("raw/orders/amount", since=at(-3), owner="shop", layer="raw")
    now = replace(standing(), failures=(first, failure("fct/orders/amount")))
    (opened,) = changes((), now, at(1), lineage=LINEAGE)
    assert (opened.event, [each.id for each in opened.failures]) == (
        "opened",
        ["raw/orders/amount", "fct/orders/amount"],
    )
    incident = opened.incident
    assert (incident.opened, incident.detected, incident.state, incident.kind) == (at(-3), at(1), "open", "failure")
    assert (incident.cause, incident.contract, incident.table, incident.column) == (
        "raw/orders/amount",
        "raw",
        "orders",
        "amount",
    )
    assert (incident.owner, incident.layer, incident.severity) == ("shop", "raw", Severity.ERROR)
    assert incident.checks == ("raw/orders/amount", "fct/orders/amount")
    assert [(event.at, event.kind, event.text) for event in incident.events] == [
        (at(1), "opened", "orders.amount nullValues: raw/orders/amount is wrong; and 1 more failure with it")
    ]
    story.known, story.hour = {incident.id: incident}, 1
    assert story.run("fct/orders/amount", over=("raw/orders/amount",)) == [
        ("updated", "orders", ("fct/orders/amount",))
    ]
    assert story.run(over=("fct/orders/amount",)) == [("resolved", "orders", ("fct/orders/amount",))]
    over = story.one()
    assert (over.state, over.resolved, over.to_detect, over.to_repair) == (
        "resolved",
        at(3),
        at(4) - NOW,
        timedelta(hours=2),
    )
    assert over.events[-1].text == "it holds"
    assert story.run() == []


def test_nothing_new_is_no_event():
    story = Story()
    story.run("raw/orders/amount")
    before = story.one()
    assert story.run("raw/orders/amount") == [("", "orders", ("raw/orders/amount",))]
    assert story.one() == before


def test_the_same_run_again_changes_nothing():
    story = Story()
    story.run("raw/orders/amount", "dim/dates/day")
    before = dict(story.known)
    story.run("raw/orders/amount", "dim/dates/day", hours=0)
    assert story.known == before


def test_a_run_on_an_earlier_time_changes_nothing():
    story = Story()
    story.run("raw/orders/amount", hours=5)
    assert story.run(over=("raw/orders/amount",), hours=-2) == []


def test_a_run_on_an_earlier_time_tells_of_what_is_not_known_better():
    """One incident of the future, as a wrong clock makes it, must not silence all others."""
    story = Story()
    story.run("raw/orders/amount", hours=5)
    ahead = story.one()
    assert story.run("raw/orders/amount", "dim/dates/day", hours=-2) == [("opened", "dates", ("dim/dates/day",))]
    assert story.run("fct/orders/amount", "raw/orders/amount", over=("dim/dates/day",)) == [
        ("resolved", "dates", ("dim/dates/day",))
    ], "what it explains stays with it"
    assert story.known[ahead.id] == ahead


def test_what_was_resolved_since_is_not_opened_by_a_run_on_an_earlier_time():
    story = Story()
    story.run("raw/orders/amount", hours=5)
    story.run(over=("raw/orders/amount",))
    assert story.run("raw/orders/amount", hours=-2) == []


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        # another error of the same table is news, a warning is not, nor what it breaks of a table that is known
        (["raw/orders/amount", "raw/orders/id"], "updated"),
        (["raw/orders/amount", "raw/orders/id-"], "noted"),
        (["raw/orders/amount", "stg/orders/amount"], "noted"),
        (["raw/orders/amount", "fct/items/amount"], "opened"),
        (["raw/orders/amount-"], "updated"),
    ],
)
def test_what_is_told(then, expected):
    story = Story()
    story.run("raw/orders/amount")
    assert expected in [event for event, *_ in story.run(*then)]


def test_one_that_spreads_says_where():
    lineage = replace(LINEAGE, keys={**LINEAGE.keys, ("stg", "lines"): "stg.orders"})
    story = Story(lineage=lineage)
    story.run("raw/orders/amount")
    assert story.run("raw/orders/amount", "stg/lines/amount")[0][0] == "updated"
    assert story.one().events[-1].text == "lines fails too"


def test_a_check_that_flaps_inside_is_told_of_once():
    story = Story()
    story.run("raw/orders/amount")
    events = [story.run("raw/orders/amount", *["raw/orders/id"] * (run % 2))[0][0] for run in range(1, 7)]
    assert events == ["updated", "", "", "", "", ""]
    events = [
        story.run("raw/orders/amount", *more, over=over)[0][0]
        for more, over in [((), ("raw/orders/id",)), (("raw/orders/id",), ())]
    ]
    assert events == ["noted", "noted"]


def test_the_cause_moves_upstream_and_the_incident_goes_on():
    story = Story()
    story.run("fct/orders/amount")
    before = story.one()
    assert story.run("fct/orders/amount", "raw/orders/amount") == [
        ("updated", "orders", ("raw/orders/amount", "fct/orders/amount"))
    ]
    assert (story.one().id, story.one().contract, story.one().opened) == (before.id, "raw", before.opened)
    assert story.one().events[-1].text == "the cause is orders.amount"


def test_two_that_turn_out_to_have_one_cause_become_the_older():
    story = Story(lineage=None)
    story.run("fct/orders/amount")
    story.run("fct/orders/amount", "stg/orders/amount")
    assert len(story.known) == 2
    story.more["lineage"] = LINEAGE
    events = story.run("fct/orders/amount", "stg/orders/amount", "raw/orders/amount")
    assert [event for event, *_ in events] == ["updated", "resolved"]
    first, second = story.known.values()
    assert (first.state, set(first.checks)) == ("open", {"raw/orders/amount", "stg/orders/amount", "fct/orders/amount"})
    assert (second.state, second.checks) == ("resolved", ())
    assert first.id in second.events[-1].text


def test_what_is_left_when_the_cause_is_mended_stays_together():
    story = Story()
    story.run("raw/orders", "stg/orders/amount", "fct/orders/person")
    assert len(story.run("stg/orders/amount", "fct/orders/person", over=("raw/orders",))) == 1
    assert story.run(over=("raw/orders", "stg/orders/amount", "fct/orders/person"))[0][0] == "resolved"


def test_a_failure_goes_to_a_new_cause_and_the_rest_stays():
    story = Story()
    story.run("raw/orders", "stg/orders/amount", "fct/orders/name")
    found = story.run("stg/orders/amount", "fct/orders/name", "raw/people/name", over=("raw/orders",))
    assert found == [
        ("opened", "people", ("raw/people/name", "fct/orders/name")),
        ("updated", "orders", ("stg/orders/amount",)),
    ]


def test_what_could_not_be_told_keeps_it_open():
    story = Story()
    story.run("raw/orders/amount", "raw/orders/id")
    assert story.run(over=("raw/orders/id",), undecided=("raw/orders/amount",)) == [
        ("noted", "orders", ("raw/orders/amount",))
    ]
    # nor does it become another incident, however long it lasts
    assert story.run("raw/orders/amount?")[0][0] == ""
    assert story.run()[0][0] == ""  # a run that did not look at it
    assert story.run(whole=True) == [("resolved", "orders", ("raw/orders/amount",))]
    assert story.one().events[-1].text == "it is promised no more"


def test_what_could_not_be_told_and_then_fails_is_another_incident():
    story = Story()
    story.run("raw/orders/amount?", "stg/orders/amount?")
    assert story.one().kind == "unknown"
    found = story.run("raw/orders/amount", over=("stg/orders/amount",))
    assert [(event, table) for event, table, _ in found] == [("opened", "orders"), ("resolved", "orders")]
    assert [each.kind for each in story.known.values()] == ["unknown", "failure"]
    assert "it can be told again" in next(iter(story.known.values())).events[-1].text


def test_a_warning_that_never_ends_does_not_hold_back_an_error():
    story = Story()
    story.run("raw/orders/id-")
    found = story.run("raw/orders/id-", "raw/orders/amount")
    assert found == [("opened", "orders", ("raw/orders/amount",)), ("", "orders", ("raw/orders/id",))]
    assert story.run("raw/orders/id-", over=("raw/orders/amount",))[-1][0] == "resolved"


def test_flapping_is_watched_for_longer_each_time():
    story, good = Story(), {"over": ("raw/orders/amount",)}
    story.run("raw/orders/amount")
    assert story.run(**good)[0][0] == "resolved"
    expected = []
    for needed in (2, 4, 8, 16, 16):
        assert story.run("raw/orders/amount")[0][0] == "reopened"
        expected = [story.run(**good)[0][0] for _ in range(needed)]
        assert expected == [*["passed"] * (needed - 1), "resolved"]
    assert len(story.known) == 1


def test_a_failure_while_it_is_watched_begins_the_watch_anew():
    story, good = Story(), {"over": ("raw/orders/amount",)}
    story.run("raw/orders/amount")
    story.run(**good)
    story.run("raw/orders/amount")
    assert [story.run(**good)[0][0], story.run("raw/orders/amount")[0][0]] == ["passed", "noted"]
    assert story.run(**good, hours=1)[0][0] == "passed"
    assert story.run(**good, hours=0) == [("", "orders", ("raw/orders/amount",))]  # the same run again counts once
    assert story.run(**good)[0][0] == "resolved"


def test_long_after_it_is_a_new_incident():
    story = Story()
    story.run("raw/orders/amount")
    story.run(over=("raw/orders/amount",))
    assert story.run("raw/orders/amount", hours=25)[0][0] == "opened"
    assert len(story.known) == 2


def test_reminders():
    story = Story(remind_after=timedelta(hours=3))
    events = [story.run("raw/orders/amount")[0][0] for _ in range(8)]
    assert events == ["opened", "", "", "reminded", "", "", "reminded", ""]
    assert story.one().events[-1].text == "open since 2026-03-02 06:00 UTC"


def test_who_is_watched_needs_no_reminder():
    story, good = Story(remind_after=timedelta(hours=2)), {"over": ("raw/orders/amount",)}
    for _ in range(2):
        story.run("raw/orders/amount")
        while story.run(**good)[0][0] != "resolved":
            pass
    story.run("raw/orders/amount")
    assert [story.run(**good)[0][0] for _ in range(4)] == ["passed", "passed", "passed", "resolved"]
    assert "reminded" not in story.kinds()


NAMES = st.builds(
    "{}/t/{}{}".format,
    st.sampled_from([*TABLES[:3], "elsewhere"]),
    st.sampled_from(["a", "b", ""]),
    st.sampled_from(["", "", "-", "?"]),
)
RUNS = st.lists(
    st.tuples(st.sets(NAMES, max_size=6), st.sets(NAMES, max_size=2), st.booleans(), st.sampled_from([0.5, 3, 30])),
    max_size=8,
)


@settings(max_examples=300)
@given(runs=RUNS, graph=st.sampled_from([None, "chain"]))
def test_every_failure_is_in_one_open_incident_that_ends_when_all_is_over(runs, graph):
    lineage = None
    if graph:
        pairs = [(TABLES[0], TABLES[1]), (TABLES[1], TABLES[2])]
        columns = {Edge(Field(a, "a"), Field(b, "a"), IDENTITY, "sql") for a, b in pairs}
        rows = {Edge(Field(a, "*"), Field(b, "*"), ROWS_OF, "sql") for a, b in pairs}
        keys = {(table, "t"): table for table in TABLES}
        lineage = Lineage(edges=frozenset(columns | rows), tables=dict.fromkeys(TABLES, ("a", "b")), keys=keys)
    known: dict[str, Incident] = {}
    hour = 0.0
    for failing, unclear, whole, hours in runs:
        hour += hours
        names = list({name.rstrip("?-"): name for name in sorted(failing)}.values())
        ids = {name.rstrip("?-") for name in names}
        undecided = tuple({name.rstrip("?-") for name in unclear} - ids)
        now = standing(*names, undecided=undecided, whole=whole)
        was = {each.id for each in known.values() if each.state == "open"}
        found = changes(known.values(), now, at(hour), lineage=lineage)
        assert len({each.incident.id for each in found}) == len(found)
        assert was <= {each.incident.id for each in found}
        held = {each.id: known[each.id].checks for each in known.values() if each.state == "open"}
        known |= {each.incident.id: each.incident for each in found}
        still_open = [each for each in known.values() if each.state == "open"]
        # every failure belongs to exactly one open incident
        for check in ids:
            assert sum(check in each.checks for each in still_open) == 1, check
        # what is held by more than one is held by none
        every = [check for each in still_open for check in each.checks]
        assert len(every) == len(set(every))
        # one is resolved only when each of its checks is over, or belongs to another that is open
        for incident, checks in held.items():
            if known[incident].state == "resolved":
                assert all(check in every or now.verdict(check) for check in checks)
        for change in found:
            assert change.incident.opened <= change.incident.detected <= change.incident.updated
            assert {each.id for each in change.failures} <= set(change.incident.checks)
        # the same run again finds nothing new
        again = changes(known.values(), now, at(hour), lineage=lineage)
        assert {each.incident.id: each.incident for each in again}.items() <= known.items()
