"""Runs on disk, one file each: what a run can afford to write, and all that the next one needs to read.

    pending/AS_OF-STARTED-RUN.KIND.json   waits for the database
    recent/AS_OF-STARTED-RUN.KIND.json    is in the database too; the newest few are kept for the next run to read

A file is there whole or not at all, and outlives a loss of power once `keep` has returned. Its first line holds what
the next runs read, its second line the rest.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

from harness.durable import sweep, write_durably
from harness.history.record import Record, Row, broken_in
from harness.model.past import Look, Past, Run
from harness.model.result import Outcome, Severity, VerdictOutcome

Kind = Literal["whole", "part", "review"]
"""A run on all of the project; one that was narrowed, for many of these must not push out those; a review."""

LAST = 20
"""Earlier results of a check that a report shows."""
_FORMAT = 1


def _kinds(hint: Any) -> frozenset[type]:
    """The types of values that a field may have; JSON may write a float as an int."""
    kinds = frozenset(get_args(hint) or (hint,))
    return kinds | {int} if float in kinds else kinds


_SEEN = ("id", "outcome", "severity", "waived", "value", "seconds", "since")
_REST = tuple(name for name in Row._fields if name not in _SEEN)
_TYPES = {name: _kinds(hint) for name, hint in get_type_hints(Row).items()}
"""Of each field of a row, as JSON has them."""
_OUTCOMES = {each.value: each for each in Outcome}
_SEVERITIES = {each.value: each for each in Severity}
_KNOWN: dict[str, Mapping[str, Any]] = {"outcome": _OUTCOMES, "severity": _SEVERITIES}


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

    def past(self, project: str, as_of: datetime) -> tuple[dict[str, tuple[Past, ...]], list[Look]]:
        """Id of a result -> its results in the last runs at or before `as_of`, oldest first; and those runs."""
        names = {name for name in (*_names(self._recent), *self.pending()) if name < f"{_stamp(as_of)}~"}
        last = [name for kind in ("whole", "part") for name in _of_kind(kind, names)[-LAST:]]
        read = [self._seen(name, project) for name in sorted(last)]
        runs = [seen for _, seen in read if seen]
        ids = dict.fromkeys(chain.from_iterable(runs))
        # a row for each id: its result in each run, None where a run does not have it
        rows = zip(*(map(seen.get, ids) for seen in runs), strict=True)
        past = {key: tuple(filter(None, row))[-LAST:] for key, row in zip(ids, rows, strict=True)}
        return past, [look for look, _ in read if look]

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
        for name in kept - {*_of_kind("whole", kept)[-LAST:], *_of_kind("part", kept)[-LAST:]}:
            (self._recent / name).unlink(missing_ok=True)

    def refuse(self, name: str) -> Path:
        """The file is no run: it is set aside, where nobody reads it and somebody can look at it; that is where."""
        aside = self._pending / f"{name}.refused"
        _move(self._pending / name, aside)
        return aside

    def _seen(self, name: str, project: str) -> tuple[Look | None, dict[str, Past]]:
        """A run and its results by their id; a hundred thousand of them are read, so each column is read at once."""
        try:
            data = json.loads(self._first_line(name))
            run = data["run"]
            if data["format"] != _FORMAT or run["project"] != project:
                return None, {}
            run_id, attempt = run["run_id"], run["attempt"]
            started, as_of = datetime.fromisoformat(run["started"]), datetime.fromisoformat(run["as_of"])
            broken = frozenset(data.get("broken", ()))
            look = Look(run_id, started, as_of, attempt, run["command"], run.get("selection", ""), broken)
            ids, outcomes, severities, waived, values, seconds, since = data["seen"]
            columns = {
                "run_id": repeat(run_id, len(ids)),
                "started": repeat(started, len(ids)),
                "as_of": repeat(as_of, len(ids)),
                "outcome": map(_OUTCOMES.__getitem__, outcomes),
                "severity": map(_SEVERITIES.__getitem__, severities),
                "value": values,
                "waived": waived,
                "seconds": seconds,
                "attempts": repeat(attempt, len(ids)),
                "since": (datetime.fromisoformat(each) if each else None for each in since),
            }
            rows = zip(*(columns[name] for name in Past._fields), strict=True)
            return look, dict(zip(ids, map(Past._make, rows), strict=True))
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return None, {}  # what is no run has nothing to show; `read` says so when it is to be kept for good

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
        "broken": broken_in(record),
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
    rows = map(Row._make, zip(*(_column(name, columns[name]) for name in Row._fields), strict=True))
    words = ("run_id", "project", "command", "reason", "harness_version")
    run = Run(
        **{name: _of(str, said[name]) for name in words},
        started=_moment(said["started"]),
        finished=_moment(said["finished"]),
        as_of=_moment(said["as_of"]),
        outcome=VerdictOutcome(said["outcome"]),
        slot=_moment(said["slot"]) if said["slot"] else None,
        attempt=_of(int, said["attempt"]),
        # a run of before these were said waits for the database too
        fix=_of(str, said.get("fix", "")),
        selection=_of(str, said.get("selection", "")),
    )
    return Record(run, tuple(rows))


def _column(name: str, values: Sequence[Any]) -> Sequence[Any]:
    """The values of a field in all rows: there may be half a million, so all are looked at at once."""
    if strange := set(map(type, values)) - _TYPES[name]:
        raise TypeError(f"{name} is of the type {min(each.__name__ for each in strange)}")
    known = _KNOWN.get(name)
    if known and (unknown := set(values) - known.keys()):
        raise ValueError(f"{min(unknown)!r} is unknown here")
    for moment in set(values) - {""} if name == "since" else ():
        _moment(moment)
    return values


def _of(type_: Any, value: Any) -> Any:
    """The value, if it is one of the type; no truth value is a number."""
    if type(value) is not type_:
        raise TypeError(f"{value!r:.80} is of another type")
    return value


def _moment(text: Any) -> datetime:
    moment = datetime.fromisoformat(_of(str, text))
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _stamp(moment: datetime) -> str:
    """In the order of time when sorted as text; a year below 1000 has its zeros everywhere."""
    utc = moment.astimezone(UTC)
    return f"{utc.year:04d}{utc:%m%dT%H%M%S.%f}"


def _of_kind(kind: str, names: Iterable[str]) -> list[str]:
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
