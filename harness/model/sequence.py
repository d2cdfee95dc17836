"""The verification sequence: what the platform's owners run by hand, in their own words, held by the harness."""

from dataclasses import dataclass
from typing import Literal

from harness.model.location import Location

StepKind = Literal["folder", "file", "dbt"]
RULES: dict[StepKind, str] = {"folder": "folder-missing", "file": "file-missing", "dbt": "dbt-test"}
"""What decides a step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of `sequence` in `harness.yaml`: `test -d PATH`, `test -f PATH` or `dbt test`."""

    text: str
    kind: StepKind
    at: Location
    path: str = ""
    """Of a folder or file, from the project's folder."""
