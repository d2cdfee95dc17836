"""A small slice of the platform, landed and built once and shared by all tests (and by all xdist workers)."""

import fcntl
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "src" / "data"))

from build import landing_beside, transform
from ingest.land import REFERENCE_LANDED_ON, land, land_all
from ingest.load import load
from ingest.source import connect, source_directory

import harness
from harness.model.result import Report

WEEK = tuple(date(2013, 3, 2) + timedelta(days=n) for n in range(7))
"""Days of receipt of the flights of 2013-03-01 to 2013-03-07."""

EARLIER = date(2013, 1, 30)
"""The day before, N197PQ flew for its first operator; in the week it flies for its second."""

DAYS = (REFERENCE_LANDED_ON, EARLIER, *WEEK)


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A directory that all workers of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    directory = (base.parent if hasattr(request.config, "workerinput") else base) / "platform"
    directory.mkdir(exist_ok=True)
    return directory


@pytest.fixture(scope="session")
def report() -> Report:
    """The gate over the warehouse that `make` built; its tests are of one group, so that it is run once."""
    return harness.verify(Path(__file__).parents[2])


@pytest.fixture(scope="session")
def landing(shared: Path) -> Path:
    """Landing files of the slice; not to be written to."""
    return once(shared / "landing", lambda path: land(source_directory(), path, DAYS))


@pytest.fixture(scope="session")
def year(shared: Path) -> Path:
    """Landing files of the whole year; not to be written to."""
    return once(shared / "year", lambda path: land_all(source_directory(), path))


@pytest.fixture(scope="session")
def full(shared: Path, landing: Path) -> Path:
    """A warehouse of the whole slice built in one go; not to be written to."""

    def build_full(directory: Path) -> None:
        directory.mkdir()
        with connect(directory / "warehouse.duckdb") as connection:
            load(connection, landing)
        transform(directory / "warehouse.duckdb")

    return once(shared / "full", build_full) / "warehouse.duckdb"


@pytest.fixture
def own_landing(landing: Path, tmp_path: Path) -> Path:
    """A copy of the landing files to change at will."""
    return Path(shutil.copytree(landing, landing_beside(tmp_path / "warehouse.duckdb")))


@pytest.fixture
def own_full(full: Path, tmp_path: Path) -> Path:
    """A copy of the built warehouse to change at will."""
    return Path(shutil.copy(full, tmp_path / "warehouse.duckdb"))


def once(directory: Path, make: Callable[[Path], object]) -> Path:
    """The directory, made by whichever worker comes first; the others wait for it."""
    with locked(directory.with_name(f"{directory.name}.lock")):
        done = directory.with_name(f"{directory.name}.done")
        if not done.exists():
            make(directory)
            done.touch()
    return directory


@contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
