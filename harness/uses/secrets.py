"""What came from the environment into a server's settings never reaches a report, or an event made of one."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from harness.model.result import Result

_TOLD = ("message", "expected", "actual", "query")
"""The texts of a Result that may hold words of a server or a driver."""


def masked(results: Iterable[Result], secrets: Mapping[str, str]) -> list[Result]:
    """The results with each secret replaced by its variable, as in `${PASSWORD}`; `secrets` is value -> variable."""
    # the longest first: one may hold another
    words = sorted(secrets.items(), key=lambda item: -len(item[0]))
    return [_masked(result, words) for result in results] if words else list(results)


def _masked(result: Result, words: Iterable[tuple[str, str]]) -> Result:
    before: dict[str, Any] = {name: getattr(result, name) for name in _TOLD}
    after = before
    for value, variable in words:
        for spelling in (value, quote(value, safe="")):
            after = {name: text.replace(spelling, "${" + variable + "}") for name, text in after.items()}
    return replace(result, **after) if after != before else result
