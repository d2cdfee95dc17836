"""Progress while a run goes on; written to the stream it is given (the CLI gives stderr) and never part of a report."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from harness.model.result import Coverage
from harness.reporters.plain import inert, plain
from harness.reporters.words import plural

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

Clock = Callable[[], float]


def live(stream: TextIO, total_hint: int = 0, clock: Clock = time.monotonic) -> "Lines | Bar":
    """A bar with the elapsed time on a terminal, plain lines elsewhere; `total_hint` is the number of checks."""
    return Bar(stream, total_hint, clock) if stream.isatty() else Lines(stream, clock)


class Silent:
    """Shows nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def stage(self, name: str) -> None:
        """A stage of the run begins."""

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

    def stage(self, name: str) -> None:
        """A stage of the run begins."""
        self._say(f"{self._clock() - self._began:6.1f} s  {plain(name, 60)}")

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """A table was measured."""
        self._say(_measured(layer, table, found, seconds))

    def _say(self, line: str) -> None:
        self._stream.write(f"{inert(line)}\n")
        self._stream.flush()


class Bar(Silent):
    """A bar below the same lines, which names the table being measured."""

    def __init__(self, stream: TextIO, total_hint: int = 0, clock: Clock = time.monotonic) -> None:
        self._stream = stream
        self._total = total_hint or None
        self._clock = clock
        self._progress: Progress
        self._task: TaskID

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        console = Console(file=self._stream, markup=False, highlight=False, emoji=False)
        # transient: the report that follows begins on a clean screen
        self._progress = Progress(*columns, console=console, transient=True, get_time=self._clock)
        self._task = self._progress.add_task("start", total=self._total)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, name: str) -> None:
        """A stage of the run begins."""
        self._progress.update(self._task, description=plain(name, 60))

    def table(self, layer: str, table: str, checks: int) -> None:
        """The measuring of a table begins."""
        self._progress.update(
            self._task, description=f"{plain(layer, 30)}  {plain(table, 60)}  {plural(checks, 'check')}"
        )

    def done(self, layer: str, table: str, found: Coverage, seconds: float) -> None:
        """A table was measured."""
        self._progress.console.print(_measured(layer, table, found, seconds), soft_wrap=True)
        self._progress.update(self._task, advance=found.declared)


def _measured(layer: str, table: str, found: Coverage, seconds: float) -> str:
    words = [f"{plural(found.declared, 'check'):>11}", f"{found.passed:>5,} ok"]
    words += [f"{found.failed:,} failed"] if found.failed else []
    words += [f"{found.waived:,} waived"] if found.waived else []
    words += [f"{found.errored:,} could not tell"] if found.errored else []
    words += [f"{found.skipped:,} skipped"] if found.skipped else []
    return f"{plain(layer, 30):<12}  {plain(table, 80):<28}{'  '.join(words)}  {seconds:.2f} s"
