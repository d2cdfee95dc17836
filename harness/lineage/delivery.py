"""Events to a lineage backend: in order, within a time limit, and never in the way of the verdict.

Events go through the client's transports and not through its `OpenLineageClient`: that one mutates the events and the
environment, adds facets of its own, and falls back to a silent console. What arrives is what the NDJSON file holds.
"""

import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harness.lineage.events import Event
from harness.lineage.naming import without_secrets
from harness.lineage.transport import Settings, bounded, choose_transports
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from openlineage.client.transport import Transport

INSTALL = 'pip install "contract-harness[lineage]"'
SECONDS = 10.0
"""The longest that a delivery takes when the project does not say."""
# What transports raise: requests' errors are OSErrors, the file transport's RuntimeErrors, a bad setting's the rest.
_TROUBLE = (OSError, RuntimeError, ValueError, TypeError, LookupError, AttributeError, ImportError)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the events: `failed` was refused, `pending` was not tried or never answered."""

    sent: int
    failed: int
    pending: int
    transport: str
    """`http`, `file`, `file + http`; `none` or `disabled` when nobody wants events, `unusable` for a wrong setting."""
    message: str
    """One sentence for people."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to send: every event arrived, or nobody wants any."""
        return not (self.failed or self.pending) or self.transport in ("none", "disabled")


def deliver(
    events: Sequence[Event],
    config: Mapping[str, Any],
    environ: Mapping[str, str],
    seconds: float = SECONDS,
    root: Path = Path(),
) -> Delivery:
    """Sends `events` as the OpenLineage configuration says, in at most `seconds`; it raises nothing.

    `config` is the project's `openlineage` entry, and `root` the folder its file is named from. An event that got no
    answer counts as pending although it may have arrived.
    """
    if environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return Delivery(0, 0, len(events), "disabled", "nothing sent: OPENLINEAGE_DISABLED is set")
    try:
        chosen = choose_transports(config, environ, root, Path.cwd())
    except (HarnessError, *_TROUBLE) as error:
        return Delivery(0, 0, len(events), "unusable", f"nothing sent: {_safe(str(error))}")
    if not chosen:
        return Delivery(0, 0, len(events), "none", "nothing sent: no transport configured")
    # what is near first: a server that hangs must not cost the file
    drains = [_Drain(settings) for settings in sorted(chosen, key=lambda settings: settings["type"] != "file")]
    stop = threading.Event()
    # a thread can be left behind when a server keeps it waiting; as a daemon it does not hold the process either
    sending = threading.Thread(
        target=_send, args=(drains, events, seconds, stop), name="openlineage-delivery", daemon=True
    )
    sending.start()
    sending.join(max(0.0, seconds))
    stop.set()
    return _summary([replace(drain) for drain in drains], len(events), seconds)  # copies: the thread may go on


@dataclass(slots=True)
class _Drain:
    """One transport's way through the events; `tried` is one more than `sent` while it waits for an answer."""

    settings: Settings
    tried: int = 0
    sent: int = 0
    trouble: str = ""

    def run(self, transport: "Transport", events: Sequence[Any], stop: threading.Event) -> None:
        """Transports write a mapping as it is, though their annotation names only the client's classes."""
        try:
            for event in events:
                if stop.is_set():
                    return
                self.tried += 1
                _check(transport.emit(event))
                self.sent += 1
        finally:
            transport.close()


def _send(drains: Sequence[_Drain], events: Sequence[Event], seconds: float, stop: threading.Event) -> None:
    try:
        from openlineage.client.transport import get_default_factory
    except ModuleNotFoundError as error:
        drains[0].trouble = f"{error.name} is not installed ({INSTALL})"
        return
    for drain in drains:
        try:
            _end_line(drain.settings)
            drain.run(get_default_factory().create(bounded(drain.settings, seconds)), events, stop)
        except _TROUBLE as error:
            drain.trouble = _reason(error)


def _end_line(settings: Settings) -> None:
    """Ends the line of a log that a killed process left half-written: the next event would be lost in it."""
    path = Path(str(settings.get("log_file_path") or ""))
    if settings["type"] == "file" and settings.get("append") and path.is_file() and path.stat().st_size:
        with path.open("rb+") as log:
            log.seek(-1, os.SEEK_END)
            if log.read(1) != b"\n":
                log.write(b"\n")


def _check(answer: Any) -> None:
    """Raises RuntimeError when a redirect made a GET of the POST: its 200 is some page's, and the event is lost."""
    request = getattr(answer, "request", None)
    if request is not None and request.method != "POST":
        raise RuntimeError(f"the server redirects to {request.url}; configure that address")


def _summary(drains: Sequence[_Drain], total: int, seconds: float) -> Delivery:
    """An event is sent when every transport took it."""
    transport = " + ".join(drain.settings["type"] for drain in drains)
    behind = [drain for drain in drains if drain.sent < total]
    if not behind:
        return Delivery(total, 0, 0, transport, f"{total} events sent by {transport}")
    sent = min(drain.sent for drain in behind)
    failed = int(any(drain.trouble and drain.tried > drain.sent for drain in behind))
    pending = total - sent - failed
    reasons = (f"{drain.settings['type']}: {drain.trouble or f'no answer within {seconds:g} s'}" for drain in behind)
    message = f"{sent} of {total} events sent by {transport}, {pending} left; {'; '.join(reasons)}"
    return Delivery(sent, failed, pending, transport, message)


def _reason(error: Exception) -> str:
    """Why, in one line: the cause rather than its wrappings, and what the server said."""
    cause = getattr(error.args[0] if error.args else None, "reason", None) or error
    said = getattr(getattr(error, "response", None), "text", "")
    return _safe(f"{str(cause) or type(cause).__name__}" + (f" ({said})" if said else ""))


def _safe(text: str) -> str:
    """One line without credentials or control characters, of a length people read."""
    line = "".join(c for c in " ".join(without_secrets(text).split()) if c.isprintable())
    return line if len(line) <= 400 else f"{line[:399]}…"
