"""Approvals: who may let a change pass that breaks and that no version covers."""

from datetime import UTC, date, datetime, timedelta

import pytest

import harness
from harness.load.waivers import parse_waivers
from harness.model.result import VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
LOOSER = ("required: true", "required: false")
REPORT = """\
apiVersion: v3.1.0
kind: DataContract
id: report
version: 1.0.0
status: active
team: {name: finance}
customProperties:
  - {property: layer, value: marts}
schema:
  - name: report
    properties:
      - {name: id, logicalType: integer, transformSourceObjects: [orders.id]}
"""


def waiver(approver, *, name="rule: required-changed, path: orders/id", author="carl", expires="2026-03-31"):
    return f"  - {{{name}, reason: agreed, approver: '{approver}', author: {author}, expires: {expires}}}\n"


def waive(repository, *entries):
    repository.write("waivers.yaml", "version: 1\nwaivers:\n" + "".join(entries))


@pytest.mark.parametrize(
    ("approver", "outcome"),
    [
        ("sales", PASS),
        ("ada", PASS),
        ("@Ada", PASS),
        ("bob", FAIL),
        ("finance", FAIL),
    ],
)
def test_the_owner_approves(repository, approver, outcome):
    repository.edit(LOOSER)
    waive(repository, waiver(approver))
    review = repository.review()
    (contract,) = review.contracts
    (approval,) = contract.approvals
    assert review.outcome is outcome
    assert approval.owners == {"orders": ("sales", "ada")}
    assert approval.by == (approver,)
    if outcome is PASS:
        assert list(contract.covered.values()) == [f"the approval of {approver}, until 2026-03-31"]
        assert (approval.missing, approval.draft) == ((), "")
        assert contract.too_small.impact == "risky"
    else:
        assert approval.missing == ("orders",)


def test_the_draft_is_a_waiver_once_people_filled_it_in(repository):
    repository.edit(LOOSER)
    review = repository.review()
    assert review.notes == ("there is no waivers.yaml yet; begin it with the lines `version: 1` and `waivers:`",)
    draft = "version: 1\nwaivers:\n" + review.contracts[0].approvals[0].draft
    assert "approver:  # sales or ada" in draft
    assert parse_waivers(draft, "waivers.yaml").entries == (), "blanks are no approval"
    filled = (
        draft.replace("approver:", "approver: ada").replace("reason:", "reason: why").replace("author:", "author: me")
    )
    repository.write("waivers.yaml", filled)
    assert repository.review().outcome is PASS


def test_it_is_of_this_change_and_not_of_the_next(repository):
    repository.edit(("logicalType: integer", "logicalType: integer, classification: restricted"))
    repository.on_main()
    repository.edit(("restricted", "internal"))
    change = repository.review().changes[0]
    assert change.impact == "breaking"
    waive(repository, waiver("ada", name=f"fingerprint: '{change.id}'"))
    assert repository.review().outcome is PASS
    repository.edit(("internal", "public"))
    assert repository.review().outcome is FAIL


@pytest.mark.parametrize(
    "entry",
    [
        waiver("ada", author="Ada"),
        waiver("ada", expires="2026-02-28"),
        waiver("ada", expires="2026-12-31"),
        waiver("ada", name="rule: column-removed, path: orders/id"),
        waiver("ada", name="rule: required-changed, path: orders/amount"),
        waiver("ada", name="fingerprint: '0123456789ab'"),
        "  - {rule: required-changed, path: orders/id, reason: agreed, approver: ada, expires: 2026-03-31}\n",
    ],
    ids=["self-approved", "expired", "too long", "another rule", "another column", "another id", "no author"],
)
def test_what_is_no_approval(repository, entry):
    repository.edit(LOOSER)
    waive(repository, entry)
    review = repository.review()
    assert (review.outcome, review.contracts[0].approvals[0].by) == (FAIL, ())


def test_nobody_makes_himself_the_owner(repository):
    repository.edit(LOOSER, ("name: sales", "name: mine"), ("username: ada", "username: eve"))
    waive(repository, waiver("mine"), waiver("eve"))
    review = repository.review()
    (approval,) = [each for each in review.contracts[0].approvals if "mine" in each.by]
    assert (review.outcome, approval.owners, approval.missing) == (FAIL, {"orders": ("sales", "ada")}, ("orders",))


def test_code_owners_are_owners(repository):
    repository.write(".github/CODEOWNERS", "/contracts/raw/ @acme/sources\n")
    repository.on_main()
    repository.edit(LOOSER)
    waive(repository, waiver("@acme/sources"))
    assert repository.review().outcome is PASS
    waive(repository, waiver("@acme/others"))
    repository.write(".github/CODEOWNERS", "* @acme/others\n")
    assert repository.review().outcome is FAIL, "a change does not bring its own code owners"


def test_a_contract_without_an_owner(repository):
    repository.edit(("team: {name: sales, members: [{username: ada, role: owner}, {username: bob}]}\n", ""))
    repository.on_main()
    repository.edit(LOOSER)
    waive(repository, waiver("ada"))
    approval = repository.review().contracts[0].approvals[0]
    assert (approval.owners, approval.missing) == ({"orders": ()}, ("orders",))
    assert "nobody can: the contract names no owner" in approval.draft


def test_each_contract_that_is_hit_has_its_say(repository):
    repository.write("contracts/marts/report.odcs.yaml", REPORT)
    repository.on_main()
    repository.edit(LOOSER)
    waive(repository, waiver("ada"))
    review = repository.review()
    (approval,) = review.contracts[0].approvals
    assert (review.outcome, approval.owners["report"], approval.missing) == (FAIL, ("finance",), ("report",))
    assert "approver:  # finance" in approval.draft
    waive(repository, waiver("finance"))
    assert repository.review().contracts[0].approvals[0].missing == ("orders",)
    waive(repository, waiver("ada"), waiver("finance"))
    review = repository.review()
    assert review.outcome is PASS
    assert list(review.contracts[0].covered.values()) == ["the approval of ada and finance, until 2026-03-31"]


def test_a_column_that_is_hit_by_another_change_asks_nobody_more(repository):
    repository.write("contracts/marts/report.odcs.yaml", REPORT)
    repository.edit(("logicalType: number", "logicalType: number, required: true"))
    repository.on_main()
    repository.edit(("logicalType: number, required: true", "logicalType: number"))
    waive(repository, waiver("ada", name="rule: required-changed, path: orders/amount"))
    assert repository.review().outcome is PASS


def test_one_approval_is_not_enough_for_two_changes(repository):
    repository.edit(LOOSER, ("      - {name: amount, logicalType: number}\n", ""))
    waive(repository, waiver("ada"))
    review = repository.review()
    assert (review.outcome, len(review.contracts[0].blocking)) == (FAIL, 1)


def test_what_governance_forbids_needs_an_approval_even_with_a_major_version(repository):
    repository.edit(("logicalType: integer", "logicalType: integer, classification: restricted"))
    repository.on_main()
    repository.edit(("restricted", "public"), ("version: 1.0.0", "version: 2.0.0"))
    assert repository.review().outcome is FAIL
    waive(repository, waiver("sales", name="rule: classification-changed, path: orders/id"))
    assert repository.review().outcome is PASS


def test_on_its_last_day(repository):
    repository.edit(LOOSER)
    waive(repository, waiver("ada"))
    assert repository.review(today=date(2026, 3, 31)).outcome is PASS
    assert repository.review(today=date(2026, 4, 1)).outcome is FAIL


def test_verify_says_nothing_of_approvals(repository):
    """It cannot know that they are of use, and does not call them unknown."""
    soon = datetime.now(UTC).date() + timedelta(days=30)
    waive(repository, waiver("ada", expires=soon.isoformat()))
    report = harness.verify(repository.root)
    assert [result.rule for result in report.results if result.rule.startswith("waiver")] == []


TEAM = "team: {name: sales, members: [{username: ada, role: owner}, {username: bob}]}"


@pytest.mark.parametrize("before", ["", "team: {members: [{username: bob}]}"])
def test_a_contract_that_had_no_owner_gets_none_to_judge_the_change(repository, before):
    repository.edit((TEAM, before))
    repository.on_main()
    repository.edit(LOOSER, ("status: active", "status: active\nteam: {name: me}") if not before else (before, TEAM))
    waive(repository, waiver("ada" if before else "me"))
    review = repository.review()
    (approval,) = review.contracts[0].approvals
    assert (review.outcome, approval.owners) == (FAIL, {"orders": ()})


def test_nor_by_another_id(repository):
    repository.edit(LOOSER, ("id: orders", "id: sales"), ("name: sales", "name: me"))
    waive(repository, waiver("me"), waiver("me", name="rule: contract-id-changed, path: orders.odcs.yaml"))
    review = repository.review()
    assert review.outcome is FAIL
    assert {approval.owners["sales"] for approval in review.contracts[0].approvals} == {("sales", "ada")}


CHECKED = """\
      - name: amount
        logicalType: number
        quality:
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [1]}}
          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [2]}}
"""


def test_one_of_two_that_have_no_name(repository):
    """What was removed is in the id, so that the approval of one removal is not that of the other."""
    rule = "          - {metric: invalidValues, mustBe: 0, arguments: {validValues: [%d]}}\n"
    repository.edit(("      - {name: amount, logicalType: number}\n", CHECKED))
    repository.on_main()
    repository.edit((rule % 1, ""))
    (first,) = repository.review().changes
    repository.edit((rule % 2, rule % 1))
    (other,) = repository.review().changes
    assert first.rule == other.rule == "quality-rule-removed"
    assert first.id != other.id
    repository.edit((rule % 1, ""))
    waive(repository, waiver("ada", name=f"fingerprint: '{first.id}'"))
    assert repository.review().outcome is FAIL


@pytest.mark.parametrize(
    ("policy", "entry"),
    [
        ("max_waiver_days: 3650", waiver("ada", expires="2035-12-31")),
        ('rules: {waiver-self-approved: "off"}', waiver("ada", author="ada")),
    ],
)
def test_a_change_does_not_bring_its_own_rules_for_approvals(repository, policy, entry):
    repository.edit(LOOSER)
    repository.write("harness.yaml", f"version: 1\nname: shop\n{policy}\n")
    waive(repository, entry)
    assert repository.review().outcome is FAIL


def test_nobody_approves_by_his_other_name(repository):
    repository.edit(("username: ada,", "username: ada, name: Ada Lovelace,"))
    repository.on_main()
    repository.edit(LOOSER)
    waive(repository, waiver("ada", author="Ada Lovelace"))
    assert repository.review().outcome is FAIL
    waive(repository, waiver("Ada Lovelace", author="carl"))
    assert repository.review().outcome is PASS


JOINS = ("{username: bob}", "{username: bob}, {username: eve, role: owner}")
OWNERS = "rule: owner-changed, path: contracts/raw/*.odcs.yaml"


@pytest.mark.parametrize(
    "change",
    [
        JOINS,
        ("{username: bob}", "{username: bob, role: owner}"),
        ("username: ada", "username: eve"),
        ("name: sales", "name: mine"),
    ],
    ids=["one more", "a member who becomes one", "somebody else", "another team"],
)
def test_a_change_does_not_appoint_who_approves_the_next(repository, change):
    repository.edit(change, ("version: 1.0.0", "version: 2.0.0"))
    review = repository.review()
    (changed,) = review.changes
    assert (review.outcome, changed.impact, review.contracts[0].breaking) == (FAIL, "risky", ())
    assert review.reason == "1 change of an owner is not approved"
    waive(repository, waiver("eve", name=OWNERS), waiver("mine", name=OWNERS), waiver("bob", name=OWNERS))
    assert repository.review().outcome is FAIL, "nor does it approve itself"
    waive(repository, waiver("ada", name=OWNERS))
    review = repository.review()
    assert review.outcome is PASS
    assert review.contracts[0].covered == {changed.id: "the approval of ada, until 2026-03-31"}


def test_a_project_may_leave_its_owners_to_others(repository):
    """As where the host of the repository asks them."""
    repository.write("harness.yaml", 'version: 1\nname: shop\nrules: {owner-changed: "off"}\n')
    repository.on_main()
    repository.edit(JOINS, ("version: 1.0.0", "version: 1.1.0"))
    assert repository.review().outcome is PASS


def test_a_layer_that_protects_fewer_needs_an_approval(repository):
    repository.edit(("value: raw", "value: marts"))
    repository.on_main()
    repository.edit(("value: marts", "value: raw"), ("version: 1.0.0", "version: 2.0.0"))
    review = repository.review()
    assert (review.outcome, [change.rule for change in review.contracts[0].blocking]) == (FAIL, ["layer-changed"])
    waive(repository, waiver("sales", name="rule: layer-changed, path: contracts/raw/*.odcs.yaml"))
    assert repository.review().outcome is PASS
