"""Corrupt a copy of the warehouse, hold the contracts against it, and see that the gate finds what was done.

Writes reports/broken/. Ends with 0 only if the verdict is fail, every corruption was found, and nothing was found that
they do not explain.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import duckdb
from build import REPOSITORY, warehouse_path


@dataclass(frozen=True, slots=True)
class Corruption:
    """Something that goes wrong at night, the SQL that does it here, and what follows from it.

    `found_by` are the findings that must be there, as `table/column/clause`; `follows` are patterns of further ones
    that it explains, such as a reconciliation with the damaged table.
    """

    what: str
    sql: str
    found_by: tuple[str, ...]
    follows: tuple[str, ...] = ()


CORRUPTIONS: tuple[Corruption, ...] = (
    Corruption(
        "nulls: a third of the makers of aircraft are lost",
        "update staging.stg_nycflights__planes set manufacturer = null where hash(tail_number) % 3 = 0",
        ("stg_nycflights__planes/manufacturer/required",),
        ("stg_nycflights__planes/*", "dim_aircraft/sql/*"),
    ),
    Corruption(
        "duplicates: two airports were loaded twice",
        """
        insert into intermediate.int_airports
        select * from intermediate.int_airports where airport_code in ('JFK', 'LGA')
        """,
        ("int_airports/primaryKey",),
        ("int_airports/*",),
    ),
    Corruption(
        "orphans: fifty flights of a carrier that does not exist",
        """
        update marts.fct_flights set carrier_code = 'ZZ'
        where flight_key in (select flight_key from marts.fct_flights order by flight_key limit 50)
        """,
        ("fct_flights/carrier_code/relationship/dim_airlines",),
        ("fct_flights/*",),
    ),
    Corruption(
        "a dropped column: the names of airlines",
        "alter table staging.stg_nycflights__airlines drop column airline_name",
        ("stg_nycflights__airlines/airline_name/present",),
        ("stg_nycflights__airlines/*", "dim_airlines/sql/*"),
    ),
    Corruption(
        "a stale partition: the last days of weather never arrived",
        "delete from raw.nycflights_weather where _landed_on > date '2013-12-28'",
        ("nycflights_weather/received_at/sla/latency",),
        ("nycflights_weather/*", "stg_nycflights__weather/*"),
    ),
    Corruption(
        "a retyped column: visibility became text",
        "alter table intermediate.int_airport_hours alter visibility_miles type varchar",
        ("int_airport_hours/visibility_miles/type",),
        ("int_airport_hours/*", "fct_airport_days/sql/*"),
    ),
    Corruption(
        "an undeclared column in marts",
        "alter table marts.dim_dates add column holiday_name varchar",
        ("dim_dates/holiday_name/column-undeclared",),
    ),
)


OTHER_TABLES = ("sequence/dbt test",)
"""dbt tested the warehouse, and not what became of its copy: whether its tests hold is not known any more."""


def corrupt(warehouse: Path) -> None:
    """Do all of it to the database file."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for corruption in CORRUPTIONS:
            connection.execute(corruption.sql)


def main() -> int:
    """Run the demonstration; 0 when the gate found everything, and nothing else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=Path, default=REPOSITORY / "reports" / "broken", help="folder to write")
    reports: Path = parser.parse_args().reports
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "warehouse.duckdb"
        shutil.copyfile(warehouse_path(), copy)
        corrupt(copy)
        command = [sys.executable, "-m", "harness", "verify", "--project", str(REPOSITORY), "--reports", str(reports)]
        code = subprocess.run(command, env={**os.environ, "HARNESS_WAREHOUSE": str(copy)}, check=False).returncode
    return _judge(code, reports)


def _judge(code: int, reports: Path) -> int:
    report = json.loads((reports / "report.json").read_text(encoding="utf-8"))
    decided = [result for result in report["results"] if result["outcome"] in ("fail", "error")]
    blocking = {_name(result) for result in decided if result["id"] in report["verdict"]["blocking"]}
    patterns = [pattern for corruption in CORRUPTIONS for pattern in (*corruption.found_by, *corruption.follows)]
    explained = [*patterns, *OTHER_TABLES]
    stray = {_name(r) for r in decided if r["severity"] == "error"} - _matching(decided, explained)
    missed = False
    print("\nWhat was done, and what found it:")
    for corruption in CORRUPTIONS:
        lost = [name for name in corruption.found_by if name not in blocking]
        missed = missed or bool(lost)
        further = len(_matching(decided, corruption.follows) - set(corruption.found_by))
        beside = f" (and {further} that follow)" if further else ""
        print(f"  {'MISSED' if lost else 'found '}  {corruption.what}: {', '.join(corruption.found_by)}{beside}")
    for name in sorted(stray):
        print(f"  not explained by what was done: {name}")
    if missed or stray or code != 1:
        print(f"The gate ended with exit code {code}, and not with exactly the right findings: it is broken.")
        return 1
    print("Exactly the right findings, and the gate is shut (exit code 1).")
    return 0


def _name(result: dict[str, Any]) -> str:
    return result["check"] or "/".join(filter(None, (result["table"], result["column"], result["rule"])))


def _matching(results: list[dict[str, Any]], patterns: Iterable[str]) -> set[str]:
    return {name for name in map(_name, results) if any(fnmatchcase(name, pattern) for pattern in patterns)}


if __name__ == "__main__":
    sys.exit(main())
