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


@pytest.mark.parametrize(
    ("before", "after", "earlier", "bump", "enough", "write"),
    [
        # what was never released covers what its release says
        ("2.0.0-rc.1", "2.0.0-rc.2", (), "major", True, ""),
        ("2.0.0-rc.9", "2.0.0-rc.10", (), "major", True, ""),
        ("2.0.0-rc.2", "2.0.0-rc.1", (), "patch", False, "2.0.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1", (), "patch", False, "2.0.0"),
        ("2.0.0-rc.1", "2.0.0-rc.1+2", (), "patch", False, "2.0.0"),
        ("1.1.0-x", "1.1.0-y", (), "major", False, "2.0.0"),
        ("1.1.0-x", "1.1.0-y", (), "minor", True, ""),
        ("1.0.1-x", "1.0.1-y", (), "minor", False, "1.1.0"),
        ("1.0.1-x", "1.0.1", (), "patch", True, ""),
        ("1.0.1-x", "2.0.0-x", (), "major", True, ""),
        ("0.2.0-x", "0.2.0-y", (), "major", True, ""),
        ("0.2.1-x", "0.2.1-y", (), "major", False, "0.3.0"),
        # a pre-release says no more than the step from the last release
        ("1.0.1-x", "1.0.1-y", ("1.0.0",), "major", False, "2.0.0"),
        ("2.0.0-x", "2.0.0-y", ("1.0.0",), "major", True, ""),
        ("2.0.0-x", "2.0.0-x", ("1.0.0",), "major", False, "2.0.0"),
        ("2.0.0-x", "2.0.0", ("2.0.0", "1.0.0"), "major", False, "3.0.0"),
        # nor does a version that was lowered
        ("0.9.0", "0.10.0", ("1.0.0",), "major", False, "2.0.0"),
        ("0.9.0", "1.0.0", ("1.0.0", "0.8.0"), "major", False, "2.0.0"),
        ("0.9.0", "2.0.0", ("1.0.0",), "major", True, ""),
        ("1.0.0", "2.0.0", ("2.1.0",), "patch", False, "2.1.1"),
        ("1.0.0", "2.0.0", ("3.0.0-rc.1", "spring"), "major", True, ""),
        ("spring", "2.0.0", ("1.0.0",), "major", False, ""),
    ],
)
def test_it_is_counted_from_what_was_released(before, after, earlier, bump, enough, write):
    need = version_need(before, after, bump, earlier=earlier)
    assert (need.enough, need.write) == (enough, write)


@given(st.permutations(["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"]))
def test_pre_releases_are_ordered_as_semver_says(versions):
    order = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0"]
    one, other = versions[:2]
    assert (bump_between(one, other) is None) is (order.index(other) < order.index(one))
