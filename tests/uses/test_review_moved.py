"""`harness review` where the project, its contracts or the folder that holds them were in another place before."""

import shutil

import pytest

from harness.model.errors import HistoryError
from harness.model.result import VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
LOOSER = ("required: true", "required: false")
LOST = ["required-changed"]


def rules(review):
    return [change.rule for change in review.changes]


def linked(repository, target, name):
    path = repository.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


# Links


@pytest.mark.parametrize(("folder", "target"), [(".", "real"), ("data/shop", "real"), ("data/shop", "../../real")])
def test_contracts_below_a_link(make_repository, folder, target):
    repository = make_repository(folder)
    real = (repository.root / target).resolve()
    shutil.move(repository.root / "contracts", real)
    linked(repository, target, "contracts")
    repository.on_main()
    assert repository.review().reason == "no promise changed"
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_a_link_on_the_way_to_the_contracts(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\ncontracts: a/b/contracts\n")
    repository.git("mv", "contracts", "real-contracts")
    (repository.root / "real").mkdir()
    linked(repository, "../real-contracts", "real/contracts")
    linked(repository, "../real", "a/b")
    repository.on_main()
    repository.edit(LOOSER, file="real-contracts/raw/orders.odcs.yaml")
    assert rules(repository.review()) == LOST


def test_a_link_that_becomes_a_folder(repository):
    repository.git("mv", "contracts", "real")
    linked(repository, "real", "contracts")
    repository.on_main()
    (repository.root / "contracts").unlink()
    repository.git("mv", "real", "contracts")
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_a_folder_that_becomes_a_link(repository):
    repository.git("mv", "contracts", "real")
    linked(repository, "real", "contracts")
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_a_link_inside_the_folder_that_becomes_one(repository):
    """The harness reads no such link, but what it led to is not new for that."""
    repository.git("mv", "contracts/raw", "real")
    repository.write("contracts/.keep", "")
    linked(repository, "../real", "contracts/raw")
    repository.on_main()
    (repository.root / "contracts/raw").unlink()
    repository.git("mv", "real", "contracts/raw")
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


@pytest.mark.parametrize("target", ["/somewhere", "../../elsewhere", "nowhere", "contracts"])
def test_a_link_that_git_cannot_follow(repository, target):
    text = (repository.root / FILE).read_text()
    shutil.rmtree(repository.root / "contracts")
    linked(repository, target, "contracts")
    repository.on_main()
    (repository.root / "contracts").unlink()
    repository.write(FILE, text)
    with pytest.raises(HistoryError, match="the link contracts"):
        repository.review()


def test_links_in_a_circle_have_an_end(repository):
    linked(repository, ".", "contracts/here")
    repository.on_main()
    (repository.root / "contracts/here").unlink()
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_a_link_to_another_file_says_nothing(repository):
    linked(repository, "/somewhere/README.md", "contracts/README.md")
    repository.on_main()
    assert repository.review().outcome is PASS


def test_a_contract_that_was_a_link_to_nothing(repository):
    text = (repository.root / FILE).read_text()
    (repository.root / FILE).unlink()
    linked(repository, "nowhere.odcs.yaml", FILE)
    repository.on_main()
    (repository.root / FILE).unlink()
    repository.write(FILE, text)
    with pytest.raises(HistoryError, match=f"the link {FILE}"):
        repository.review()


# Places


def moved(repository, before, after):
    (repository.top / after).parent.mkdir(parents=True, exist_ok=True)
    repository.git("mv", before, after)
    repository.root = repository.top / after


@pytest.fixture
def inside(make_repository):
    """A project in the folder `p` of its repository."""
    return make_repository("p")


def test_a_project_that_moves_as_a_whole(inside):
    moved(inside, "p", "q")
    assert inside.review().reason == "no promise changed"
    inside.edit(LOOSER)
    review = inside.review()
    assert (rules(review), review.outcome) == (LOST, FAIL)
    assert review.notes[0] == "the project was in p"


def test_and_leaves_a_link_behind(inside):
    moved(inside, "p", "q")
    (inside.top / "p").symlink_to("q")
    inside.edit(LOOSER, ("id: orders", "id: sales"))
    assert rules(inside.review()) == ["contract-id-changed", *LOST]


def test_a_contract_that_is_left_behind_by_it_is_gone(inside):
    text = (inside.root / FILE).read_text()
    inside.write("contracts/raw/people.odcs.yaml", text.replace("orders", "people"))
    inside.on_main()
    moved(inside, "p", "q")
    (inside.root / FILE).unlink()
    review = inside.review()
    assert ([(each.contract, each.state) for each in review.contracts], review.outcome) == ([("orders", "gone")], FAIL)


def test_a_project_that_moves_up(inside):
    inside.git("mv", "p/contracts", "p/harness.yaml", ".")
    inside.root = inside.top
    inside.edit(LOOSER)
    assert rules(inside.review()) == LOST


def test_a_project_that_moves_does_not_bring_its_own_policy(inside):
    moved(inside, "p", "q")
    inside.write("harness.yaml", 'version: 1\nname: shop\nrules: {required-changed: "off"}\n')
    inside.edit(LOOSER)
    assert inside.review().outcome is FAIL


def test_nor_its_own_code_owners(inside):
    (inside.top / "CODEOWNERS").write_text("/p/ @acme/p\n/q/ @acme/q\n")
    inside.on_main()
    moved(inside, "p", "q")
    inside.edit(LOOSER)
    (approval,) = inside.review().contracts[0].approvals
    assert approval.owners == {"orders": ("sales", "ada", "@acme/p")}


def test_several_that_move_are_told_by_their_names(inside):
    shutil.copytree(inside.root, inside.top / "r")
    (inside.top / "r/harness.yaml").write_text("version: 1\nname: other\n")
    (inside.top / "r" / FILE).write_text((inside.root / FILE).read_text().replace("orders", "people"))
    inside.on_main()
    moved(inside, "r", "all/r")
    moved(inside, "p", "all/p")
    inside.edit(LOOSER)
    review = inside.review()
    assert ([each.contract for each in review.contracts], rules(review)) == (["orders"], LOST)
    inside.write("harness.yaml", "version: 1\nname: third\n")
    with pytest.raises(HistoryError, match="p and r are gone"):
        inside.review()


def test_a_folder_that_was_a_link_to_the_project(inside):
    linked(inside, "p", "../q")
    inside.on_main()
    (inside.top / "q").unlink()
    shutil.copytree(inside.root, inside.top / "q")
    inside.root = inside.top / "q"
    inside.edit(LOOSER)
    assert rules(inside.review()) == LOST


def test_a_project_that_was_a_submodule(repository, make_repository):
    promises = make_repository(at="promises")
    repository.git("submodule", "--quiet", "add", f"file://{promises.top}", "q")
    repository.on_main()
    repository.git("rm", "--quiet", "-f", "q")
    shutil.copytree(repository.root / "contracts", repository.root / "q/contracts")
    repository.root = repository.top / "q"
    repository.write("harness.yaml", "version: 1\nname: shop\n")
    repository.edit(LOOSER)
    with pytest.raises(HistoryError, match="the submodule q is not checked out"):
        repository.review()


def without_harness(repository):
    """Contracts in `data/`, and no harness.yaml yet."""
    repository.git("mv", "contracts", "data")
    (repository.root / "harness.yaml").unlink()
    repository.on_main()
    repository.write("harness.yaml", "version: 1\nname: shop\n")


def test_contracts_that_were_there_before_the_harness(repository):
    without_harness(repository)
    repository.git("mv", "data", "contracts")
    assert repository.review().reason == "no promise changed"
    repository.edit(LOOSER)
    review = repository.review()
    assert (rules(review), review.outcome) == (LOST, FAIL)


def test_and_that_stay_where_they_were(repository):
    (repository.root / "harness.yaml").unlink()
    repository.on_main()
    repository.write("harness.yaml", "version: 1\nname: shop\n")
    assert repository.review().reason == "no promise changed"
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST
    repository.edit(("id: orders", "id: sales"))
    assert rules(repository.review()) == ["contract-id-changed", *LOST]


def test_and_that_left_a_link_behind(repository):
    without_harness(repository)
    repository.git("mv", "data", "contracts")
    linked(repository, "contracts", "data")
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_and_that_a_link_brings_in(repository):
    without_harness(repository)
    linked(repository, "data", "contracts")
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


def test_a_folder_that_the_project_did_not_look_into(repository):
    repository.write("harness.yaml", "version: 1\nname: shop\ncontracts: contracts/raw\n")
    repository.write("contracts/people.odcs.yaml", (repository.root / FILE).read_text().replace("orders", "people"))
    repository.on_main()
    repository.write("harness.yaml", "version: 1\nname: shop\ncontracts: contracts\n")
    assert repository.review().reason == "no promise changed"
    repository.edit(LOOSER, file="contracts/people.odcs.yaml")
    assert rules(repository.review()) == LOST
    repository.edit(("id: people", "id: others"), file="contracts/people.odcs.yaml")
    assert rules(repository.review()) == ["contract-id-changed", *LOST]


def test_they_are_not_judged_by_a_policy_that_comes_with_it(repository):
    without_harness(repository)
    repository.git("mv", "data", "contracts")
    repository.edit(LOOSER)
    repository.write("harness.yaml", 'version: 1\nname: shop\nrules: {required-changed: "off"}\n')
    review = repository.review()
    assert (rules(review), review.outcome) == (LOST, FAIL)
    assert review.notes[0] == "harness.yaml is new; the contracts are judged by the policy that needs none"


def test_one_that_is_no_more_to_be_found_is_gone(repository):
    without_harness(repository)
    repository.git("mv", "data/raw/orders.odcs.yaml", "data/raw/sales.odcs.yaml")
    repository.git("mv", "data", "contracts")
    repository.edit(LOOSER, ("id: orders", "id: sales"), file="contracts/raw/sales.odcs.yaml")
    review = repository.review()
    assert (sorted(each.state for each in review.contracts), review.outcome) == (["gone", "new"], FAIL)


def test_a_copy_beside_it_is_new(repository):
    without_harness(repository)
    shutil.copytree(repository.root / "data", repository.root / "contracts")
    assert repository.review().outcome is PASS


def test_what_a_sparse_checkout_leaves_out_is_not_gone(inside):
    """Of a large repository people check out what they work on."""
    inside.write("../drafts/orders.odcs.yaml", (inside.root / FILE).read_text())
    inside.on_main()
    shutil.copytree(inside.root, inside.top / "q")
    inside.commit()
    inside.git("sparse-checkout", "set", "q")
    assert not inside.root.exists()
    inside.root = inside.top / "q"
    review = inside.review()
    assert ([each.state for each in review.contracts], review.outcome) == (["new"], PASS)


def test_a_contract_of_another_folder_that_comes_into_the_project(repository):
    text = (repository.root / FILE).read_text().replace("orders", "people")
    repository.write("drafts/people.odcs.yaml", text)
    repository.on_main()
    repository.git("mv", "drafts/people.odcs.yaml", "contracts/raw/people.odcs.yaml")
    repository.edit(LOOSER, file="contracts/raw/people.odcs.yaml")
    assert rules(repository.review()) == LOST


def test_a_contract_of_another_project_that_comes_in(inside):
    shutil.copytree(inside.root, inside.top / "r")
    (inside.top / "r" / FILE).write_text((inside.root / FILE).read_text().replace("orders", "people"))
    inside.on_main()
    inside.git("mv", f"r/{FILE}", "p/contracts/people.odcs.yaml")
    inside.edit(LOOSER, file="contracts/people.odcs.yaml")
    assert rules(inside.review()) == LOST


def test_a_name_that_differs_in_case(inside):
    moved(inside, "p", "P")
    inside.edit(LOOSER)
    assert rules(inside.review()) == LOST


def test_a_contract_by_a_name_that_is_read_no_more(repository):
    """As good as gone, although not a byte of it changed."""
    repository.git("mv", FILE, "contracts/raw/orders.yaml")
    assert repository.review().outcome is not PASS


@pytest.mark.parametrize("folder", [".", "./contracts", "contracts/", "./contracts/."])
def test_however_the_folder_is_written(repository, make_repository, folder):
    promises = make_repository(at="promises")
    repository.git("submodule", "--quiet", "add", f"file://{promises.top}", "contracts/more")
    repository.write("harness.yaml", f"version: 1\nname: shop\ncontracts: {folder}\n")
    repository.git("submodule", "--quiet", "add", f"file://{promises.top}", "z")
    for name in ("contracts/more", "z"):
        repository.git("rm", "--quiet", "-r", "contracts", at=repository.root / name)
        repository.write(f"{name}/{name[0]}.odcs.yaml", f"id: {name[0]}\n")
        repository.git("add", "--all", at=repository.root / name)
        repository.git("commit", "--quiet", "--message", "a change", at=repository.root / name)
    repository.on_main()
    repository.edit(LOOSER)
    assert rules(repository.review()) == LOST


@pytest.mark.parametrize("name", ["orders", "sales"])
def test_the_old_version_in_another_place_hides_no_change(repository, name):
    """Two contracts of one id: whether its promises are kept depends on which of them people read."""
    repository.write("contracts/archive/orders.odcs.yaml", (repository.root / FILE).read_text())
    repository.edit(LOOSER)
    (repository.root / FILE).rename(repository.root / f"contracts/raw/{name}.odcs.yaml")
    review = repository.review()
    assert review.outcome is not PASS
    assert "there is another contract of the id 'orders'" in review.problems[0].message
