"""Messages handed to a process that sends them, and is ended when it takes too long."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import IO

INSTALL = 'Apprise is not installed (pip install "contract-harness[audit]")'


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What goes to one address."""

    id: str
    url: str
    """Of Apprise, with everything that is secret in it."""
    only: str = ""
    """The one host (`host[:port]`) that may be called for it; "" for any."""
    title: str
    text: str
    kind: str = "failure"
    """`failure`, `warning`, `info` or `success`, as receivers colour it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What became of a Message."""

    id: str
    error: str = ""
    """Why it did not arrive; "" when it did."""
    retry_after: float | None = None
    """Seconds that the receiver asks to wait."""


def send(messages: Sequence[Message], seconds: float, environ: Mapping[str, str]) -> tuple[Attempt, ...]:
    """Sends each, several at a time, in at most `seconds`; what became of each, in their order. Raises nothing.

    One that got no answer in time has an error, although it may have arrived: each arrives at least once.
    """
    if not messages:
        return ()
    if find_spec("apprise") is None:
        return tuple(Attempt(id=each.id, error=INSTALL) for each in messages)
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answered, tempfile.TemporaryFile() as log:
        given.write(json.dumps([asdict(each) for each in messages]).encode())
        given.seek(0)
        try:
            why = _run(given, answered, log, seconds, environ)
        except OSError as error:
            why = f"no process could be started: {error.strerror or error}"
        attempts = {each.id: each for each in _attempts(answered)}
    return tuple(attempts.get(each.id, Attempt(id=each.id, error=why)) for each in messages)


def _run(given: IO[bytes], answered: IO[bytes], log: IO[bytes], seconds: float, environ: Mapping[str, str]) -> str:
    """Why a message has no answer when the process is over."""
    # files, not pipes, take what it writes, so that what it told before it was ended is not lost.
    # -P: a file of the project must not stand in for a module
    command = [sys.executable, "-P", "-m", "harness.alerts.worker", f"{seconds:g}"]
    with subprocess.Popen(command, stdin=given, stdout=answered, stderr=log, env=dict(environ)) as process:
        try:
            code = process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            return f"no answer within {seconds:g} s"
    log.seek(0)
    said = log.read().decode("utf-8", "replace").strip().splitlines()
    return f"the sending process ended with {code}" + (f": {said[-1][:200]}" if said else "")


def _attempts(answered: IO[bytes]) -> Iterable[Attempt]:
    answered.seek(0)
    for line in answered.read().decode("utf-8", "replace").splitlines():
        try:
            yield Attempt(**json.loads(line))
        except (ValueError, TypeError):
            continue  # the line that it was writing when it was ended
