"""`harness verify` is killed at thirty random moments: nothing half-written, nothing lost, nobody left behind."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness.commands import reporting

KILLS_WITH_SODA, KILLS = 8, 22
FILES = {*reporting.FILES.values(), "openlineage.ndjson"}
LINEAGE = "transport: {type: file, log_file_path: sent.ndjson, append: true}\n"
SODA = "dataset: warehouse/marts/fct_orders\nchecks:\n  - row_count: {threshold: {must_be_greater_than: 1}}\n"


class Killed:
    """A project whose runs are killed, and what must be true of its folder afterwards."""

    def __init__(self, shop: Any) -> None:
        self.root: Path = shop.root
        self.latest = self.root / "reports" / "latest"
        self.printed = self.root / "printed.txt"

    def start(self) -> "subprocess.Popen[bytes]":
        with self.printed.open("wb") as out:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "harness", "verify", "--fail-on", "error"],
                cwd=self.root,
                stdout=out,
                stderr=subprocess.DEVNULL,
            )

    def whole(self) -> float:
        """A run that nobody kills, held against what it must leave; its seconds."""
        started = time.perf_counter()
        code = self.start().wait(60)
        seconds = time.perf_counter() - started
        assert code == 0
        assert {path.name for path in self.latest.iterdir()} == FILES
        assert sorted(path.name for path in (self.root / "reports").iterdir()) == ["history", "latest", "outbox"]
        assert json.loads((self.latest / "report.json").read_text())["verdict"]["outcome"] == "pass"
        assert self.events_of_run() <= self.sent()
        return seconds

    def kill_after(self, seconds: float) -> bool:
        """Whether the run was still going."""
        process = self.start()
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
        code = process.wait(60)
        assert code in (0, -9)
        return code == -9

    def hold(self) -> None:
        """What must be true at any moment after a run was killed."""
        self.nobody_is_left()
        duckdb.connect(str(self.root / "warehouse.duckdb")).close()  # for writing: nobody holds a lock
        if self.latest.exists():
            assert {path.name for path in self.latest.iterdir()} == FILES
            run = json.loads((self.latest / "report.json").read_text())["run_id"]
            assert run in (self.latest / "report.md").read_text()
            for event in map(json.loads, (self.latest / "openlineage.ndjson").read_text().splitlines()):
                gate = event["run"]["facets"].get("parent", event)["run"]
                assert gate["runId"] == run
        if "Exit code" in self.printed.read_text():
            assert self.events_of_run() <= self.sent() | self.kept(), "no event of a verdict that was told is lost"
        assert self.kept() is not None

    def events_of_run(self) -> set[str]:
        return set((self.latest / "openlineage.ndjson").read_text().splitlines())

    def kept(self) -> set[str]:
        """The events that are still to be sent; each file of them is whole."""
        files = (self.root / "reports").glob("outbox/pending/[!.]*.ndjson")
        texts = [path.read_text() for path in files]
        assert all(text.endswith("\n") for text in texts)
        return {json.dumps(json.loads(line), sort_keys=True) for text in texts for line in text.splitlines()}

    def sent(self) -> set[str]:
        """The events that arrived in whole."""
        log = self.root / "sent.ndjson"
        arrived = set()
        for line in log.read_text().splitlines() if log.exists() else ():
            try:
                arrived.add(json.dumps(json.loads(line), sort_keys=True))
            except json.JSONDecodeError:
                continue  # cut off: the one that was being sent
        return arrived

    def nobody_is_left(self) -> None:
        deadline = time.monotonic() + 20
        while left := list(self._processes()):
            assert time.monotonic() < deadline, f"still running: {left}"
            time.sleep(0.02)

    def _processes(self) -> Any:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                here = (folder / "cwd").readlink() == self.root.resolve()
                if here and b"harness" in (folder / "cmdline").read_bytes():
                    yield folder.name
            except OSError:
                continue


@pytest.mark.skipif(not Path("/proc/self/cwd").exists(), reason="finds processes by /proc")
@pytest.mark.parametrize(("soda", "kills"), [(False, KILLS), (True, KILLS_WITH_SODA)], ids=["own", "soda"])
def test_killed_at_random_moments(shop, soda, kills):
    shop.settings("openlineage: {config: lineage.yml}\n")
    shop.write("lineage.yml", LINEAGE)
    if soda:
        shop.write("checks/marts/fct_orders.soda.yml", SODA)
    killed = Killed(shop)
    seconds = max(killed.whole(), killed.whole())
    chance = random.Random(20_240_106)
    hits = 0
    for attempt in range(4 * kills):
        if attempt >= kills and hits > kills // 3:
            break  # more than once around only where the runs are faster than those that were measured
        # one moment in each part of the run, so that they are spread over all of it
        hits += killed.kill_after(seconds * (attempt % kills + chance.random()) / kills)
        killed.hold()
    assert hits > kills // 3
    killed.whole()
