"""Whole processes, timed from outside by the operating system's own accounting."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Run:
    """One finished process: wall and CPU seconds, and its peak memory in MB."""

    wall: float
    cpu: float
    peak: float
    code: int


@dataclass(frozen=True, slots=True)
class Contender:
    """A command to time; `codes` are the exit codes that mean it did its work."""

    name: str
    command: Sequence[str]
    folder: Path
    codes: tuple[int, ...] = (0, 1)


def compare(contenders: Sequence[Contender], repeats: int, *, warm_up: bool = True) -> dict[str, list[Run]]:
    """Runs all contenders in turn, `repeats` times after a warm-up each, so that a slow minute hits all alike.

    Raises RuntimeError when one ends with a code that means it did not do its work.
    """
    for contender in contenders if warm_up else ():
        _run(contender)
    runs: dict[str, list[Run]] = {contender.name: [] for contender in contenders}
    for _ in range(repeats):
        for contender in contenders:
            runs[contender.name].append(_run(contender))
    return runs


def table(title: str, runs: Mapping[str, Sequence[Run]], yardstick: str) -> str:
    """The medians as text, each also as a ratio to the yardstick's."""
    base = median(run.wall for run in runs[yardstick])
    lines = [title, f"  {'':34}{'wall s':>9}{'cpu s':>9}{'peak MB':>9}{'ratio':>8}"]
    for name, of_name in runs.items():
        wall = median(run.wall for run in of_name)
        cpu, peak = median(run.cpu for run in of_name), max(run.peak for run in of_name)
        lines.append(f"  {name:34}{wall:9.2f}{cpu:9.2f}{peak:9.0f}{wall / base:8.2f}")
    return "\n".join(lines)


def _run(contender: Contender) -> Run:
    # byte code must be compiled once and kept, telemetry must not wait for a network that is not there
    drop = {"PYTHONDONTWRITEBYTECODE", "HARNESS_WAREHOUSE"}
    environment = {key: value for key, value in os.environ.items() if key not in drop}
    environment |= {"SODA_CORE_TELEMETRY_ENABLED": "false", "OTEL_SDK_DISABLED": "true", "DO_NOT_TRACK": "1"}
    with Path(os.devnull).open("wb") as nowhere:
        started = time.perf_counter()
        process = subprocess.Popen(
            contender.command, cwd=contender.folder, env=environment, stdout=nowhere, stderr=nowhere
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in contender.codes:
        raise RuntimeError(f"{contender.name} ended with code {process.returncode}: {' '.join(contender.command)}")
    scale = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale, process.returncode)
