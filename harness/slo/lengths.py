"""Lengths of time as people write them in `customProperties`: `2 h`, `30 d`, `PT1H30M`."""

import re
from typing import Any

from harness.model.sla import Period, period_of

_SHORT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*\Z", re.ASCII)


def length_of(value: Any) -> Period:
    """The period that is written as a number with a unit, or as an ISO 8601 duration. Raises ValueError for another."""
    found = _SHORT.match(value) if isinstance(value, str) else None
    try:
        return period_of(found[1], found[2]) if found else period_of(value, "")
    except (ValueError, OverflowError):
        raise ValueError(f"{value!r} is no length of time; write for example '2 h', '30 d' or PT1H30M") from None
