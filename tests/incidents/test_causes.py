"""Which failure explains which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.incidents.causes import groups
from harness.model.dataset import Dataset
from harness.model.lineage import IDENTITY, Edge, Field, Lineage
from harness.model.location import Location
from tests.incidents.conftest import LINEAGE, failure


def parted(
    *names: str, held: dict[str, str] | None = None, lineage: Lineage | None = LINEAGE, **more
) -> dict[str, set[str]]:
    """The first cause of each group -> all that it explains."""
    found = groups([failure(name, **more) for name in names], lineage, held=held)
    return {group.causes[0].id: {each.id for each in group.failures} for group in found}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["raw/orders/amount"], {"raw/orders/amount": {"raw/orders/amount"}}),
        # the furthest upstream is the cause
        (
            ["fct/orders/amount", "stg/orders/amount", "raw/orders/amount"],
            {"raw/orders/amount": {"fct/orders/amount", "stg/orders/amount", "raw/orders/amount"}},
        ),
        # what lies between may hold
        (["fct/orders/amount", "raw/orders/amount"], {"raw/orders/amount": {"fct/orders/amount", "raw/orders/amount"}}),
        # a column that another does not go into is a cause of its own
        (
            ["fct/orders/person", "raw/orders/amount"],
            {"fct/orders/person": {"fct/orders/person"}, "raw/orders/amount": {"raw/orders/amount"}},
        ),
        # rows that are missing decide every column below
        (["fct/orders/person", "raw/orders"], {"raw/orders": {"fct/orders/person", "raw/orders"}}),
        # a column that a join looks at decides which rows there are
        (["fct/orders", "raw/people/id"], {"raw/people/id": {"fct/orders", "raw/people/id"}}),
        (["fct/orders", "raw/people/name"], {"fct/orders": {"fct/orders"}, "raw/people/name": {"raw/people/name"}}),
        # several failures of one table are one
        (["raw/orders/amount", "raw/orders/id"], {"raw/orders/amount": {"raw/orders/amount", "raw/orders/id"}}),
        (["dim/dates/day", "raw/orders"], {"dim/dates/day": {"dim/dates/day"}, "raw/orders": {"raw/orders"}}),
        # two causes: the graver, else the older, else by name
        (
            ["fct/orders", "raw/people/id", "raw/orders"],
            {"raw/orders": {"fct/orders", "raw/orders"}, "raw/people/id": {"raw/people/id"}},
        ),
        # a warning never explains an error
        (
            ["fct/orders/amount", "raw/orders/amount-"],
            {"fct/orders/amount": {"fct/orders/amount"}, "raw/orders/amount": {"raw/orders/amount"}},
        ),
        (
            ["fct/orders/amount-", "raw/orders/amount"],
            {"raw/orders/amount": {"fct/orders/amount", "raw/orders/amount"}},
        ),
        (["raw/orders/id-", "raw/orders/amount"], {"raw/orders/amount": {"raw/orders/id", "raw/orders/amount"}}),
        # that something could not be told explains no failure
        (
            ["fct/orders/amount", "raw/orders/amount?"],
            {"fct/orders/amount": {"fct/orders/amount"}, "raw/orders/amount": {"raw/orders/amount"}},
        ),
        (
            ["fct/orders/amount?", "raw/orders/amount"],
            {"raw/orders/amount": {"fct/orders/amount", "raw/orders/amount"}},
        ),
        # a table that lineage does not know, and a column that it does not
        (
            ["zzz/orders/amount", "raw/orders"],
            {"zzz/orders/amount": {"zzz/orders/amount"}, "raw/orders": {"raw/orders"}},
        ),
        (["fct/orders/lost", "raw/orders"], {"fct/orders/lost": {"fct/orders/lost"}, "raw/orders": {"raw/orders"}}),
    ],
)
def test_the_cause(names, expected):
    assert parted(*names) == expected
    assert parted(*reversed(names)) == expected


def test_without_lineage_each_table_is_a_cause_of_its_own():
    names = ("fct/orders/amount", "raw/orders/amount", "raw/orders/id")
    expected = {"fct/orders/amount": {"fct/orders/amount"}, "raw/orders/amount": {"raw/orders/amount", "raw/orders/id"}}
    assert parted(*names, lineage=None) == expected


def test_a_server_that_does_not_answer_is_one_cause():
    names = ("raw/orders/amount?", "dim/dates/day?")
    assert len(parted(*names)) == 2
    assert parted(*names, message="the server does not answer") == {
        "dim/dates/day": {"raw/orders/amount", "dim/dates/day"}
    }


def test_what_a_contract_says_it_is_made_of_explains_rows():
    sources = (("raw", "orders"),)
    dates = Dataset(contract="dim", table="dates", sources=sources, at=Location("a"))
    found = groups([failure("dim/dates/day"), failure("raw/orders")], LINEAGE, [dates])
    assert [group.causes[0].id for group in found] == ["raw/orders"]
    # but of a column nothing is known
    found = groups([failure("dim/dates/day"), failure("raw/orders/amount")], LINEAGE, [dates])
    assert [group.causes[0].id for group in found] == ["dim/dates/day", "raw/orders/amount"]


def test_a_warning_that_was_there_before_is_not_explained_by_an_error():
    names = ("raw/orders/id-", "raw/orders/amount", "stg/orders/id-")
    assert parted(*names, held={"raw/orders/id": "1", "stg/orders/id": "1"}) == {
        "raw/orders/amount": {"raw/orders/amount"},
        "raw/orders/id": {"raw/orders/id", "stg/orders/id"},
    }


def test_what_has_no_table_is_a_cause_of_its_own():
    found = groups([failure("", id="a"), failure("", id="b")], LINEAGE)
    assert [group.failures[0].id for group in found] == ["a", "b"]


def test_a_circle_has_one_cause():
    circle = Lineage(
        edges=frozenset(
            {
                Edge(Field("x.a", "c"), Field("x.b", "c"), IDENTITY, "sql"),
                Edge(Field("x.b", "c"), Field("x.a", "c"), IDENTITY, "sql"),
                Edge(Field("x.b", "c"), Field("x.d", "c"), IDENTITY, "sql"),
            }
        ),
        tables={"x.a": ("c",), "x.b": ("c",), "x.d": ("c",)},
        keys={("a", "t"): "x.a", ("b", "t"): "x.b", ("d", "t"): "x.d"},
    )
    assert parted("d/t/c", "b/t/c", "a/t/c", lineage=circle) == {"a/t/c": {"a/t/c", "b/t/c", "d/t/c"}}


TABLES = [f"t{number}" for number in range(5)]
COLUMNS = ("a", "b", "*")
FIELDS = st.builds(Field, st.sampled_from(TABLES), st.sampled_from(COLUMNS))
GRAPHS = st.builds(
    lambda pairs: Lineage(
        edges=frozenset(Edge(*pair, IDENTITY, "sql") for pair in pairs),
        tables=dict.fromkeys(TABLES, ("a", "b")),
        keys={(table, "t"): table for table in TABLES},
    ),
    st.sets(st.tuples(FIELDS, FIELDS), max_size=12),
)
FAILURES = st.sets(
    st.builds(
        "{}/t/{}{}".format,
        st.sampled_from([*TABLES, "elsewhere"]),
        st.sampled_from(["a", "b", ""]),
        st.sampled_from(["", "-", "?"]),
    ),
    max_size=10,
).map(lambda names: list({name.rstrip("?-"): name for name in names}.values()))


@given(graph=GRAPHS, names=FAILURES)
def test_each_failure_is_in_exactly_one_group(graph, names):
    found = groups([failure(name) for name in names], graph)
    assert sorted(each.id for group in found for each in group.failures) == sorted(name.rstrip("?-") for name in names)
    assert all(group.causes and group.failures[: len(group.causes)] == group.causes for group in found)
    assert len({group.key for group in found}) == len(found)
    for group in found:
        places = {(each.contract, each.table) for each in group.causes}
        assert len(places) == 1 or group.kind == "unknown"
        if group.kind == "failure":
            assert not any(each.unknown for each in group.causes)
        if not group.causes[0].grave:
            assert not any(each.grave and not each.unknown for each in group.failures)
