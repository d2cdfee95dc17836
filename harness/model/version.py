"""Versions of contracts: semantic versioning, https://semver.org."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from harness.model.change import BUMPS, Bump

_SEMVER = re.compile(r"(?P<numbers>\d{1,18}\.\d{1,18}\.\d{1,18})(?:-[^+]+)?(?:\+.*)?\Z", re.ASCII)
_VERSION = re.compile(r"(?P<numbers>\d{1,18}(?:\.\d{1,18}){0,2})(?:-(?P<before>[^+]+))?(?:\+.*)?\Z", re.ASCII)
_Key = tuple[tuple[int, ...], tuple[object, ...]]
"""By which versions are ordered: the numbers, and how near they are to their release."""
_RELEASED = (1,)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionNeed:
    """The version of a contract before and after, and what its changes ask of it."""

    before: str
    """"" for a contract that is new."""
    after: str
    """"" for one that is gone."""
    base: str = ""
    """The version that it is counted from, where that is not `before`."""
    required: Bump
    """The least bump that covers the changes."""
    write: str
    """The version to write in place of `after`; "" when that is enough, or `base` is none of semantic versioning."""
    enough: bool


def version_need(before: str | None, after: str | None, bump: Bump, *, earlier: Iterable[str] = ()) -> VersionNeed:
    """What changes that call for `bump` ask of a version; None for a contract that is not there.

    It is counted from the highest version that was released, be it `before` or one of those `earlier`: neither lowering
    a version nor a pre-release licenses what comes after it. Where nothing was released, a pre-release covers what its
    release is going to say: `2.0.0-rc.1` anything, `1.1.0-rc.1` what asks for a minor version.

    Before 1.0.0 a minor version may break (https://semver.org, item 4), so it covers what would ask for a major one. No
    version covers that a contract is gone.
    """
    if before is None:
        return VersionNeed(before="", after=after or "", required="none", write="", enough=True)
    base = _counted_from(before, earlier)
    key = _key(base)
    required: Bump = "minor" if bump == "major" and key and key[0][0] == 0 else bump
    enough = required == "none" or (after is not None and _covers(before, base, after, required))
    return VersionNeed(
        before=before,
        after=after or "",
        base="" if base == before else base,
        required=required,
        write="" if enough or after is None else next_version(base, required),
        enough=enough,
    )


def next_version(version: str, bump: Bump) -> str:
    """The version after `version`, or itself for no bump; "" when that is none of semantic versioning."""
    found = _SEMVER.match(version.strip())
    if not found:
        return ""
    released = found["numbers"]
    if bump == "none":
        return version.strip()
    if released != version.strip() and _covers(version, version, released, bump):
        return released
    major, minor, patch = map(int, released.split("."))
    return {"patch": f"{major}.{minor}.{patch + 1}", "minor": f"{major}.{minor + 1}.0", "major": f"{major + 1}.0.0"}[
        bump
    ]


def bump_between(before: str, after: str) -> Bump | None:
    """How far `after` is from `before`; None when it is lower, or one of them is no version (`1`, `1.2`, `v1.2.3`)."""
    one, other = _key(before), _key(after)
    if one is None or other is None or other < one:
        return None
    steps: tuple[Bump, ...] = ("major", "minor", "patch")
    return next((step for step, old, new in zip(steps, one[0], other[0], strict=True) if old != new), "none")


def _counted_from(before: str, earlier: Iterable[str]) -> str:
    """The highest that was released of them; `before` where none was, or where that is no version at all."""
    released = [(key, each) for each in (before, *earlier) if (key := _key(each)) and key[1] == _RELEASED]
    return max(released, key=lambda known: known[0])[1] if released and _key(before) else before


def _covers(before: str, base: str, after: str, required: Bump) -> bool:
    done, (old, key, new) = bump_between(base, after), map(_key, (before, base, after))
    if done is None or old is None or key is None or new is None or new <= old:
        return False
    if key[1] == _RELEASED:
        return BUMPS.index(done) >= BUMPS.index(required)
    _, minor, patch = key[0]
    announced: Bump = "patch" if patch else "minor" if minor else "major"
    return max(BUMPS.index(done), BUMPS.index(announced)) >= BUMPS.index(required)


def _key(version: str) -> _Key | None:
    """None for what is no version; what is left out is 0."""
    found = _VERSION.match(version.strip().removeprefix("v"))
    if not found:
        return None
    major, minor, patch = (*map(int, found["numbers"].split(".")), 0, 0)[:3]
    if not found["before"]:
        return (major, minor, patch), _RELEASED
    steps = (
        (0, int(each), "") if each.isascii() and each.isdecimal() and len(each) < 19 else (1, 0, each)
        for each in found["before"].split(".")
    )
    return (major, minor, patch), (0, *steps)
