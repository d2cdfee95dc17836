"""Soda's checks in a run: begun beside our own measuring, and collected after it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime

from harness.model.check import Check
from harness.model.project import Project
from harness.model.result import Result
from harness.runners.soda import soda_result, start_soda
from harness.uses.measure import runnable, unmeasured
from harness.uses.observe import Session
from harness.uses.progress import Progress

TIMEOUT = 600.0
"""Seconds that soda-core gets for all its files."""


def begin(
    project: Project,
    asked: Sequence[Check],
    sessions: Mapping[str, Session],
    now: datetime,
    stack: ExitStack,
    show: Progress,
) -> Callable[[], Iterator[Result]]:
    """Starts soda-core for the checks `asked`, in a process that ends with `stack`; call the answer to collect."""
    ready = runnable(asked, sessions)
    run = stack.enter_context(start_soda(project, ready, now))

    def collect() -> Iterator[Result]:
        show.stage("soda")
        answers = run.collect(TIMEOUT)
        yield from (soda_result(check, answers) for check in ready)
        yield from (unmeasured(check, sessions) for check in asked if check not in ready)

    return collect
