"""Versions of contracts: semantic versioning, https://semver.org."""

import re
from dataclasses import dataclass

from harness.model.change import BUMPS, Bump

_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")
_NUMBERS = re.compile(r"(?P<numbers>\d+(?:\.\d+){0,2})(?P<rest>[-+].*)?\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNeed:
    """The version of a contract before and after, and what its changes ask of it."""

    before: str
    """"" for a contract that is new."""
    after: str
    """"" for one that is gone."""
    required: Bump
    """The least bump that covers the changes."""
    write: str
    """The version to write in place of `after`; "" when that is enough, or `before` is none of semantic versioning."""
    enough: bool


def version_need(before: str | None, after: str | None, bump: Bump) -> VersionNeed:
    """What changes that call for `bump` ask of a version; None for a contract that is not there.

    Before 1.0.0 a minor version may break (https://semver.org, item 4), so it covers what would ask for a major one;
    and so may any later version of one that is not released yet (item 9: `2.0.0-rc.1`). No version covers that a
    contract is gone.
    """
    if before is None:
        return VersionNeed(before="", after=after or "", required="none", write="", enough=True)
    numbers = _numbers(before)
    required: Bump = "minor" if bump == "major" and numbers and numbers[0] == 0 else bump
    done = bump_between(before, after) if after is not None else None
    unreleased = "-" in before.partition("+")[0] and done is not None and before.strip() != (after or "").strip()
    enough = required == "none" or unreleased or (done is not None and BUMPS.index(done) >= BUMPS.index(required))
    return VersionNeed(
        before=before,
        after=after or "",
        required=required,
        write="" if enough or after is None else next_version(before, required),
        enough=enough,
    )


def next_version(version: str, bump: Bump) -> str:
    """The version after `version`, or itself for no bump; "" when that is none of semantic versioning."""
    found = _SEMVER.match(version.strip())
    if not found:
        return ""
    major, minor, patch = map(int, found.groups())
    return {
        "none": version.strip(),
        "patch": f"{major}.{minor}.{patch + 1}",
        "minor": f"{major}.{minor + 1}.0",
        "major": f"{major + 1}.0.0",
    }[bump]


def bump_between(before: str, after: str) -> Bump | None:
    """How far `after` is from `before`; None when it is lower, or one of them is no version (`1`, `1.2`, `v1.2.3`)."""
    one, other = _numbers(before), _numbers(after)
    if one is None or other is None or other < one:
        return None
    steps: tuple[Bump, ...] = ("major", "minor", "patch")
    return next((step for step, old, new in zip(steps, one, other, strict=True) if old != new), "none")


def _numbers(version: str) -> tuple[int, int, int] | None:
    found = _NUMBERS.match(version.strip().removeprefix("v"))
    if not found:
        return None
    numbers = [int(part) for part in found["numbers"].split(".")]
    major, minor, patch = (*numbers, 0, 0)[:3]
    return major, minor, patch
