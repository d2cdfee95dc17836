"""`harness reconcile` as its users run it."""

import json

import duckdb
import pytest

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
servers:
  - {server: warehouse, type: duckdb, database: warehouse.duckdb}
schema:
  - name: orders
    properties:
      - {name: id, physicalType: INTEGER, primaryKey: true}
      - {name: price, physicalType: "DECIMAL(9,2)"}
      - {name: email, physicalType: VARCHAR, classification: restricted}
"""
SETTINGS = """\
version: 1
name: shop
servers:
  warehouse: {type: duckdb, database: warehouse.duckdb}
  legacy: {type: duckdb, database: legacy.duckdb}
  lake: {type: local, path: "lake/{model}.csv", format: csv}
"""
ORDERS = """
    create table orders as
    select i::int as id, (i / 4)::decimal(9,2) as price, 'p' || i || '@example.test' as email from range(100) t(i)
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A table in two databases, in Parquet and in CSV; only that of `warehouse` has a contract."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "orders.odcs.yaml").write_text(CONTRACT)
    (tmp_path / "harness.yaml").write_text(SETTINGS)
    for name in ("warehouse", "legacy"):
        with duckdb.connect(str(tmp_path / f"{name}.duckdb")) as connection:
            connection.execute(ORDERS)
    with duckdb.connect() as connection:
        connection.execute(ORDERS)
        connection.execute("copy orders to 'orders.parquet'; copy orders to 'orders.csv'")
    return tmp_path


def change(database, sql):
    with duckdb.connect(database) as connection:
        connection.execute(sql)


def test_equal_tables(shop, run):
    code, out, _err = run("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--format", "json")
    document = json.loads(out)
    assert code == 0
    assert (document["equal"], document["share"], document["proven_at"]) == (True, 1.0, "columns")
    assert (document["missing"], document["extra"], document["different"]) == (0, 0, 0)
    assert document["first_divergence"] is None
    assert document["columns"]["price"] == {
        "compared_as": "decimal",
        "tolerance": None,
        "different": 0,
        "nulls": {"a": 0, "b": 0},
        "differs_in": [],
        "totals": {},
        "could_not_tell": None,
    }
    assert document["traffic"]["a"]["rows"] == 0


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("warehouse:main.orders", "legacy:ORDERS"),
        ("legacy.duckdb:orders", "warehouse.duckdb:main.orders"),
        ("legacy:orders", "orders.parquet"),
        ("orders.csv", "legacy:orders"),
        ("warehouse:orders", "orders.csv"),
        ("orders.csv", "orders.csv"),
        ("orders.parquet", "orders.csv"),
    ],
)
def test_wherever_the_tables_are(shop, run, a, b):
    code, out, err = run("reconcile", a, b, "--key", "id")
    assert (code, err) == (0, "")
    assert "✓ EQUAL: all 100 rows, proven by the step `columns`" in out


def test_what_differs(shop, run, golden):
    change("legacy.duckdb", "delete from orders where id = 3; update orders set price = price + 1 where id in (7, 9)")
    change("legacy.duckdb", "insert into orders values (1000, 1, 'new'); update orders set email = 'x' where id = 9")
    change("legacy.duckdb", "alter table orders add column note varchar")
    code, out, _err = run("reconcile", "warehouse:orders", "orders.parquet", "--key", "id")
    assert code == 0
    code, out, _err = run("reconcile", "warehouse:orders", "legacy.duckdb:orders", "--key", "id", "--samples", "5")
    assert code == 1
    golden("reconcile.txt", "\n".join(line for line in out.splitlines() if " s  " not in line) + "\n")
    code, out, _err = run("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--format", "json")
    document = json.loads(out)
    assert (document["missing"], document["extra"], document["different"], document["equal_rows"]) == (1, 1, 2, 97)
    assert document["extra_columns"] == ["note"]
    # the other side has no contract, which might classify the key
    assert document["first_divergence"]["key"] == {"id": "(not shown)"}


def test_a_classified_column_is_never_shown(shop, run):
    change("legacy.duckdb", "update orders set email = 'secret' where id = 9")
    for b in ("legacy.duckdb:orders", "legacy:orders"):
        for form in ("text", "json"):
            code, out, _err = run("reconcile", "warehouse:orders", b, "--key", "id", "--samples", "5", "--format", form)
            assert code == 1
            assert "secret" not in out
            assert "@" not in out
    code, out, _err = run("reconcile", "orders.parquet", "legacy.duckdb:orders", "--key", "email", "--samples", "5")
    assert code == 1
    assert "secret" not in out
    assert "email is classified restricted" in out


def test_files_outside_a_project(shop, run, tmp_path):
    change("legacy.duckdb", "update orders set email = 'other' where id = 9")
    (tmp_path / "harness.yaml").unlink()
    code, out, _err = run("reconcile", "orders.parquet", "legacy.duckdb:orders", "--key", "id", "--samples", "1")
    assert code == 1
    assert "id 9: email p9@example.test / other" in out


def test_what_cannot_be_compared_is_no_pass(shop, run):
    change("legacy.duckdb", "alter table orders alter price type varchar")
    code, out, _err = run("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--format", "json")
    document = json.loads(out)
    assert (code, document["equal"]) == (3, None)
    assert "price cannot be compared" in document["reason"]
    assert document["columns"]["price"]["different"] is None
    code, _out, _err = run("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--ignore", "price")
    assert code == 0
    code, _out, _err = run("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--columns", "email")
    assert code == 0


def test_values_of_a_file_that_are_not_of_the_type(shop, run, tmp_path):
    text = (tmp_path / "orders.csv").read_text().replace("9,2.25,", "9,cheap,")
    (tmp_path / "orders.csv").write_text(text)
    code, out, _err = run("reconcile", "warehouse:orders", "orders.csv", "--key", "id", "--format", "json")
    assert code == 3
    assert "1 of 100 values are no DECIMAL(9, 2)" in json.loads(out)["reason"]


@pytest.mark.parametrize(
    ("b", "says"),
    [
        ("legacy:nothing", "the table main.nothing is absent"),
        ("absent.duckdb:orders", "does not exist"),
        ("absent.parquet", "no file is at"),
    ],
)
def test_a_table_that_is_not_there_is_not_known_to_differ(shop, run, b, says):
    code, out, _err = run("reconcile", "warehouse:orders", b, "--key", "id", "--format", "json")
    document = json.loads(out)
    assert (code, document["equal"], document["share"]) == (3, None, None)
    assert says in document["reason"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("warehose:orders", "legacy:orders", "--key", "id"), "did you mean `warehouse`?"),
        (("warehouse:", "legacy:orders", "--key", "id"), "names no table"),
        (("orders.xlsx", "legacy:orders", "--key", "id"), "is no `server:table`"),
        (("warehouse:orders", "legacy:orders", "--key", "nr"), "`key` names nr, which A lacks"),
        (
            ("warehouse:orders", "legacy:orders", "--key", "id", "--tolerance", "price"),
            "is not of the form COLUMN=VALUE",
        ),
        (("warehouse:orders", "legacy:orders", "--key", "id", "--zone", "Berlin"), "there is no time zone 'Berlin'"),
        (("warehouse:orders", "legacy:orders"), "--key"),
    ],
)
def test_what_is_asked_wrong(shop, run, arguments, says):
    code, out, err = run("reconcile", *arguments)
    assert (code, out) == (2, "")
    assert says in err


def test_tolerance_and_lag(shop, run):
    change("legacy.duckdb", "update orders set price = price + 0.01; alter table orders add column made timestamp")
    change(
        "legacy.duckdb",
        "update orders set made = '2024-01-01'; update orders set price = 0, made = '2024-01-02' where id = 5",
    )
    change("warehouse.duckdb", "alter table orders add column made timestamp; update orders set made = '2024-01-01'")
    asked = ("reconcile", "warehouse:orders", "legacy:orders", "--key", "id", "--as-of", "2024-01-02T00:10:00Z")
    code, out, _err = run(*asked, "--format", "json")
    assert (code, json.loads(out)["different"]) == (1, 100)
    code, out, _err = run(*asked, "--tolerance", "price=0.01", "--format", "json")
    assert (code, json.loads(out)["different"]) == (1, 1)
    code, out, _err = run(*asked, "--tolerance", "price=0.01", "--lag", "made=15m", "--format", "json")
    document = json.loads(out)
    assert (code, document["equal"], document["left_out"]) == (0, True, {"a": 1, "b": 1})


def test_what_the_data_says_is_no_command(shop, run):
    """A CI server obeys lines that begin with `::`, a terminal obeys escapes."""
    change("legacy.duckdb", "insert into orders values (1001, 1, chr(10) || '::error::' || chr(27) || '[31m')")
    (shop / "harness.yaml").unlink()
    _code, out, _err = run("reconcile", "orders.parquet", "legacy.duckdb:orders", "--key", "email", "--samples", "2")
    assert "\x1b" not in out
    assert not any(line.startswith("::") for line in out.splitlines())
