"""Transitive policies: a new version held against every earlier one in git."""

import pytest

from harness.model.errors import HistoryError
from harness.model.result import VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
PLAIN = "      - {name: amount, logicalType: number}\n"
AMOUNT = "      - {name: amount, logicalType: number, required: true}\n"


def version(old, new):
    return (f"version: {old}", f"version: {new}")


@pytest.fixture
def dropped(repository):
    """1.0.0 has a required amount, 1.1.0 has none; that was let pass."""
    repository.edit(("value: raw", "value: marts"), (PLAIN, AMOUNT))
    repository.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    repository.git("branch", "--force", "main")
    repository.edit((AMOUNT, ""), version("1.0.0", "1.1.0"))
    repository.on_main()
    return repository


def back(repository, file=FILE, to="1.2.0"):
    """The amount is there again, and may be NULL."""
    text = (repository.root / file).read_text(encoding="utf-8").replace("1.1.0", to)
    repository.write(file, text + PLAIN)


def against(review):
    return [(change.rule, change.impact, change.against) for change in review.changes if change.against]


def test_what_the_last_version_hides(dropped):
    first = dropped.git("rev-list", "main").split()[1]
    back(dropped)
    review = dropped.review()
    assert against(review) == [("required-changed", "breaking", f"1.0.0 ({first[:12]})")]
    assert review.outcome is FAIL
    assert review.contracts[0].version.write == "2.0.0"
    assert review.contracts[0].too_small.impact == "breaking"


def test_a_major_version_since_then_covers_it(dropped):
    back(dropped, to="2.0.0")
    review = dropped.review()
    assert ([rule for rule, *_ in against(review)], review.outcome) == (["required-changed"], PASS)
    assert list(review.contracts[0].covered.values()) == ["version 2.0.0"]


def test_what_was_judged_when_it_came_is_not_judged_again(dropped):
    dropped.edit(("name: id,", "name: id, description: the key,"), version("1.1.0", "1.1.1"))
    review = dropped.review()
    assert (against(review), review.outcome) == ([], PASS)


def test_only_where_the_policy_asks_for_it(dropped):
    dropped.write("harness.yaml", "version: 1\nname: shop\ncompatibility: {marts: full}\n")
    dropped.on_main()
    back(dropped)
    assert against(dropped.review()) == []


def test_a_column_as_it_was_is_no_change_since_then(dropped):
    dropped.write(FILE, (dropped.root / FILE).read_text().replace("1.1.0", "1.2.0") + AMOUNT)
    assert against(dropped.review()) == []


def steps(repository, *versions):
    """Main goes through these versions, with nothing else changed."""
    repository.git("checkout", "--quiet", "--orphan", "again")
    for old, new in zip(("1.0.0", *versions), versions, strict=False):
        if old != new:
            repository.edit(version(old, new))
        repository.on_main()
    repository.edit((PLAIN, ""))


@pytest.mark.parametrize(
    ("before", "after", "outcome", "write"),
    [
        (("1.0.0", "1.0.1-x"), "1.0.1-y", FAIL, "2.0.0"),
        (("1.0.1-x",), "1.0.1-y", FAIL, "2.0.0"),
        (("1.0.0", "2.0.0-x"), "2.0.0-y", PASS, ""),
        (("1.0.0", "0.9.0"), "0.10.0", FAIL, "2.0.0"),
        (("1.0.0", "0.9.0"), "1.0.0", FAIL, "2.0.0"),
        (("2.0.0", "1.0.0", "1.1.0"), "2.0.0", FAIL, "3.0.0"),
        (("2.0.0", "1.0.0", "1.1.0"), "3.0.0", PASS, ""),
        (("0.9.0",), "0.10.0", PASS, ""),
        (("1.0.0", "1.1.0"), "2.0.0", PASS, ""),
    ],
)
@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_a_version_counts_from_the_highest_that_was_released(repository, layer, before, after, outcome, write):
    repository.edit(("value: raw", f"value: {layer}"))
    steps(repository, *before)
    repository.edit(version(before[-1], after))
    review = repository.review()
    (contract,) = review.contracts
    assert (review.outcome, contract.version.write) == (outcome, write)
    assert outcome is PASS or f"write {write}" in contract.too_small.message


def test_a_project_that_asks_for_versions_has_them_counted_too(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\nrules: {version-bump-too-small: error}\n")
    steps(repository, "1.0.0", "0.9.0")
    repository.edit(("properties:\n", "properties:\n" + PLAIN), version("0.9.0", "0.9.1"))
    repository.edit(("logicalType: number}", "logicalType: number, description: in euro}"))
    review = repository.review()
    assert (review.outcome, review.reason) == (FAIL, "1 version too small")
    assert "ask for a patch version since 1.0.0; write 1.0.1" in review.contracts[0].too_small.message


def test_versions_of_another_contract_do_not_count(repository):
    steps(repository, "7.0.0")
    repository.edit(("properties:\n", "properties:\n" + PLAIN), ("id: orders", "id: sales"), version("7.0.0", "1.0.0"))
    repository.on_main()
    repository.edit((PLAIN, ""), version("1.0.0", "2.0.0"))
    assert repository.review().outcome is PASS


def test_a_shallow_clone_does_not_know_what_a_version_counts_from(repository, tmp_path):
    repository.git("commit", "--quiet", "--allow-empty", "--message", "one more")
    repository.on_main()
    repository.edit((PLAIN, ""), version("1.0.0", "2.0.0"))
    repository.commit()
    root = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth", "2", f"file://{repository.top}", str(root), at=tmp_path)
    repository.git("branch", "main", "HEAD~1", at=root)
    review = repository.review(root=root)
    assert (review.outcome, "a version counts from them" in review.problems[0].message) == (UNDECIDED, True)
    repository.git("fetch", "--quiet", "--unshallow", at=root)
    assert repository.review(root=root).outcome is PASS


def test_over_renames(dropped):
    dropped.git("mv", FILE, "contracts/orders.odcs.yaml")
    dropped.on_main()
    back(dropped, "contracts/orders.odcs.yaml")
    assert [rule for rule, *_ in against(dropped.review())] == ["required-changed"]


def test_when_the_file_moves_now(dropped):
    dropped.git("mv", FILE, "contracts/orders.odcs.yaml")
    back(dropped, "contracts/orders.odcs.yaml")
    assert [rule for rule, *_ in against(dropped.review())] == ["required-changed"]


def rewritten(repository):
    """It moves, and most of it is new."""
    repository.git("mv", FILE, "contracts/orders.odcs.yaml")
    text = (repository.root / "contracts/orders.odcs.yaml").read_text()
    remarks = "".join(f"# remark {number} on what orders are\n" for number in range(100))
    repository.write("contracts/orders.odcs.yaml", remarks + text)
    repository.on_main()
    return "contracts/orders.odcs.yaml"


def linked(repository):
    """A link takes its place, and the link is what the project reads."""
    repository.git("mv", FILE, "orders.odcs.yaml")
    (repository.root / FILE).symlink_to("../../orders.odcs.yaml")
    repository.on_main()
    return "orders.odcs.yaml"


def in_two_steps(repository):
    """It goes, and comes back elsewhere."""
    text = (repository.root / FILE).read_text()
    repository.git("rm", "--quiet", FILE)
    repository.write("contracts/.keep", "")
    repository.on_main()
    repository.write("contracts/orders.odcs.yaml", text)
    repository.on_main()
    return "contracts/orders.odcs.yaml"


def replaced(repository):
    """Another contract takes its file, so that git sees that it changed, and a new one elsewhere."""
    text = (repository.root / FILE).read_text()
    repository.write("contracts/orders.odcs.yaml", text)
    repository.write(FILE, text.replace("orders", "people"))
    repository.on_main()
    return "contracts/orders.odcs.yaml"


def swapped(repository):
    """Two contracts change their files, of which git sees that both were changed."""
    text = (repository.root / FILE).read_text()
    people = text.replace("orders", "people")
    repository.write("contracts/people.odcs.yaml", people)
    repository.on_main()
    repository.write("contracts/people.odcs.yaml", text)
    repository.write(FILE, people)
    repository.on_main()
    return "contracts/people.odcs.yaml"


def with_the_project(repository):
    (repository.root / "all").mkdir()
    repository.git("mv", "contracts", "harness.yaml", "all")
    repository.root = repository.root / "all"
    repository.on_main()
    return FILE


@pytest.mark.parametrize("move", [rewritten, linked, in_two_steps, replaced, swapped, with_the_project])
def test_wherever_it_was(dropped, move):
    back(dropped, move(dropped))
    assert [rule for rule, *_ in against(dropped.review())] == ["required-changed"]


def test_what_git_is_told_elsewhere_does_not_count(dropped, monkeypatch):
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    dropped.git("config", "diff.renames", "false")
    dropped.git("config", "log.showRoot", "false")
    dropped.git("mv", FILE, "contracts/orders.odcs.yaml")
    dropped.on_main()
    back(dropped, "contracts/orders.odcs.yaml")
    assert [rule for rule, *_ in against(dropped.review())] == ["required-changed"]


def test_in_a_folder_of_the_repository(make_repository):
    repository = make_repository("data/shop")
    repository.edit(("value: raw", "value: marts"), (PLAIN, AMOUNT))
    repository.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    repository.git("branch", "--force", "main")
    repository.edit((AMOUNT, ""), version("1.0.0", "1.1.0"))
    repository.on_main()
    back(repository)
    assert [rule for rule, *_ in against(repository.review())] == ["required-changed"]


def test_a_step_inside_a_branch_was_never_a_version(repository):
    """Main went from 1.0.0 to 1.0.0; what the branch did in between nobody worked with."""
    repository.edit(("value: raw", "value: marts"), (PLAIN, AMOUNT))
    repository.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    repository.git("branch", "--force", "main")
    unique = AMOUNT.replace("required", "unique: true, required")
    repository.edit((AMOUNT, unique))
    repository.commit()
    repository.edit((unique, ""))
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "feature")
    repository.git("checkout", "--quiet", "-B", "feature")
    repository.write(FILE, (repository.root / FILE).read_text() + PLAIN)
    review = repository.review()
    first = repository.git("rev-list", "--first-parent", "main").split()[1]
    assert against(review) == [("required-changed", "breaking", f"1.0.0 ({first[:12]})")]


def test_a_shallow_clone_does_not_know(dropped, tmp_path):
    dropped.git("commit", "--quiet", "--allow-empty", "--message", "one more")
    dropped.git("branch", "--force", "main")
    dropped.git("commit", "--quiet", "--allow-empty", "--message", "and one")
    root = tmp_path / "clone"
    dropped.git("clone", "--quiet", "--depth", "2", f"file://{dropped.top}", str(root), at=tmp_path)
    dropped.git("branch", "main", "HEAD~1", at=root)
    assert dropped.review(root=root).outcome is PASS, "nothing changed"
    (root / FILE).write_text((root / FILE).read_text().replace("1.1.0", "1.1.1").replace("active", "draft"))
    review = dropped.review(root=root)
    assert "not in this shallow clone" in review.problems[0].message
    assert review.outcome is not PASS
    dropped.git("fetch", "--quiet", "--unshallow", at=root)
    assert dropped.review(root=root).problems == ()


def test_an_earlier_version_that_cannot_be_read(dropped):
    text = (dropped.root / FILE).read_text()
    dropped.write(FILE, "oops: [\n")
    dropped.on_main()
    dropped.write(FILE, text)
    dropped.on_main()
    back(dropped)
    review = dropped.review()
    assert review.notes[0] == f"1 earlier version of {FILE} cannot be read and was not compared"
    assert review.outcome is FAIL


def test_as_many_versions_as_are_compared(dropped, monkeypatch):
    monkeypatch.setattr("harness.uses.earlier.VERSIONS", 2)
    for count in range(3):
        dropped.edit(("name: id,", f"name: id, description: {count}, x{count}: 1,"))
        dropped.on_main()
        dropped.edit((f"description: {count}, x{count}: 1, ", ""))
    back(dropped)
    assert dropped.review().notes[0] == f"2 versions of {FILE} are older than the 2 that were compared"


def test_a_history_with_a_hole(dropped):
    blob = dropped.git("rev-parse", f"main~1:{FILE}")
    back(dropped)
    (dropped.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(HistoryError):
        dropped.review()
