"""PostgreSQL: read-only, one SELECT at a time, plain about what it cannot read, and whole answers only."""

import threading
import time

import psycopg
import pytest

from harness.engines import ENGINES, Declared
from harness.engines import postgres as engine
from harness.lattice import parse_type
from harness.model.check import TableName
from harness.model.contract import Schema, Server
from harness.model.errors import EngineError, UnansweredError
from harness.model.location import Location

AT = Location("harness.yaml", 7, 3)
SLOW = "select pg_sleep(0.01), count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b"
TABLES = """
create schema "a b";
create type mood as enum ('sad', 'o''k');
create domain amount as numeric(8, 2) not null;
create domain price as amount;
create type address as (zip varchar(5), "né ""e" mood);
create table flights (
    id bigint primary key, "né ""e" price, tags text[], mood mood, moods mood[], home address, homes address[],
    at timestamp(3), seen timestamptz, gone text, code char(3), data jsonb, net inet
);
alter table flights drop column gone;
create table "a b".flights (day date);
create view recent as select id, 1.5::float8 as share from flights;
create materialized view counted as select count(*) as n from flights;
create materialized view never as select 1 as n with no data;
create table parted (k int, day date) partition by range (day);
create table parted_2024 partition of parted for values from ('2024-01-01') to ('2025-01-01');
create extension if not exists file_fdw;
create server files foreign data wrapper file_fdw;
create foreign table far (line text) server files options (filename '/dev/null');
create temporary table mine (x int);
create sequence s;
create function speaks(x text) returns int language plpgsql as $$ begin raise 'I know %', x; end $$;
insert into flights values (1, 2.5), (2, 0);
"""


@pytest.fixture(scope="module")
def admin(postgres, new_database):
    with psycopg.connect(host=str(postgres), user="postgres", dbname=new_database(), autocommit=True) as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def server(admin, postgres):
    def build(**settings):
        own = {"host": str(postgres), "database": admin.info.dbname, "user": "postgres"}
        return Server(at=AT, name="warehouse", type="postgres", settings={**own, **settings})

    return build


@pytest.fixture
def session(admin, server, tmp_path):
    with engine.connect(server(), tmp_path, 10) as opened:
        yield opened


def test_the_catalog(session):
    found = {
        str(table): [(item.name, parse_type(item.physical_type, "postgres").name, item.required) for item in columns]
        for table, columns in session.catalog().items()
    }
    mood = "ENUM('sad', 'o''k')"
    address = f'STRUCT(zip VARCHAR(5), "né ""e" {mood})'
    assert found == {
        "public.flights": [
            ("id", "BIGINT", True),
            ('né "e', "NUMERIC(8,2)", True),
            ("tags", "TEXT[]", False),
            ("mood", mood, False),
            ("moods", f"{mood}[]", False),
            ("home", address, False),
            ("homes", f"{address}[]", False),
            ("at", "TIMESTAMP(3)", False),
            ("seen", "TIMESTAMPTZ", False),
            ("code", "CHAR(3)", False),
            ("data", "JSONB", False),
            ("net", "INET", False),
        ],
        "a b.flights": [("day", "DATE", False)],
        "public.recent": [("id", "BIGINT", False), ("share", "DOUBLE PRECISION", False)],
        "public.counted": [("n", "BIGINT", False)],
        "public.parted": [("k", "INTEGER", False), ("day", "DATE", False)],
        "public.far": [("line", "TEXT", False)],
    }
    never = TableName("public", "never")
    assert session.unreadable() == {
        never: "public.never cannot be read: the materialised view has not been filled; refresh it"
    }
    assert session.sizes() == {}


def test_a_partition_is_seen_where_a_contract_declares_it(admin, server, tmp_path):
    name = TableName("public", "parted_2024")
    declared = Declared(name, Schema(at=AT, name="parted_2024"), server(), trusted=True)
    with engine.connect(server(), tmp_path, 10, [declared]) as opened:
        assert [item.name for item in opened.catalog()[name]] == ["k", "day"]
        assert TableName("public", "parted") in opened.catalog()


def test_the_catalog_is_one_statement(session):
    asked = []
    session.rows = lambda sql, most, ask=session.rows: (asked.append(sql), ask(sql, most))[1]
    session.catalog(), session.unreadable(), session.sizes()
    assert len(asked) == 1


def test_a_constraint_that_nobody_has_validated_is_none(admin, server, tmp_path):
    if admin.info.server_version < 180000:
        pytest.skip("older servers have no such constraints")
    admin.execute("alter table flights add constraint later not null code not valid")
    with engine.connect(server(), tmp_path, 10) as opened:
        columns = {item.name: item.required for item in opened.catalog()[TableName("public", "flights")]}
        assert columns["id"]
        assert not columns["code"]


def test_one_row(session):
    assert session.query("select count(*), max(id) from flights") == (2, 2)
    assert session.query("select null -- %s {} $1") == (None,)
    assert session.rows("select id from flights order by id", 1) == [(1,)]
    assert len(session.rows("select * from generate_series(1, 1000000)", 250)) == 250


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
        "insert into flights values (3, 1)",
        "insert into flights values (3, 1) returning id",
        "with x as (delete from flights returning id) select count(*) from x",
        "select 1 as i into x",
        "drop table flights",
        "truncate flights",
        "select 1; drop table flights",
        "select 1; commit; drop table flights",
        "copy flights to '{folder}/out.csv'",
        "copy (select 1) to program 'touch {folder}/out.csv'",
        "explain analyze select 1",
        "set transaction read write",
        "select set_config('transaction_read_only', 'off', false)",
        "commit",
        "begin",
        "do $$ begin drop table flights; end $$",
        "call now()",
        "show all",
        "listen x",
        "lock table flights",
        "select id from flights for update",
        "select nextval('s')",
        "declare c cursor for select 1",
        "fetch all from c",
        "vacuum",
    ],
)
def test_it_only_reads(session, admin, tmp_path, sql):
    with pytest.raises(EngineError):
        session.query(sql.replace("{folder}", str(tmp_path)))
    assert list(tmp_path.iterdir()) == []
    assert session.query("select count(*) from flights") == (2,)
    assert admin.execute("select last_value, is_called from s").fetchone() == (1, False)


def test_what_a_statement_sets_ends_with_it(session):
    for name, value in (("statement_timeout", "0"), ("search_path", "pg_catalog"), ("TimeZone", "Asia/Tokyo")):
        session.query(f"select set_config('{name}', '{value}', false)")
        assert session.query(f"select current_setting('{name}') <> '{value}'") == (True,)
    assert session.query("select current_setting('transaction_read_only')") == ("on",)


def test_times_are_in_utc(session, admin, server):
    admin.execute(f"alter database {server().settings['database']} set timezone = 'Asia/Tokyo'")
    with session.cursor() as other:
        in_utc = "select timestamptz '2024-01-01 00:00:00+02'::timestamp::text"
        assert other.query(in_utc) == ("2023-12-31 22:00:00",)


OURS = "from pg_stat_activity where application_name = 'contract-harness' and datname = current_database()"


def test_nothing_of_it_is_left_behind(session, admin):
    session.query("select count(*) from flights")
    with pytest.raises(EngineError):
        session.query("select nope")
    with session.cursor() as other:
        other.rows("select * from generate_series(1, 1000000)", 2)
    states = f"select state, count(*) {OURS} group by 1"
    assert admin.execute(states).fetchall() == [("idle", 2)]
    session.close()
    for _ in range(100):
        if not admin.execute(states).fetchall():
            return
        time.sleep(0.05)
    pytest.fail("its connections are still open")


def test_sessions_pass_their_connections_on(session, admin):
    for _ in range(5):
        with session.cursor() as other:
            other.query("select 1")
    assert admin.execute(f"select count(*) {OURS}").fetchone() == (2,)


def test_a_slow_statement_is_stopped_and_the_session_goes_on(admin, server, tmp_path):
    with engine.connect(server(), tmp_path, 0.2) as opened:
        started = time.monotonic()
        with pytest.raises(
            UnansweredError, match=r"the statement was stopped after 0\.2 s \(see `statement_timeout`\)"
        ):
            opened.query(SLOW)
        assert time.monotonic() - started < 5
        assert opened.query("select 1") == (1,)


def test_a_lock_is_not_waited_for_forever(admin, server, tmp_path):
    with engine.connect(server(), tmp_path, 0.3) as opened, admin.transaction():
        admin.execute("lock table flights in access exclusive mode")
        with pytest.raises(UnansweredError, match=r"somebody holds a lock on the table|was stopped after"):
            opened.query("select count(*) from flights")


def terminated(admin, state, times=1):
    """Ends every other connection in that state, so many times."""
    deadline = time.monotonic() + 10
    while times and time.monotonic() < deadline:
        times -= bool(admin.execute(f"select pg_terminate_backend(pid) {OURS} and state = %s", (state,)).fetchall())
        time.sleep(0.02)


def test_a_lost_connection_is_opened_anew(session, admin):
    assert session.query("select count(*) from flights") == (2,)
    for _ in range(3):
        terminated(admin, "idle")
        assert session.query("select count(*) from flights") == (2,)


def test_a_statement_that_lost_its_connection_is_asked_anew_as_a_whole(session, admin):
    # enough rows to fill what lies between the two sides, so that it is lost with a part of them read
    rows = "select i, repeat('x', 1000), pg_sleep(0.0001) from generate_series(1, 3000) i"
    ender = threading.Thread(target=terminated, args=(admin, "active"))
    ender.start()
    found = session.rows(rows, 100_000)
    ender.join()
    assert [row[0] for row in found] == list(range(1, 3001)), "each once, and in order"


def test_a_connection_that_is_lost_again_is_an_error(session, admin):
    ender = threading.Thread(target=terminated, args=(admin, "active", 2))
    ender.start()
    with pytest.raises(EngineError, match="the connection was lost: terminating connection"):
        session.query("select pg_sleep(5)")
    ender.join()
    assert session.query("select 1") == (1,)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("select 'secret one'::int", "invalid input syntax for type integer: …"),
        ("select 'a\"secret'::int", "invalid input syntax for type integer: …"),
        ("select 'secret'::mood", "invalid input value for enum mood: …"),
        ("select '99999999999'::int", "value … is out of range for type integer"),
        ("select '2024-13-01'::date", "date/time field value out of range: …"),
        ("select '{secret'::int[]", "malformed array literal: …"),
        ("select '{\"a\": secret}'::json", "invalid input syntax for type json"),
        ("select speaks('secret')", "a function of the database raised an error of its own (P0001)"),
        ("select 1 / 0", "division by zero"),
        ("select nope\nfrom flights", 'column "nope" does not exist'),
    ],
)
def test_its_words_quote_no_value(session, sql, said):
    with pytest.raises(EngineError) as caught:
        session.query(sql)
    assert caught.value.message == said


def test_tables_that_it_may_not_read_are_named(admin, server, tmp_path):
    admin.execute("""
        drop role if exists reader;
        create role reader login;
        grant usage on schema public to reader;
        grant select on recent to reader;
        grant select (id) on flights to reader;
    """)
    with engine.connect(server(user="reader"), tmp_path, 10) as opened:
        assert {str(name) for name in opened.catalog()} == {"public.recent", "public.flights"}
        said = {str(table): why for table, why in opened.unreadable().items()}
        assert said["public.parted"] == "public.parted cannot be read: the harness's role has no SELECT; grant it"
        assert said["a b.flights"].endswith("the harness's role has no USAGE on the schema; grant it")
        assert opened.query("select count(id) from flights") == (2,)
        with pytest.raises(EngineError, match="permission denied for table flights"):
            opened.query("select count(mood) from flights")
    admin.execute("drop owned by reader; drop role reader")


def test_rows_that_are_hidden_are_an_error(admin, server, tmp_path):
    admin.execute("""
        drop role if exists half;
        create role half login;
        grant usage on schema public to half;
        grant select on flights to half;
        alter table flights enable row level security;
        create policy a_part on flights using (id = 1);
        create table closed (a int);
        alter table closed enable row level security;
        create role keeper;
        create table forced (a int);
        alter table forced enable row level security;
        alter table forced force row level security;
        alter table forced owner to keeper;
        create view beyond as select * from forced;
        alter view beyond owner to keeper;
        create view whole as select * from flights;
        grant select on closed, forced, beyond, whole to half;
    """)
    with engine.connect(server(user="half"), tmp_path, 10) as opened:
        for query in ("flights", "closed", "forced", "beyond", "(select * from flights where id = 1) as f"):
            with pytest.raises(EngineError, match=r"row-level security policy for table .*\(not all of its rows"):
                opened.query(f"select count(*) from {query}")
        assert opened.query("select count(*) from whole") == (2,), "a view shows what its owner sees: all of them"
    admin.execute("drop view whole, beyond; drop table closed, forced")
    admin.execute("drop owned by half; drop role half; drop role keeper")


def test_nobody_there(tmp_path, server):
    """Asked again, somebody may be there; a database that does not exist will not."""
    kinds = ((UnansweredError, {"host": str(tmp_path)}), (EngineError, {"database": "nope"}))
    for kind, settings in (*kinds, (UnansweredError, {"host": "127.0.0.1", "port": "1"})):
        with pytest.raises(EngineError, match="the PostgreSQL server 'warehouse' cannot be reached: ") as caught:
            engine.connect(server(**settings), tmp_path, 1)
        assert "\n" not in caught.value.message
        assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"host": ""}, "names no host"),
        ({"database": ""}, "names no database"),
        ({"database": None}, "names no database"),
        ({"port": "x"}, "the port 'x' of the server 'warehouse' is no number"),
    ],
)
def test_settings_that_are_none(tmp_path, server, settings, said):
    with pytest.raises(EngineError, match=said):
        engine.connect(server(**settings), tmp_path, 1)


def test_a_contract_alone_does_not_choose_where_to_connect(tmp_path, server):
    declared = Declared(TableName("public", "t"), Schema(at=AT, name="t"), server())
    with pytest.raises(EngineError, match="no contract chooses where to connect"):
        engine.connect(server(host="evil.example"), tmp_path, 1, [declared])


def test_the_standard_has_two_names_for_it():
    assert ENGINES["postgres"] is ENGINES["postgresql"]
