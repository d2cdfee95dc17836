"""Soda checks, run by soda-core in a process beside our own measuring: `start` it, do other things, then `collect`.

    with start_soda(project, checks, as_of) as run:
        ...
        answers = run.collect(timeout)
    results = [soda_result(check, answers) for check in checks]

Whatever happens to the process, every clause of every job gets an answer, and none of them passes by default.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib.util import find_spec
from typing import IO, Any, Self

from harness.engines.postgres import session_options
from harness.load.soda import SodaClause
from harness.model.check import Check
from harness.model.errors import EngineError
from harness.model.project import Project
from harness.runners.soda_answers import SodaAnswer, SodaKey, answer_of, key_of, no_answer, soda_result
from harness.runners.soda_jobs import SodaJob, prepared
from harness.runners.soda_worker import PASSWORDS

__all__ = ["SodaAnswer", "SodaJob", "SodaKey", "SodaRun", "soda_result", "start", "start_soda"]

NOT_INSTALLED = 'Soda is not installed: pip install "contract-harness[soda]"'
_INHERITED = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT",
              "PGPASSFILE")  # fmt: skip
_LIBPQ = {"user": "PGUSER", "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT"}
"""What libpq takes from the environment where a server does not state it, and Soda does not."""


def start_soda(project: Project, checks: Iterable[Check], as_of: datetime) -> "SodaRun":
    """Begins to run those `checks` (rule `soda`) of the project; what else their files ask is left out."""
    wanted: dict[str, list[Check]] = {}
    for check in checks:
        wanted.setdefault(key_of(check)[0], []).append(check)
    files = {file.file: file for file in project.checks}
    # a rule of a contract brings its own document
    files |= {name: own for name, asked in wanted.items() if (own := asked[0].arguments.get("document"))}
    jobs = [
        SodaJob(
            file=files[name],
            server=server,
            root=project.root,
            table=asked[0].table,
            as_of=as_of,
            keys=frozenset(key_of(check)[1] for check in asked),
        )
        for name, asked in wanted.items()
        if name in files and (server := project.server_of(asked[0].contract))
    ]
    return start(jobs, os.environ, project.statement_timeout)


def start(jobs: Sequence[SodaJob], environ: Mapping[str, str], timeout: float = 300) -> "SodaRun":
    """Begins to run the jobs, in one process, with Soda's telemetry off; a statement ends after `timeout` seconds.

    Of secrets it gets the passwords of the servers that it asks, in its environment, which it empties.
    """
    run = SodaRun(jobs=tuple(jobs))
    asked = []
    for job in jobs:
        try:
            ready = prepared(job)
        except EngineError as error:
            run.refused[job.file.file] = str(error)
        else:
            asked += [ready] if ready["keys"] else []
    if not asked:
        return run
    for ready in asked:
        _complete(ready["source"], environ)
    needed = {"soda_core", *(f"soda_{ready['source']['type']}" for ready in asked)}
    if not all(map(find_spec, needed)):
        run.refused |= {ready["file"]: NOT_INSTALLED for ready in asked}
        return run
    stated = {job.server.name: job.server.settings.get("password") for job in jobs}
    passwords = {name: str(own or environ.get("PGPASSWORD", "")) for name, own in stated.items()}
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps(asked).encode())
        given.seek(0)
        # the worker ends when the other end of its pipe is closed, which even a process that is killed does
        theirs, run.lifeline = os.pipe()
        run.process = subprocess.Popen(
            # -P: a file of the project must not stand in for a module
            [sys.executable, "-P", "-m", "harness.runners.soda_worker", str(theirs)],
            stdin=given,
            stdout=run.out,
            stderr=run.log,
            env=_environment(environ) | {"PGOPTIONS": session_options(timeout), PASSWORDS: json.dumps(passwords)},
            pass_fds=(theirs,),
        )
        os.close(theirs)
    return run


@dataclass(slots=True)
class SodaRun:
    """A started run. Files, not pipes, take what the process writes, so that it never waits to be read."""

    jobs: tuple[SodaJob, ...]
    refused: dict[str, str] = field(default_factory=dict)
    """File -> why Soda was not asked."""
    process: "subprocess.Popen[bytes] | None" = None
    lifeline: int = -1
    """Our end of a pipe; the worker does not outlive it."""
    out: IO[bytes] = field(default_factory=tempfile.TemporaryFile, repr=False)
    log: IO[bytes] = field(default_factory=tempfile.TemporaryFile, repr=False)

    def collect(self, timeout: float) -> dict[SodaKey, SodaAnswer]:
        """Waits for the process, at most `timeout` seconds, and gives the answer to every clause; once only."""
        why = self._wait(timeout)
        facts: dict[str, Mapping[str, Any]] = {}
        for line in _lines(self.out):
            if "missing" in line:
                why = f"{NOT_INSTALLED} ({line['missing']})"
            else:
                facts[line["file"]] = line["facts"]
        self.stop()
        return {
            (job.file.file, clause.key): self._answer(job, clause, facts, why)
            for job in self.jobs
            for clause in job.clauses()
        }

    def __enter__(self) -> Self:
        """The run itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it, collected or not."""
        self.stop()

    def stop(self) -> None:
        """Ends the process if it still runs, and forgets what it wrote."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.lifeline >= 0:
            os.close(self.lifeline)
            self.lifeline = -1
        self.out.close()
        self.log.close()

    def _wait(self, timeout: float) -> str:
        """Why there may be files without an answer."""
        if self.process is None:
            return "Soda was not started"
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            return f"Soda was stopped after {timeout:g} s"
        self.log.seek(0)
        last = self.log.read().decode(errors="replace").strip().rpartition("\n")[2]
        return f"Soda's process ended with code {code}" + (f": {last}" if last else "")

    def _answer(self, job: SodaJob, clause: SodaClause, facts: Mapping[str, Mapping[str, Any]], why: str) -> SodaAnswer:
        if clause.error:
            return no_answer(clause, clause.error)
        fact = facts.get(job.file.file, {}).get(clause.key)
        if fact is None:
            return no_answer(clause, self.refused.get(job.file.file, why))
        return answer_of(clause, fact)


def _lines(out: IO[bytes]) -> Iterable[dict[str, Any]]:
    """What the worker answered; a line that was cut off by its end is none."""
    out.seek(0)
    for line in out.read().splitlines():
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            return


def _complete(source: dict[str, Any], environ: Mapping[str, str]) -> None:
    if source["type"] == "postgres":
        found = {key: environ[name] for key, name in _LIBPQ.items() if environ.get(name)}
        source["connection"] = found | source["connection"]


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    kept = {name: environ[name] for name in _INHERITED if name in environ}
    return kept | {"SODA_CORE_TELEMETRY_ENABLED": "false", "OTEL_SDK_DISABLED": "true", "TZ": "UTC"}
