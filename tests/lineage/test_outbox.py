"""Nothing is lost and the order is kept: under SIGKILL at random moments, with two runs at once, on an odd disk."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from harness.lineage.delivery import Route, deliver
from harness.lineage.outbox import Outbox

RUNS, EVENTS = 3, 40
DRAIN = """
import sys
from pathlib import Path
from harness.lineage.delivery import deliver, route_of
from harness.lineage.outbox import Outbox
route = route_of({}, {"OPENLINEAGE_URL": sys.argv[2]}, Path())
print("ready", flush=True)
print(deliver(Outbox(Path(sys.argv[1])), route, 60))
"""


def text(name: str, count: int = EVENTS) -> str:
    return "".join(json.dumps({"event": f"{name}-{number:03d}"}) + "\n" for number in range(count))


def names(received: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in received]


def drainer(outbox: Outbox, url: str) -> "subprocess.Popen[str]":
    environ = os.environ | {"NO_PROXY": "127.0.0.1", "HOME": str(outbox.folder)}
    command = [sys.executable, "-c", DRAIN, str(outbox.folder), url]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ, cwd=outbox.folder.parent)


def test_killed_in_the_drain(backend: Any, tmp_path: Path) -> None:
    outbox, chance = Outbox(tmp_path / "outbox"), random.Random(20_261_127)
    for number in range(RUNS):
        outbox.keep(text(f"run{number}"))
    backend.delay = 0.01
    wanted = [f"run{run}-{number:03d}" for run in range(RUNS) for number in range(EVENTS)]
    kills = 0
    while outbox.runs():
        with drainer(outbox, backend.url) as process:
            before = len(backend.received)
            while len(backend.received) == before and process.poll() is None:
                time.sleep(0.001)  # it is at work; now at any moment
            time.sleep(chance.random() * 0.3)
            process.send_signal(signal.SIGKILL)
            kills += process.wait() == -signal.SIGKILL
    received = names(backend.received)
    first_times = list(dict.fromkeys(received))
    assert first_times == wanted, "nothing lost, order kept"
    assert len(received) - len(wanted) <= kills, "at most one duplicate for each kill"
    assert kills > 3
    # a duplicate is the event that the killed process was sending, and nothing older
    assert received == sorted(received)


def test_two_at_once(backend: Any, tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox")
    for number in range(RUNS):
        outbox.keep(text(f"run{number}"))
    backend.delay = 0.002
    processes = [drainer(outbox, backend.url) for _ in range(3)]
    outbox.keep(text("late"))
    said = [process.communicate(timeout=60)[0] for process in processes]
    received = names(backend.received)
    assert len(received) == len(set(received)) == (RUNS + 1) * EVENTS, "each event once"
    assert received == [*(n for n in received if n.startswith("run")), *(n for n in received if n.startswith("late"))]
    assert all("pending=0" in each and "done=True" in each for each in said), said
    assert not list((outbox.folder / "pending").iterdir())


def test_one_that_waits_gives_up_in_time(backend: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    outbox = Outbox(tmp_path / "outbox")
    outbox.keep(text("run", 1))
    route = Route(({"type": "http", "url": backend.url},))
    with outbox.alone(threading.Event()) as free:
        assert free
        began = time.monotonic()
        delivery = deliver(outbox, route, 0.5)
        assert time.monotonic() - began < 5
        assert (delivery.sent, delivery.pending, delivery.done) == (0, 1, False)
        assert backend.received == []
    assert deliver(outbox, route, 5).done


def test_the_order_of_runs_survives_a_clock_that_is_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox, hours = Outbox(tmp_path / "outbox"), iter([5, 4, 4, 6])
    monkeypatch.setattr(time, "time_ns", lambda: next(hours) * 3600 * 10**9)
    kept = [outbox.keep(text(str(number), 1)) for number in range(4)]
    assert outbox.runs() == kept


def test_a_journal_that_was_cut_off_counts_whole_lines(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    run = outbox.keep(text("run", 3))
    assert (outbox.done(run, "a"), outbox.left(["a", "b"]), outbox.left([])) == (0, 3, 3)
    outbox.settle(run, "a")
    with (tmp_path / "pending" / f"{run}.a").open("ab") as journal:
        journal.write(b"don")
    assert (outbox.done(run, "a"), outbox.left(["a"]), outbox.left(["a", "b"])) == (1, 2, 3)


def test_a_run_is_dropped_when_every_destination_is_done(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    run = outbox.keep(text("run", 1))
    outbox.settle(run, "a")
    outbox.drop(["a", "b"])
    assert outbox.runs() == [run]
    outbox.settle(run, "b")
    outbox.drop(["a", "b"])
    assert not list((tmp_path / "pending").iterdir())
    assert outbox.events(run) == []


def test_an_event_that_two_refused_comes_back_once(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    run = outbox.keep(text("run", 2))
    for destination in ("a", "b"):
        outbox.bury(run, 1, destination, "no")
    assert len(outbox.dead()) == 2
    assert outbox.revive() == 2
    assert [outbox.events(each) for each in outbox.runs()][1] == text("run", 2).splitlines()[1:]


def test_what_a_killed_writer_left_is_no_run(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path)
    run = outbox.keep(text("run", 1))
    old, fresh = (tmp_path / "pending" / f".{name}.ndjson.7" for name in ("old", "fresh"))
    for each in (old, fresh):
        each.write_text('{"half', encoding="utf-8")
    os.utime(old, (0, 0))
    assert outbox.runs() == [run]
    outbox.keep(text("next", 1))
    assert (old.exists(), fresh.exists()) == (False, True)
