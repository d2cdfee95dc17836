"""DuckDB: read-only, shut in, stopped in time, and plain about why it cannot be opened."""

import subprocess
import sys
import time

import duckdb
import pytest

from harness.engines import duckdb as engine
from harness.engines import engine_for, engine_of
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.errors import EngineError, UnansweredError
from harness.model.facts import Facts, Storage
from harness.model.location import Location

AT = Location("harness.yaml", 7, 3)
TABLES = """
create schema "a b";
create table flights (id bigint not null, "né ""e" decimal(8, 2), tags varchar[]);
create table "a b".flights (day date);
create view recent as select id, 1.5::double as share from flights;
create table gone (x int);
create view broken as select x from gone;
drop table gone;
create temporary table mine (x int);
insert into flights values (1, 2.5, ['x']), (2, null, null);
"""
SLOW = "select count(*) from range(100000) a, range(100000) b where (a.range * b.range) % 7 = 3"


def server(**settings):
    return Server(at=AT, name="warehouse", type="duckdb", settings=settings)


@pytest.fixture
def root(tmp_path):
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(TABLES)
    return tmp_path


@pytest.fixture
def session(root):
    with engine.connect(server(database="w.duckdb"), root, 10) as opened:
        yield opened


def test_the_catalog(session):
    found = {
        str(table): [(item.name, item.physical_type, item.required) for item in columns]
        for table, columns in session.catalog().items()
    }
    assert found == {
        "main.flights": [("id", "BIGINT", True), ('né "e', "DECIMAL(8,2)", False), ("tags", "VARCHAR[]", False)],
        "a b.flights": [("day", "DATE", False)],
        "main.recent": [("id", "BIGINT", False), ("share", "DOUBLE", False)],
    }
    # what it had when it was made, nobody can read any more
    assert [str(table) for table in session.unreadable()] == ["main.broken"]
    assert (
        "main.broken cannot be read: Catalog Error: Table with name gone does not exist"
        in session.unreadable()[TableName("main", "broken")]
    )


def test_a_view_has_the_columns_of_today(root):
    with duckdb.connect(str(root / "w.duckdb")) as connection:
        connection.execute("create view all_of_it as select * from flights")
        connection.execute("alter table flights alter column id type varchar; alter table flights drop column tags")
    with engine.connect(server(database="w.duckdb"), root, 10) as opened:
        columns = opened.catalog()[TableName("main", "all_of_it")]
        assert [(item.name, item.physical_type) for item in columns] == [("id", "VARCHAR"), ('né "e', "DECIMAL(8,2)")]


def test_one_row(session):
    assert session.query("select count(*), max(id) from flights") == (2, 2)
    assert session.query("select null") == (None,)


@pytest.mark.parametrize(
    ("sql", "said"), [("select id from flights", "several rows"), ("select 1 where false", "no row")]
)
def test_another_number_of_rows(session, sql, said):
    with pytest.raises(EngineError, match=f"gave {said}; exactly one is needed"):
        session.query(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "create table x (i int)",
        "insert into flights values (3, 1, null)",
        "drop table flights",
        "create or replace view recent as select 1",
        "select * from read_csv('/etc/passwd')",
        "select count(*) from read_text('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select count(*) from glob('/etc/*')",
        "select getenv('HOME')",
        "copy flights to 'out.csv'",
        "export database 'out'",
        "attach 'other.duckdb'",
        "install httpfs",
        "load httpfs",
        "set enable_external_access = true",
        "set lock_configuration = false",
        "pragma enable_profiling",
    ],
)
def test_it_only_reads_and_only_its_own_file(session, root, sql):
    before = sorted(root.iterdir())
    with pytest.raises(EngineError):
        session.query(sql)
    assert sorted(root.iterdir()) == before
    assert session.query("select count(*) from flights") == (2,)


def test_times_are_in_utc(session):
    assert session.query("select timestamptz '2024-01-01 00:00:00+02'::timestamp::text") == ("2023-12-31 22:00:00",)


def test_a_slow_statement_is_stopped_and_the_session_goes_on(root):
    with engine.connect(server(database="w.duckdb"), root, 0.2) as opened:
        started = time.monotonic()
        with pytest.raises(
            UnansweredError, match=r"the statement was stopped after 0\.2 s \(see `statement_timeout`\)"
        ):
            opened.query(SLOW)
        assert time.monotonic() - started < 5
        assert opened.query("select 1") == (1,)


def test_the_words_of_the_server_are_one_line(session):
    with pytest.raises(EngineError) as caught:
        session.query("select nope\nfrom flights")
    assert "nope" in caught.value.message
    assert "\n" not in caught.value.message


def test_without_a_file(tmp_path):
    with pytest.raises(EngineError, match=r"the DuckDB file gone\.duckdb does not exist \(build it\)") as caught:
        engine.connect(server(database="gone.duckdb"), tmp_path, 1)
    assert caught.value.at == AT
    assert list(tmp_path.iterdir()) == [], "reading must not create a database"


@pytest.mark.parametrize("settings", [{}, {"database": ""}, {"database": 5}])
def test_without_a_name(tmp_path, settings):
    with pytest.raises(EngineError, match="the server 'warehouse' names no database"):
        engine.connect(server(**settings), tmp_path, 1)


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"", b"\x00" * 5000])
def test_what_is_no_database(tmp_path, content):
    (tmp_path / "x.duckdb").write_bytes(content)
    with pytest.raises(EngineError, match=r"the DuckDB file x\.duckdb cannot be opened"):
        engine.connect(server(database="x.duckdb"), tmp_path, 1)


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(EngineError, match="does not exist"):
        engine.connect(server(database="."), tmp_path, 1)


def test_locked_by_a_writer(root):
    writer = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", writer, str(root / "w.duckdb")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(EngineError, match="a writer holds it: wait until it ends, or verify a copy"):
            engine.connect(server(database="w.duckdb"), root, 1)
        process.stdin.close()
    with engine.connect(server(database="w.duckdb"), root, 1) as opened:
        assert opened.query("select count(*) from flights") == (2,)


def test_two_readers(root):
    with (
        engine.connect(server(database="w.duckdb"), root, 1) as one,
        engine.connect(server(database="w.duckdb"), root, 1) as other,
    ):
        assert one.query("select 1") == other.query("select 1")
        in_utc = "select timestamptz '2024-01-01 00:00:00+02'::timestamp::text"
        assert one.query(in_utc) == other.query(in_utc) == ("2023-12-31 22:00:00",)


def test_an_absolute_path(root):
    with engine.connect(server(database=str(root / "w.duckdb")), root / "elsewhere", 1) as opened:
        assert opened.query("select 1") == (1,)


def test_engines_are_named_by_their_server_type():
    assert engine_for(server()) is engine
    unknown = Server(at=AT, name="lake", type="ducky")
    with pytest.raises(EngineError, match=r"harness\.yaml:7:3: there is no engine for servers of type 'ducky'"):
        engine_for(unknown)
    assert engine_of(unknown) is engine_of(None) is None


def test_facts_are_row_counts_alone(tmp_path):
    path = tmp_path / "facts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table t (a varchar collate nocase); create view v as select * from t")
        connection.execute("insert into t select i from range(7) s(i)")
    server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings={"database": "facts.duckdb"})
    with engine.connect(server, tmp_path, 10) as session:
        assert session.facts(["analysts"]) == Facts({TableName("main", "t"): Storage(rows=7)})
