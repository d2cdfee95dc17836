"""The outbox emptied into transports: in order, each event until its destination has answered.

A 2xx is done. A refusal that no second attempt would change goes to `dead/`, and the next event follows. Anything else
ends the drain, so that the order is kept, and the event stays pending; what may pass in a moment is tried thrice.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.lineage.naming import one_line
from harness.lineage.outbox import Outbox
from harness.lineage.transport import Settings, bounded

if TYPE_CHECKING:
    from openlineage.client.transport import Transport

INSTALL = 'pip install "contract-harness[lineage]"'
# What transports raise: requests' errors are OSErrors, the file transport's RuntimeErrors, a bad setting's the rest.
TROUBLE = (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, ImportError)
FINAL = (400, 409, 413, 415, 422)
"""The server has read the event and does not want it."""
_PASSING = (429, 500, 502, 503, 504)
_ATTEMPTS = 3


@dataclass(slots=True)
class Drain:
    """One destination's way through the outbox."""

    settings: Settings
    sent: int = 0
    refused: str = ""
    """What the destination said of the first event that it does not want."""
    trouble: str = ""
    """Why the drain ended early."""

    @property
    def destination(self) -> str:
        """Its name in the outbox, which stays the same while the address does."""
        place = [str(self.settings.get(key, "")) for key in ("url", "endpoint", "log_file_path")]
        return f"{self.settings['type']}-{hashlib.sha256(chr(0).join(place).encode()).hexdigest()[:8]}"


def send(outbox: Outbox, drains: Sequence[Drain], seconds: float, stop: threading.Event) -> None:
    """Drains the outbox into each destination; what went wrong is in the drains. Raises nothing.

    `stop` ends it between two events, and `seconds` is how long it may take until then.
    """
    deadline = time.monotonic() + seconds
    try:
        from openlineage.client.transport import get_default_factory
    except ModuleNotFoundError as error:
        drains[0].trouble = f"{error.name} is not installed ({INSTALL})"
        return
    try:
        with outbox.alone(stop) as free:
            if not free:
                drains[0].trouble = "another process is sending"
                return
            for drain in drains:
                try:
                    transport = get_default_factory().create(bounded(drain.settings, seconds))
                    _run(drain, transport, outbox, stop, deadline)
                except TROUBLE as error:
                    drain.trouble = _reason(error)
            outbox.drop([drain.destination for drain in drains])
    except OSError as error:
        drains[0].trouble = one_line(str(error))


def _run(drain: Drain, transport: "Transport", outbox: Outbox, stop: threading.Event, deadline: float) -> None:
    _end_line(drain.settings)
    seen: set[str] = set()
    try:
        # another run may put its events here meanwhile; it waits for us to send them
        while new := [run for run in outbox.runs() if run not in seen]:
            for run in new:
                events = outbox.events(run)
                for number in range(outbox.done(run, drain.destination), len(events)):
                    if stop.is_set():
                        return
                    _one(drain, transport, events[number], outbox, (run, number), stop, deadline)
                seen.add(run)
                _sync_log(drain.settings)
    finally:
        transport.close()


def _one(
    drain: Drain,
    transport: Any,
    line: str,
    outbox: Outbox,
    place: tuple[str, int],
    stop: threading.Event,
    deadline: float,
) -> None:
    """One event until it is sent or buried. Raises what the transport raises when it is neither."""
    try:
        event = json.loads(line.encode())
    except ValueError as error:
        _bury(drain, outbox, place, f"the line is no JSON in UTF-8: {error}")
        return
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            # transports write a mapping as it is, though their annotation names only the client's classes
            _check(transport.emit(event))
        except TROUBLE as error:
            if _status(error) in FINAL:
                _bury(drain, outbox, place, _reason(error))
                return
            wait = _wait(error, attempt)
            if attempt == _ATTEMPTS or wait is None or time.monotonic() + wait >= deadline or stop.wait(wait):
                raise
        else:
            drain.sent += 1
            outbox.settle(place[0], drain.destination)
            return


def _bury(drain: Drain, outbox: Outbox, place: tuple[str, int], words: str) -> None:
    drain.refused = drain.refused or words
    outbox.bury(*place, drain.destination, words)
    outbox.settle(place[0], drain.destination)


def _check(answer: Any) -> None:
    """Raises RuntimeError when a redirect made a GET of the POST: its 200 is some page's, and the event is lost."""
    request = getattr(answer, "request", None)
    if request is not None and request.method != "POST":
        raise RuntimeError(f"the server redirects to {request.url}; configure that address")


def _status(error: Exception) -> int:
    return int(getattr(getattr(error, "response", None), "status_code", 0) or 0)


def _wait(error: Exception, attempt: int) -> float | None:
    """Seconds until it is worth another attempt; None when it is not, or when the event may have arrived."""
    response = getattr(error, "response", None)
    if response is not None and _status(error) in _PASSING:
        asked = _seconds(str(response.headers.get("Retry-After") or ""))
        return 0.3 * attempt if asked is None else asked
    refused = type(_cause(error)).__name__ == "NewConnectionError"
    return 0.3 * attempt if refused else None


def _seconds(text: str) -> float | None:
    """What `Retry-After` says: seconds, or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def _end_line(settings: Settings) -> None:
    """Ends the line of a log that a killed process left half-written: the next event would be lost in it."""
    path = _log(settings)
    if path and path.stat().st_size:
        with path.open("rb+") as log:
            log.seek(-1, os.SEEK_END)
            if log.read(1) != b"\n":
                log.write(b"\n")


def _sync_log(settings: Settings) -> None:
    """The client does not make the log durable, and the outbox is about to forget the events."""
    path = _log(settings)
    if path:
        with path.open("rb+") as log:
            os.fsync(log.fileno())


def _log(settings: Settings) -> Path | None:
    path = Path(str(settings.get("log_file_path") or ""))
    return path if settings["type"] == "file" and settings.get("append") and path.is_file() else None


def _cause(error: Exception) -> Any:
    return getattr(error.args[0] if error.args else None, "reason", None) or error


def _reason(error: Exception) -> str:
    """Why, in one line: the cause rather than its wrappings, and what the server said."""
    cause = _cause(error)
    said = getattr(getattr(error, "response", None), "text", "")
    return one_line(f"{str(cause) or type(cause).__name__}" + (f" ({said})" if said else ""))
