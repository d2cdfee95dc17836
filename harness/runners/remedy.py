"""A command of the user, run without a shell, and ended with everything that it started when its time is over."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import IO
from uuid import uuid4

MARK = "HARNESS_REMEDY"
"""In the environment of all that a remedy starts, however far it detaches itself."""
_GRACE = 5.0
"""Seconds between asking it to end and ending it, so that a loader can roll back."""
_LINGER = 2.0
"""Seconds that what it started has to follow it by itself: helpers of its interpreter end just after it."""
_KEPT = 64 << 10
"""Bytes of its output that are kept, the last ones."""
_LINES = 20
_CANCELS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a command."""

    error: str = ""
    """Why it did not succeed; "" when it did."""
    said: str = ""
    """The last lines that it wrote."""
    seconds: float = 0.0


def run(command: Sequence[str], folder: Path, environ: Mapping[str, str], seconds: float) -> Ran:
    """Runs it in `folder`; it reads nothing, and what it leaves running is ended. Raises nothing.

    `python` and `dbt` are those beside the interpreter of the harness, where they are there.
    """
    started, mark = time.monotonic(), uuid4().hex
    path = os.pathsep.join(filter(None, (str(Path(sys.executable).parent), environ.get("PATH", os.defpath))))
    said = bytearray()
    with _cancelled_by_signals() as signals:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env={**environ, "PATH": path, MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            return Ran(f"it cannot be started: {getattr(error, 'strerror', None) or error}")
        try:
            assert process.stdout  # noqa: S101 - asked for above
            listening = Thread(target=_listen, args=(process.stdout, said), name="remedy", daemon=True)
            listening.start()
            with signals.heard():
                why = _waited(process, seconds)
                if process.returncode is not None:
                    _outlived(mark)
        finally:
            left = _end(process, mark)
    # a process that hides from us may hold the pipe open
    listening.join(_GRACE)
    if not why and left:
        why = "it left processes behind, which were ended: what they would have done is not known"
    lines = bytes(said).decode("utf-8", "replace").splitlines()
    return Ran(why, "\n".join(lines[-_LINES:]), time.monotonic() - started)


@contextmanager
def alone(file: Path) -> Iterator[bool]:
    """Whether no other process of this machine holds the file; until the end of the block this one does."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def pause(seconds: float) -> None:
    """Waits."""
    time.sleep(seconds)


def _waited(process: "subprocess.Popen[bytes]", seconds: float) -> str:
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        return f"it was ended after {seconds:g} s"
    if code < 0:
        with suppress(ValueError):
            return f"it was killed by {signal.Signals(-code).name}"
        return f"it was killed by the signal {-code}"
    return f"it ended with exit code {code}" if code else ""


def _outlived(mark: str) -> None:
    """Waits, a little while, for what it started to be over."""
    until = time.monotonic() + _LINGER
    while _marked(mark) and time.monotonic() < until:
        time.sleep(0.02)


def _listen(stream: IO[bytes], said: bytearray) -> None:
    with stream, suppress(OSError):
        while part := os.read(stream.fileno(), 1 << 16):
            said += part
            del said[:-_KEPT]


def _end(process: "subprocess.Popen[bytes]", mark: str) -> int:
    """Ends it and all that bears its mark; how many there were beside it."""
    left = {number for number in _marked(mark) if number != process.pid}
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    # again and again: one that is being ended may start another
    for _ in range(100):
        rest = _marked(mark)
        if not rest:
            break
        for number in rest:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(number, signal.SIGKILL)
        time.sleep(0.02)
    process.wait()
    return len(left)


def _marked(mark: str) -> list[int]:
    """The processes whose environment bears the mark; none where the system does not tell."""
    wanted, found = f"{MARK}={mark}".encode(), []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


@dataclass(slots=True)
class _Signals:
    """What cancels a run (Ctrl-C, a CI, a closed terminal): an exception where that can be, else as soon as it can be.

    One that came while the command is being started, or ended, would leave it behind.
    """

    came: bool = False
    interrupts: bool = False

    def receive(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """What the system calls."""
        self.came = True
        if self.interrupts:
            self.interrupts = False
            raise KeyboardInterrupt

    @contextmanager
    def heard(self) -> Iterator[None]:
        """The block is interrupted by one, also by one that came before. Raises KeyboardInterrupt."""
        self.interrupts = True
        try:
            if self.came:
                raise KeyboardInterrupt
            yield
        finally:
            self.interrupts = False


@contextmanager
def _cancelled_by_signals() -> Iterator[_Signals]:
    """Raises KeyboardInterrupt at the end of the block when one came that it has not heard."""
    signals = _Signals()
    numbers = [each for each in _CANCELS if signal.getsignal(each) is not signal.SIG_IGN]
    try:
        before = {number: signal.signal(number, signals.receive) for number in numbers}
    except ValueError:  # not in the main thread, where no signal arrives
        yield signals
        return
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if signals.came:
        raise KeyboardInterrupt
