"""`harness review` wherever a project may be under git, and where git cannot tell."""

import shutil

import pytest

from harness.model.errors import HistoryError, UsageError
from harness.model.result import VerdictOutcome

PASS, FAIL, UNDECIDED = VerdictOutcome.PASS, VerdictOutcome.FAIL, VerdictOutcome.UNDECIDED
FILE = "contracts/raw/orders.odcs.yaml"
LOOSER = ("required: true", "required: false")


def rules(review):
    return [change.rule for change in review.changes]


@pytest.fixture
def changed(repository):
    """One commit on main, and a lost promise in a commit on the branch."""
    repository.edit(LOOSER)
    repository.commit()
    return repository


def cloned(repository, tmp_path, *options):
    """A clone of the branch, as a CI server makes it."""
    target = tmp_path / "clone"
    repository.git("clone", "--quiet", *options, f"file://{repository.top}", str(target), at=tmp_path)
    return target


def test_a_branch_of_the_server(changed, tmp_path):
    root = cloned(changed, tmp_path)
    assert rules(changed.review("origin/main", root)) == ["required-changed"]


@pytest.mark.parametrize("ref", ["main", "HEAD~1", "refs/heads/main", "v1", "HEAD"])
def test_whatever_names_a_commit(changed, ref):
    changed.git("tag", "--annotate", "--message", "one", "v1", "main")
    review = changed.review(ref)
    assert rules(review) == ([] if ref == "HEAD" else ["required-changed"])
    assert review.against.commit == changed.git("rev-parse", f"{ref}^{{commit}}")


def test_a_hash(changed):
    assert rules(changed.review(changed.git("rev-parse", "--short", "main"))) == ["required-changed"]


def test_a_detached_head(changed):
    changed.git("checkout", "--quiet", "--detach")
    assert rules(changed.review()) == ["required-changed"]


def test_a_worktree(changed, tmp_path):
    changed.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "tree"), "feature")
    assert rules(changed.review(root=tmp_path / "tree")) == ["required-changed"]


def test_a_hook_of_another_repository(changed, monkeypatch, tmp_path):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", "index.lock")
    assert rules(changed.review()) == ["required-changed"]


def test_a_project_in_a_folder(make_repository):
    repository = make_repository("data/shop")
    repository.edit(LOOSER)
    review = repository.review()
    assert (rules(review), review.folder) == (["required-changed"], "data/shop/")
    assert review.contracts[0].file == FILE


def test_a_link_to_the_project(changed, tmp_path):
    (tmp_path / "link").symlink_to(changed.root, target_is_directory=True)
    assert rules(changed.review(root=tmp_path / "link")) == ["required-changed"]


def test_a_project_in_a_submodule(changed, make_repository, tmp_path):
    outer = make_repository(at="outer")
    outer.git("submodule", "--quiet", "add", f"file://{changed.top}", "shop")
    outer.commit()
    inner = outer.root / "shop"
    assert rules(changed.review("origin/main", inner)) == ["required-changed"]


def test_contracts_in_a_submodule(repository, make_repository, tmp_path):
    """Their commits are the submodule's: what the outer repository knows is which of them it wants."""
    promises = make_repository(at="promises")
    promises.git("rm", "--quiet", "harness.yaml")
    promises.git("mv", "contracts/raw", "raw")
    promises.commit()
    repository.git("rm", "--quiet", "-r", "contracts")
    repository.git("submodule", "--quiet", "add", f"file://{promises.top}", "contracts")
    repository.on_main()
    assert repository.review().outcome is PASS
    repository.edit(LOOSER)
    assert rules(repository.review()) == ["required-changed"]
    repository.git("commit", "--quiet", "--all", "--message", "a change", at=repository.root / "contracts")
    repository.commit()
    assert rules(repository.review()) == ["required-changed"]


def test_a_shallow_clone_without_the_merge_base(changed, tmp_path):
    changed.git("commit", "--quiet", "--allow-empty", "--message", "one more")
    root = cloned(changed, tmp_path, "--depth", "1", "--no-single-branch")
    with pytest.raises(HistoryError, match="git fetch --unshallow"):
        changed.review("origin/main", root)
    changed.git("fetch", "--quiet", "--unshallow", at=root)
    assert rules(changed.review("origin/main", root)) == ["required-changed"]


def test_a_shallow_clone_that_lacks_the_branch(changed, tmp_path, run):
    root = cloned(changed, tmp_path, "--depth", "1")
    code, _out, err = run("review", "--against", "origin/main", "--project", str(root))
    assert (code, "git fetch origin main" in err) == (2, True)


def test_a_missing_merge_base_is_exit_code_3(changed, tmp_path, run):
    changed.git("commit", "--quiet", "--allow-empty", "--message", "one more")
    root = cloned(changed, tmp_path, "--depth", "1", "--no-single-branch")
    code, out, err = run("review", "--against", "origin/main", "--project", str(root))
    assert (code, out) == (3, "")
    assert "git fetch --unshallow" in err


def test_histories_that_have_nothing_in_common(repository):
    repository.git("checkout", "--quiet", "--orphan", "other")
    repository.git("commit", "--quiet", "--message", "another beginning")
    with pytest.raises(HistoryError, match="have no commit in common"):
        repository.review()


def test_no_repository(changed):
    shutil.rmtree(changed.top / ".git")
    with pytest.raises(UsageError, match="is in no work tree of git"):
        changed.review()


def test_no_git(changed, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(HistoryError, match="git is not installed"):
        changed.review()


def test_no_commit_yet(make_repository, tmp_path):
    repository = make_repository()
    shutil.rmtree(repository.top / ".git")
    repository.git("init", "--quiet")
    with pytest.raises(HistoryError, match="there is no commit yet"):
        repository.review("HEAD")


def test_a_repository_that_lost_a_file(changed):
    blob = changed.git("rev-parse", f"main:{FILE}")
    (changed.top / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    with pytest.raises(HistoryError):
        changed.review()


def test_a_link_is_read_where_it_leads(repository):
    text = (repository.root / FILE).read_text()
    repository.write("shared/orders.odcs.yaml", text)
    (repository.root / FILE).unlink()
    (repository.root / FILE).symlink_to("../../shared/orders.odcs.yaml")
    repository.on_main()
    assert repository.review().outcome is PASS
    repository.edit(LOOSER, file="shared/orders.odcs.yaml")
    assert rules(repository.review()) == ["required-changed"]


@pytest.mark.parametrize(
    "name", ["or ders.odcs.yaml", "é*[a].odcs.yaml", ":(glob).odcs.yaml", '"q".odcs.yaml', "-x.odcs.yaml"]
)
def test_names_that_git_could_misread(repository, name):
    repository.git("mv", FILE, f"contracts/{name}")
    repository.on_main()
    repository.edit(LOOSER, file=f"contracts/{name}")
    review = repository.review()
    assert (rules(review), review.contracts[0].file) == (["required-changed"], f"contracts/{name}")


def test_line_ends_of_another_system_are_no_change(repository):
    text = (repository.root / FILE).read_text()
    (repository.root / FILE).write_bytes(text.replace("\n", "\r\n").encode())
    assert repository.review().reason == "no promise changed"


def test_a_merge_of_main_into_the_branch(repository):
    repository.edit(LOOSER)
    repository.commit()
    repository.git("checkout", "--quiet", "main")
    repository.write("contracts/raw/people.odcs.yaml", (repository.root / FILE).read_text().replace("orders", "people"))
    repository.commit()
    repository.git("checkout", "--quiet", "feature")
    repository.git("merge", "--quiet", "--no-edit", "main")
    review = repository.review()
    assert [each.contract for each in review.contracts] == ["orders"]
    assert review.against.commit == repository.git("rev-parse", "main")


def test_a_repository_with_sha256(make_repository, tmp_path):
    repository = make_repository(options=("--object-format=sha256",))
    assert repository.review().reason == "no promise changed"
    repository.edit(LOOSER)
    assert rules(repository.review()) == ["required-changed"]


def test_branches_that_were_merged_into_one_another(repository):
    """Each of the commits in which they parted has its own contracts: none of them is what the change grew from."""
    repository.edit(("version: 1.0.0", "version: 1.0.0\nname: Orders"))
    repository.commit()
    repository.git("checkout", "--quiet", "-b", "other", "main")
    repository.edit(LOOSER)
    repository.commit()
    repository.git("merge", "--quiet", "--no-edit", "feature")
    repository.git("checkout", "--quiet", "feature")
    repository.git("merge", "--quiet", "--no-edit", "--strategy", "ours", "other~1")
    repository.git("checkout", "--quiet", "other")
    with pytest.raises(HistoryError, match="parted in 2 commits"):
        repository.review("feature")
    repository.git("merge", "--quiet", "--no-edit", "--strategy", "ours", "feature")
    assert rules(repository.review("feature")) == ["required-changed"]


def test_objects_that_stand_for_others(changed):
    """What somebody told this clone alone is not what the branch grew from."""
    changed.git("replace", changed.git("rev-parse", f"main:{FILE}"), changed.git("rev-parse", f"HEAD:{FILE}"))
    assert rules(changed.review()) == ["required-changed"]
    later = changed.git("commit-tree", "HEAD^{tree}", "-p", "main", "-m", "as if main had it")
    changed.git("branch", "--force", "main", later)
    (changed.top / ".git" / "info" / "grafts").write_text(f"{changed.git('rev-parse', 'HEAD')} {later}\n")
    assert rules(changed.review()) == ["required-changed"]
