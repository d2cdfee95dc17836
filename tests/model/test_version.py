"""What changes ask of a version."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.change import BUMPS
from harness.model.version import bump_between, next_version, version_need

VERSIONS = st.builds("{}.{}.{}".format, *[st.integers(0, 20)] * 3)
ASKED = st.sampled_from(BUMPS)


@given(VERSIONS, ASKED)
def test_what_it_says_to_write_is_enough_and_no_less_is(before, bump):
    need = version_need(before, before, bump)
    assert need.enough is (bump == "none")
    assert not need.write or version_need(before, need.write, bump).enough
    smaller = [each for each in BUMPS if BUMPS.index(each) < BUMPS.index(need.required)]
    assert not any(version_need(before, next_version(before, each), bump).enough for each in smaller)


@given(VERSIONS, VERSIONS, ASKED)
def test_a_lower_version_never_covers(before, after, bump):
    covers = version_need(before, after, bump).enough
    assert bump == "none" or bump_between(before, after) is not None or not covers


@pytest.mark.parametrize(
    ("before", "after", "bump", "required", "write"),
    [
        ("1.2.3", "1.2.3", "major", "major", "2.0.0"),
        ("1.2.3", "1.2.4", "minor", "minor", "1.3.0"),
        ("1.2.3", "1.2.3", "patch", "patch", "1.2.4"),
        ("0.2.3", "0.2.4", "major", "minor", "0.3.0"),
        ("0.2.3", "0.2.3", "minor", "minor", "0.3.0"),
        ("1.2.3", "v", "minor", "minor", "1.3.0"),
        ("v", "1.2.3", "minor", "minor", ""),
        ("", "", "patch", "patch", ""),
        ("1.2.3", None, "major", "major", ""),
    ],
)
def test_too_small(before, after, bump, required, write):
    need = version_need(before, after, bump)
    assert (need.enough, need.required, need.write) == (False, required, write)


@pytest.mark.parametrize(
    ("before", "after", "bump"),
    [(None, "1.0.0", "major"), ("1.0.0", None, "none"), ("x", "y", "none"), ("1.0.0-rc.1", "1.0.0", "major")],
)
def test_enough(before, after, bump):
    assert version_need(before, after, bump).enough
