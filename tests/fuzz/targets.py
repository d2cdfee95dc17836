"""What the fuzzers throw text at. Each function takes any text; one that raises has found a bug."""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import duckdb
import sqlglot

from harness.engines import duckdb as engine
from harness.lineage.transport import choose_transports
from harness.load.checks import parse_check_file
from harness.load.contract import parse_contract
from harness.load.project import load_project
from harness.load.soda import soda_clauses
from harness.load.waivers import parse_waivers
from harness.load.yaml import read
from harness.metrics.guard import read_only
from harness.metrics.moments import row_expression
from harness.model.contract import Server
from harness.model.errors import DocumentError, EngineError, ProjectError
from harness.model.location import Location

SECRET = "the content of a file outside"
SETTINGS = "select name, value from duckdb_settings() order by name"


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


def project_files(text: str) -> None:
    """`harness.yaml` and an OpenLineage file end in a value or a ProjectError, whatever the text."""
    folder = Path(mkdtemp())
    try:
        (folder / "contracts").mkdir()
        for name in ("harness.yaml", "lineage.yml"):
            (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        with suppress(ProjectError):
            load_project(folder, {})
        with suppress(ProjectError):
            choose_transports({"config": "lineage.yml"}, {}, folder, folder / "contracts")
    finally:
        rmtree(folder)


def expression(text: str) -> None:
    """What passes for an expression over a row is one: beside others it stays one projection."""
    try:
        found = row_expression(text, "duckdb").sql("duckdb")
    except ValueError:
        return
    assert len(sqlglot.parse_one(f"select 1, {found}, 2", dialect="duckdb").selects) == 3, text


def guard(text: str) -> None:
    """What the guard accepts changes nothing in a locked, read-only session, and reads no file."""
    try:
        query = read_only(text, "duckdb")
    except ValueError:
        return
    database, outside, before = _warehouse()
    server = Server(at=Location("fuzz"), name="w", type="duckdb", settings={"database": database.name})
    with engine.connect(server, database.parent, 5) as session:
        settings = session.run(SETTINGS)
        try:
            rows = session.rows(query.sql("duckdb"), 9)
        except EngineError:
            rows = []
        assert SECRET not in repr(rows), text
        assert session.run(SETTINGS) == settings, text
        assert session.run("select count(*) from duckdb_tables() where temporary") == [(0,)], text
    assert (database.read_bytes(), sorted(path.name for path in outside.iterdir())) == before, text


TARGETS: tuple[Callable[[str], None], ...] = (
    yaml_loader,
    contract,
    waivers,
    check_file,
    project_files,
    expression,
    guard,
)


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
