"""The results of an earlier run, read back from its `report.json`."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from harness.load.yaml import MAX_BYTES
from harness.model.attempt import Attempt
from harness.model.errors import RecordError, UsageError
from harness.model.handoff import LastRun
from harness.model.result import Outcome, Result, Severity, VerdictOutcome

_TEXTS = ("id", "rule", "check", "contract", "layer", "table", "column", "file", "message", "expected", "actual")
_LARGEST = 100 * MAX_BYTES


def run_of(path: Path) -> str:
    """The id of the run that wrote the report, or "" when there is none that can be read."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["run_id"]) if path.stat().st_size <= _LARGEST else ""
    except (OSError, ValueError, TypeError, LookupError, RecursionError):
        return ""


def last_run(path: Path) -> LastRun:
    """The run that wrote the report. Raises RecordError when there is none, or none of this version."""
    try:
        if path.stat().st_size > _LARGEST:
            raise RecordError(f"{path} is larger than {_LARGEST:,} bytes")
        data = json.loads(path.read_text(encoding="utf-8"))
        return LastRun(
            run_id=str(data["run_id"]),
            command=str(data["command"]),
            started=datetime.fromisoformat(data["started"]),
            finished=datetime.fromisoformat(data["finished"]),
            as_of=datetime.fromisoformat(data["as_of"]),
            inputs=str(data["inputs"] or ""),
            outcome=VerdictOutcome(data["verdict"]["outcome"]),
            reason=str(data["verdict"]["reason"]),
            results=tuple(map(_result, data["results"])),
            attempts=tuple(map(_attempt, data["attempts"])),
        )
    except FileNotFoundError:
        raise RecordError(f"there is no {path}", hint="run `harness verify` first") from None
    except (OSError, ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        said = f"{type(error).__name__}: {error}"
        raise RecordError(f"{path} is no report of this version: {said}", hint="run `harness verify` again") from None


def _attempt(data: Any) -> Attempt:
    return Attempt(
        attempt=int(data["attempt"]),
        status=VerdictOutcome(data["status"]),
        error=str(data["error"] or ""),
        fix=str(data["fix"] or ""),
        started=datetime.fromisoformat(data["started"]),
        seconds=float(data["seconds"]),
    )


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
