"""Events on disk until every destination is done with them, so that neither a dead run nor a dead backend loses one.

    pending/RUN.ndjson             the events of one run, one a line, in order
    pending/RUN.DESTINATION        one line for each of them that the destination is done with
    dead/RUN-N.DESTINATION.json    an event that the destination refused for good, with its words
    lock                           held by the one process that sends

An event is done when the destination has answered, so a process that is killed in between sends it once more: every
event arrives at least once, and in order.
"""

import fcntl
import json
import os
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.durable import sweep, write_durably


@dataclass(frozen=True, slots=True)
class Outbox:
    """The folder of the events; its methods raise OSError where it cannot be read or written."""

    folder: Path

    def keep(self, text: str) -> str:
        """Writes the events of a run, one a line; when it returns, they outlive a loss of power. The run's name."""
        newest = max((int(name[:20]) for name in self.runs() if name[:20].isdecimal()), default=0)
        run = f"{max(time.time_ns(), newest + 1):020d}-{os.getpid()}"  # a clock set back must not turn the order
        sweep(self._pending)
        write_durably(self._pending / f"{run}.ndjson", text)
        return run

    def runs(self) -> list[str]:
        """The runs that some destination is not done with, oldest first."""
        return [name.removesuffix(".ndjson") for name in _names(self._pending, ".ndjson")]

    def events(self, run: str) -> list[str]:
        """The run's events in order; none when another process has dropped the run meanwhile.

        A byte that is no UTF-8 is half a surrogate pair: such a line can be buried, and cannot be taken for an event.
        """
        try:
            text = (self._pending / f"{run}.ndjson").read_text(encoding="utf-8", errors="surrogateescape")
        except FileNotFoundError:
            return []
        return [line for line in text.split("\n") if line]

    def done(self, run: str, destination: str) -> int:
        """With how many of the run's events the destination is done; a line that was cut off does not count."""
        try:
            return self._journal(run, destination).read_bytes().count(b"\n")
        except FileNotFoundError:
            return 0

    def settle(self, run: str, destination: str) -> None:
        """The destination is done with the next event of the run."""
        with self._journal(run, destination).open("ab") as journal:
            journal.write(b"done\n")

    def bury(self, run: str, number: int, destination: str, words: str) -> None:
        """Puts the event, which the destination refused for good with these `words`, among the dead."""
        event = _parsed(self.events(run)[number])
        text = json.dumps({"destination": destination, "refused": words, "event": event}, indent=2)
        write_durably(self._dead / f"{run}-{number:06d}.{destination}.json", f"{text}\n")

    def dead(self) -> list[str]:
        """The names of the events that were refused for good, oldest first."""
        return _names(self._dead, ".json")

    def revive(self) -> int:
        """Makes the dead events a pending run of their own, to be sent after all others; how many there were."""
        names = self.dead()
        events = [_buried(self._dead / name) for name in names]
        if names:
            # an event that two destinations refused is one event
            self.keep("".join(f"{event}\n" for event in dict.fromkeys(events)))
        for name in names:
            (self._dead / name).unlink()
        return len(names)

    def left(self, destinations: Sequence[str]) -> int:
        """How many events some destination is not done with; all that are here when there is no destination."""
        return sum(
            len(self.events(run)) - min((self.done(run, each) for each in destinations), default=0)
            for run in self.runs()
        )

    def drop(self, destinations: Iterable[str]) -> None:
        """Deletes the runs that every destination is done with."""
        for run in self.runs():
            count = len(self.events(run))
            if all(self.done(run, each) >= count for each in destinations):
                (self._pending / f"{run}.ndjson").unlink(missing_ok=True)
                for journal in self._pending.glob(f"{run}.*"):
                    journal.unlink(missing_ok=True)

    @contextmanager
    def alone(self, stop: threading.Event) -> Iterator[bool]:
        """Waits until no other process sends; False when `stop` came first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            while not _locked(lock):
                if stop.wait(0.05):
                    yield False
                    return
            yield True

    @property
    def _pending(self) -> Path:
        return self.folder / "pending"

    @property
    def _dead(self) -> Path:
        return self.folder / "dead"

    def _journal(self, run: str, destination: str) -> Path:
        return self._pending / f"{run}.{destination}"


def _names(folder: Path, ending: str) -> list[str]:
    """The files with this ending, in order; not `glob`, for which a folder that it may not read is an empty one."""
    try:
        names = [path.name for path in folder.iterdir()]
    except FileNotFoundError:
        return []
    return sorted(name for name in names if name.endswith(ending) and not name.startswith("."))


def _parsed(line: str) -> Any:
    try:
        return json.loads(line.encode())
    except ValueError:
        return line


def _buried(path: Path) -> str:
    event = json.loads(path.read_text(encoding="utf-8"))["event"]
    return event if isinstance(event, str) else json.dumps(event, sort_keys=True)


def _locked(lock: Any) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
