"""The version that a change of a contract asks for."""

import re
from collections.abc import Iterable
from typing import Literal

Impact = Literal["breaking", "risky", "safe"]
"""For consumers: their code may fail; it works, but what it takes for granted is gone; nothing is lost."""
Bump = Literal["major", "minor", "patch"]
BUMPS: tuple[Bump, ...] = ("patch", "minor", "major")
_SEMVER = re.compile(r"(\d+)\.(\d+)\.(\d+)\Z")


def largest(bumps: Iterable[Bump]) -> Bump:
    """The one that covers all of them."""
    return max(bumps, key=BUMPS.index)


def next_version(version: str, bump: Bump) -> str:
    """The version after `version`; "" when that is none of semantic versioning."""
    found = _SEMVER.match(version.strip())
    if not found:
        return ""
    major, minor, patch = map(int, found.groups())
    return {"major": f"{major + 1}.0.0", "minor": f"{major}.{minor + 1}.0", "patch": f"{major}.{minor}.{patch + 1}"}[
        bump
    ]
