"""The history of runs: what every use asks of it."""

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from harness.history import incidents, runs
from harness.history.database import connected, name_of, shrink, told, url_of
from harness.history.record import Record, record_of
from harness.model.audit import Alert, Arrival, Incident
from harness.model.errors import RecordError
from harness.model.past import Look, Past, Run
from harness.model.result import Report
from harness.model.trend import Known, Told


def open_history(where: str | Path, project: str) -> "History":
    """The history of `project` in a SQLite file (a path or URL) or in PostgreSQL (a URL), made or migrated as needed.

    Raises RecordError when it cannot be read, is no history, or was written by a newer harness.
    """
    url = url_of(where)
    return History(connected(url), project)


@dataclass(frozen=True, slots=True)
class Alone:
    """A lock on the history of a project."""

    mine: bool
    """Whether this process holds it; else another one does."""
    connection: Connection | None = None
    """That holds it, and loses it when it is lost; None of a file, which is locked as long as the process lives."""

    def still(self) -> None:
        """Raises RecordError when another process may hold it by now."""
        if not self.connection:
            return
        try:
            self.connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            name = name_of(self.connection.engine.url)
            raise RecordError(
                f"the connection to {name} was lost, and another audit may have begun", hint="run it again"
            ) from None


@dataclass(frozen=True, slots=True)
class History:
    """An open history; a context manager. Each method is one transaction, and raises RecordError when it fails."""

    engine: Engine
    project: str

    def record(
        self,
        report: Report,
        *,
        slot: datetime | None = None,
        attempt: int = 0,
        selection: str = "",
        identity: str = "",
        arrivals: Iterable[tuple[tuple[str, str, str], Arrival]] = (),
    ) -> bool:
        """Keeps a run with its results and what it saw arrive, for its scheduled time if it has one.

        `arrivals` are contract, table and element, and the newest time in it. False when the run is kept already.
        """
        record = record_of(report, slot=slot, attempt=attempt, selection=selection, identity=identity)
        with self._writing() as connection:
            added = bool(runs.add(connection, [record]))
            for of, arrival in arrivals if added else ():
                incidents.note_arrival(connection, self.project, of, arrival)
        return added

    def add(self, records: Iterable[Record]) -> int:
        """Keeps runs, all or none; how many are new."""
        with self._writing() as connection:
            return runs.add(connection, records)

    def past(
        self, result_ids: Iterable[str], last: int = 20, before: datetime | None = None
    ) -> dict[str, tuple[Past, ...]]:
        """Id of a result -> its `last` results at or before a time of `as_of`, oldest first.

        Of more than 50 ids, only the last runs are looked at, three times as many as are asked for.
        """
        with self._reading() as connection:
            return runs.past(connection, self.project, result_ids, last, before)

    def looks(self, last: int | None = None, before: datetime | None = None) -> list[Look]:
        """The last runs at or before a time of `as_of`, by what they could have found, oldest first."""
        with self._reading() as connection:
            return runs.looks(connection, self.project, last, before)

    def told(self, result_id: str, since: datetime | None = None) -> list[Told]:
        """Every result of a check, oldest first."""
        with self._reading() as connection:
            return runs.told(connection, self.project, result_id, since)

    def known(self, pattern: str) -> list[Known]:
        """The checks whose id, readable id, table, contract or rule is like `pattern`, with `*` and `?`."""
        with self._reading() as connection:
            return runs.known(connection, self.project, pattern)

    def runs(self, command: str | None = None, since: datetime | None = None, last: int | None = None) -> list[Run]:
        """The runs, oldest first, of a time of `as_of` on."""
        with self._reading() as connection:
            return runs.runs(connection, self.project, command, since, last)

    def answers(
        self, result_ids: Iterable[str], since: datetime | None = None, before: datetime | None = None
    ) -> dict[str, dict[str, Past]]:
        """Id of each audit of a time of `as_of` in [since, before] -> id of a result -> what it said of it."""
        with self._reading() as connection:
            return runs.answers(connection, self.project, result_ids, since, before)

    def identity(self) -> str:
        """Which project the last audit was of, beyond its name; "" when none says so."""
        with self._reading() as connection:
            return runs.identity(connection, self.project)

    def adopt(self, identity: str) -> int:
        """Makes every audit under this name one of that identity; how many there are."""
        with self._writing() as connection:
            return runs.adopt(connection, self.project, identity)

    def count(self) -> int:
        """How many runs are kept."""
        with self._reading() as connection:
            return runs.count(connection, self.project)

    def slot_done(self, slot: datetime) -> Run | None:
        """The last run that was recorded for the scheduled time."""
        with self._reading() as connection:
            return runs.slot_done(connection, self.project, slot)

    def note_arrival(self, contract: str, table: str, element: str, arrival: Arrival) -> bool:
        """Keeps when the newest time in the data was first seen; False when an earlier run saw the same."""
        with self._writing() as connection:
            return incidents.note_arrival(connection, self.project, (contract, table, element), arrival)

    def arrivals(self, contract: str, table: str, element: str, since: datetime | None = None) -> tuple[Arrival, ...]:
        """What was seen from then on, each time in the data once, by when it was seen."""
        with self._reading() as connection:
            return incidents.arrivals(connection, self.project, (contract, table, element), since)

    def incidents(self, *, open_only: bool = False) -> tuple[Incident, ...]:
        """By when they began."""
        with self._reading() as connection:
            return incidents.incidents(connection, self.project, open_only=open_only)

    def save_incidents(self, found: Iterable[Incident], alerts: Iterable[Alert] = ()) -> None:
        """Keeps incidents as they are now and queues alerts about them, all or nothing."""
        with self._writing() as connection:
            for incident in found:
                incidents.save_incident(connection, self.project, incident)
            incidents.queue_alerts(connection, self.project, alerts)

    def alerts(self, due: datetime | None = None) -> tuple[Alert, ...]:
        """Oldest first; with `due` those alone that are still to be sent and not held back beyond then."""
        with self._reading() as connection:
            return incidents.alerts(connection, self.project, due=due)

    def save_alert(self, alert: Alert) -> None:
        """Keeps what an attempt to send it came to."""
        with self._writing() as connection:
            incidents.save_alert(connection, self.project, alert)

    def prune(self, older_than: datetime) -> int:
        """Deletes runs that started before then, and what is over since then; open incidents stay. How many runs."""
        with self._writing() as connection:
            gone = runs.prune(connection, self.project, older_than)
            # audits may look at long ago: what an audit that is kept could have known is kept with it
            over = min(older_than, runs.oldest(connection, self.project) or older_than)
            runs.prune_slots(connection, self.project, over)
            incidents.prune(connection, self.project, over)
        if gone:
            with told(self.engine.url):
                shrink(self.engine)
        return gone

    @contextmanager
    def alone(self) -> Iterator["Alone"]:
        """No other process can hold the history of this project until the block ends, unless one does already."""
        with self._locked_file() if self.engine.dialect.name == "sqlite" else self._locked_project() as found:
            yield found

    @contextmanager
    def _locked_file(self) -> Iterator["Alone"]:
        # what goes wrong while it is held is none of the history's: only to lock may be told as its
        with told(self.engine.url):
            lock = Path(f"{self.engine.url.database}.lock").open("w")  # noqa: SIM115 - it is closed below
        with lock:
            with told(self.engine.url):
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    mine = True
                except BlockingIOError:
                    mine = False
            yield Alone(mine)

    @contextmanager
    def _locked_project(self) -> Iterator["Alone"]:
        key = {"key": crc32(self.project.encode())}
        with ExitStack() as stack:
            with told(self.engine.url):
                connection = stack.enter_context(self.engine.connect())
                connection = connection.execution_options(isolation_level="AUTOCOMMIT")
                mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key).scalar())
            try:
                yield Alone(mine, connection)
            finally:
                # a connection that was lost has lost the lock with it
                with suppress(SQLAlchemyError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key) WHERE :mine"), {**key, "mine": mine})

    @property
    def name(self) -> str:
        """Where it is, as people know it."""
        return name_of(self.engine.url)

    def close(self) -> None:
        """Ends its connections."""
        self.engine.dispose()

    def __enter__(self) -> "History":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self.engine.url), self.engine.connect() as connection:
            yield connection.execution_options(reading=True)

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told(self.engine.url), self.engine.begin() as connection:
            yield connection
