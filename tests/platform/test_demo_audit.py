"""The simulated year of `make demo-audit`, whose every number is known."""

import itertools
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "data"


@pytest.fixture(scope="module")
def demo():
    sys.path.insert(0, str(SOURCE))
    import demo_audit

    return demo_audit


@pytest.mark.xdist_group("demo-audit")
def test_the_last_audit_of_the_year_knows_all_that_happened(tmp_path):
    command = [sys.executable, str(SOURCE / "demo_audit.py"), "--folder", str(tmp_path / "year")]
    run = subprocess.run(command, env={**os.environ}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.rstrip().endswith("Every number is as the script made it.")
    # the budget of the mart's latency was spent in the broken week, and not before
    months = {line[:7]: line.split()[1:] for line in run.stdout.splitlines() if line.startswith("2013-")}
    assert months["2013-02"] == ["100%", "ok", "pass"]
    assert months["2013-09"] == ["7%", "ok", "pass"]
    assert months["2013-10"] == ["-68%", "spent", "fail"]
    assert months["2013-12"] == ["-41%", "spent", "fail"]


def test_the_expected_numbers_follow_from_the_script(demo):
    """Counted again, without the harness."""
    days = [date.fromordinal(n) for n in range(demo.FIRST.toordinal(), demo.LAST.toordinal() + 1)]
    due = [day for day in days if day not in demo.HOLIDAYS]
    states = Counter(
        "missed" if day in demo.MISSED | demo.BROKEN else "late" if day in demo.LATE else "kept" for day in due
    )
    came = {day for _, day in demo.arrivals()}
    quiet = {day for before, day in itertools.pairwise(days) if not {before, day} & came}
    for table in ("nycflights_flights", "fct_flights"):
        kept, late, missed, unknown, _ = demo.EXPECTED[table, "latency"]
        assert {"kept": kept, "late": late, "missed": missed} == states
        assert demo.EXPECTED[table, "frequency"][:4] == (kept + late, 0, missed, unknown)
    # at 13:30 data is older than 26 h only when the day before brought nothing either
    assert demo.EXPECTED["fct_flights", "availability"][:4] == (len(days) - len(quiet), 0, len(quiet), 0)
    assert [lasted for _, lasted in demo.INCIDENTS] == [1, 1, 1, 1, 1, 5]
    assert {began for began, _ in demo.INCIDENTS} == {*demo.LATE, *demo.MISSED, min(demo.BROKEN)}
