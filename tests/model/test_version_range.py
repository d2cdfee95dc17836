"""Ranges of versions."""

import pytest

from harness.model.version_range import in_range


@pytest.mark.parametrize(
    ("range", "inside", "outside"),
    [
        ("^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
        ("^0.2.3", "0.2.3 0.2.9", "0.3.0 0.2.2"),
        ("^0", "0.0.1 0.9.0", "1.0.0"),
        ("~1.2.3", "1.2.3 1.2.9", "1.3.0 1.2.2"),
        ("~1", "1.0.0 1.9.0", "2.0.0"),
        ("1.x", "1.0.0 1.9.9", "2.0.0 0.9.9"),
        ("1.2", "1.2.0 1.2.9", "1.3.0"),
        ("1.2.3", "1.2.3", "1.2.4"),
        (">=1.0 <2.0", "1.0.0 1.9.9", "2.0.0 0.9.9"),
        (">= 1.0, <= 2.1", "2.1.9", "2.2.0"),
        (">1.2", "1.3.0", "1.2.9"),
        ("1.2 || ^3", "1.2.5 3.7.0", "2.0.0"),
        ("*", "0.0.0 99.0.0", ""),
        ("v2", "v2.1.0 2", "3.0.0"),
    ],
)
def test_ranges(range, inside, outside):
    assert [version for version in inside.split() if not in_range(version, range)] == []
    assert [version for version in outside.split() if in_range(version, range)] == []


@pytest.mark.parametrize(("version", "range"), [("1.0.0", "the newest"), ("1.0.0-rc1", "^1"), ("1.0.0", ""), ("", "*")])
def test_what_cannot_be_read_is_not_judged(version, range):
    assert in_range(version, range) is None
