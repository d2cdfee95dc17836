"""The channels that a message goes to: by route, and as addresses of Apprise.

A contract may come from a stranger: it names a channel, and `harness.yaml` says what may be called for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote, urlsplit

from harness.model.alerts import CONTRACT, AlertSettings, Route
from harness.model.audit import Incident
from harness.model.contract import Contract, Support

_OWN, _SUPPORT = "channels/", "support/"
_SCOPES = ("issues", "notifications")
"""Of a support channel that is meant for incidents; where there is none, each is."""
_NAME = re.compile(r"[#@+]?[\w.+-]{1,80}(?:@[A-Za-z0-9.-]+)?")
_MAIL = re.compile(r"(?:mailto:)?([A-Za-z0-9._+-]+@[A-Za-z0-9.-]+)")
# no user, no query, no escape: what this matches, each reader of URLs reads alike
_PLAIN_URL = re.compile(
    r"(json|jsons|xml|xmls|form|forms|https)://([A-Za-z0-9.-]+(?::[0-9]{1,5})?)(/[A-Za-z0-9._~/-]*)?"
)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a channel is."""

    url: str
    """Of Apprise; ${VARIABLE} is still to be looked up."""
    only: str = ""
    """The one host (`host[:port]`) that may be called for it; "" where the project itself chose the address."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who is told of an incident."""

    channels: tuple[str, ...] = ()
    """Names, for `target_of`."""
    obstacles: tuple[str, ...] = ()
    """Why somebody who should be told cannot be."""


def recipients(incident: Incident, contract: Contract | None, settings: AlertSettings) -> Recipients:
    """By the first route that it matches."""
    matching = [route for route in settings.routes if _matches(route, incident)]
    route = next((each for each in matching if incident.severity.rank >= each.severity.rank), None)
    if route is None:
        return Recipients() if matching else Recipients(obstacles=("no route of harness.yaml takes it",))
    channels, obstacles = [f"{_OWN}{name}" for name in route.to if name != CONTRACT], []
    if CONTRACT in route.to:
        reached = [(each, _support(each, settings)) for each in _for_incidents(contract)]
        channels += [f"{_SUPPORT}{each.channel}" for each, target in reached if isinstance(target, Target)]
        if not channels:
            reasons = [f"{each.channel}: {why}" for each, why in reached if isinstance(why, str)]
            obstacles = reasons or ["its contract names no support channel"]
    return Recipients(tuple(dict.fromkeys(channels)), tuple(obstacles))


def target_of(channel: str, contract: Contract | None, settings: AlertSettings | None) -> Target | str:
    """Where a channel of `recipients` is; else why it cannot be reached, as when it is gone by now."""
    if settings is None:
        return "harness.yaml says nothing of alerts any more"
    if channel.startswith(_OWN):
        url = settings.channels.get(channel.removeprefix(_OWN))
        return Target(url) if url else "harness.yaml does not name it any more"
    found = (_support(each, settings) for each in _for_incidents(contract) if f"{_SUPPORT}{each.channel}" == channel)
    return next(found, "its contract does not name it any more")


def _matches(route: Route, incident: Incident) -> bool:
    pairs = ((getattr(incident, name), getattr(route, name)) for name in ("layer", "owner", "contract", "table"))
    return all(fnmatchcase(value, pattern) for value, pattern in pairs)


def _for_incidents(contract: Contract | None) -> Iterator[Support]:
    support = contract.support if contract else ()
    meant = [each for each in support if each.scope.lower() in _SCOPES]
    yield from meant or support


def _support(support: Support, settings: AlertSettings) -> Target | str:
    tool = support.tool.lower()
    if template := settings.tools.get(tool):
        return _filled(template, support, settings)
    if not support.url or _MAIL.fullmatch(support.url):
        return f"`alerts.tools` of harness.yaml has no `{tool}`" if tool.isalnum() else "it names no tool"
    found = _PLAIN_URL.fullmatch(support.url)
    if not found:
        return "its URL is none of Apprise without a user and a query"
    place = f"{found[1]}://{found[2].lower()}"
    if not any(fnmatchcase(place, pattern) for pattern in settings.allow):
        return f"`alerts.allow` of harness.yaml does not hold {place}"
    return Target(support.url, only=urlsplit(support.url).netloc.lower())


def _filled(template: str, support: Support, settings: AlertSettings) -> Target | str:
    if not _NAME.fullmatch(support.channel):
        return "its name is none of a channel"
    if "{address}" in template:
        found = _MAIL.fullmatch(support.url) or _MAIL.fullmatch(support.channel)
        if not found:
            return "it has no `mailto:` URL"
        if not any(fnmatchcase(f"mailto:{found[1].lower()}", pattern) for pattern in settings.allow):
            return f"`alerts.allow` of harness.yaml does not hold mailto:{found[1]}"
        template = template.replace("{address}", quote(found[1], safe="@"))
    return Target(template.replace("{channel}", quote(support.channel.removeprefix("#"), safe="")))
