"""Waivers in whole runs: what they open, what they never open, and what is said of them."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from harness.load.project import load_project
from harness.model.result import Outcome, Severity, VerdictOutcome
from harness.uses.lint import lint_project
from harness.uses.verify import verify

TODAY = date(2026, 3, 1)
ORPHANS = "update marts.fct_orders set customer_id = 99 where id <= 3"
RELATIONSHIP = "fct_orders/customer_id/relationship/dim_customers"


def entry(expires="2026-04-01", **fields):
    stated = {"reason": "r", "approver": "maria", "author": "ada", "created": "2026-02-01", "expires": expires}
    return {"rule": "relationship", "path": "fct_orders/customer_id", **stated, **fields}


def waive(shop, *entries):
    shop.write("waivers.yaml", json.dumps({"version": 1, "waivers": entries}))


def verified(shop, today=TODAY, **options):
    moment = datetime(today.year, today.month, today.day, 23, 59, tzinfo=UTC)
    return verify(load_project(shop.root, {}), run_id="x", clock=lambda: moment, **options)


def found(report):
    return {r.rule: r for r in report.results if r.rule.startswith("waiver-")}


@pytest.fixture
def orphaned(shop):
    """A shop in which one relationship is broken."""
    shop.sql(ORPHANS)
    assert verified(shop).verdict.outcome is VerdictOutcome.FAIL
    return shop


def test_a_waiver_opens_the_gate_and_the_failure_stays_one(orphaned):
    waive(orphaned, entry())
    report = verified(orphaned)
    (broken,) = [r for r in report.results if r.check == RELATIONSHIP]
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert "1 failure is waived" in report.verdict.reason
    assert (broken.outcome, broken.severity) == (Outcome.FAIL, Severity.ERROR)
    assert report.verdict.waived == (broken.id,)
    assert (report.coverage.waived, report.coverage.failed) == (1, 0)
    assert found(report) == {}
    assert {score.waived for score in report.scorecard if score.dimension.value == "validity"} >= {1}


def test_its_fingerprint_does_too(orphaned):
    (broken,) = [r for r in verified(orphaned).results if r.check == RELATIONSHIP]
    stated = entry(fingerprint=broken.id)
    waive(orphaned, {key: value for key, value in stated.items() if key not in ("rule", "path")})
    assert verified(orphaned).verdict.outcome is VerdictOutcome.PASS


def test_another_failure_still_blocks(orphaned):
    waive(orphaned, entry())
    orphaned.sql("update marts.fct_orders set amount = -1 where id = 9")
    verdict = verified(orphaned).verdict
    assert (verdict.outcome, len(verdict.blocking), len(verdict.waived)) == (VerdictOutcome.FAIL, 1, 1)


def test_it_ends_with_its_last_day_whatever_time_the_data_is_of(orphaned):
    waive(orphaned, entry("2026-03-01"))
    assert verified(orphaned, TODAY).verdict.outcome is VerdictOutcome.PASS
    after = verified(orphaned, TODAY + timedelta(1), as_of=datetime(2024, 1, 6, 12, tzinfo=UTC))
    assert (after.verdict.outcome, after.verdict.expired) == (VerdictOutcome.FAIL, after.verdict.blocking)
    assert found(after)["waiver-expired"].severity is Severity.WARNING


def test_what_could_not_be_told_is_not_waived(shop):
    shop.table["quality"].append({"type": "sql", "name": "bad", "query": "select nope", "mustBe": 0})
    shop.saved()
    (bad,) = [r for r in verified(shop).results if r.outcome is Outcome.ERROR]
    waive(shop, entry(fingerprint=bad.id, rule="sql", path=bad.check))
    report = verified(shop)
    assert (report.verdict.outcome, report.verdict.undecided) == (VerdictOutcome.UNDECIDED, (bad.id,))
    assert report.coverage.waived == 0
    assert found(report) == {}, "it is not known to be of no use"


BROKEN = {
    "no YAML": "waivers: [",
    "an expiry that is none": json.dumps({"version": 1, "waivers": [entry("never")]}),
    "no expiry": json.dumps({"version": 1, "waivers": [{k: v for k, v in entry().items() if k != "expires"}]}),
    "no approver": json.dumps({"version": 1, "waivers": [entry(approver="")]}),
    "empty": "",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_shuts_a_gate_that_would_be_open(shop, name):
    shop.write("waivers.yaml", BROKEN[name])
    for report in (verified(shop), verified(shop, select=["dim_*"]), verified(shop, layers=["marts"])):
        assert report.verdict.outcome is VerdictOutcome.UNDECIDED
        assert found(report)["waiver-invalid"].file == "waivers.yaml"


def test_lint_knows_them_too(shop):
    del shop.orders["team"]
    shop.saved()
    project = load_project(shop.root, {})
    (ownerless,) = [r for r in linted(project).results if r.rule == "owner-missing"]
    waive(shop, entry(rule="owner-missing", path=shop.orders_file), entry(path="dim_customers", approver="ADA"))
    report = linted(load_project(shop.root, {}))
    assert report.verdict.waived == (ownerless.id,)
    assert set(found(report)) == {"waiver-self-approved"}, "and nothing of being unused: it looks at no data"
    waive(shop, entry(rule="owner-missing", path=shop.orders_file))
    assert linted(load_project(shop.root, {})).verdict.outcome is VerdictOutcome.PASS


def linted(project):
    return lint_project(project, run_id="x", clock=lambda: datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"approver": "@Ada"}, "waiver-self-approved"),
        ({"expires": "2027-01-01"}, "waiver-too-long"),
        ({"path": "fct_*", "rule": "relationshp"}, "waiver-unknown-rule"),
    ],
)
def test_one_that_breaks_the_rules_blocks(orphaned, fields, rule):
    waive(orphaned, entry(**fields))
    report = verified(orphaned)
    finding = found(report)[rule]
    assert (finding.outcome, finding.severity) == (Outcome.FAIL, Severity.ERROR)
    assert report.verdict.outcome is VerdictOutcome.FAIL
    assert finding.id in report.verdict.blocking


def test_no_waiver_covers_the_findings_on_waivers(shop):
    selfish = entry(approver="ada")
    waive(shop, selfish)
    (finding,) = [r for r in verified(shop).results if r.rule == "waiver-self-approved"]
    others = entry(rule="waiver-self-approved", path="waivers.yaml"), entry(fingerprint=finding.id, rule=finding.rule)
    waive(shop, selfish, *others)
    assert finding.id in verified(shop).verdict.blocking


def test_one_of_no_use_is_told_of_by_a_whole_run_alone(shop):
    waive(shop, entry())
    report = verified(shop)
    assert report.verdict.outcome is VerdictOutcome.PASS
    assert found(report)["waiver-unused"].severity is Severity.WARNING
    assert found(verified(shop, select=["fct_*"])) == found(verified(shop, layers=["marts"])) == {}
    assert found(linted(load_project(shop.root, {}))) == {}


def test_a_result_that_may_be_hidden_does_not_make_a_waiver_useless(shop):
    # nobody knows which columns a database that is not there would have too many
    waive(shop, entry(rule="column-undeclared", path="fct_orders/ssn"))
    (shop.root / "warehouse.duckdb").unlink()
    assert found(verified(shop)) == {}


def test_verify_says_nothing_of_waivers_for_rules_that_only_lint_runs(shop):
    waive(shop, entry(rule="sql-style", path="checks/marts/*"))
    assert found(verified(shop)) == {}


def test_harness_yaml_sets_their_severities_and_their_longest_time(shop):
    waive(shop, entry())
    shop.settings("max_waiver_days: 10\nrules: {waiver-too-long: warning, waiver-unused: error}\n")
    severities = {rule: r.severity for rule, r in found(verified(shop)).items()}
    assert severities == {"waiver-too-long": Severity.WARNING, "waiver-unused": Severity.ERROR}
