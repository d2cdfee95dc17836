"""The command `waive`: what it drafts, what it refuses, and that what it writes is in force at once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from harness.load.project import load_project
from harness.load.report import results_of
from harness.load.waivers import parse_waivers
from harness.model.errors import UsageError
from harness.model.result import VerdictOutcome
from harness.uses.waive import draft

TODAY = date(2026, 3, 1)
RELATIONSHIP = "fct_orders/customer_id/relationship/dim_customers"
SAID = {"reason": 'the vendor\'s "new" key: #7', "approver": "maria", "author": "ada"}


def drafted(shop, id, said=SAID, reported=(), **options):
    project = load_project(shop.root, {})
    moment = datetime(2026, 3, 1, 12, tzinfo=UTC)
    return draft(project, id, reported, clock=lambda: moment, today=TODAY, said=said, **options)


@pytest.fixture
def orphaned(shop):
    shop.sql("update marts.fct_orders set customer_id = 99 where id <= 3")
    return shop


def test_a_result_of_the_last_run(orphaned):
    report = orphaned.verify()
    (broken,) = [r for r in report.results if r.check == RELATIONSHIP]
    made = drafted(orphaned, broken.id, reported=report.results)
    assert made.missing == ()
    assert (
        made.entry
        == f"""\
# Failures that may pass the gate for a while, and who said so.
version: 1
waivers:
  # {broken.message}; expected no rows, actual 3 rows of 100 (3.00 %)
  - fingerprint: "{broken.id}"
    rule: "relationship"
    path: "{RELATIONSHIP}"
    reason: "the vendor's \\"new\\" key: #7"
    approver: "maria"
    author: "ada"
    created: 2026-03-01
    expires: 2026-03-31
"""
    )
    assert made.whole == made.entry
    assert drafted(orphaned, RELATIONSHIP, reported=report.results) == made


def test_without_a_run_the_plan_knows_the_checks_and_lint_its_findings(shop):
    del shop.orders["team"]
    shop.saved()
    report = shop.verify()
    ids = {r.rule: r.id for r in report.results if r.check == RELATIONSHIP or r.rule == "owner-missing"}
    planned = parse_waivers(drafted(shop, RELATIONSHIP).whole, "waivers.yaml").entries
    linted = parse_waivers(drafted(shop, ids["owner-missing"]).whole, "waivers.yaml").entries
    assert [waiver.fingerprint for waiver in (*planned, *linted)] == [ids["relationship"], ids["owner-missing"]]
    assert linted[0].path == shop.orders_file


def test_what_is_missing_is_left_blank_and_keeps_the_gate_shut(orphaned):
    made = drafted(orphaned, RELATIONSHIP, {"author": "ada"})
    assert (made.missing, made.whole) == (("reason", "approver"), "")
    read = parse_waivers(made.entry, "waivers.yaml")
    assert (read.entries, [v.message for v in read.violations]) == ((), ["`reason` is empty", "`approver` is empty"])


WRITTEN = {
    "comments, and another indentation": "# ours\nversion: 1\nwaivers:  # see below\n- {rule: a, path: b, reason: r,"
    " approver: m, author: a, expires: 2026-03-31}  # the first\n# the end\n",
    "no newline at the end": "version: 1\nwaivers:\n    - {rule: a, path: b, reason: r, approver: m, author: a,"
    " expires: 2026-03-31}",
    "no entry yet": "version: 1\nwaivers:\n",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_what_stands_in_the_file_stays(orphaned, name):
    before = WRITTEN[name]
    orphaned.write("waivers.yaml", before)
    whole = drafted(orphaned, RELATIONSHIP).whole
    assert whole.startswith(before)
    read = parse_waivers(whole, "waivers.yaml")
    assert read.violations == ()
    assert read.entries[:-1] == tuple(parse_waivers(before, "waivers.yaml").entries)
    assert (read.entries[-1].rule, read.entries[-1].reason) == ("relationship", SAID["reason"])


@pytest.mark.parametrize("text", ["version: 1\nwaivers: []\n", "waivers:\nversion: 1\n", "{version: 1, waivers: []}\n"])
def test_a_file_that_ends_otherwise_is_left_alone(orphaned, text):
    orphaned.write("waivers.yaml", text)
    with pytest.raises(UsageError, match=r"cannot be put at the end of waivers\.yaml .*by hand"):
        drafted(orphaned, RELATIONSHIP)


def test_the_longest_time_of_the_project_bounds_the_default(orphaned):
    orphaned.settings("max_waiver_days: 7\n")
    assert "expires: 2026-03-08\n" in drafted(orphaned, RELATIONSHIP).entry


REFUSED = {
    # id, people, last day: what is said
    "an unknown check": (RELATIONSHIP[:-1], SAID, None, f"there is no result or check .*did you mean `{RELATIONSHIP}`"),
    "nothing like it": ("zzz", SAID, None, "there is no result or check 'zzz' .*`harness verify` shows"),
    "what passed": ("fct_orders/id/required", SAID, None, "cannot be waived: it passed in the last run"),
    "what could not be told": ("fct_orders/sql/bad", SAID, None, "cannot be waived: it could not be told"),
    "what is skipped": ("fct_orders/text", SAID, None, "cannot be waived: it is skipped"),
    "an approver who is the author": (RELATIONSHIP, {**SAID, "approver": " Ada"}, None, "approved by its author"),
    "too long": (RELATIONSHIP, SAID, TODAY + timedelta(91), "holds until 2026-05-31: let it end sooner"),
    "already over": (RELATIONSHIP, SAID, TODAY - timedelta(1), "expired on 2026-02-28, yesterday"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(orphaned, name):
    named, said, expires, message = REFUSED[name]
    orphaned.table["quality"] += [
        {"type": "sql", "name": "bad", "query": "select nope", "mustBe": 0},
        {"type": "text", "description": "The amounts are plausible."},
    ]
    orphaned.saved()
    with pytest.raises(UsageError, match=message):
        drafted(orphaned, named, said, reported=orphaned.verify().results, expires=expires)


def test_a_rule_that_only_its_position_tells_from_another(orphaned):
    """Without the first of the two, the second would be waived by its entry."""
    orphaned.table["quality"].append({"type": "sql", "query": "select 1", "mustBe": 0})
    orphaned.saved()
    for check in ("fct_orders/sql", "fct_orders/sql#2"):
        with pytest.raises(UsageError, match=r"by its position alone .give each of these rules an `id`"):
            drafted(orphaned, check)
    orphaned.table["quality"][-1]["name"] = "one"
    orphaned.saved()
    assert drafted(orphaned, "fct_orders/sql/one").missing == ()


def test_one_that_is_waived_already(orphaned):
    orphaned.write("waivers.yaml", drafted(orphaned, RELATIONSHIP).whole)
    with pytest.raises(UsageError, match=r"waivers\.yaml:4:5: \w+ has a waiver already, until 2026-03-31"):
        drafted(orphaned, RELATIONSHIP)


def test_a_broken_file_is_mended_first(orphaned):
    orphaned.write("waivers.yaml", "waivers: [")
    with pytest.raises(UsageError, match=r"waivers\.yaml:2:1: the waivers cannot be read: .*mend the file first"):
        drafted(orphaned, RELATIONSHIP)


def test_what_is_written_is_in_force_at_once(orphaned, run):
    root = ["--project", str(orphaned.root)]
    assert run("verify", *root)[0] == 1
    code, out, err = run("waive", RELATIONSHIP, *root)
    assert (code, err) == (0, "harness: fill in reason, approver, author and append this to waivers.yaml\n")
    assert "  # orphans: " in out
    assert not (orphaned.root / "waivers.yaml").exists()
    code, out, err = run("waive", RELATIONSHIP, *root, "--reason", "r", "--author", "ada", "--write")
    assert (code, out) == (2, "")
    assert "--write needs --approver" in err
    people = ["--reason", "r", "--author", "ada", "--approver", "maria"]
    assert run("waive", RELATIONSHIP, *root, *people, "--days", "5", "--write")[0] == 0
    assert run("waive", RELATIONSHIP, *root, *people, "--write")[0] == 2
    assert run("verify", *root)[0] == 0
    report = orphaned.verify()
    assert (report.verdict.outcome, report.verdict.waivers[0].days_left) == (VerdictOutcome.PASS, 5)


WRONG = [["--days", "0"], ["--days", "x"], ["--expires", "soon"], ["--days", "1", "--expires", "2026-03-01"]]


@pytest.mark.parametrize("argv", WRONG)
def test_wrong_arguments(shop, run, argv):
    assert run("waive", RELATIONSHIP, "--project", str(shop.root), *argv)[0] == 2


def test_the_report_of_a_run_is_read_back(shop, run):
    assert run("verify", "--project", str(shop.root))[0] == 0
    fresh = {result.id: result for result in shop.verify().results}
    results = results_of(shop.root / "reports" / "latest" / "report.json")
    assert {result.id for result in results} == set(fresh)
    assert all((r.check, r.outcome) == (fresh[r.id].check, fresh[r.id].outcome) for r in results)
