"""What the parts of `harness.yaml` have in common: its name, durations, and variables of the environment."""

import re
from collections.abc import Mapping
from typing import Any

from harness.load.place import place_of
from harness.model.errors import ProjectError
from harness.model.location import Location
from harness.model.threshold import duration

FILE = "harness.yaml"
VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
"""`${VARIABLE}` or `${VARIABLE:-default}`."""
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*\Z", re.ASCII)


def expand(value: Any, environ: Mapping[str, str], at: Location) -> Any:
    """Puts the environment's values for variables, if it is a text. Raises ProjectError for one that is not set."""
    if not isinstance(value, str):
        return value

    def look_up(found: re.Match[str]) -> str:
        name, default = found.groups()
        text = environ.get(name) or default
        if text is None:
            raise ProjectError(f"the environment variable {name} is not set", at=at, hint=f"export {name}=...")
        return text

    return VARIABLE.sub(look_up, value)


def seconds(data: Any, path: list[str], default: str) -> float:
    """The duration at `path`, in seconds. Raises ProjectError for a text that is none."""
    node = data
    for key in path:
        node = node.get(key, {}) if isinstance(node, dict) else node
    text = node if isinstance(node, str) else default
    try:
        return length_in(text)
    except (ValueError, OverflowError):
        message = f"{'.'.join(path)} {text!r} is no duration, such as '10 s' or '5 m'"
        raise ProjectError(message, at=place_of(data, path, FILE)) from None


def length_in(text: str) -> float:
    """The seconds of `10 s`, `5m`, `24 h`. Raises ValueError for a text that is no length of time, or OverflowError."""
    found = _DURATION.match(text)
    if not found:
        raise ValueError(f"{text!r} is no length of time")
    return float(duration(float(found[1]), found[2]))
