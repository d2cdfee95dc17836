"""The words of a message, and that nothing in them is obeyed."""

from dataclasses import replace

import pytest

from harness.incidents.inert import inert
from harness.incidents.ledger import changes
from harness.incidents.messages import MOST, About, downstream, message, runbook_in
from harness.model.dataset import Dataset
from harness.model.location import Location
from tests.incidents.conftest import LINEAGE, at, failure, standing

AT = Location("a")
ABOUT = About(
    project="shop",
    version="1.2.0",
    as_of=at(1),
    downstream=(
        Dataset(contract="fct", table="fct_orders", owner="bi", at=AT),
        Dataset(contract="x", table="dim_x", at=AT),
    ),
    runbook="docs/runbooks/orders.md",
    report="https://ci.example.com/1",
)


def stood(*names: str, **more: str):
    first = failure(
        names[0], since=at(-3), expected="no rows", actual="50 rows of 336 (14.9 %)", owner="shop", layer="raw",
        place="contracts/raw/orders.odcs.yaml:12", check="orders/amount/nullValues", **more,
    )  # fmt: skip
    return replace(standing(), failures=(first, *(failure(name) for name in names[1:])))


def test_all_of_it():
    (change,) = changes((), stood("raw/orders/amount", "fct/orders/amount"), at(1), lineage=LINEAGE)
    title, text = message(change, ABOUT)
    assert title == "[error] orders.amount: nullValues and 1 more (shop)"
    assert (
        text
        == f"""\
What: orders.amount, nullValues: raw/orders/amount is wrong
Expected: no rows. Actual: 50 rows of 336 (14.9 %)
With it: orders.amount (nullValues)
Since: 2026-03-02 03:00 UTC, noticed 2026-03-02 07:00 UTC
Owner: shop, layer raw, contract raw 1.2.0
Downstream: fct_orders (bi), dim_x
Runbook: docs/runbooks/orders.md
Clause: contracts/raw/orders.odcs.yaml:12
Again: harness verify --select orders/amount/nullValues --as-of 2026-03-02T07:00:00+00:00
Report: https://ci.example.com/1
Incident: {change.incident.id}"""
    )


def test_when_it_is_over():
    (opened,) = changes((), stood("raw/orders/amount"), at(1))
    (change,) = changes([opened.incident], standing(over=("raw/orders/amount",)), at(29.5))
    title, text = message(change, ABOUT)
    assert title == "[resolved] orders.amount: it holds (shop)"
    assert text.splitlines()[:2] == [
        "News: it holds",
        "Since: 2026-03-02 03:00 UTC, noticed 2026-03-02 07:00 UTC, over 2026-03-03 11:30 UTC, after 1 day",
    ]


@pytest.mark.parametrize(
    ("then", "title"),
    [
        (["raw/orders/amount", "fct/items/x"], None),
        (["raw/orders/amount-"], "[now warning] orders.amount: nullValues (shop)"),
    ],
)
def test_when_it_changes(then, title):
    (opened,) = changes((), stood("raw/orders/amount"), at(1))
    told = [change for change in changes([opened.incident], standing(*then), at(2)) if change.event == "updated"]
    assert [message(change, ABOUT)[0] for change in told] == ([title] if title else [])


def test_one_that_is_back_says_how_often():
    (opened,) = changes((), stood("raw/orders/amount"), at(1))
    (over,) = changes([opened.incident], standing(over=("raw/orders/amount",)), at(2))
    (back,) = changes([over.incident], stood("raw/orders/amount"), at(3))
    title, text = message(back, ABOUT)
    assert title.startswith("[again error] ")
    assert "noticed 2026-03-02 07:00 UTC; it was back once" in text


HOSTILE = (
    "x\r\nBcc: all@example.com\r\n\r\n<!channel> <@U1> @here @everyone [pay](https://evil.example.com) ![x](//evil)"
    " </pre><script>alert(1)</script> `rm -rf` \u202eabc\x1b[31m &lt;!here&gt; <http://evil.example.com|bank>"
)


def test_nothing_is_obeyed():
    named = {"message": HOSTILE, "owner": HOSTILE, "rule": HOSTILE, "table": HOSTILE, "contract": HOSTILE}
    hostile = failure("raw/orders/amount", **named, place=HOSTILE, check=HOSTILE, expected=HOSTILE, actual=HOSTILE)
    now = replace(standing(), failures=(hostile, replace(hostile, id="2", column="b", unknown=True)))
    (change,) = changes((), now, at(1))
    tables = tuple(Dataset(contract="a", table=HOSTILE, owner=HOSTILE, at=AT) for _ in range(9))
    about = About(project=HOSTILE, version=HOSTILE, as_of=at(1), downstream=tables)
    title, text = message(change, about)
    assert title.replace("\u200b", "").isprintable()
    assert "\n" not in title
    assert "\r" not in title + text
    for obeyed in ("<", ">", "@h", "@e", "@U", "](", "://", "`", "\x1b", "\u202e"):
        assert obeyed not in title + text, obeyed
    # no line of it pretends to be one of ours
    assert [line.partition(":")[0] for line in text.splitlines()][:4] == ["What", "Expected", "With it", "Since"]
    assert len(text) <= MOST


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("orders.amount", "orders.amount"),
        ("snake_case_100 %, é € 日本 👩\u200d🔬", "snake_case_100 %, é € 日本 👩\u200d🔬"),
        ("expected < 1 h", "expected ＜ 1 h"),
        ("a@b", "a@\u200bb"),
        ("  a \n b\t", "a b"),
        ("a\x00b", "a\ufffdb"),
        ("x" * 400, "x" * 299 + "…"),
        ("https://a.b/c", "https:\u200b//a.b/c"),
    ],
)
def test_inert(text, expected):
    assert inert(text) == expected
    assert len(inert("<" * 10_000)) == 300


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("https://wiki.example.com/run?book=1#x", True),
        ("docs/runbooks/a.md", True),
        ("javascript:alert(1)", False),
        ("https://x.com/<!here>", False),
        ("https://user@evil.com/", False),
        ("https://x.com/ a", False),
        ("x\ny", False),
        (7, False),
        (None, False),
        ("a" * 301, False),
    ],
)
def test_runbooks(value, holds):
    assert runbook_in(value) == (value if holds else "")


def test_downstream_the_nearest_first():
    def dataset(name: str, *sources: str) -> Dataset:
        return Dataset(contract=name, table="t", sources=tuple((each, "t") for each in sources), at=AT)

    datasets = [dataset("d", "c"), dataset("c", "a", "b"), dataset("b", "a"), dataset("a", "d"), dataset("z")]
    assert [each.contract for each in downstream(("a", "t"), datasets)] == ["c", "b", "d"]
