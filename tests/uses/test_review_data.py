"""`--with-data` and `--suggest`: what today's data says of the new promises, and what to write instead."""

import copy
from datetime import UTC, date, datetime

import pytest
import yaml

from harness.load.contract import read_contract
from harness.load.project import load_project
from harness.model.result import VerdictOutcome
from harness.uses.review import review
from harness.uses.verify import verify

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
ORDERS = "contracts/marts/orders.odcs.yaml"
LOOSER = ("required: true", "required: false")
AMOUNT = "      - {name: amount, logicalType: number}\n"


def held(shop, run, *words):
    return run("review", "--against", "main", "--project", str(shop.root), *words)


def reviewed(shop):
    project = load_project(shop.root, {})

    def verified(judging, selected):
        return verify(judging, run_id="1", clock=lambda: datetime.now(UTC), select=selected)

    return review(project, ref="main", today=date(2026, 3, 1), verify=verified)


def bounded(shop, maximum):
    shop.orders["version"] = "1.1.0"
    shop.orders["schema"][0]["properties"][2]["logicalTypeOptions"]["maximum"] = maximum
    shop.settings("compatibility: {marts: forward}\n")
    shop.repository.on_main()
    shop.saved()


@pytest.mark.parametrize(("maximum", "code"), [(1000, 0), (100, 1)])
def test_a_new_promise_that_the_data_does_not_keep(warehouse, run, maximum, code):
    bounded(warehouse, maximum)
    assert held(warehouse, run)[0] == 0, "without a look at the data"
    assert held(warehouse, run, "--with-data")[0] == code
    found = reviewed(warehouse)
    (failing, passed) = (found.data.failing, found.data.passed)
    assert bool(failing) is (code == 1)
    assert passed > 5
    assert {result.contract for result in failing} <= {"orders"}


_JUDGED = "the policy in harness.yaml changes too; the data is judged by the policy as it was"
SOFTER = {
    "a rule that is turned off": 'rules: {type-changed: "off"}',
    "a rule that only informs": "rules: {type-changed: info}",
    "house rules that are left": "",
}


def wrongly_typed(shop):
    """A contract whose new version promises a type that the column has not."""
    shop.settings("compatibility: {marts: forward}\nrules: {key-untested: error}\ngovernance: {}\n")
    shop.repository.on_main()
    shop.orders["version"] = "1.1.0"
    shop.orders["schema"][0]["properties"][2]["physicalType"] = "BLOB"
    shop.saved()


@pytest.mark.parametrize("softer", SOFTER.values(), ids=SOFTER)
def test_a_change_does_not_bring_the_judge_of_its_data(warehouse, softer):
    wrongly_typed(warehouse)
    before = reviewed(warehouse)
    assert "type-changed" in {result.rule for result in before.data.failing}
    assert _JUDGED not in before.notes
    warehouse.settings(f"compatibility: {{marts: forward}}\n{softer}\n")
    after = reviewed(warehouse)
    assert (after.outcome, after.data.failing, after.data.undecided) == (
        FAIL, before.data.failing, before.data.undecided,
    )  # fmt: skip
    assert _JUDGED in after.notes


def test_a_policy_of_before_that_names_a_rule_of_another_version(warehouse):
    warehouse.settings('compatibility: {marts: forward}\nrules: {gone-since: "off"}\n')
    warehouse.repository.on_main()
    bounded(warehouse, 1000)
    assert reviewed(warehouse).data.passed > 5


def test_a_server_that_does_not_answer(warehouse, run):
    bounded(warehouse, 1000)
    (warehouse.root / "warehouse.duckdb").unlink()
    found = reviewed(warehouse)
    assert (found.outcome, bool(found.data.undecided)) == (UNDECIDED, True)


def test_nothing_changed_so_no_data_is_looked_at(warehouse):
    found = reviewed(warehouse)
    assert (found.outcome, found.data) == (PASS, None)


def suggested(repository, **options):
    (contract,) = repository.review(suggest=True, **options).contracts
    return contract.suggestions


def test_nothing_is_suggested_unasked(repository):
    repository.edit(LOOSER)
    assert repository.review().contracts[0].suggestions == ()


def test_what_was_taken_away_is_put_back(repository):
    repository.edit(LOOSER)
    (found,) = suggested(repository)
    assert yaml.safe_load(found.yaml) == {"required": True}
    assert "keep it required" in found.message


@pytest.mark.parametrize(
    ("change", "stays"),
    [
        ((AMOUNT, ""), ["amount"]),
        (("name: amount,", "name: total, physicalName: total,"), ["amount"]),
        (("logicalType: number", "logicalType: string"), ["amount", "amount_new"]),
    ],
    ids=["removed", "renamed", "of another type"],
)
def test_what_is_suggested_breaks_nobody(repository, change, stays):
    """Written as it says, in a version of the standard that has `deprecated`, nothing breaks any more."""
    repository.edit(("v3.1.0", "v3.2.0"))
    repository.on_main()
    before = yaml.safe_load((repository.root / FILE).read_text())
    repository.edit(change)
    (found,) = suggested(repository)
    kept = yaml.safe_load(found.yaml)
    assert [column["name"] for column in kept] == stays
    assert kept[0]["customProperties"] == [{"property": "sunset", "value": "2026-05-30"}]
    after = yaml.safe_load((repository.root / FILE).read_text())
    others = [each for each in after["schema"][0]["properties"] if each["name"] not in stays]
    after["schema"][0]["properties"] = [*others, *kept]
    text = yaml.safe_dump(after | {"version": "1.1.0"}, sort_keys=False)
    assert read_contract(text, FILE).document.violations == ()
    assert after != before
    repository.write(FILE, text)
    assert repository.review().outcome is PASS


def test_an_older_standard_announces_by_the_date_alone(repository):
    repository.edit((AMOUNT, ""))
    (found,) = suggested(repository)
    (kept,) = yaml.safe_load(found.yaml)
    assert "deprecated" not in kept
    assert kept["customProperties"] == [{"property": "sunset", "value": "2026-05-30"}]


def test_a_contract_and_a_table_that_go(repository):
    text = (repository.root / FILE).read_text()
    repository.write("contracts/raw/people.odcs.yaml", text.replace("orders", "people"))
    repository.on_main()
    repository.git("rm", "--quiet", FILE)
    (found,) = suggested(repository)
    assert yaml.safe_load(found.yaml)["status"] == "deprecated"
    repository.write(
        FILE, text.replace("name: orders", "name: other").replace("name: id", "name: x1").replace("amount", "y2")
    )
    tables = [yaml.safe_load(each.yaml) for each in suggested(repository) if "the table orders" in each.message]
    assert [(each["name"], each["customProperties"][-1]["property"]) for each in tables] == [("orders", "sunset")]


def test_a_rule_that_goes_is_shown_whole(repository):
    rule = {"id": "many", "metric": "rowCount", "mustBeGreaterThan": 10}
    contract = yaml.safe_load((repository.root / FILE).read_text())
    with_rule = copy.deepcopy(contract)
    with_rule["schema"][0]["quality"] = [rule]
    repository.write(FILE, yaml.safe_dump(with_rule))
    repository.on_main()
    repository.write(FILE, yaml.safe_dump(contract))
    (found,) = suggested(repository)
    assert yaml.safe_load(found.yaml) == rule


def test_a_tightened_promise_waits_for_the_next_major_version(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\ncompatibility: {raw: full}\n")
    repository.on_main()
    repository.edit(("logicalType: number", "logicalType: number, required: true"))
    (found,) = suggested(repository)
    assert (found.yaml, "in the next major version" in found.message) == ("", True)
