"""Files: Parquet and CSV on this machine, read strictly, typed by the contract, and nothing else within reach."""

import gzip
import math
import time

import duckdb
import pyarrow as pa
import pytest
from pyarrow import parquet

from harness.engines import Declared, engine_for
from harness.engines import local as engine
from harness.load.contract import parse_contract
from harness.model.check import TableName
from harness.model.contract import Property, Schema, Server
from harness.model.errors import EngineError
from harness.model.facts import Facts, Storage
from harness.model.location import Location

AT = Location("contracts/t.odcs.yaml", 7, 3)
T = TableName("main", "t")


def prop(name, physical="", logical="", **options):
    return Property(at=AT, name=name, physical_type=physical, logical_type=logical, options=options)


def declared(columns=(), *, name="t", trusted=False, path="{model}.csv", format="csv", **settings):
    """A table called `name` on a server of files."""
    server = Server(at=AT, name="files", type="local", settings={"path": path, "format": format, **settings})
    schema = Schema(at=AT, name=name, properties=tuple(columns))
    return Declared(TableName("main", name), schema, server, trusted)


@pytest.fixture
def opened(tmp_path):
    """Opens the tables; every session is closed at the end."""
    sessions = []

    def start(*tables, timeout=10.0):
        session = engine.connect(tables[0].server, tmp_path, timeout, tables)
        sessions.append(session)
        return session

    yield start
    for session in sessions:
        session.close()


def write(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif name.endswith(".parquet"):
            duckdb.sql(f"copy ({content}) to '{path}' (format parquet)")
        else:
            path.write_bytes(content.encode())


def columns(session, table=T):
    return [(item.name, item.physical_type) for item in session.catalog()[table]]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16"])
def test_a_blank_line_is_a_row_of_null_in_a_file_of_one_column_and_none_in_others(tmp_path, opened, end, encoding):
    for name, text in {"one": "a\n\n1\n\n2\n\n", "blank": "a\n\n", "two": "a,b\n\n1,2\n\n3,4\n\n"}.items():
        write(tmp_path, {f"{name}.csv": text.replace("\n", end).encode(encoding)})
    tables = [
        declared([prop("a", logical="integer")], name=name, encoding=encoding) for name in ("one", "blank", "two")
    ]
    session = opened(*tables)
    assert session.query("select count(*), count(a), sum(a) from one") == (5, 2, 3)
    assert session.query("select count(*), count(a) from blank") == (1, 0)
    assert session.query("select count(*), count(a), sum(b::int) from two") == (2, 2, 6)


def test_a_csv_file_has_the_types_that_are_declared(tmp_path, opened):
    write(
        tmp_path, {"t.csv": 'id,name,amount,day,new\n1,"a, ""b""",1.50,2024-02-29,x\n2,,2,,\n3,"",-3.2,2024-03-01,y\n'}
    )
    table = declared(
        [
            prop("id", logical="integer"),
            prop("name", logical="string"),
            prop("amount", "DECIMAL(10,2)"),
            prop("day", "date"),
        ]
    )
    session = opened(table)
    assert columns(session) == [
        ("id", "BIGINT"), ("name", "VARCHAR"), ("amount", "DECIMAL(10,2)"), ("day", "DATE"), ("new", "VARCHAR"),
    ]  # fmt: skip
    assert session.query("select count(*), sum(id), sum(amount)::text, max(day)::text from t") == (
        3, 6, "0.30", "2024-03-01",
    )  # fmt: skip
    assert session.query("select list(name order by id) from t") == (['a, "b"', None, ""],), (
        "only a bare nothing is NULL"
    )
    assert session.unreadable() == {}


FITS = [
    # declared type, texts that fit it, texts that do not
    ({"physical": "BIGINT"}, ["1", "-9223372036854775808", "1.0", "007"], ["1.5", "x", "9223372036854775808", "1,000"]),
    ({"physical": "BIGINT"}, ["+5", "10"], ["1_0", "0x10", "0b11", "-0X1F", "\uff11\uff10", "\u0661"]),
    ({"physical": "DECIMAL(10,2)"}, ["10.5"], ["1_0.5", "0x10"]),
    ({"logical": "number"}, ["10.5", "1e3", "Infinity"], ["1_0.5", "0x10"]),
    ({"logical": "date"}, ["1970-01-01"], ["epoch"]),
    ({"logical": "timestamp"}, ["1970-01-01 00:00:00"], ["Epoch"]),
    ({"physical": "UTINYINT"}, ["0", "255"], ["-1", "256"]),
    ({"logical": "integer"}, ["1"], ["1.5", "NaN"]),
    ({"physical": "DECIMAL(4,2)"}, ["1", "99.99", "-1.20"], ["1.239", "100", "1e9", "one"]),
    ({"physical": "DECIMAL(38,2)"}, ["1.25", "1.500", "125e-2"], ["x", "1.005", "1005e-3"]),
    ({"physical": "DECIMAL(36,2)"}, ["1.25"], ["1.00004"]),
    ({"physical": "BIGINT"}, ["1.0", "9007199254740993", "1e3"], ["1.0000000001", "15e-1", ".5"]),
    ({"physical": "HUGEINT"}, ["170141183460469231731687303715884105727"], ["99999999999999999999999999.5"]),
    ({"physical": "DOUBLE"}, ["1e308", "inf", "-Infinity", "nan", "0.1"], ["1e309"]),
    ({"physical": "REAL"}, ["0.1"], ["1e39"]),
    ({"physical": "DECIMAL"}, ["1.125"], ["1.12345"]),
    ({"logical": "number"}, ["1", "1.5", "-1e9"], ["1,5", "1.5 EUR"]),
    ({"logical": "boolean"}, ["true", "false", "0"], ["maybe", "2"]),
    ({"logical": "date"}, ["2024-02-29"], ["2023-02-29", "29.02.2024", "2024-02-29 10:00:00"]),
    ({"logical": "date", "format": "dd/MM/yyyy"}, ["29/02/2024"], ["02/29/2024", "30/02/2024", "2024-02-29"]),
    ({"physical": "TIMESTAMP"}, ["2024-02-29 10:00", "2024-02-29"], ["2024-02-29T10:00:00+02:00", "noon"]),
    ({"logical": "timestamp"}, ["2024-02-29T10:00:00+02:00", "2024-02-29 10:00:00"], ["2024-02-30 10:00:00"]),
    ({"logical": "timestamp", "timezone": False}, ["2024-02-29 10:00:00"], ["2024-02-29T10:00:00+02:00"]),
    ({"logical": "timestamp", "format": "yyyy-MM-dd'T'HH:mm:ss"}, ["2024-02-29T10:00:00"], ["2024-02-29 10:00:00"]),
    ({"logical": "timestamp"}, ["2024-02-29 10:00:00.123456000"], ["2024-02-29 10:00:00.1234567"]),
    ({"physical": "TIMESTAMP_NS"}, ["2024-02-29 10:00:00.123456789"], ["2024-02-29 10:00:00.1234567891"]),
    ({"physical": "TIMESTAMP_S"}, ["2024-02-29 10:00:00"], ["2024-02-29 10:00:00.5"]),
    ({"logical": "time"}, ["10:00", "10:00:00.5"], ["25:00", "10:00:00.1234567"]),
    ({"logical": "object"}, ['"{""a"": 1}"'], ["{a"]),
    ({"physical": "INTEGER[]"}, ['"[1, 2]"'], ["1;2"]),
    ({"physical": "UUID"}, ["6ba7b810-9dad-11d1-80b4-00c04fd430c8"], ["6ba7"]),
    ({"physical": "ENUM('a', 'b')"}, ["a"], ["c"]),
    ({"logical": "string"}, ["anything", "1"], []),
    ({"physical": "VARCHAR(1)"}, ["anything"], []),
    ({"physical": "banana"}, ["anything"], []),
    ({"logical": "date", "format": "QQQQ yyyy"}, ["2024-02-29"], ["1st quarter 2024"]),
    ({"physical": "BIGINT", "format": "dd/MM/yyyy"}, ["1"], ["29/02/2024"]),
]


@pytest.mark.parametrize(("type_", "good", "bad"), FITS, ids=[str(case[0]) for case in FITS])
def test_a_value_fits_when_the_cast_loses_nothing(tmp_path, opened, type_, good, bad):
    names = [*(f"g{n}" for n in range(len(good))), *(f"b{n}" for n in range(len(bad)))]
    write(tmp_path, {"t.csv": ",".join(names) + "\n" + ",".join(good + [f'"{b}"' for b in bad]) + "\n"})
    session = opened(declared([prop(name, **type_) for name in names]))
    wrong = {item.name: item.custom["values"] for item in session.catalog()[T] if "values" in item.custom}
    assert list(wrong) == names[len(good) :]
    assert all("1 of 1 values are no" in said and said.endswith("the first in t.csv") for said in wrong.values())
    assert {type_ for name, type_ in columns(session) if name in wrong} <= {"VARCHAR"}
    assert session.query("select count(columns(*)) from t")[0] == 1, "the view can be read"


def test_one_bad_value_spoils_its_column_only(tmp_path, opened):
    write(tmp_path, {"a/t.csv": "id,n\n1,1\n", "b/t.csv": "id,n\n2,two\n3,three\n"})
    session = opened(declared([prop("id", "INTEGER"), prop("n", "INTEGER")], path="*/{model}.csv"))
    (_, n) = session.catalog()[T]
    assert n.custom["values"] == "2 of 3 values are no INT, the first in b/t.csv"
    assert columns(session) == [("id", "INTEGER"), ("n", "VARCHAR")]
    assert session.query("select sum(id), min(n) from t") == (6, "1")


UNREADABLE = {
    # files, what is declared, and what is said
    "no file": ({}, {}, "no file is at t.csv"),
    "an empty glob": ({"x.csv": "a\n"}, {"path": "{model}/*.csv"}, "no file is at t/*.csv"),
    "a folder": ({"t/x.csv": "a\n"}, {"path": "{model}"}, "no file is at t (it is a folder; name the files in it"),
    "no path": ({}, {"path": ""}, "the server 'files' names no path of files"),
    "a URL": ({}, {"path": "s3://bucket/t.csv"}, "names no path of files"),
    "a file without anything": ({"t.csv": ""}, {}, "the file t.csv is empty"),
    "one empty file of two": ({"t/a.csv": "a\n1\n", "t/b.csv": ""}, {"path": "t/*"}, "the file t/b.csv is empty"),
    "an empty first line": ({"t.csv": "\na,b\n1,2\n"}, {}, "the first line of t.csv is empty"),
    "a column without a name": ({"t.csv": "a,,c\n1,2,3\n"}, {}, "column 2 of t.csv has no name"),
    "two columns of a name": ({"t.csv": "a,A\n1,2\n"}, {}, "t.csv has two columns of the name A"),
    "LF then CRLF": ({"t.csv": "a,b\n1,2\r\n3,4\r\n"}, {}, "t.csv: its line ends are mixed"),
    "CRLF then LF": ({"t.csv": "a,b\r\n1,2\r\n3,4\n"}, {}, "t.csv: its line ends are mixed"),
    "a late CRLF": ({"t.csv": "a,b\n" + "1,2\n" * 300_000 + "1,2\r\n"}, {}, "t.csv: its line ends are mixed"),
    "too few fields": ({"t.csv": "a,b\n1,2\n3\n"}, {}, "t.csv"),
    "too many fields": ({"t.csv": "a,b\n1,2\n3,4,5\n"}, {}, "t.csv"),
    "late too many fields": ({"t.csv": "a,b\n" + "1,2\n" * 300_000 + "3,4,5\n"}, {}, "CSV Error on Line: 300002"),
    "an open quote": ({"t.csv": 'a,b\n1,"2\n3,4\n'}, {}, "t.csv"),
    "text behind a quote": ({"t.csv": 'a,b\n1,"2"x\n'}, {}, "t.csv"),
    "the bad file of two": ({"t/a.csv": "a\n1\n", "t/b.csv": "a\n1,2\n"}, {"path": "t/*"}, "t/b.csv"),
    "bytes that are no UTF-8": ({"t.csv": b"a,b\n1,\xff\n"}, {}, "t.csv"),
    "a header that is no UTF-8": ({"t.csv": b"a\xff,b\n1,2\n"}, {}, "the header of t.csv cannot be read"),
    "an encoding that nobody knows": ({"t.csv": "a\n"}, {"encoding": "EBCDIC"}, "the encoding 'EBCDIC' is not known"),
    "a delimiter that is none": ({"t.csv": "a\n1\n"}, {"delimiter": "||||||"}, "t.csv"),
    "another delimiter": ({"t.csv": "a;b\n1;2,5\n"}, {}, "t.csv: "),
    "no gzip": ({"t.csv.gz": "a\n1\n"}, {"path": "t.csv.gz"}, "the header of t.csv.gz cannot be read"),
    "a format that nobody reads": ({"t.csv": "a\n"}, {"format": "xlsx"}, "there is no reader of format 'xlsx'"),
    "no format": ({"t.csv": "a\n"}, {"format": None}, "there is no reader of format '' (known: parquet, csv)"),
    "no Parquet": ({"p.txt": "nothing of the kind"}, {"path": "p.txt", "format": "parquet"}, "p.txt"),
    "a broken Parquet file": (
        {"t.csv": b"PAR1" + b"\0" * 50 + b"PAR1"}, {"format": "parquet"}, "t.csv",
    ),
    "folders of different keys": (
        {"t/a=1/x.csv": "n\n1\n", "t/b=1/x.csv": "n\n1\n"}, {"path": "t/**/*.csv"}, "name different partition keys",
    ),
    "a name with a wildcard": ({"t[1].csv": "a\n1\n"}, {"path": "t*.csv"}, "the name of t[1].csv holds one of"),
}  # fmt: skip


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_says_so_and_leaves_the_others(tmp_path, opened, case):
    files, settings, said = UNREADABLE[case]
    write(tmp_path, {**files, "good.csv": "a\n1\n"})
    session = opened(declared([prop("a", "INTEGER")], **settings), declared(name="good"))
    assert list(session.catalog()) == [TableName("main", "good")]
    assert list(session.unreadable()) == [T]
    assert said in session.unreadable()[T]
    assert str(tmp_path) not in session.unreadable()[T]


def test_encodings_delimiters_and_compression(tmp_path, opened):
    write(tmp_path, {
        "l.csv": "a\té\nö\t1\n".encode("latin-1"), "u.csv": "a,é\nö,1\n".encode("utf-16"),
        "b.csv": b"\xef\xbb\xbf" + "a,é\nö,1\n".encode(), "z.csv.gz": gzip.compress("a|é\nö|1\n".encode()),
    })  # fmt: skip
    session = opened(
        declared(name="l", encoding="ISO-8859-1", delimiter="\\t"),
        declared(name="u", encoding="utf-16"),
        declared(name="b"),
        declared(name="z", path="{object}.csv.gz", delimiter="|"),
    )
    assert session.unreadable() == {}
    for name in "lubz":
        assert session.query(f'select a, "é" from {name}') == ("ö", "1"), name


FLOATING = {
    "a number": ([1.0, math.nan], "x"),
    "a field of an object": ([{"v": 1.0}, {"v": math.nan}], "x.v"),
    "an element of an array": ([[1.0], [math.nan]], "x[1]"),
}


@pytest.mark.parametrize("name", FLOATING)
@pytest.mark.parametrize("question", ["count(case when not ({0} <= 1) then 1 end)", "count(*) filter (where {0} > 1)"])
def test_not_a_number_is_seen_though_the_footers_of_parquet_leave_it_out(tmp_path, opened, name, question):
    values, path = FLOATING[name]
    # by Arrow: DuckDB itself writes no bounds where there is a NaN
    parquet.write_table(pa.table({"x": values}), tmp_path / "t.parquet")
    ((low, high),) = duckdb.sql(
        f"select stats_min_value, stats_max_value from parquet_metadata('{tmp_path}/t.parquet')"
    ).fetchall()
    assert (low, high) == ("1.0", "1.0")
    session = opened(declared(path="t.parquet", format="parquet"))
    number, highest = session.query(f"select {question.format(path)}, max({path}) from t")
    assert number == 1
    assert math.isnan(highest)
    assert session.query(f"select count(*) from t where {path} > 1") == (1,)


def test_parquet_has_types_of_its_own(tmp_path, opened):
    write(tmp_path, {"t.parquet": "select 1::smallint as id, {'zip': 'x'} as address, [1.5::decimal(4,1)] as l"})
    session = opened(declared([prop("id", "VARCHAR")], path="t.parquet", format="parquet"))
    assert columns(session) == [("id", "SMALLINT"), ("address", "STRUCT(zip VARCHAR)"), ("l", "DECIMAL(4,1)[]")]


def test_files_that_differ_are_read_by_name_and_said(tmp_path, opened):
    write(tmp_path, {
        "t/1.parquet": "select 1 as id, 'a' as name, date '2024-01-01' as day",
        "t/2.parquet": "select 'b' as name, 2 as id, date '2024-01-01' as day",
        "t/3.parquet": "select 3::bigint as id, 'c' as name",
        "t/4.parquet": "select 4 as id, 'd' as name, date '2024-01-01' as day, true as more",
    })  # fmt: skip
    session = opened(declared(path="{model}/*.parquet", format="parquet"))
    assert columns(session) == [("id", "BIGINT"), ("name", "VARCHAR"), ("day", "DATE"), ("more", "BOOLEAN")]
    said = {item.name: item.custom.get("files", "") for item in session.catalog()[T]}
    assert said == {
        "id": "it is BIGINT in t/3.parquet, and INTEGER in the other 3",
        "name": "",
        "day": "it is absent from t/3.parquet, and DATE in the other 3",
        "more": "it is BOOLEAN in t/4.parquet, and absent in the other 3",
    }
    assert session.query("select sum(id), count(day), count(more) from t") == (10, 3, 1)


def test_csv_files_that_differ(tmp_path, opened):
    write(tmp_path, {"t/1.csv": "id,n\n1,x\n", "t/2.csv": "n,id\ny,2\n", "t/3.csv": "id,n,m\n3,z,!\n"})
    session = opened(declared([prop("id", "INTEGER")], path="{model}/*.csv"))
    assert session.query("select list(n order by id), sum(id) from t") == (["x", "y", "z"], 6)
    said = {item.name: item.custom.get("files", "") for item in session.catalog()[T]}
    assert said == {"id": "", "n": "", "m": "it is absent from t/1.csv and 1 more, of 3 files"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_partition_keys_are_columns_of_the_declared_type(tmp_path, opened, form):
    content = {"csv": "n\n1\n", "parquet": "select 1 as n"}[form]
    write(tmp_path, {f"t/day=2024-01-0{day}/r=0{day}/x.{form}": content for day in (1, 2)})
    wanted = [prop("n", "INTEGER"), prop("day", "DATE"), prop("r", "VARCHAR")]
    session = opened(declared(wanted, path=f"{{model}}/**/*.{form}", format=form))
    assert columns(session) == [("n", "INTEGER"), ("day", "DATE"), ("r", "VARCHAR")]
    assert session.query("select max(day)::text, min(r) from t where day > '2024-01-01'") == ("2024-01-02", "02")


def test_a_bad_partition_key_is_a_bad_value(tmp_path, opened):
    write(tmp_path, {"t/day=2024-01-01/x.parquet": "select 1 as n", "t/day=soon/x.parquet": "select 1 as n"})
    session = opened(declared([prop("day", "DATE")], path="t/*/*.parquet", format="parquet"))
    day = session.catalog()[T][-1]
    assert (day.physical_type, day.custom["values"]) == (
        "VARCHAR", "1 of 2 values are no DATE, the first in t/day=soon/x.parquet",
    )  # fmt: skip


@pytest.mark.parametrize("path", ["{outside}/secret.csv", "../{name}/secret.csv", "link.csv", "links/secret.csv"])
def test_a_contract_reads_files_of_the_project_only(tmp_path, tmp_path_factory, opened, path):
    outside = tmp_path_factory.mktemp("outside")
    write(outside, {"secret.csv": "a\n1\n"})
    (tmp_path / "link.csv").symlink_to(outside / "secret.csv")
    (tmp_path / "links").symlink_to(outside)
    stated = path.format(outside=outside, name=outside.name)
    session = opened(declared(path=stated), declared(name="trusted", path=stated, trusted=True))
    assert "outside the project's folder (a contract may name files of the project only" in session.unreadable()[T]
    assert session.query("select count(*) from trusted") == (1,), "the project itself may name any file"


@pytest.mark.parametrize(
    "sql",
    [
        "create table x (i int)",
        "create view x as select 1",
        "drop view t",
        "insert into t values (1)",
        "copy t to 'out.csv'",
        "copy (select 1) to 't.csv'",
        "copy (select 1) to '{here}/t.csv' (use_tmp_file false)",
        "select 1; copy (select 1) to '{here}/t.csv' (use_tmp_file false)",
        "select * from read_csv('other.csv')",
        "select * from 'other.csv'",
        "select count(*) from read_text('/etc/passwd')",
        "select count(*) from glob('*')",
        "select getenv('HOME')",
        "attach 'other.duckdb'",
        "install httpfs",
        "set allowed_paths = ['/etc/passwd']",
        "set enable_external_access = true",
        "set lock_configuration = false",
    ],
)
def test_it_only_reads_and_only_its_own_files(tmp_path, opened, monkeypatch, sql):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"t.csv": "a\n1\n", "other.csv": "a\n1\n"})
    session = opened(declared())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(EngineError):
        session.query(sql.replace("{here}", str(tmp_path)))
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert session.query("select count(*) from t") == (1,)


def test_names_and_values_are_quoted(tmp_path, opened):
    name, column = "o'r \"d", "a'); drop--"
    write(tmp_path, {f"{name}.csv": f'"{column}",select\n1,\'\n'})
    session = opened(declared([prop(column, "INTEGER")], name=name))
    assert columns(session, TableName("main", name)) == [(column, "INTEGER"), ("select", "VARCHAR")]


def test_a_type_that_is_an_attack_is_no_type(tmp_path, opened):
    write(tmp_path, {"t.csv": "a\n1\n"})
    session = opened(declared([prop("a", "INTEGER); drop view t; --")]))
    assert columns(session) == [("a", "VARCHAR")]


def test_two_contracts_on_one_name(tmp_path, opened):
    write(tmp_path, {"a.csv": "a\n1\n", "b.csv": "a\n1\n", "c.csv": "a\n1\n"})
    session = opened(
        declared(path="a.csv"),
        declared(path="b.csv"),
        declared(name="c", path="c.csv"),
        declared(name="c", path="c.csv"),
    )
    assert session.unreadable() == {T: "contracts have main.t in a.csv and in b.csv; name the servers apart"}
    assert list(session.catalog()) == [TableName("main", "c")]


def test_a_file_that_changes_under_the_session_is_an_error(tmp_path, opened):
    write(tmp_path, {"t.csv": "a\n1\n"})
    session = opened(declared([prop("a", "INTEGER")]))
    write(tmp_path, {"t.csv": "a\nx\n"})
    with pytest.raises(EngineError, match="Could not convert"):
        session.query("select sum(a) from t")
    (tmp_path / "t.csv").unlink()
    with pytest.raises(EngineError):
        session.query("select count(*) from t")


def test_a_slow_scan_is_stopped(tmp_path, opened):
    write(tmp_path, {"t.csv": "a\n" + "1.5\n" * 3_000_000})
    started = time.monotonic()
    session = opened(declared([prop("a", "DECIMAL(10,2)")]), timeout=0.01)
    assert "the statement was stopped after 0.01 s" in session.unreadable()[T]
    assert time.monotonic() - started < 10


def test_it_is_the_engine_of_the_server_type_local():
    assert engine_for(declared().server) is engine


def test_the_standard_allows_such_a_server():
    text = """\
apiVersion: v3.2.0
kind: DataContract
id: t
version: 1.0.0
status: active
servers:
  - {server: s, type: local, path: "data/{model}.csv", format: csv, encoding: UTF-8,
     customProperties: [{property: delimiter, value: ";"}]}
"""
    document = parse_contract(text, "t.odcs.yaml")
    assert document.violations == ()
    stated = Declared(T, Schema(at=AT, name="t"), document.contract.servers[0])
    assert [stated.setting(name) for name in ("format", "delimiter", "encoding")] == ["csv", ";", "UTF-8"]


def test_no_line_of_the_data_is_quoted(tmp_path, opened):
    write(tmp_path, {"t.csv": "a,b\n1,2\nsecret Expected Number of Columns: 7 Found: 9\n"})
    assert opened(declared()).unreadable()[T].endswith("CSV Error on Line: 3 Expected Number of Columns: 2 Found: 1")


def test_facts_are_rows_of_parquet_and_folders(opened, tmp_path):
    write(tmp_path, {"t/day=2024-01-01/a.parquet": "select 1 as id", "c.csv": "id\n1\n"})
    by_day = declared([prop("id", "INTEGER")], path="t/*/*.parquet", format="parquet")
    plain = declared([prop("id", "INTEGER")], name="c")
    assert opened(by_day, plain).facts([]) == Facts(
        {T: Storage(rows=1, partitions=("day",)), TableName("main", "c"): Storage(partitions=())}
    )
