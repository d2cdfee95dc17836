"""A dbt project's `target` folder -> what dbt's last command found out."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.load.place import file_in
from harness.model.dbt_run import DbtOutcome, DbtRun
from harness.model.errors import DocumentError
from harness.model.location import Location

RUN_RESULTS = "run_results.json"
_FLAGS = ("empty", "sample", "defer")
_HINT = "run `dbt build` or `dbt test`"


def read_run(target: Path, root: Path) -> DbtRun:
    """The run whose results lie in `target`. Raises DocumentError when there are none, or none that can be read."""
    path = target / RUN_RESULTS
    at = Location(file_in(path, root))
    try:
        data = json.loads(path.read_bytes())
        metadata, arguments = data["metadata"], data["args"]
        return DbtRun(
            invocation=metadata["invocation_id"],
            command=arguments["which"],
            at=at,
            written=_moment(metadata["generated_at"]),
            flags=tuple(f"--{name}" for name in _FLAGS if arguments.get(name)),
            outcomes={each["unique_id"]: _outcome(each) for each in data["results"]},
            built=dict(_built(target / "run")),
        )
    except FileNotFoundError:
        raise DocumentError("there are no results of dbt here", at=at, hint=_HINT) from None
    except (OSError, RecursionError) as error:
        raise DocumentError(f"the results of dbt cannot be read: {error}", at=at) from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise DocumentError(f"these are no results of dbt: {error!r}", at=at, hint=_HINT) from None


def _outcome(data: Mapping[str, Any]) -> DbtOutcome:
    ran: Mapping[str, Any] = next((each for each in data["timing"] if each["name"] == "execute"), {})
    failures = data["failures"]
    return DbtOutcome(
        status=str(data["status"]),
        failures=int(failures) if failures is not None else None,
        message=str(data["message"] or ""),
        compiled=str(data.get("compiled_code") or ""),
        started=_moment(ran["started_at"]) if ran.get("started_at") else None,
        finished=_moment(ran["completed_at"]) if ran.get("completed_at") else None,
        seconds=float(data["execution_time"]),
    )


def _moment(text: str) -> datetime:
    """What dbt writes is UTC, with a zone or without."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _built(folder: Path) -> Iterator[tuple[str, datetime]]:
    """The statement of each node is written when dbt runs it."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)
