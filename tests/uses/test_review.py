"""`harness review` in real repositories."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Git = Callable[..., str]
Run = Callable[..., tuple[int, str, str]]
ORDERS = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: 1.0.0
status: active
customProperties:
  - {property: layer, value: raw}
schema:
  - name: orders
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: amount, logicalType: number}
"""
FILE = "contracts/raw/orders.odcs.yaml"


class Repository:
    """A project under git in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *words: str, at: str = ".") -> str:
        names = [f"-c{key}" for key in ("user.name=a", "user.email=a@example.test", "protocol.file.allow=always")]
        names = [part for name in names for part in ("-c", name.removeprefix("-c"))]
        command = ["git", "-C", str(self.root / at), *names, *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def write(self, file: str, text: str) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    made = Repository(tmp_path / "work")
    made.root.mkdir()
    made.git("init", "--quiet", "--initial-branch", "main")
    made.write("harness.yaml", "version: 1\nname: shop\n")
    made.write(FILE, ORDERS)
    made.commit()
    made.git("checkout", "--quiet", "-b", "feature")
    return made


def review(run: Run, repository: Repository, *words: str, project: str = ".") -> tuple[int, str, str]:
    return run("review", "--against", "main", "--project", str(repository.root / project), *words)


def test_nothing_changed(run: Run, repository: Repository) -> None:
    code, out, _err = review(run, repository)
    assert (code, out.splitlines()[0]) == (0, "pass: no promise changed")


@pytest.mark.parametrize("committed", [True, False])
def test_a_lost_promise_blocks_committed_or_not(run: Run, repository: Repository, committed: bool) -> None:
    repository.write(FILE, ORDERS.replace("required: true", "required: false"))
    if committed:
        repository.commit()
    code, out, _err = review(run, repository)
    assert code == 1
    assert f"breaking  {FILE}:11  orders.id may be NULL now  [required-changed]" in out
    assert "write 2.0.0" in out


def test_a_major_version_covers_it(run: Run, repository: Repository) -> None:
    text = ORDERS.replace("required: true", "required: false").replace("1.0.0", "2.0.0")
    repository.write(FILE, text)
    code, out, _err = review(run, repository)
    assert code == 0
    assert "covered by version 2.0.0" in out


def test_what_main_did_since_is_not_ours(run: Run, repository: Repository) -> None:
    repository.git("checkout", "--quiet", "main")
    repository.write(FILE, ORDERS.replace("required: true", "required: false"))
    repository.commit()
    repository.git("checkout", "--quiet", "feature")
    assert review(run, repository)[0] == 0


def test_a_contract_that_cannot_be_read_is_undecided(run: Run, repository: Repository) -> None:
    repository.write(FILE, ORDERS + "  - oops: [\n")
    code, out, _err = review(run, repository)
    assert code == 3
    assert "unclear" in out
    assert "is gone" not in out


def test_a_name_that_git_does_not_know_is_a_usage_error(run: Run, repository: Repository) -> None:
    code, _out, err = run("review", "--against", "origin/nowhere", "--project", str(repository.root))
    assert code == 2
    assert "git fetch origin nowhere" in err
