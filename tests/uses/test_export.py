"""`harness export soda`: our strict reader accepts what it writes, and soda-core ends in our verdicts."""

import os
from datetime import UTC, datetime

import pytest

import harness
from harness.load.checks import parse_check_file
from harness.load.project import load_project
from harness.load.soda import soda_clauses
from harness.model.errors import UsageError
from harness.model.result import Outcome, Severity
from harness.plan import table_of
from harness.runners.soda import SodaJob, start
from harness.uses.export import soda_contract

AS_OF = datetime(2024, 1, 6, 12, tzinfo=UTC)
ALERT = [{"property": "alert", "value": "> 10 %"}]
RULES = [
    # what stands on the column `amount`
    {"metric": "nullValues", "mustBeLessThan": 5, "unit": "percent", "name": "few"},
    {"metric": "nullValues", "mustBe": 0, "severity": "warning", "name": "warned"},
    {"metric": "nullValues", "mustBeLessThan": 2, "unit": "percent", "customProperties": ALERT, "name": "alert"},
    {"metric": "invalidValues", "arguments": {"validValues": [1.5, "1e3"]}, "mustBeBetween": [95, 99], "name": "some"},
    {"metric": "duplicateValues", "mustNotBeBetween": [1, 5], "name": "outside"},
    {"metric": "missingValues", "arguments": {"missingValues": [3]}, "mustBe": 4, "name": "three"},
    {"type": "custom", "engine": "soda", "implementation": "aggregate: {function: max, threshold: {must_be: 150}}"},
]


@pytest.fixture
def exported(shop):
    """The shop with many clauses, its Soda contract, and what soda-core says of it, by the id of the clause."""
    shop.column("amount")["quality"] = RULES
    shop.column("status")["enum"] = ["paid", "op'en", 'a"b']
    shop.orders["apiVersion"] = "v3.2.0"
    shop.column("status")["logicalTypeOptions"] = {"maxLength": 3, "minLength": 1, "pattern": "^p"}
    shop.column("id")["unique"] = True
    both = {"metric": "duplicateValues", "arguments": {"properties": ["id", "status"]}, "mustBe": 0}
    shop.table["quality"].append(both)
    shop.saved().sql("update marts.fct_orders set amount = null where id <= 3")
    project = load_project(shop.root, os.environ)
    text = soda_contract(project, "fct_orders", AS_OF)
    file = parse_check_file(text, "checks/marts/fct_orders.soda.yml")
    contract, schema = project.find("fct_orders")
    job = SodaJob(
        file=file,
        server=project.servers["warehouse"],
        root=shop.root,
        table=table_of(project, contract, schema).name,
        as_of=AS_OF,
    )
    with start([job], os.environ) as run:
        answers = {
            clause.key: answer
            for (_, clause_key), answer in run.collect(60).items()
            for clause in soda_clauses(file)
            if clause.key == clause_key
        }
    return text, file, answers


def test_our_reader_accepts_all_of_it(exported):
    _, file, _ = exported
    assert [clause for clause in soda_clauses(file) if clause.error or clause.skip] == []


def test_soda_ends_in_our_verdicts(shop, exported):
    _, _, answers = exported
    ours = {}
    for result in harness.verify(shop.root, select=["fct_orders"]).results:
        word = result.outcome.value + ("ed" if result.outcome in (Outcome.PASS, Outcome.FAIL) else "")
        warned = result.outcome is Outcome.FAIL and result.severity is not Severity.ERROR
        ours[result.check.removeprefix("fct_orders/")] = "warned" if warned else word
    soda = {key: answer.outcome.value for key, answer in answers.items()}
    by_clause = {clause: word for clause in ours for key, word in soda.items() if key.endswith(f"/{clause}")}

    assert len(by_clause) == len(soda) - 2  # the `schema` check, and that there are rows
    assert by_clause == {clause: ours[clause] for clause in by_clause}
    assert set(by_clause.values()) == {"passed", "failed", "warned"}
    assert (soda["soda/schema"], soda["soda/row_count/not-empty"]) == ("passed", "passed")


def test_what_soda_cannot_say_is_a_comment_with_its_reason(shop):
    shop.table["quality"] = [
        {"type": "text", "description": "Orders are true."},
        {"type": "custom", "engine": "dbt", "implementation": "x"},
        {"metric": "rowCount"},
        {"type": "sql", "query": "select ${nothing}", "mustBe": 0},
    ]
    text = soda_contract(load_project(shop.saved().root, os.environ), "orders", AS_OF)
    notes = [line for line in text.splitlines() if line.startswith("# - ")]

    for part in ("a text rule is for people", "engine 'dbt' are not run", "states no threshold", "amount/type", "sql"):
        assert any(part in note for note in notes), (part, notes)


def test_what_may_be_empty_has_no_check_for_rows(shop):
    shop.table["customProperties"] = [{"property": "mayBeEmpty", "value": True}]
    assert "not-empty" not in soda_contract(load_project(shop.saved().root, os.environ), "orders", AS_OF)


def test_a_name_that_is_nothing(shop):
    with pytest.raises(UsageError, match="there is no contract or table 'nothing'"):
        soda_contract(load_project(shop.root, os.environ), "nothing", AS_OF)


def test_a_contract_of_two_tables_needs_one_named(shop):
    shop.orders["schema"].append({"name": "other", "properties": [{"name": "x"}]})
    with pytest.raises(UsageError, match="name the table: fct_orders, other"):
        soda_contract(load_project(shop.saved().root, os.environ), "orders", AS_OF)


def test_the_command(shop, run, tmp_path):
    out = tmp_path / "orders.soda.yml"
    assert run("export", "soda", "orders", "--project", str(shop.root), "--output", str(out))[0] == 0
    assert out.read_text().startswith("# The contract orders 1.0.0, table fct_orders")
    code, printed, _ = run("export", "soda", shop.orders_file, "--project", str(shop.root))
    assert (code, printed) == (0, out.read_text())
    assert run("export", "soda", "nothing", "--project", str(shop.root))[0] == 2
