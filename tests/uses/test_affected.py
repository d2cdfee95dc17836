"""Who is hit: contracts before and after, SQL between them, and those who must be asked."""

import hashlib
import json
import subprocess
from datetime import date

import pytest

from harness.load.project import load_project
from harness.uses.review import review

ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 2.0.0
status: active
team: {name: sales}
support: [{channel: "#sales", url: "https://chat.example.com/sales"}]
servers: [{server: w, type: duckdb, database: w.duckdb, schema: staging}]
customProperties:
- {property: layer, value: staging}
- property: consumers
  value:
  - reports
  - {name: model, contact: ml@example.com, columns: [amount], contractRange: ^1, use: a forecast}
  - {name: audit, columns: [id]}
schema:
- name: orders
  properties:
  - {name: id, logicalType: integer, required: true}
  - {name: amount, physicalName: amount_eur, logicalType: number, required: true}
  - name: address
    logicalType: object
    properties: [{name: zip, logicalType: string}]
"""
REVENUE = """\
apiVersion: v3.1.0
kind: DataContract
id: revenue
version: 1.0.0
status: active
team: {name: finance}
servers: [{server: w, type: duckdb, database: w.duckdb, schema: marts}]
customProperties:
- {property: layer, value: marts}
- {property: consumers, value: [board]}
schema:
- name: revenue
  properties:
  - {name: total, logicalType: number}
  - {name: orders, logicalType: integer}
"""
COSTS = """\
apiVersion: v3.1.0
kind: DataContract
id: costs
version: 1.0.0
status: active
team: {name: buying}
servers: [{server: w, type: duckdb, database: w.duckdb, schema: raw}]
customProperties: [{property: layer, value: raw}, {property: consumers, value: []}]
schema: [{name: costs, properties: [{name: id, logicalType: integer}]}]
"""
SQL = "create table marts.revenue as select sum(amount_eur) as total, count(*) as orders from staging.orders;"
HARNESS = """\
version: 1
name: shop
server: w
servers: {w: {type: duckdb, database: w.duckdb}}
lineage: {sql: [sql]}
"""


class Shop:
    """A project in a repository of its own, in the folder `data`."""

    def __init__(self, root):
        self.root = root / "data"
        self.files = {"orders": ORDERS, "revenue": REVENUE, "costs": COSTS}
        self.harness, self.sql, self.owners = HARNESS, SQL, ""
        self.sql_before = SQL
        self.before_review = lambda: None

    def affected(self, before, after):
        """What changes of some contracts hit, each by name; the others stay as they are."""
        for folder in ("contracts", "sql"):
            (self.root / folder).mkdir(parents=True)
        self._write(self.files | before, self.sql_before)
        (self.root / "harness.yaml").write_text(self.harness)
        if self.owners:
            (self.root.parent / "CODEOWNERS").write_text(self.owners)
        for words in ("init -q", "add -A", "-c user.name=a -c user.email=a@example.test commit -q -m before"):
            subprocess.run(["git", "-C", str(self.root.parent), *words.split()], check=True)
        if self.owners:
            (self.root.parent / "CODEOWNERS").write_text("* @whoever-changes-it\n")
        self._write(after, self.sql)
        self.before_review()
        found = review(load_project(self.root, {}), ref="HEAD", today=date(2026, 1, 1)).affected
        assert found is not None
        return found

    def orders(self, after, before=ORDERS):
        return self.affected({"orders": before}, {"orders": after})

    def _write(self, contracts, sql):
        for name, text in contracts.items():
            file = self.root / "contracts" / f"{name}.odcs.yaml"
            if text:
                file.write_text(text)
            else:
                file.unlink()
        (self.root / "sql" / "revenue.sql").write_text(sql)


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path)


def without(text, *lines):
    return "".join(line for line in text.splitlines(keepends=True) if not any(each in line for each in lines))


def people(found):
    return {(each.name, each.part) for each in found.asked}


AMOUNT = "  - {name: amount, physicalName: amount_eur, logicalType: number, required: true}\n"


def test_a_removed_column_is_followed_by_its_name_in_the_warehouse(shop):
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    assert [str(start.field) for start in found.starts] == ["staging.orders.amount_eur"]
    (hit,) = found.hits
    assert (hit.table, hit.columns, hit.distance, hit.declared) == ("marts.revenue", ("total",), 1, False)
    assert (hit.contract, hit.owner, hit.consumers) == ("revenue", "finance", ("board",))
    assert people(found) == {
        ("sales", "owner"),
        ("reports", "consumer"),
        ("model", "consumer"),
        ("finance", "downstream owner"),
        ("board", "downstream consumer"),
    }
    (model,) = (each for each in found.asked if each.name == "model")
    assert model.contact == "ml@example.com"
    assert model.note == "a forecast; reads amount; the agreed range ^1 does not take 2.0.0"
    assert found.complete


def test_a_column_that_nothing_is_made_of_hits_those_who_read_it(shop):
    found = shop.orders(without(ORDERS, "{name: id,"))
    assert not found.hits
    assert people(found) == {("sales", "owner"), ("reports", "consumer"), ("audit", "consumer")}
    assert found.complete


def test_a_field_inside_a_column_is_that_column(shop):
    shop.sql = "create table marts.revenue as select address.zip as total, 1 as orders from staging.orders;"
    found = shop.orders(without(ORDERS, "name: zip"))
    assert [str(start.field) for start in found.starts] == ["staging.orders.address"]
    assert [hit.table for hit in found.hits] == ["marts.revenue"]


def test_a_removed_contract_is_followed_as_a_whole(shop):
    found = shop.orders("")
    assert [(hit.table, hit.columns) for hit in found.hits] == [("marts.revenue", ())]
    assert {name for name, part in people(found) if part == "consumer"} == {"reports", "model", "audit"}


def test_what_only_the_earlier_contract_says_is_followed(shop):
    """The SQL is new already, and so is the contract downstream: only what was declared before leads there."""
    shop.sql = shop.sql_before = "create table marts.revenue as select 0 as total, 1 as orders from raw.costs;"
    declared = REVENUE.replace(
        "{name: total, logicalType: number}",
        "{name: total, logicalType: number, transformSourceObjects: [orders.amount]}",
    )
    found = shop.affected(
        {"orders": ORDERS, "revenue": declared}, {"orders": ORDERS.replace(AMOUNT, ""), "revenue": REVENUE}
    )
    (hit,) = (hit for hit in found.hits if hit.table == "marts.revenue")
    assert (hit.columns, [str(each) for each in hit.through]) == (("total",), ["staging.orders.amount_eur"])


def test_what_the_sql_was_before_is_followed(shop):
    shop.sql = "create table marts.revenue as select 0 as total, 1 as orders from raw.costs;"
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    assert [(hit.table, hit.columns) for hit in found.hits] == [("marts.revenue", ("total",))]
    assert found.complete


def test_who_takes_himself_off_the_list_is_asked(shop):
    changed = without(ORDERS, "- reports", "team:").replace(AMOUNT, "")
    found = shop.orders(changed)
    assert {("sales", "owner"), ("reports", "consumer")} <= people(found)


def test_nobody_named_is_not_nobody(shop):
    text = without(ORDERS, "team:", "consumers", "value:\n", "  - reports", "name: model", "name: audit")
    text = text.replace("- {property: layer, value: staging}\n", "").replace("customProperties:\n", "")
    found = shop.orders(text.replace(AMOUNT, ""), text)
    assert found.unknown[:2] == (
        "the contract orders names no owner",
        "the contract orders does not say who reads it (customProperty `consumers`)",
    )


def test_nobody_is_nobody_where_the_contract_says_so(shop):
    shop.files = {}
    before = COSTS.replace("logicalType: integer}", "logicalType: integer, required: true}")
    found = shop.affected({"costs": before}, {"costs": COSTS})
    assert found.starts
    assert people(found) == {("buying", "owner")}
    assert found.complete


def test_lineage_that_is_incomplete_says_so(shop):
    shop.harness = HARNESS.replace("sql: [sql]", "sql: [sql, gone], dbt: target")
    found = shop.orders(without(ORDERS, "{name: id,"))
    assert [words.split(":")[0] for words in found.unknown] == [
        "lineage could not be read from target/manifest.json",
        "lineage could not be read from gone",
    ]


def test_tables_without_sources_may_be_made_of_anything(shop):
    shop.harness = HARNESS.replace("lineage: {sql: [sql]}\n", "")
    found = shop.orders(without(ORDERS, "{name: id,"))
    assert found.unknown == (
        "nothing says what is in marts.revenue: no SQL that makes it was read, and its contract names no sources",
    )


def test_a_check_that_reads_it_is_hit(shop):
    (shop.root / "checks" / "staging").mkdir(parents=True)
    (shop.root / "checks" / "staging" / "orders.negative.sql").write_text(
        "select * from staging.orders where amount_eur < 0"
    )
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    assert [(hit.table, hit.kind) for hit in found.hits] == [
        ("marts.revenue", "table"),
        ("checks/staging/orders.negative.sql", "check"),
    ]


def test_code_owners_are_those_of_before(shop):
    shop.owners = "* @all\n/data/contracts/orders.odcs.yaml @sales-team\n"
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    assert [name for name, part in people(found) if part == "code owner"] == ["@sales-team"]


def test_what_is_safe_asks_nobody(shop):
    longer = ORDERS.replace(AMOUNT, f"{AMOUNT}  - {{name: note, logicalType: string}}\n")
    found = shop.orders(longer)
    assert not found.asked
    assert found.complete


def manifest(sql):
    """What dbt leaves of one model, compiled from `sql`."""
    node = {
        "resource_type": "model", "config": {"materialized": "table"}, "database": "w", "schema": "marts",
        "alias": "revenue", "original_file_path": "models/revenue.sql", "language": "sql", "compiled_code": sql,
        "checksum": {"name": "sha256", "checksum": hashlib.sha256(sql.strip().encode()).hexdigest()},
        "depends_on": {"nodes": []},
    }  # fmt: skip
    return json.dumps({"metadata": {"adapter_type": "duckdb"}, "nodes": {"model.shop.revenue": node}})


@pytest.mark.parametrize("changed", [False, True])
def test_what_dbt_compiled_before_is_in_no_commit(shop, changed):
    old, new = "select amount_eur as total, 1 as orders from staging.orders", "select 0 as total, 1 as orders"
    shop.harness = HARNESS.replace("sql: [sql]", "dbt: target, dbt_project: dbt")
    for folder in ("target", "dbt/models"):
        (shop.root / folder).mkdir(parents=True)
    file = shop.root / "dbt" / "models" / "revenue.sql"
    file.write_text(old)
    (shop.root / "target" / "manifest.json").write_text(manifest(new if changed else old))
    shop.before_review = lambda: file.write_text(new if changed else old)
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    if changed:
        reason = "its SQL was changed, and what it read before is known from its contract alone"
        assert found.unknown == (f"the lineage of marts.revenue is incomplete: {reason}",)
    else:
        assert [(hit.table, hit.columns) for hit in found.hits] == [("marts.revenue", ("total",))]
        assert found.complete


def test_without_the_folder_of_dbt_nobody_knows_what_its_sql_was(shop):
    shop.harness = HARNESS.replace("sql: [sql]", "dbt: target")
    (shop.root / "target").mkdir(parents=True)
    sql = "select amount_eur as total, 1 as orders from staging.orders"
    (shop.root / "target" / "manifest.json").write_text(manifest(sql))
    found = shop.orders(ORDERS.replace(AMOUNT, ""))
    assert [hit.table for hit in found.hits] == ["marts.revenue"]
    reason = "whether the SQL of its models was changed cannot be told; name `lineage.dbt_project`"
    assert found.unknown == (f"lineage could not be read from target: {reason}",)
