"""`harness review`: what it compares, by which policy, and what may pass."""

import pytest

from harness.model.errors import HarnessError, ProjectError
from harness.model.result import VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
LOOSER = ("required: true", "required: false")
TIGHTER = ("logicalType: number", "logicalType: number, required: true")
MARTS = ("value: raw", "value: marts")


def version(new, old="1.0.0"):
    return (f"version: {old}", f"version: {new}")


def found(review):
    return [(change.rule, change.impact) for change in review.changes]


def test_nothing_changed(repository):
    review = repository.review()
    assert (review.outcome, review.reason, review.contracts) == (PASS, "no promise changed", ())


@pytest.mark.parametrize("committed", [True, False])
def test_a_lost_promise_blocks_committed_or_not(repository, committed):
    repository.edit(LOOSER)
    if committed:
        repository.commit()
    review = repository.review()
    (contract,) = review.contracts
    assert (review.outcome, found(review)) == (FAIL, [("required-changed", "breaking")])
    assert (contract.blocking, contract.version.write) == (contract.changes, "2.0.0")
    assert (contract.too_small.rule, contract.too_small.impact) == ("version-bump-too-small", "breaking")
    assert contract.too_small.at.line == 4


@pytest.mark.parametrize(
    ("before", "after", "outcome"),
    [
        ("1.0.0", "2.0.0", PASS),
        ("1.0.0", "1.9.0", FAIL),
        ("1.0.0", "0.9.0", FAIL),
        ("2.0.0", "1.0.0", FAIL),
        ("0.4.1", "0.5.0", PASS),
        ("0.4.1", "0.4.2", FAIL),
        ("0.4.1", "1.0.0", PASS),
        ("'1'", "'2'", PASS),
        ("summer", "autumn", FAIL),
        ("2.0.0-rc.1", "2.0.0-rc.2", PASS),
        ("2.0.0-rc.1", "2.0.0-rc.1", FAIL),
    ],
)
def test_a_version_that_covers_what_breaks(repository, before, after, outcome):
    repository.edit(version(before))
    repository.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    repository.git("branch", "--force", "main")
    repository.edit(LOOSER, version(after, before))
    assert repository.review().outcome is outcome


def test_a_minor_version_too_small_is_a_warning(repository):
    repository.edit(TIGHTER)
    review = repository.review()
    assert review.outcome is PASS
    assert review.contracts[0].too_small.impact == "risky"
    assert "stays 1.0.0, but its changes ask for a minor version; write 1.1.0" in review.contracts[0].too_small.message


def test_a_project_may_ask_for_the_minor_version(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\nrules: {version-bump-too-small: error}\n")
    repository.on_main()
    repository.edit(TIGHTER)
    assert (repository.review().outcome, repository.review().reason) == (FAIL, "1 version too small")
    repository.edit(version("1.1.0"))
    assert repository.review().outcome is PASS


@pytest.mark.parametrize(
    ("policy", "change", "outcome"),
    [
        ("raw: forward", LOOSER, FAIL),
        ("raw: forward", TIGHTER, PASS),
        ("raw: backward", LOOSER, PASS),
        ("raw: backward", TIGHTER, FAIL),
        ("raw: full", TIGHTER, FAIL),
        ("marts: backward", LOOSER, FAIL),
        ('"*": backward', LOOSER, PASS),
        ('"*": backward, raw: forward', LOOSER, FAIL),
        ("contracts: {orders: backward}", LOOSER, PASS),
        ('contracts: {"ord*": backward, orders: forward}', LOOSER, PASS),
        ("contracts: {orders: backward}, raw: forward", LOOSER, PASS),
    ],
)
def test_whom_a_policy_protects(repository, policy, change, outcome):
    repository.write("harness.yaml", f"version: 1\nname: shop\ncompatibility: {{{policy}}}\n")
    repository.on_main()
    repository.edit(change)
    assert repository.review().outcome is outcome


def test_a_mart_is_not_tightened_without_a_major_version(repository):
    repository.edit(MARTS)
    repository.on_main()
    repository.edit(TIGHTER, version("1.1.0"))
    review = repository.review()
    assert (review.outcome, review.contracts[0].version.write) == (FAIL, "2.0.0")
    assert review.contracts[0].compatibility == "full-transitive"


@pytest.mark.parametrize(
    ("severity", "impact", "outcome"),
    [("error", "breaking", FAIL), ("warning", "risky", PASS), ("info", "safe", PASS), ('"off"', "safe", PASS)],
)
def test_a_severity_is_an_impact(repository, severity, impact, outcome):
    rules = f"{{required-changed: {{raw: {severity}, marts: error}}}}"
    repository.write("harness.yaml", f"version: 1\nname: shop\nrules: {rules}\n")
    repository.on_main()
    repository.edit(LOOSER)
    assert (found(repository.review()), repository.review().outcome) == ([("required-changed", impact)], outcome)


def test_a_change_does_not_bring_its_own_policy(repository):
    repository.edit(LOOSER)
    repository.write("harness.yaml", 'version: 1\nname: shop\nrules: {required-changed: "off"}\n')
    review = repository.review()
    assert review.outcome is FAIL
    assert review.notes[0] == "the policy in harness.yaml changes too; the contracts are judged by the policy as it was"


def test_nor_its_own_layer(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\ncompatibility: {staging: backward}\n")
    repository.on_main()
    repository.edit(LOOSER, ("value: raw", "value: staging"))
    assert ("required-changed", "breaking") in found(repository.review())


def test_a_policy_of_a_contract_that_is_not_there(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\ncompatibility: {contracts: {oders: backward}}\n")
    with pytest.raises(ProjectError, match="names 'oders', which no contract is"):
        repository.review()


def test_a_policy_of_a_rule_that_is_not_there(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\nrules: {required-chnged: error}\n")
    with pytest.raises(ProjectError, match="there is no rule"):
        repository.review()


def test_a_file_that_moved_is_no_change(repository):
    repository.git("mv", FILE, "contracts/orders.odcs.yaml")
    assert repository.review().reason == "no promise changed"


def test_a_file_that_moved_and_changed_is_the_same_contract(repository):
    repository.git("mv", FILE, "contracts/orders.odcs.yaml")
    repository.edit(LOOSER, file="contracts/orders.odcs.yaml")
    review = repository.review()
    assert found(review) == [("required-changed", "breaking")]
    assert review.contracts[0].file == "contracts/orders.odcs.yaml"


def test_the_folder_of_contracts_may_move(repository):
    repository.git("mv", "contracts", "promises")
    repository.write("harness.yaml", "version: 1\nname: shop\ncontracts: promises\n")
    repository.edit(LOOSER, file="promises/raw/orders.odcs.yaml")
    assert found(repository.review()) == [("required-changed", "breaking")]


def test_one_contract_gone_and_one_new_are_two(repository):
    text = (repository.root / FILE).read_text()
    repository.git("rm", "--quiet", FILE)
    repository.write("contracts/raw/people.odcs.yaml", text.replace("orders", "people"))
    assert sorted(each.state for each in repository.review().contracts) == ["gone", "new"]


def test_a_contract_that_is_gone_blocks_and_has_no_version(repository):
    repository.write("contracts/raw/people.odcs.yaml", (repository.root / FILE).read_text().replace("orders", "people"))
    repository.on_main()
    repository.git("rm", "--quiet", FILE)
    (gone,) = repository.review().contracts
    assert (gone.state, gone.version.after, gone.too_small) == ("gone", "", None)


@pytest.mark.parametrize("broken", ["version: [\n", "schema: orders\n"])
def test_what_cannot_be_read_is_no_pass_before_and_after(repository, broken):
    text = (repository.root / FILE).read_text()
    repository.write(FILE, broken)
    assert repository.review().problems
    assert repository.review().outcome is not PASS
    repository.on_main()
    assert repository.review().outcome is PASS, "it is as it was, and lint says what is wrong with it"
    repository.write(FILE, text)
    assert repository.review().outcome is not PASS


def test_bytes_that_are_no_text(repository):
    (repository.root / FILE).write_bytes(b"id: \xff")
    assert repository.review().outcome is UNDECIDED


def test_a_file_by_a_name_that_is_not_read(repository):
    repository.write("contracts/raw/people.yaml", "id: people\n")
    assert repository.review().outcome is UNDECIDED
    repository.on_main()
    assert repository.review().outcome is PASS


def test_no_contract_on_either_side(repository):
    repository.git("rm", "--quiet", FILE)
    repository.write("contracts/.keep", "")
    repository.on_main()
    review = repository.review()
    assert (review.outcome, review.reason) == (
        UNDECIDED,
        "there is no contract, before or after, so nothing is known",
    )


def test_the_first_contracts_are_new(repository):
    repository.git("checkout", "--quiet", "--orphan", "empty")
    repository.git("rm", "--quiet", "-r", "--cached", ".")
    repository.git("commit", "--quiet", "--allow-empty", "--message", "nothing")
    review = repository.review("empty")
    assert ([each.state for each in review.contracts], review.outcome) == (["new"], PASS)


def test_a_harness_yaml_of_before_that_nobody_reads_any_more(repository):
    repository.write("harness.yaml", "version: 0\n")
    repository.on_main()
    repository.write("harness.yaml", "version: 1\nname: shop\n")
    assert repository.review().outcome is PASS, "it judged nothing"
    repository.edit(TIGHTER)
    review = repository.review()
    assert (review.outcome, "so nobody knows the policy of before" in review.problems[0].message) == (UNDECIDED, True)
    repository.edit(LOOSER)
    assert repository.review().outcome is FAIL


def test_a_rule_that_breaks_is_undecided(repository, monkeypatch):
    from harness.model.result import Severity
    from harness.rules import breaking
    from harness.rules.rule import rule

    def broken(context):
        raise RuntimeError("oops")
        yield

    first = rule("broken-rule", severity=Severity.INFO, scope="change")(broken)
    monkeypatch.setattr("harness.uses.diff.compare.__kwdefaults__", {**_defaults(), "rules": (first, *breaking.RULES)})
    repository.edit(("logicalType: number", "logicalType: number, description: euro"))
    assert repository.review().outcome is UNDECIDED


def _defaults():
    from harness.uses.diff import compare

    return compare.__kwdefaults__


def test_main_goes_on_without_us(repository):
    """What main did since is not ours."""
    repository.git("checkout", "--quiet", "main")
    repository.edit(LOOSER)
    repository.commit()
    repository.git("checkout", "--quiet", "feature")
    assert repository.review().outcome is PASS


def test_an_unknown_ref_is_a_usage_error(repository, run):
    code, _out, err = run("review", "--against", "origin/nowhere", "--project", str(repository.root))
    assert code == 2
    assert "git fetch origin nowhere" in err
    with pytest.raises(HarnessError):
        repository.review("--upload-pack=touch x")
