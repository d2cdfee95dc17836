"""What the fuzzers throw text at. Each function takes any text; one that raises has found a bug."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb

from harness.load.checks import parse_check_file
from harness.load.contract import parse_contract
from harness.load.soda import soda_clauses
from harness.load.waivers import parse_waivers
from harness.load.yaml import read
from harness.metrics.guard import read_only
from harness.model.errors import DocumentError

SECRET = "the content of a file outside"


def yaml_loader(text: str) -> None:
    """Ends in a document or a DocumentError, whatever the text."""
    with suppress(DocumentError):
        read(text, "fuzz.yaml")


def contract(text: str) -> None:
    """A Document either way; an unreadable one says so."""
    document = parse_contract(text, "contracts/fuzz.odcs.yaml")
    assert document.contract or document.error or document.violations


def waivers(text: str) -> None:
    """Entries in force have a last day; a text without any says what is wrong, unless its list is empty."""
    found = parse_waivers(text, "waivers.yaml")
    assert all(waiver.expires and waiver.approver.strip() for waiver in found.entries)
    assert found.entries or found.violations or not read(text, "waivers.yaml")["waivers"]


def check_file(text: str) -> None:
    """Both kinds of check file, and at least one clause, so that none passes unseen."""
    parse_check_file(text, "checks/marts/fuzz.x.sql")
    clauses = soda_clauses(parse_check_file(text, "checks/marts/fuzz.soda.yml"))
    assert len({clause.key for clause in clauses}) == len(clauses) > 0


def guard(text: str) -> None:
    """What the guard accepts changes nothing in a locked, read-only session, and reads no file."""
    try:
        query = read_only(text, "duckdb")
    except ValueError:
        return
    database, outside, before = _warehouse()
    with duckdb.connect(str(database), read_only=True, config={"enable_external_access": "false"}) as connection:
        connection.execute("set lock_configuration = true")
        settings = _settings(connection)
        try:
            rows = connection.execute(query.sql("duckdb")).fetchmany(9)
        except duckdb.Error:
            rows = []
        assert SECRET not in repr(rows), text
        assert _settings(connection) == settings, text
        assert connection.execute("select count(*) from duckdb_tables() where temporary").fetchall() == [(0,)], text
    assert (database.read_bytes(), sorted(path.name for path in outside.iterdir())) == before, text


TARGETS: tuple[Callable[[str], None], ...] = (yaml_loader, contract, waivers, check_file, guard)


@cache
def _warehouse() -> tuple[Path, Path, tuple[bytes, list[str]]]:
    """A database, the folder of a file that nothing may read, and how both look."""
    folder = Path(mkdtemp())
    outside = folder / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text(f"{SECRET}\n")
    database = folder / "w.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table t as select 1 as a; create sequence s")
    return database, outside, (database.read_bytes(), ["secret.csv"])


def secret_file() -> Path:
    """The file that nothing may read."""
    return _warehouse()[1] / "secret.csv"


def _settings(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute("select name, value from duckdb_settings() order by name").fetchall()
