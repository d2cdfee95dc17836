"""Our own metrics, table by table: small tables side by side, a large one alone, since it keeps every core busy."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import groupby
from threading import Lock
from time import perf_counter

from harness.evaluate import evaluate, skipped, undecided
from harness.metrics import METRICS
from harness.model.check import Check
from harness.model.result import Result, coverage_of
from harness.runners.sql import LARGE, run_sql
from harness.uses.observe import Session, obstacle_to
from harness.uses.progress import Progress


def measure(
    checks: Sequence[Check],
    sessions: Mapping[str, Session],
    show: Progress,
    waived: Callable[[Sequence[Result]], frozenset[str]],
) -> Iterator[Result]:
    """The Results of the checks that a metric decides, in their order; `waived` says which failures are set aside."""
    ours = measured_here(checks)
    # by identity: two contracts may share an id, and still promise different tables under one name
    tables = [list(group) for _, group in groupby(ours, key=lambda c: (id(c.schema), c.table, c.server))]
    whole_machine = Lock()
    pool = ThreadPoolExecutor(max_workers=os.cpu_count())
    try:
        for results in pool.map(
            lambda of_table: _measure_table(of_table, sessions, show, waived, whole_machine), tables
        ):
            yield from results
    finally:
        # an interrupt must not wait for the statements that still run
        pool.shutdown(wait=False, cancel_futures=True)


def measured_here(checks: Sequence[Check]) -> list[Check]:
    """The checks that a metric decides."""
    return [check for check in checks if check.rule in METRICS]


def runnable(checks: Sequence[Check], sessions: Mapping[str, Session]) -> list[Check]:
    """The checks that nothing keeps from being run."""
    return [check for check in checks if not check.skip and not obstacle_to(check, sessions)]


def unmeasured(check: Check, sessions: Mapping[str, Session]) -> Result:
    """The Result of a check that is not runnable."""
    return skipped(check) if check.skip else undecided(check, obstacle_to(check, sessions))


def _measure_table(
    checks: Sequence[Check],
    sessions: Mapping[str, Session],
    show: Progress,
    waived: Callable[[Sequence[Result]], frozenset[str]],
    whole_machine: Lock,
) -> list[Result]:
    ready = runnable(checks, sessions)
    asked = {check.id for check in ready}
    results = [unmeasured(check, sessions) for check in checks if check.id not in asked]
    session = sessions[ready[0].server] if ready else None
    rows = session.sizes.get(ready[0].table, 0) if session else 0
    with whole_machine if rows >= LARGE else nullcontext():
        # a table begins when it need not wait any more, so that its time is its own
        name, started = (checks[0].contract.layer, checks[0].schema.name), perf_counter()
        show.table(*name, len(checks))
        if session and session.engine:
            measured = run_sql(session.engine, ready, session.dialect, rows)
            results += [evaluate(check, measured[check.id]) for check in ready]
        show.done(*name, coverage_of(results, waived(results)), perf_counter() - started)
    return results
