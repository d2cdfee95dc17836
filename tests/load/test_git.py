import subprocess
from pathlib import Path
from typing import Any

import pytest

from harness.load.git import commit_of, public_address, source_of


@pytest.mark.parametrize(
    ("remote", "expected"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop"),
        ("https://github.com/acme/shop/", "https://github.com/acme/shop"),
        ("https://gitlab-ci-token:glcbt-SECRET@gitlab.example/acme/shop.git", "https://gitlab.example/acme/shop"),
        ("https://x-access-token:SECRET@github.com/acme/shop", "https://github.com/acme/shop"),
        ("https://me:SEC/RET@x@github.com/acme/shop", "https://github.com/acme/shop"),
        ("https://github.com/acme/shop?token=SECRET#SECRET", "https://github.com/acme/shop"),
        ("http://git.example:8080/acme/shop.git", "https://git.example:8080/acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("me:SECRET@host.example:acme/shop.git", "https://host.example/acme/shop"),
        ("ssh://git@git.example:22/acme/shop.git", "https://git.example/acme/shop"),
        ("ssh://git:SECRET@git.example/acme/shop.git", "https://git.example/acme/shop"),
        ("git://git.example/acme/shop", "https://git.example/acme/shop"),
        ("/srv/git/shop.git", ""),
        ("file:///srv/git/shop.git", ""),
        ("../shop", ""),
        ("C:/git/shop", ""),
        ("", ""),
    ],
)
def test_an_address_has_no_secret(remote: str, expected: str) -> None:
    assert public_address(remote) == expected
    assert "SECRET" not in public_address(remote)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "data").mkdir()

    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.test", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    git("init", "--quiet", "--initial-branch", "main")
    git("commit", "--quiet", "--allow-empty", "--message", "first")
    return git


def test_a_checkout_is_told(checkout: Any, tmp_path: Path) -> None:
    checkout("remote", "add", "origin", "https://me:SECRET@github.com/acme/shop.git")
    commit = checkout("rev-parse", "HEAD")
    source = source_of(tmp_path / "data", {})
    assert source is not None
    assert (source.repository, source.commit) == ("https://github.com/acme/shop", commit)
    assert (source.folder, source.branch, source.pull_request) == ("data/", "main", "")
    checkout("checkout", "--quiet", "--detach")
    assert (source_of(tmp_path, {}).branch, source_of(tmp_path, {}).folder) == ("", "")


@pytest.mark.parametrize(
    ("environ", "branch", "number"),
    [
        ({"GITHUB_REF": "refs/pull/42/merge", "GITHUB_REF_NAME": "42/merge", "GITHUB_HEAD_REF": "fix"}, "fix", "42"),
        ({"GITHUB_REF": "refs/heads/main", "GITHUB_REF_NAME": "main"}, "main", ""),
        ({"CI_COMMIT_REF_NAME": "fix", "CI_MERGE_REQUEST_IID": "7"}, "fix", "7"),
    ],
)
def test_a_ci_server_knows_more(checkout: Any, tmp_path: Path, environ: Any, branch: str, number: str) -> None:
    checkout("remote", "add", "origin", "git@github.com:acme/shop.git")
    checkout("checkout", "--quiet", "--detach")
    source = source_of(tmp_path, environ)
    assert (source.branch, source.pull_request) == (branch, number)


def test_without_a_remote_or_git_nothing_is_told(
    checkout: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert source_of(tmp_path, {}) is None
    assert source_of(tmp_path / "nowhere", {}) is None
    checkout("remote", "add", "origin", "https://github.com/acme/shop.git")
    assert source_of(tmp_path, {}) is not None
    monkeypatch.setenv("PATH", "")
    assert source_of(tmp_path, {}) is None


@pytest.mark.parametrize("format", ["sha1", "sha256"])
def test_a_commit_is_told_only_if_it_has_exactly_these_files(tmp_path: Path, format: str) -> None:
    def git(*words: str) -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.test")
        return subprocess.run(
            ["git", "-C", str(tmp_path), *who, *words], check=True, capture_output=True
        ).stdout.decode()

    project, files = tmp_path / "data", {"a.yaml": b"a\r\n", "c/[x] \u00fc.yaml": b"", "c/x.sql": b"\xff"}
    for name, content in {**files, "c/README.md": b"no file of ours", "d/x.yaml": b"nor this"}.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(content)
    git("init", "--quiet", f"--object-format={format}")
    assert commit_of(project, files, ["c"]) == ("", "git tells of no commit")
    git("-c", "core.autocrlf=false", "add", ".")
    git("commit", "--quiet", "--message", "first")
    commit = git("rev-parse", "HEAD").strip()
    assert commit_of(project, files, ["c", "absent"]) == (commit, "")
    for other, what in (
        ({**files, "a.yaml": b"a\n"}, "a.yaml"),
        ({**files, "c/new.yaml": b""}, "c/new.yaml"),
        ({"a.yaml": files["a.yaml"], "c/[x] \u00fc.yaml": b"", "q.sql": b""}, "c/x.sql"),
    ):
        assert commit_of(project, other, ["c"]) == ("", f"{what} is not as in the commit {commit}")
