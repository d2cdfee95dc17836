"""Which transport the OpenLineage configuration asks for.

The standard places win, so that an operator can point any project at a backend: the file `OPENLINEAGE_CONFIG` names,
`openlineage.yml` here or in `~/.openlineage`, `OPENLINEAGE__*` variables, `OPENLINEAGE_URL`. Else it is the project's
own file. The client itself takes a missing or broken file for none, and then writes to a log nobody sees; here both
are errors.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.load.yaml import read
from harness.model.errors import DocumentError, ProjectError

TELLING = ("http", "file")
"""The transports that raise when an event did not arrive; Kafka's, the console's and others lose it in silence."""
_PREFIX = "OPENLINEAGE__"
_PLAIN: dict[str, tuple[str, ...]] = {
    "http": ("type", "url", "endpoint", "timeout", "verify", "auth", "retry", "compression", "custom_headers"),
    "file": ("type", "log_file_path", "append"),
}
"""What a file that a pull request may have brought along can set; the client imports and calls what others name."""
_PLAIN_AUTH = "api_key"

Settings = dict[str, Any]
"""Of one transport: its `type`, and what that type needs."""


def choose_transports(
    config: Mapping[str, Any], environ: Mapping[str, str], root: Path, here: Path
) -> tuple[Settings, ...]:
    """Every transport that is to get the events; none when nobody configured any.

    Raises ProjectError for a file that is missing or unreadable, and for a transport that cannot be relied on.
    """
    file = _standard_file(environ, here)
    # Variables fill in what a file leaves out, such as the key it must not hold. But not in a file that a pull request
    # may have brought along: it would choose the address, and get the key.
    variables = {} if file == here / "openlineage.yml" else _variables(environ).get("transport")
    standard = _merged(variables, _section(file) if file else {})
    url = environ.get("OPENLINEAGE_URL")
    if standard.get("type"):
        ours = file == here / "openlineage.yml"
        return tuple(
            {**_http(url, environ), **one} if url and one["type"] == "http" and "url" not in one else one
            for one in (_plain(each, file.name) if ours and file else each for each in _each(standard))
        )
    if url:
        return (_http(url, environ),)
    if named := config.get("config"):
        own = _section(root / str(named))
        if not own.get("type"):
            raise ProjectError(f"{named} has no `transport` with a `type`")
        return tuple(_inside(root, _plain(settings, str(named))) for settings in _each(own))
    return ()


def bounded(settings: Settings, seconds: float) -> Settings:
    """`settings` such that one request cannot take much of `seconds`, and is made once: who sends decides on more."""
    if settings["type"] != "http":
        return settings
    once = {"total": 0, "connect": 0, "read": 0, "status_forcelist": [], "respect_retry_after_header": False}
    timeout = min(float(settings.get("timeout", 5)), seconds / 2)
    return {**settings, "timeout": timeout, "retry": {**settings.get("retry", {}), **once}}


def _standard_file(environ: Mapping[str, str], here: Path) -> Path | None:
    if named := environ.get("OPENLINEAGE_CONFIG"):
        return here / named
    home = environ.get("HOME") or environ.get("USERPROFILE")
    places = [here / "openlineage.yml", *([Path(home, ".openlineage", "openlineage.yml")] if home else [])]
    return next((place for place in places if place.is_file()), None)


def _section(path: Path) -> Settings:
    try:
        data = read(path.read_text(encoding="utf-8"), path.name)
    except (OSError, ValueError) as error:
        raise ProjectError(f"the OpenLineage configuration {path.name} cannot be read: {error}") from None
    except DocumentError as error:
        raise ProjectError(f"the OpenLineage configuration is unusable: {error}") from None
    section = data.get("transport", {}) if isinstance(data, dict) else None
    if not isinstance(section, dict):
        raise ProjectError(f"the OpenLineage configuration {path.name} holds no mapping `transport`")
    return dict(section)


def _variables(environ: Mapping[str, str]) -> Settings:
    """`OPENLINEAGE__TRANSPORT__URL=...` as `{"transport": {"url": ...}}`; the shorter of two variables wins."""
    found: Settings = {}
    for name in sorted((name for name in environ if name.startswith(_PREFIX)), reverse=True):
        *path, last = name.removeprefix(_PREFIX).lower().split("__")
        place = found
        for key in path:
            place = place.setdefault(key, {})
        place[last] = _value(environ[name])
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _http(url: str, environ: Mapping[str, str]) -> Settings:
    settings = {"type": "http", "url": url, "endpoint": environ.get("OPENLINEAGE_ENDPOINT") or "api/v1/lineage"}
    key = environ.get("OPENLINEAGE_API_KEY")
    return {**settings, "auth": {"type": "api_key", "apiKey": key}} if key else settings


def _each(settings: Settings) -> tuple[Settings, ...]:
    """The transports a composite one holds, or the one itself."""
    if settings["type"] == "async_http":
        # its own thread counts an event that was refused as done; the plain one has the same settings
        return ({**settings, "type": "http"},)
    if settings["type"] == "composite":
        held = settings.get("transports")
        children: Any = list(held.values()) if isinstance(held, dict) else held
        if not (isinstance(children, list) and children) or not all(
            isinstance(child, dict) and child.get("type") for child in children
        ):
            raise ProjectError("a composite OpenLineage transport must hold `transports`, each with a `type`")
        return tuple(one for child in children for one in _each(child))
    if settings["type"] not in TELLING:
        raise ProjectError(
            f"the OpenLineage transport {settings['type']!r} does not tell whether an event arrived",
            hint=f"use one of {', '.join(TELLING)}",
        )
    return (settings,)


def _plain(settings: Settings, file: str) -> Settings:
    """The settings, if none of them can make the client import or call something. Raises ProjectError otherwise."""
    known = _PLAIN[settings["type"]]
    strange = next((key for key in settings if key not in known), "")
    if strange:
        hint = f"known: {', '.join(known)}; OPENLINEAGE_CONFIG may name a file with others"
        raise ProjectError(f"{file} may not set {strange!r} of a transport", hint=hint)
    auth = settings.get("auth", {})
    if not isinstance(auth, dict) or auth.get("type", _PLAIN_AUTH) != _PLAIN_AUTH:
        raise ProjectError(f"{file} may have `auth` of the type {_PLAIN_AUTH} only")
    return settings


def _inside(root: Path, settings: Settings) -> Settings:
    """A file that a project's own configuration names is taken from the project's folder, and must stay in it."""
    if settings["type"] != "file":
        return settings
    named = str(settings.get("log_file_path") or "")
    path = (root / named).resolve()
    if not named or "://" in named or not path.is_relative_to(root.resolve()):
        raise ProjectError(f"the OpenLineage log file {named!r} is not in the project's folder")
    return {**settings, "log_file_path": str(path)}


def _merged(base: Any, over: Settings) -> Settings:
    merged = dict(base) if isinstance(base, dict) else {}
    for key, value in over.items():
        merged[key] = _merged(merged[key], value) if isinstance(value, dict) and key in merged else value
    return merged
