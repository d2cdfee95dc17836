"""Runs on disk, one file each: what a run can afford to write, and all that the next one needs to read.

    pending/AS_OF-STARTED-RUN.KIND.json   waits for the database
    recent/AS_OF-STARTED-RUN.KIND.json    is in the database too; the newest few are kept for the next run to read

A file is there whole or not at all, and outlives a loss of power once `keep` has returned. Its first line holds what
the next runs read, its second line the rest.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from harness.durable import sweep, write_durably
from harness.history.record import Record, Row
from harness.model.past import Past, Run
from harness.model.result import Outcome, Severity, VerdictOutcome

Kind = Literal["whole", "part", "review"]
"""A run on all of the project; one that was narrowed, for many of these must not push out those; a review."""

LAST = 20
"""Earlier results of a check that a report shows."""
_FORMAT = 1
_SEEN = ("id", "outcome", "severity", "waived", "value", "seconds", "since")
_REST = tuple(name for name in Row._fields if name not in _SEEN)
_OUTCOMES = {each.value: each for each in Outcome}
_SEVERITIES = {each.value: each for each in Severity}


@dataclass(frozen=True, slots=True)
class Journal:
    """The folder of the files; its methods raise OSError where it cannot be read or written."""

    folder: Path

    def keep(self, record: Record, kind: Kind) -> None:
        """Writes a run."""
        run = record.run
        sweep(self._pending)
        name = f"{_stamp(run.as_of)}-{_stamp(run.started)}-{run.run_id}.{kind}.json"
        write_durably(self._pending / name, _text(record))

    def past(self, project: str, as_of: datetime) -> dict[str, tuple[Past, ...]]:
        """Id of a result -> its results in the last runs at or before `as_of`, oldest first."""
        names = {name for name in (*_names(self._recent), *self.pending()) if name < f"{_stamp(as_of)}~"}
        last = [name for kind in ("whole", "part") for name in _of(kind, names)[-LAST:]]
        found: dict[str, list[Past]] = {}
        for name in sorted(last):
            for key, past in self._seen(name, project):
                found.setdefault(key, []).append(past)
        return {key: tuple(past[-LAST:]) for key, past in found.items()}

    def pending(self) -> list[str]:
        """The files that wait for the database, oldest first."""
        return _names(self._pending)

    def read(self, name: str) -> Record:
        """A file that waits. Raises ValueError for one that is no run, FileNotFoundError for one that is gone."""
        text = (self._pending / name).read_text(encoding="utf-8")
        try:
            return _record(text)
        except (LookupError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(f"{type(error).__name__}: {error}") from None

    def settle(self, names: Iterable[str]) -> None:
        """The database has them: the newest stay for the next runs to read, the others go."""
        self._recent.mkdir(parents=True, exist_ok=True)
        for name in names:
            _move(self._pending / name, self._recent / name)
        kept = set(_names(self._recent))
        for name in kept - {*_of("whole", kept)[-LAST:], *_of("part", kept)[-LAST:]}:
            (self._recent / name).unlink(missing_ok=True)

    def refuse(self, name: str) -> None:
        """The file is no run: it is set aside, where nobody reads it and somebody can look at it."""
        _move(self._pending / name, self._pending / f"{name}.refused")

    def _seen(self, name: str, project: str) -> list[tuple[str, Past]]:
        try:
            line = self._first_line(name)
            data = json.loads(line)
            run = data["run"]
            if data["format"] != _FORMAT or run["project"] != project:
                return []
            started, as_of = datetime.fromisoformat(run["started"]), datetime.fromisoformat(run["as_of"])
            return [
                (
                    key,
                    Past(
                        run["run_id"],
                        started,
                        as_of,
                        _OUTCOMES[outcome],
                        _SEVERITIES[severity],
                        value,
                        waived,
                        seconds,
                        run["attempt"],
                        datetime.fromisoformat(since) if since else None,
                    ),
                )
                for key, outcome, severity, waived, value, seconds, since in zip(*data["seen"], strict=True)
            ]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return []  # what is no run has nothing to show; `read` says so when it is to be kept for good

    def _first_line(self, name: str) -> str:
        for folder in (self._pending, self._recent):
            try:
                with (folder / name).open(encoding="utf-8") as stream:
                    return stream.readline()
            except FileNotFoundError:
                continue  # another process has just moved it, or it is no longer among the newest
        return ""

    @property
    def _pending(self) -> Path:
        return self.folder / "pending"

    @property
    def _recent(self) -> Path:
        return self.folder / "recent"


def _text(record: Record) -> str:
    run = record.run
    columns: dict[str, Any] = dict(zip(Row._fields, zip(*record.rows, strict=True), strict=True)) if record.rows else {}
    head = {
        "format": _FORMAT,
        "run": {
            "run_id": run.run_id,
            "project": run.project,
            "command": run.command,
            "started": run.started.isoformat(),
            "finished": run.finished.isoformat(),
            "as_of": run.as_of.isoformat(),
            "outcome": run.outcome.value,
            "reason": run.reason,
            "harness_version": run.harness_version,
            "slot": run.slot.isoformat() if run.slot else None,
            "attempt": run.attempt,
            "fix": run.fix,
            "selection": run.selection,
        },
        "seen": [columns.get(name, ()) for name in _SEEN],
    }
    rest = [columns.get(name, ()) for name in _REST]
    lines = (json.dumps(part, separators=(",", ":"), allow_nan=False) for part in (head, rest))
    return "".join(f"{line}\n" for line in lines)


def _record(text: str) -> Record:
    head, rest = map(json.loads, text.splitlines())
    if head["format"] != _FORMAT:
        raise ValueError(f"its format is {head['format']}, and {_FORMAT} is read here")
    said: Mapping[str, Any] = head["run"]
    columns = dict(zip((*_SEEN, *_REST), (*head["seen"], *rest), strict=True))
    rows = zip(*(columns[name] for name in Row._fields), strict=True)
    run = Run(
        run_id=said["run_id"],
        project=said["project"],
        command=said["command"],
        started=datetime.fromisoformat(said["started"]),
        finished=datetime.fromisoformat(said["finished"]),
        as_of=datetime.fromisoformat(said["as_of"]),
        outcome=VerdictOutcome(said["outcome"]),
        reason=said["reason"],
        harness_version=said["harness_version"],
        slot=datetime.fromisoformat(said["slot"]) if said["slot"] else None,
        attempt=said["attempt"],
        fix=said.get("fix", ""),  # a run of before there were fixes waits for the database too
        selection=said.get("selection", ""),  # a run of before it was said waits for the database too
    )
    return Record(run, tuple(Row._make(row) for row in rows))


def _stamp(moment: datetime) -> str:
    """In the order of time when sorted as text; a year below 1000 has its zeros everywhere."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}{utc:%m%dT%H%M%S.%f}"


def _of(kind: str, names: Iterable[str]) -> list[str]:
    return sorted(name for name in names if name.endswith(f".{kind}.json"))


def _names(folder: Path) -> list[str]:
    """The files in order; not `glob`, for which a folder that it may not read is an empty one."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(name for name in names if name.endswith(".json") and not name.startswith("."))


def _move(path: Path, to: Path) -> None:
    try:
        path.replace(to)
    except FileNotFoundError:
        return  # another process has done it
