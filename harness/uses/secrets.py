"""What came from the environment into a server's settings never reaches a report, or an event made of one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harness.model.result import Result

_TOLD = ("message", "expected", "actual", "query")
"""The texts of a Result that may hold words of a server or a driver."""


def masked(results: Iterable[Result], secrets: Mapping[str, str]) -> list[Result]:
    """The results with each secret replaced by its variable, as in `${PASSWORD}`; `secrets` is value -> variable."""
    mask = masking(secrets)
    return [_masked(result, mask) for result in results] if secrets else list(results)


def masking(secrets: Mapping[str, str]) -> Callable[[str], str]:
    """A function that replaces each secret in a text by its variable."""
    # the longest first: one may hold another
    words = sorted(secrets.items(), key=lambda item: -len(item[0]))

    def mask(text: str) -> str:
        for value, variable in words:
            for spelling in (value, quote(value, safe="")):
                text = text.replace(spelling, "${" + variable + "}")
        return text

    return mask


def _masked(result: Result, mask: Callable[[str], str]) -> Result:
    before: dict[str, Any] = {name: getattr(result, name) for name in _TOLD}
    after: dict[str, Any] = {name: mask(text) for name, text in before.items()}
    return replace(result, **after) if after != before else result
