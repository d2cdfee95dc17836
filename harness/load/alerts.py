"""The entry `alerts` of `harness.yaml` -> AlertSettings."""

import re
from datetime import time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from harness.load.place import place_of
from harness.load.settings import FILE, VARIABLE, seconds
from harness.model.alerts import CONTRACT, AlertSettings, QuietHours, Route
from harness.model.errors import ProjectError
from harness.model.location import Location
from harness.model.result import Severity

_OPEN = ("json", "jsons", "xml", "xmls", "form", "forms", "mailto", "mailtos")
"""Schemes whose URLs may hold no secret; those of the others are made of one."""
_FILLED = re.compile(r"\{(?:channel|address)\}")
_BOTH = re.compile(r"\$\{[^}]*\}|\{(?:channel|address)\}")


def alerts_in(data: Any) -> AlertSettings | None:
    """What `harness.yaml` says of alerts; None when it says nothing. Raises ProjectError.

    Variables of the environment are not looked up: who only verifies need not have them.
    """
    if "alerts" not in data:
        return None
    entry = data["alerts"]
    channels, tools = entry.get("channels", {}), entry.get("tools", {})
    for name, url in channels.items():
        at = place_of(data, ["alerts", "channels", name], FILE)
        if _FILLED.search(url):
            raise ProjectError("{channel} and {address} are filled in for `tools` only", at=at)
        _check(url, at)
    for name, url in tools.items():
        _check(url, place_of(data, ["alerts", "tools", name], FILE))
    return AlertSettings(
        channels=dict(channels),
        tools={name.lower(): url for name, url in tools.items()},
        allow=tuple(each.lower() for each in entry.get("allow", ())),
        routes=_routes(data, channels) or AlertSettings().routes,
        quiet_hours=_quiet_hours(data),
        remind_after=seconds(data, ["alerts", "remind_after"], "24 h"),
        unknown_after=entry.get("unknown_after", AlertSettings().unknown_after),
        timeout=seconds(data, ["alerts", "timeout"], "30 s"),
    )


def _check(url: str, at: Location) -> None:
    """That it is a URL, and that what is secret in it comes from the environment."""
    bare = _BOTH.sub("x", url)
    if not re.match(r"[A-Za-z][A-Za-z0-9]*://\S+\Z", bare) and not re.fullmatch(r"\$\{[^}]*\}", url):
        raise ProjectError("this is no URL of Apprise, such as slack://${SLACK_TOKEN}/ops", at=at)
    scheme, user = bare.partition("://")[0].lower(), urlsplit(bare).netloc.rpartition("@")[0]
    written = ":" in user and not VARIABLE.fullmatch(url.partition("://")[2].partition("@")[0].partition(":")[2])
    if written or (scheme not in _OPEN and not VARIABLE.search(url)):
        hint = "put it in a variable, as in slack://${SLACK_TOKEN}/ops"
        raise ProjectError("a secret must come from the environment, and none of this URL does", at=at, hint=hint)


def _routes(data: Any, channels: Any) -> tuple[Route, ...]:
    found = []
    for index, entry in enumerate(data["alerts"].get("routes", ())):
        for number, name in enumerate(entry.get("to", ())):
            if name != CONTRACT and name not in channels:
                at = place_of(data, ["alerts", "routes", index, "to", number], FILE)
                raise ProjectError(f"`to` names {name!r}, which `channels` lacks", at=at)
        written = {key: entry[key] for key in ("layer", "owner", "contract", "table") if key in entry}
        severity = Severity(entry.get("severity", Route().severity.value))
        found.append(Route(to=tuple(entry.get("to", [CONTRACT])), severity=severity, **written))
    return tuple(found)


def _quiet_hours(data: Any) -> QuietHours | None:
    entry = data["alerts"].get("quiet_hours")
    if entry is None:
        return None
    times = {}
    for key in ("from", "to"):
        try:
            times[key] = time.fromisoformat(entry[key])
        except ValueError:
            at = place_of(data, ["alerts", "quiet_hours", key], FILE)
            raise ProjectError(f'{entry[key]!r} is no time of day, such as "22:00"', at=at) from None
    if times["from"] == times["to"]:
        at = place_of(data, ["alerts", "quiet_hours", "to"], FILE)
        raise ProjectError("the quiet hours end when they begin", at=at)
    try:
        ZoneInfo(entry["timezone"])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        at = place_of(data, ["alerts", "quiet_hours", "timezone"], FILE)
        raise ProjectError(f"{entry['timezone']!r} is no time zone, such as Europe/Berlin", at=at) from None
    through = entry.get("breaks_through", "error")
    return QuietHours(times["from"], times["to"], entry["timezone"], None if through == "none" else Severity(through))
