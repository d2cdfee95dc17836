"""The results of an earlier run, read back from its `report.json`."""

import json
from pathlib import Path
from typing import Any

from harness.load.yaml import MAX_BYTES
from harness.model.errors import UsageError
from harness.model.result import Outcome, Result, Severity

_TEXTS = ("id", "rule", "check", "contract", "table", "column", "file", "message", "expected", "actual")
_LARGEST = 100 * MAX_BYTES


def run_of(path: Path) -> str:
    """The id of the run that wrote the report, or "" when there is none that can be read."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["run_id"]) if path.stat().st_size <= _LARGEST else ""
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return ""


def results_of(path: Path) -> tuple[Result, ...]:
    """What the report says of each result, but for its numbers; nothing when there is no such file.

    Raises UsageError for a file that is no report.
    """
    if not path.is_file():
        return ()
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(f"{path} is larger than {_LARGEST:,} bytes")
        return tuple(map(_result, json.loads(path.read_text(encoding="utf-8"))["results"]))
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        said = f"{type(error).__name__}: {error}"
        raise UsageError(f"{path} is no report of the harness: {said}", hint="run `harness verify` again") from None


def _result(data: Any) -> Result:
    texts: dict[str, Any] = {name: str(data.get(name) or "") for name in _TEXTS}
    return Result(outcome=Outcome(data["outcome"]), severity=Severity(data["severity"]), **texts)
