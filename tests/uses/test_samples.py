"""Row samples: what they show, and every path by which a classified value could get into them."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.lineage.events import events_of, ndjson
from harness.load.project import load_project
from harness.model.result import Outcome
from harness.reporters.forms import REPORTERS

SECRET = "alice@secret.example"
PEOPLE = f"""
create or replace table marts.fct_orders as
  select i as id, i % 10 + 1 as customer_id, i * 1.5::double as amount, 'paid' as status,
         timestamp '2024-01-05' + to_hours(i % 24) as ordered_at,
         '{SECRET}' as email, struct_pack(city := '{SECRET}', code := i) as address, 'x' as undeclared
  from range(1, 101) t(i);
"""


@pytest.fixture
def people(shop: Any) -> Any:
    """The shop, whose orders have an e-mail address, which is classified."""
    shop.sql(PEOPLE)
    shop.table["properties"] += [
        {"name": "email", "description": "Whose.", "logicalType": "string", "classification": "pii"},
        {"name": "address", "description": "Where to.", "logicalType": "object"},
    ]
    return shop.saved()


def sample_of(report: Any, rule: str, column: str | None = None) -> Any:
    (found,) = (
        r for r in report.results
        if r.rule == rule and r.outcome is Outcome.FAIL and (column is None or r.column == column)
    )  # fmt: skip
    return found.sample


def everything(shop: Any, report: Any) -> str:
    """All that a run shows or sends."""
    project = load_project(shop.root, {})
    shown = [render(report) for render in REPORTERS.values()]
    return "\n".join([*shown, ndjson(events_of(report, project)), repr(report)])


def test_without_samples_no_row_is_read(people):
    people.sql("update marts.fct_orders set status = 'rotten' where id = 7")
    report = people.verify()
    assert [r.sample for r in report.results] == [None] * len(report.results)


@pytest.mark.parametrize(
    ("sql", "rule", "columns", "rows"),
    [
        ("update {t} set status = 'rotten' where id = 7", "invalidValues", ("id", "status"), [("7", "rotten")]),
        ("update {t} set amount = -1 where id = 7", "minimum", ("id", "amount"), [("7", "-1.0")]),
        ("update {t} set customer_id = 77 where id = 7", "relationship", ("id", "customer_id"), [("7", "77")]),
        ("update {t} set id = 8 where id = 7", "primaryKey", ("id",), [("8",), ("8",)]),
        ("update {t} set id = null where id = 7", "required", ("id",), [(None,)]),
        ("update {t} set status = 'a\nb\x1b[31m\u202ec\\' where id = 7", "invalidValues",
         ("id", "status"), [("7", r"a\nb\x1b[31m\u202ec\\")]),
        ("update {t} set status = repeat('ä', 5000) where id = 7", "invalidValues",
         ("id", "status"), [("7", "ä" * 80 + "…")]),
    ],
)  # fmt: skip
def test_the_key_and_what_the_clause_reads(people, sql, rule, columns, rows):
    people.sql(sql.format(t="marts.fct_orders"))
    sample = sample_of(people.verify(samples=5), rule)
    assert sample.columns == columns
    assert sorted(sample.rows, key=repr) == rows
    assert (sample.hidden, sample.note) == ((), "")


def test_at_most_as_many_as_were_asked_for_and_the_verdict_is_the_same(people):
    people.sql("update marts.fct_orders set status = 'rotten' where id < 50")
    plain, sampled = people.verify(), people.verify(samples=3)
    assert len(sample_of(sampled, "invalidValues").rows) == 3
    assert sampled.verdict == plain.verdict
    assert [(r.id, r.outcome, r.message, r.value) for r in sampled.results] == [
        (r.id, r.outcome, r.message, r.value) for r in plain.results
    ]


def test_every_report_shows_the_rows_and_no_event_holds_them(people):
    people.sql("update marts.fct_orders set status = 'rotten fruit' where id = 7")
    report = people.verify(samples=2)
    for name in ("text", "markdown", "junit"):
        assert "row: id 7, status rotten fruit" in REPORTERS[name](report), name
    results = json.loads(REPORTERS["json"](report))["results"]
    assert [r["sample"] for r in results if r["sample"]] == [
        {"columns": ["id", "status"], "rows": [["7", "rotten fruit"]], "hidden": [], "note": None}
    ]
    assert "rotten fruit" not in ndjson(events_of(report, load_project(people.root, {})))


def quality(people: Any, column: str, **rule: Any) -> None:
    people.column(column).setdefault("quality", []).append(rule)


def sql_check(people: Any, text: str) -> None:
    people.write("checks/marts/fct_orders.leak.sql", text)


def _nested_field(people: Any) -> None:
    people.column("address")["properties"] = [{"name": "city", "logicalType": "string", "classification": "pii"}]
    quality(people, "address", metric="duplicateValues", mustBe=0)
    people.sql("update marts.fct_orders set address = (select address from marts.fct_orders where id = 1)")


def _items(people: Any) -> None:
    people.sql(
        f"alter table marts.fct_orders add column tags varchar[]; update marts.fct_orders set tags = ['{SECRET}']"
    )
    item = {"name": "tags", "description": "x", "logicalType": "array", "unique": True}
    item["items"] = {"logicalType": "string", "classification": "pii"}
    people.table["properties"].append(item)


def _clause_of_a_nested_field(people: Any) -> None:
    city = {"name": "city", "logicalType": "string", "logicalTypeOptions": {"maxLength": 1}, "classification": "pii"}
    people.column("address")["properties"] = [city]


def _field_of_a_classified_object(people: Any) -> None:
    people.column("address")["classification"] = "pii"
    city = {"name": "city", "logicalType": "string", "logicalTypeOptions": {"maxLength": 1}}
    people.column("address")["properties"] = [city]


def _clause_of_an_element(people: Any) -> None:
    people.sql(
        f"alter table marts.fct_orders add column tags varchar[]; update marts.fct_orders set tags = ['{SECRET}']"
    )
    item = {"logicalType": "string", "logicalTypeOptions": {"maxLength": 1}, "classification": "pii"}
    people.table["properties"].append({"name": "tags", "description": "x", "logicalType": "array", "items": item})


def _nested_parent(people: Any) -> None:
    """A field that refers to a classified column."""
    _parent(people)
    del people.column("email")["relationships"]
    city = {"name": "city", "logicalType": "string", "logicalTypeOptions": {"maxLength": 1}}
    people.column("address")["properties"] = [{**city, "relationships": [{"to": "dim_customers.mail"}]}]
    people.column("email")["classification"] = "pii"


def _key(people: Any) -> None:
    people.column("email")["primaryKey"] = True
    people.column("email")["primaryKeyPosition"] = 2
    people.sql("update marts.fct_orders set status = 'rotten' where id = 7")


def _several_columns(people: Any) -> None:
    rule = {"metric": "duplicateValues", "arguments": {"properties": ["status", "email"]}, "mustBe": 0}
    people.table["quality"].append(rule)


def _undeclared(people: Any) -> None:
    people.sql(f"update marts.fct_orders set undeclared = '{SECRET}'")
    rule = {"metric": "duplicateValues", "arguments": {"properties": ["undeclared"]}, "mustBe": 0}
    people.table["quality"].append(rule)


def _another_contract(people: Any) -> None:
    """One contract calls the column public; the other one, of the same table, does not."""
    people.column("email")["classification"] = "public"
    other = json.loads(json.dumps(people.orders))
    other["id"] = "strict"
    other["schema"][0]["name"] = "orders_again"
    next(c for c in other["schema"][0]["properties"] if c["name"] == "email")["classification"] = "pii"
    people.contract("contracts/marts/orders_again.odcs.yaml", other)
    quality(people, "email", metric="duplicateValues", mustBe=0)


def _twice_declared(people: Any) -> None:
    people.table["properties"].append({"name": "EMAIL", "physicalName": "email", "description": "x", "unique": True})


def _broken_contract(people: Any) -> None:
    people.column("email")["classification"] = ["pii"]
    quality(people, "email", metric="duplicateValues", mustBe=0)


def _unreadable_contract(people: Any) -> None:
    del people.column("email")["classification"]
    quality(people, "email", metric="duplicateValues", mustBe=0)
    people.write("contracts/marts/other.odcs.yaml", "schema: [")


def _parent(people: Any) -> None:
    """The column itself is not classified, but it refers to one that is."""
    people.sql(
        "alter table marts.dim_customers add column mail varchar; update marts.dim_customers set mail = 'm' || id"
    )
    file = people.root / "contracts/marts/dim_customers.odcs.yaml"
    column = "\n  - {name: mail, description: x, logicalType: string, classification: pii}\n"
    file.write_text(file.read_text(encoding="utf-8").rstrip() + column, encoding="utf-8")
    del people.column("email")["classification"]
    people.column("email")["relationships"] = [{"to": "dim_customers.mail"}]
    people.column("email")["unique"] = True


def _made_of(people: Any) -> None:
    people.table["properties"].append(
        {"name": "undeclared", "description": "x", "unique": True, "transformSourceObjects": ["fct_orders.email"]}
    )
    people.sql("update marts.fct_orders set undeclared = email")


def _soda(people: Any) -> None:
    check = {"invalid": {"valid_values": ["a"], "threshold": {"must_be": 0}}}
    quality(people, "email", type="custom", engine="soda", implementation=check)


def _soda_failed_rows(people: Any) -> None:
    check = {"failed_rows": {"query": "select email from marts.fct_orders", "threshold": {"must_be": 0}}}
    people.table["quality"].append({"type": "custom", "engine": "soda", "implementation": check})


def _sql_rule(people: Any) -> None:
    people.table["quality"].append({"type": "sql", "query": "select email from ${object} limit 1", "mustBe": 0})


def _error_words(people: Any) -> None:
    rule = {"type": "sql", "query": "select sum(cast(email as integer)) from ${object}", "mustBe": 0}
    people.table["quality"].append(rule)


def _type_error(people: Any) -> None:
    people.column("email")["logicalType"] = "integer"
    people.column("email")["logicalTypeOptions"] = {"minimum": 3}


PATHS = [
    _nested_field, _clause_of_a_nested_field, _field_of_a_classified_object, _clause_of_an_element, _nested_parent,
    _items, _key, _several_columns, _undeclared, _another_contract, _twice_declared, _broken_contract,
    _unreadable_contract, _parent, _made_of, _soda, _soda_failed_rows, _sql_rule, _error_words, _type_error,
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.__name__)
def test_no_path_leads_to_a_classified_value(people, path):
    path(people)
    report = people.saved().verify(samples=9)
    assert any(r.sample or r.outcome is Outcome.ERROR for r in report.results)
    assert SECRET not in everything(people, report)


LEAKS = [
    "select email from marts.fct_orders",
    "select email as status from marts.fct_orders",
    "select email as id, id as status from marts.fct_orders",
    "select status || email as status from marts.fct_orders",
    "select lower(email) as status from marts.fct_orders",
    "select * from marts.fct_orders",
    "select t.* from marts.fct_orders as t",
    "select *, email as status from marts.fct_orders",
    "select * replace (email as status) from marts.fct_orders",
    "select * rename (email as status) from (select * exclude (status) from marts.fct_orders)",
    "select columns('e.*') from marts.fct_orders",
    "select columns('email') as status from marts.fct_orders",
    "with x as (select email as status from marts.fct_orders) select status from x",
    "with x(status) as (select email from marts.fct_orders) select status from x",
    "select status from (select email from marts.fct_orders) as x(status)",
    "select status from marts.fct_orders as t(status, a, b, c, d, status2)",
    "with fct_orders as (select email as status from marts.fct_orders) select status from fct_orders",
    "select status from (select email as status, * exclude (status) from marts.fct_orders)",
    "select status from marts.fct_orders union all select email from marts.fct_orders",
    "select (select min(email) from marts.fct_orders) as status from marts.fct_orders",
    "select x.status from marts.fct_orders as t, lateral (select t.email as status) as x",
    "select status from marts.dim_customers as c, (select email as status from marts.fct_orders) as o",
    "select ghost from (select email as ghost, ghost as ghost2 from marts.fct_orders)",
    "select n as ghost from (select email as ghost, ghost as n from marts.fct_orders)",
    "select fct_orders from marts.fct_orders",
    "select status from marts.fct_orders as status",
    "select ghost from marts.fct_orders as ghost",
    "from (pivot marts.fct_orders on email using count(*) group by id)",
    "select address from marts.fct_orders",
    "select address.city as status from marts.fct_orders",
    "select unnest(address) from marts.fct_orders",
    "select max(email) as status from marts.fct_orders",
    "select any_value(email) over () as status from marts.fct_orders",
    "select id from marts.fct_orders where error(email) is not null",
    "select id from marts.fct_orders where cast(email as integer) > 0",
    "select id from marts.fct_orders where strptime(email, '%Y') is not null",
    "select id from marts.fct_orders where json_extract(email, '$.a') is not null",
    "select id from marts.fct_orders where regexp_matches('a', '(' || email) is not null",
    "select id from marts.fct_orders where cast(email as date) is not null",
    "select id from marts.fct_orders where make_date(2024, 1, 1) > email::timestamp",
]


@pytest.mark.parametrize("query", LEAKS)
def test_no_query_of_a_user_leads_to_a_classified_value(people, query):
    people.column("address")["properties"] = [{"name": "city", "logicalType": "string", "classification": "pii"}]
    people.table["properties"].append({"name": "ghost", "description": "Declared, but not there."})
    sql_check(people, query)
    report = people.saved().verify(samples=9)
    assert [r.outcome for r in report.results if r.rule == "failedRows"] != [Outcome.PASS]
    assert SECRET not in everything(people, report)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        ("select id, status from marts.fct_orders", ("id", "status")),
        ("select id as which, upper(status) from marts.fct_orders", ("which",)),
        ("select * from marts.fct_orders", ("id",)),
        ("with x as (select * from marts.fct_orders) select status, id, email from x where id < 3", ("status", "id")),
        ("select a.id, b.id, a.status as s from {t} a join {t} b on a.id < b.id", ("id", "id", "s")),
        ("select id, count(*) as n from marts.fct_orders group by id having n = 1 order by n", ("id",)),
        ('select "Id" from "MARTS"."Fct_Orders"', ("Id",)),
    ],
)  # fmt: skip
def test_plain_columns_of_a_users_query_are_shown(people, query, columns):
    sql_check(people, query.format(t="marts.fct_orders"))
    sample = sample_of(people.verify(samples=2), "failedRows")
    assert (sample.columns, sample.note, len(sample.rows)) == (columns, "", 2)


def test_a_field_is_shown_alone_and_an_array_as_a_whole(people):
    people.sql(
        "alter table marts.fct_orders add column tags varchar[]; update marts.fct_orders set tags = ['a', 'long']"
    )
    code = {"name": "code", "logicalType": "integer", "logicalTypeOptions": {"maximum": 99}}
    city = {"name": "city", "logicalType": "string", "classification": "pii"}
    people.column("address")["properties"] = [city, code]
    item = {"logicalType": "string", "logicalTypeOptions": {"maxLength": 1}}
    people.table["properties"].append({"name": "tags", "description": "x", "logicalType": "array", "items": item})
    report = people.saved().verify(samples=1)
    fields, elements = sample_of(report, "maximum"), sample_of(report, "maxLength")
    assert (fields.columns, fields.rows) == (("id", "address.code"), (("100", "100"),))
    assert (elements.columns, elements.rows[0][1]) == (("id", "tags"), "[a, long]")
    assert SECRET not in everything(people, report)


def test_a_check_of_nothing_but_classified_columns_says_why_it_shows_nothing(people):
    quality(people, "email", metric="duplicateValues", mustBe=0)
    sample = sample_of(people.saved().verify(samples=2), "duplicateValues")
    assert (sample.columns, sample.rows) == ((), ())
    assert sample.note == "it reads no column that may be shown"
    assert sample.hidden == ("email is classified pii",)


def test_the_project_says_which_classifications_are_public(people):
    quality(people, "email", metric="duplicateValues", mustBe=0)
    people.saved().settings("sample_classifications: [PII]\n")
    sample = sample_of(people.verify(samples=1), "duplicateValues")
    assert sample.columns == ("id", "email")
    assert sample.rows[0][1] == SECRET


def test_an_error_in_sampling_changes_no_verdict(people, monkeypatch):
    from harness.engines.duckdb import DuckDB

    def broken(self: Any, sql: str, most: int) -> Any:
        if "LEFT(CAST(" in sql:
            raise RuntimeError("surprise")
        return self._connection.execute(sql).fetchmany(most)

    people.sql("update marts.fct_orders set status = 'rotten' where id = 7")
    plain = people.verify()
    monkeypatch.setattr(DuckDB, "rows", broken)
    report = people.verify(samples=2)
    assert sample_of(report, "invalidValues").note == "the rows could not be read: RuntimeError"
    assert report.verdict == plain.verdict


def test_a_secret_in_a_row_is_masked(people, monkeypatch):
    monkeypatch.setenv("PLACE", "warehouse.duckdb")
    people.settings("")
    text = (people.root / "harness.yaml").read_text(encoding="utf-8")
    (people.root / "harness.yaml").write_text(text.replace("database: warehouse.duckdb", 'database: "${PLACE}"'))
    people.sql("update marts.fct_orders set status = 'in warehouse.duckdb' where id = 7")
    assert sample_of(people.verify(samples=1), "invalidValues").rows == (("7", "in ${PLACE}"),)


@pytest.mark.parametrize("value", ["-1", "101", "x", "1.5", "²"])
def test_a_wrong_number_is_a_usage_error(run, value, tmp_path: Path):
    code, _, err = run("verify", "--project", str(tmp_path), "--samples", value)
    assert (code, "no number from 0 to 100" in err) == (2, True)
