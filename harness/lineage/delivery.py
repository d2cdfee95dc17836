"""Events to a lineage backend: kept on disk first, then sent in order, within a time limit, never in the verdict's way.

Events go through the client's transports and not through its `OpenLineageClient`: that one mutates the events and the
environment, adds facets of its own, and falls back to a silent console. What arrives is what the NDJSON file holds.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from harness.lineage.drain import TROUBLE, Drain, send
from harness.lineage.naming import one_line
from harness.lineage.outbox import Outbox
from harness.lineage.transport import Settings, choose_transports
from harness.model.errors import HarnessError

SECONDS = 10.0
"""The longest that a delivery takes when the project does not say."""
REPLAY = "`harness lineage replay` sends them"


@dataclass(frozen=True, slots=True)
class Route:
    """Where events are to go, or why they cannot."""

    transports: tuple[Settings, ...] = ()
    obstacle: str = ""
    """What is wrong with the configuration, in words for people; "" when events can be sent."""
    wanted: bool = True
    """False when nobody asked for events: no transport is configured, or they are switched off."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of the events, those of earlier runs included."""

    sent: int
    refused: int
    """For good, by this delivery or of this run; they lie in `dead/`."""
    pending: int
    message: str
    """One sentence for people."""
    done: bool
    """Whether every event has arrived."""


def route_of(config: Mapping[str, Any], environ: Mapping[str, str], root: Path) -> Route:
    """What the OpenLineage configuration says; it raises nothing.

    `config` is the project's `openlineage` entry, and `root` the folder its file is named from.
    """
    if environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return Route(obstacle="OPENLINEAGE_DISABLED is set", wanted=False)
    try:
        chosen = choose_transports(config, environ, root, Path.cwd())
    except (HarnessError, *TROUBLE) as error:
        return Route(obstacle=one_line(str(error)))
    if not chosen:
        return Route(obstacle="no transport configured", wanted=False)
    # what is near first: a server that hangs must not cost the file
    return Route(tuple(sorted(chosen, key=lambda settings: bool(settings["type"] != "file"))))


def keep(outbox: Outbox, text: str, route: Route, *, required: bool) -> tuple[str, str]:
    """Writes a run's events to the outbox if anybody wants them; the name they have there, or what is wrong.

    Whoever requires lineage wants them: they can be sent when the configuration is mended.
    """
    if not text or not (route.wanted or required):
        return "", ""
    try:
        return outbox.keep(text), ""
    except OSError as error:
        return "", f"the events cannot be kept in {outbox.folder}: {error.strerror or error}"


def deliver(outbox: Outbox, route: Route, seconds: float = SECONDS, run: str = "") -> Delivery:
    """Sends what is pending, oldest first, in at most `seconds`; it raises nothing.

    `run` is what `keep` called this run's events. An event that got no answer stays pending, although it may have
    arrived: every event arrives at least once.
    """
    try:
        if route.obstacle:
            left = outbox.left(())
            tail = f"; {left} pending, kept in {outbox.folder}, {REPLAY}" if left else ""
            return Delivery(0, 0, left, f"nothing sent: {route.obstacle}{tail}", done=False)
        return _deliver(outbox, route, seconds, run)
    except (OSError, ValueError) as error:
        return Delivery(0, 0, 0, f"the outbox {outbox.folder} cannot be used: {one_line(str(error))}", done=False)


def _deliver(outbox: Outbox, route: Route, seconds: float, run: str) -> Delivery:
    buried = {name for name in outbox.dead() if not (run and name.startswith(run))}
    drains = [Drain(settings) for settings in route.transports]
    if outbox.runs():
        stop = threading.Event()
        # a thread can be left behind when a server keeps it waiting; as a daemon it does not hold the process either
        sending = threading.Thread(
            target=send, args=(outbox, drains, seconds, stop), name="openlineage-delivery", daemon=True
        )
        sending.start()
        sending.join(max(0.0, seconds))
        stop.set()
    left = outbox.left([drain.destination for drain in drains])
    dead = [name for name in outbox.dead() if name not in buried]
    return _summary(outbox, [replace(drain) for drain in drains], left, len(dead), seconds)  # the thread may go on


def _summary(outbox: Outbox, drains: Sequence[Drain], left: int, refused: int, seconds: float) -> Delivery:
    sent = max(drain.sent for drain in drains)
    told = [f"{_events(each.sent)} sent by {each.settings['type']}" for each in drains if each.sent or not left]
    parts = told or ["nothing sent"]
    if refused:
        words = next((f": {drain.refused}" for drain in drains if drain.refused), "")
        parts.append(f"{refused} refused for good, they are in {outbox.folder / 'dead'}{words}")
    if left:
        reasons = [f"{drain.settings['type']}: {drain.trouble}" for drain in drains if drain.trouble]
        why = "; ".join(reasons) or f"no answer within {seconds:g} s"
        parts.append(f"{left} pending ({why}), kept in {outbox.folder}, {REPLAY}")
    return Delivery(sent, refused, left, "; ".join(parts), done=not (left or refused))


def _events(count: int) -> str:
    return f"{count} event" if count == 1 else f"{count} events"
