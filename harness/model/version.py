"""Versions of contracts: semantic versioning, https://semver.org."""

import re

from harness.model.change import Bump

_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")
_NUMBERS = re.compile(r"(?P<numbers>\d+(?:\.\d+){0,2})(?P<rest>[-+].*)?\Z")


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
