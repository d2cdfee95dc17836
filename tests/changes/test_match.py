"""Entries of a list keep their identity: whatever the order, each is paired once, and equal ones with one another."""

from hypothesis import given
from hypothesis import strategies as st

from harness.changes.match import matched
from harness.changes.shape import by

ENTRIES = st.lists(st.fixed_dictionaries({}, optional={"id": st.sampled_from("abc"), "name": st.sampled_from("xyz")}))
KEYS = (by("id"), by("name"))


@given(ENTRIES, ENTRIES)
def test_every_entry_stands_in_one_pair(before, after):
    pairs = matched(before, after, KEYS)
    assert sorted(one for one, _ in pairs if one is not None) == list(range(len(before)))
    assert sorted(other for _, other in pairs if other is not None) == list(range(len(after)))


@given(st.lists(st.integers(0, 5)), st.randoms())
def test_another_order_changes_nothing(numbers, random):
    before = [{"value": number} for number in numbers]
    after = random.sample(before, len(before))
    assert all(one is not None and before[one] == after[other] for one, other in matched(before, after, KEYS))


def test_two_ids_are_two_entries_even_of_one_kind():
    before, after = [{"id": "a", "kind": 1}], [{"id": "b", "kind": 1, "more": 2}]
    assert matched(before, after, KEYS, (by("kind"),)) == [(None, 0), (0, None)]
    for each in (*before, *after):
        del each["id"]
    assert matched(before, after, KEYS, (by("kind"),)) == [(0, 0)]
