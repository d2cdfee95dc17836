"""What a duplicate is: the gate counts surplus rows, and says too how many values are repeated in how many rows."""

import pytest

from harness.model.result import Outcome

TABLE = """
create table t (a integer, b integer, c integer[]);
insert into t values (1, 1, [1]), (1, 1, [1, 1]), (1, 2, []), (2, null, null), (null, null, [2]), (null, null, [2]);
"""
PROPERTIES = [
    {"name": "a", "unique": True, "primaryKey": True},
    {"name": "b", "primaryKey": True},
    {"name": "c", "logicalType": "array", "items": {"unique": True}},
]
QUALITY = [{"metric": "duplicateValues", "arguments": {"properties": ["a", "b"]}, "mustBe": 0}]
SAID = {
    # three rows of 1 are two surplus rows of one value; NULLs are not duplicates of one another
    "t/a/unique": "2 rows of 6 (33.33 %): 1 repeated, in 3 rows",
    "t/duplicateValues": "1 row of 6 (16.67 %): 1 repeated, in 2 rows",
    # a NULL in a key breaks it
    "t/primaryKey": "4 rows of 6 (66.67 %): 1 repeated, in 2 rows; 3 with NULL",
    "t/c[]/unique": "3 values: 2 repeated, in 5 rows",
}


def test_three_numbers(hold):
    results = hold(TABLE, {"schema": [{"name": "t", "properties": PROPERTIES, "quality": QUALITY}]})
    assert {check: results[check].actual for check in SAID} == SAID
    assert {results[check].outcome for check in SAID} == {Outcome.FAIL}


@pytest.mark.parametrize("rows", ["(1, 1, [1, 2]), (2, 2, [3])", "(1, 1, null)"])
def test_without_a_duplicate_there_is_nothing_more_to_say(hold, rows):
    table = f"create table t (a integer, b integer, c integer[]); insert into t values {rows};"
    results = hold(table, {"schema": [{"name": "t", "properties": PROPERTIES, "quality": QUALITY}]})
    assert {results[check].outcome for check in SAID} == {Outcome.PASS}
    assert all("repeated" not in results[check].actual for check in SAID)
