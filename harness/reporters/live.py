"""Progress while a run goes on, told from several threads; written to the stream it is given (the CLI gives stderr)."""

import time
from collections.abc import Callable
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from harness.model.result import Coverage
from harness.reporters.plain import inert, plain
from harness.reporters.words import plural

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Clock = Callable[[], float]


def live(stream: TextIO, clock: Clock = time.monotonic) -> "Lines | Board":
    """On a terminal the tables that are being measured, each with its time; plain lines elsewhere."""
    return Board(stream, clock) if stream.isatty() else Lines(stream, clock)


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def stage(self, name: str, checks: int = 0) -> None:
        """A stage of the run begins; in it, so many checks are measured table by table."""

    def table(self, layer: str, table: str, checks: int) -> None:
        """The measuring of a table begins."""

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """A table was measured."""


class Lines(Silent):
    """One line for each stage and for each table that was measured."""

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._began = clock()
        self._lock = Lock()

    def stage(self, name: str, checks: int = 0) -> None:
        """A stage of the run begins; in it, so many checks are measured table by table."""
        amount = f" {plural(checks, 'check')}" if checks else ""
        self._say(f"{self._clock() - self._began:6.1f} s  {plain(name, 60)}{amount}")

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """A table was measured."""
        self._say(_measured(layer, table, found, seconds))

    def _say(self, line: str) -> None:
        with self._lock:
            self._stream.write(f"{inert(line)}\n")
            self._stream.flush()


class Board(Silent):
    """The same lines, and below them what is going on: the stage, and each table that is being measured, with its time.

    All of it is gone when the run ends, so that the report begins on a clean screen.
    """

    def __init__(self, stream: TextIO, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._lock = Lock()
        self._running: dict[tuple[str, str], list[TaskID]] = {}
        self._settled = self._total = 0
        self._progress: Progress
        self._stage: TaskID

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[note]}", markup=False, justify="right"),
            TimeElapsedColumn(),
        )
        console = Console(file=self._stream, markup=False, highlight=False, emoji=False)
        self._progress = Progress(*columns, console=console, transient=True, get_time=self._clock)
        self._stage = self._progress.add_task("start", total=None, note="")
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str, checks: int = 0) -> None:
        """A stage of the run begins; in it, so many checks are measured table by table."""
        self._settled, self._total = 0, checks
        self._progress.update(self._stage, description=plain(name, 60), note=self._count())

    def table(self, layer: str, table: str, checks: int) -> None:
        """The measuring of a table begins."""
        name = f"  {plain(layer, 30):<12}  {plain(table, 60)}"
        with self._lock:
            task = self._progress.add_task(name, total=None, note=plural(checks, "check"))
            # two contracts may promise a table of one name
            self._running.setdefault((layer, table), []).append(task)

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """A table was measured."""
        with self._lock:
            self._settled += found.declared
            self._progress.remove_task(self._running[layer, table].pop(0))
            self._progress.update(self._stage, note=self._count())
        self._progress.console.print(_measured(layer, table, found, seconds), soft_wrap=True)

    def _count(self) -> str:
        return f"{self._settled:,} of {plural(self._total, 'check')}" if self._total else ""


def _measured(layer: str, table: str, found: Coverage, seconds: float) -> str:
    words = [f"{plural(found.declared, 'check'):>11}", f"{found.passed:>5,} ok"]
    words += [f"{found.failed:,} failed"] if found.failed else []
    words += [f"{found.waived:,} waived"] if found.waived else []
    words += [f"{found.errored:,} could not tell"] if found.errored else []
    words += [f"{found.skipped:,} skipped"] if found.skipped else []
    return f"{plain(layer, 30):<12}  {plain(table, 80):<28}{'  '.join(words)}  {seconds:.2f} s"
