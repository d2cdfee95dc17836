"""What tells two projects of one name apart, and what does not."""

import subprocess
from pathlib import Path

import pytest

from harness.load.project import load_project
from harness.uses.identity import identity_of

SERVERS = {
    "another file": ("{type: duckdb, database: other.duckdb}", False),
    "the same, otherwise written": ("{type: duckdb, database: ./warehouse.duckdb}", True),
    "another schema by default": ("{type: duckdb, database: warehouse.duckdb, schema: marts}", True),
    "another host": ("{type: postgres, host: db.example, database: shop}", False),
}


def project(root: Path, server: str = "{type: duckdb, database: warehouse.duckdb}", url: str = ""):
    (root / "contracts").mkdir(parents=True, exist_ok=True)
    history = f"history: {{url: '{url}'}}\n" if url else ""
    text = f"version: 1\nname: shop\nserver: w\nservers:\n  w: {server}\n{history}"
    (root / "harness.yaml").write_text(text)
    return load_project(root, {})


@pytest.mark.parametrize(("server", "same"), SERVERS.values(), ids=SERVERS)
def test_by_where_the_data_is(tmp_path, server, same):
    one, other = project(tmp_path / "a"), project(tmp_path / "b", server)
    assert (identity_of(one) == identity_of(other)) is same


def test_a_history_of_its_own_goes_along_with_the_project(tmp_path):
    shared = f"sqlite:///{tmp_path}/h.db"
    assert identity_of(project(tmp_path / "a")) == identity_of(project(tmp_path / "b"))
    assert identity_of(project(tmp_path / "a", url=shared)) != identity_of(project(tmp_path / "b", url=shared))


def test_two_clones_are_one_project_and_two_folders_of_one_are_two(tmp_path):
    shared = f"sqlite:///{tmp_path}/h.db"
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for words in (["init", "-q"], ["remote", "add", "origin", f"https://user{name}:x@git.example/shop.git"]):
            subprocess.run(["git", *words], cwd=tmp_path / name, check=True)
    assert identity_of(project(tmp_path / "a", url=shared)) == identity_of(project(tmp_path / "b", url=shared))
    assert identity_of(project(tmp_path / "a" / "x", url=shared)) != identity_of(project(tmp_path / "a", url=shared))
