"""Service levels and incidents on the page and in the digest: what needs somebody first, and nothing guessed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from harness.model.audit import DeliveryState, Slot
from harness.reporters.html.over_time import incidents, levels
from harness.reporters.markdown import render

STARTED = datetime(2025, 2, 1, tzinfo=UTC)
KEPT, MISSED = DeliveryState.KEPT, DeliveryState.MISSED


def test_the_least_budget_comes_first(audited):
    assert [(each["word"], each["left"], each["now"]) for each in levels(audited)] == [
        ("spent", "-300 %", "80 %"),
        ("unknown", "–", "–"),
        ("burning", "33 %", "96.67 %"),
        ("ok", "100 %", "100 %"),
        ("too few to tell", "–", "100 %"),
    ]


def test_each_delivery_is_a_mark_and_a_sentence(audited):
    spent = levels(audited)[0]
    assert spent["states"] == "kkklkkkmkk" * 3
    assert spent["counts"] == "24 of 30 kept, 3 late, 3 missed"
    assert spent["when"][3] == "due 2026-02-03 06:00: late, arrived 2026-02-03 11:00"
    assert "arrived" not in spent["when"][7]


def test_a_year_fits_into_a_card(audited):
    sla = audited.slas[0]
    slots = [Slot(due, due) for due in (STARTED + timedelta(days=n) for n in range(355))]
    year = tuple(
        replace(sla.deliveries[0], slot=slot, state=MISSED if number in (7, 8) else KEPT)
        for number, slot in enumerate(slots)
    )
    (card,) = levels(replace(audited, slas=(replace(sla, deliveries=year),)))
    assert len(card["states"]) == len(card["when"]) == len(card["curve"]) == 119
    assert card["states"] == "kkm" + "k" * 116
    assert card["when"][2].endswith(": 1 kept, 2 missed")
    assert card["note"].endswith("each mark is 3 deliveries, drawn as the worst of them")
    assert (card["from"], card["to"]) == ("2025-02-01", "2026-01-21")
    assert card["curve"][1:4] == [1.0, -0.333, -0.333]


def test_the_curve_falls_with_what_goes_wrong_and_is_none_where_nothing_is_known(audited):
    spent, unknown, *_ = levels(audited)
    assert spent["curve"][:8] == [1.0, 1.0, 1.0, 0.333, 0.333, 0.333, 0.333, -0.333]
    assert spent["curve"] == sorted(spent["curve"], reverse=True)
    assert unknown["curve"] == []


def test_open_incidents_first_each_with_its_times(audited):
    still, over = incidents(audited)
    assert (still["state"], still["subject"], still["explains"]) == ("open", "fct_flights", 2)
    assert still["when"].startswith("2026-02-28, for ")
    assert still["times"] == [
        "began 2026-02-28 06:00",
        "noticed after 4 h",
        "told after 1 h",
        f"open for {still['times'][-1].removeprefix('open for ')}",
    ]
    assert over["times"][-1].startswith("repaired after ")


def test_the_digest(audited, golden):
    golden("reporters/audited.md", render(audited))
