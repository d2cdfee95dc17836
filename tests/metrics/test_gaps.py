"""Which partitions are missing, on every engine: what a remedy is told to load."""

import pytest

from harness.metrics.partitions import gaps
from harness.metrics.render import sql_of
from harness.runners.statement import rows_of
from harness.uses.remedies import MOST, Span, spans_of
from tests.metrics.test_cases import check_of

DAY = 86_400
CASES = {
    # type of the column, its values, transform, months, seconds, the gaps
    "days": ("DATE", ["2024-02-27", "2024-02-28", "2024-03-02"], "day", 0, DAY, [["2024-02-29", "2024-03-01"]]),
    "two gaps": ("DATE", ["2024-01-01", "2024-01-03", "2024-01-05"], "day", 0, DAY, [["2024-01-02"], ["2024-01-04"]]),
    "none": ("DATE", ["2024-01-01", "2024-01-02"], "day", 0, DAY, []),
    "one partition": ("DATE", ["2024-01-01"], "day", 0, DAY, []),
    "no partition": ("DATE", [], "day", 0, DAY, []),
    "times of days": (
        "TIMESTAMP", ["2024-01-01 07:30:00", "2024-01-01 09:00:00", "2024-01-03 23:59:59"], "day", 0, DAY,
        [["2024-01-02"]],
    ),
    "hours": (
        "TIMESTAMP", ["2024-01-01 22:05:00", "2024-01-02 01:00:00"], "hour", 0, 3600,
        [["2024-01-01T23:00:00Z", "2024-01-02T00:00:00Z"]],
    ),
    "weeks": ("DATE", ["2024-01-01", "2024-01-08", "2024-01-22"], "week", 0, 7 * DAY, [["2024-01-15"]]),
    "months": ("DATE", ["2023-11-30", "2024-02-01"], "month", 1, 0, [["2023-12-01", "2024-01-01"]]),
    "quarters": ("DATE", ["2023-07-01", "2024-01-01"], "quarter", 3, 0, [["2023-10-01"]]),
    "years": ("DATE", ["2020-05-05", "2022-01-01"], "year", 12, 0, [["2021-01-01"]]),
    "before 1970": ("DATE", ["1969-12-30", "1970-01-01"], "day", 0, DAY, [["1969-12-31"]]),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_which_are_missing(case, opened):
    kind, values, transform, months, seconds, expected = CASES[case]
    engine, dialect, schema = opened({"t": {"columns": {"a": kind}, "rows": [[each] for each in values]}})
    arguments = {"transform": transform, "months": months, "seconds": seconds}
    check = check_of("partition", {"check": {"columns": ["a"], "arguments": arguments}}, schema, dialect)
    rows, error = rows_of(engine, sql_of(gaps(check), dialect), MOST + 1)
    assert error == ""
    assert spans_of(check, rows) == [Span(tuple(each)) for each in expected]


@pytest.mark.parametrize("last", ["2024-02-02", "2024-02-03"])
def test_at_most_so_many(last, opened):
    engine, dialect, schema = opened({"t": {"columns": {"a": "DATE"}, "rows": [["2024-01-01"], [last]]}})
    arguments = {"transform": "day", "months": 0, "seconds": DAY}
    check = check_of("partition", {"check": {"columns": ["a"], "arguments": arguments}}, schema, dialect)
    rows, _ = rows_of(engine, sql_of(gaps(check), dialect), MOST + 1)
    found = spans_of(check, rows)
    if last == "2024-02-02":
        assert [len(span.partitions) for span in found] == [MOST]
    else:
        assert found == "more than 31 of its partitions are missing"
