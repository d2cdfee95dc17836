"""CODEOWNERS: which line is about which file. Where it agrees with .gitignore, git itself is asked."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.load.codeowners import fits, parse_codeowners

TEXT = """\
# the last line that fits wins
*                    @everybody
*.yaml               @yaml    # a comment
contracts/marts/     @marts @ada
/contracts/raw/*     raw@example.com
contracts/marts/free.odcs.yaml
**/generated         @nobody-knows
with\\ space/         @space
!contracts           @invalid
[a-z]x               @invalid
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README.md", ("@everybody",)),
        ("a/b.yaml", ("@yaml",)),
        ("contracts/marts/orders.odcs.yaml", ("@marts", "@ada")),
        ("contracts/marts/deep/orders.odcs.yaml", ("@marts", "@ada")),
        ("data/contracts/marts/orders.odcs.yaml", ("@yaml",)),
        ("contracts/raw/orders.odcs.yaml", ("raw@example.com",)),
        ("contracts/raw/deep/orders.odcs.yaml", ("@yaml",)),
        ("contracts/marts/free.odcs.yaml", ()),
        ("x/generated/y/z", ("@nobody-knows",)),
        ("with space/x", ("@space",)),
    ],
)
def test_owners(path, owners):
    assert parse_codeowners(TEXT, "CODEOWNERS").of(path) == owners


def test_sections_of_gitlab_each_have_their_last_line():
    text = "* @all\n[Marts][2] @marts\ncontracts/marts/\n^[Data] @data\n*.yaml\n*.sql @sql\n[marts]\n*.yml @late\n"
    owners = parse_codeowners(text, "CODEOWNERS")
    assert owners.of("contracts/marts/a.yaml") == ("@all", "@marts", "@data")
    assert owners.of("contracts/marts/a.yml") == ("@all", "@late")
    assert owners.of("b.sql") == ("@all", "@sql")


@pytest.mark.parametrize(("file", "expected"), [("docs/a", False), ("docs/a/b", True), ("docs/a/b/c", True)])
def test_a_folder_of_any_name_is_no_file(file, expected):
    assert fits("docs/*/", file) is expected


def test_a_pattern_of_many_stars_takes_no_time():
    assert not fits("*a" * 60 + "b", "a" * 5_000)


_NAMES = st.sampled_from(["a", "b", "ab", "a.b"])
_STEPS = st.sampled_from(["a", "b", "ab", "*", "?", "a*", "*b", "**", "*.b"])


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@given(
    steps=st.lists(_STEPS, min_size=1, max_size=3),
    start=st.sampled_from(["", "/"]),
    end=st.sampled_from(["", "/"]),
    path=st.lists(_NAMES, min_size=1, max_size=4),
)
def test_patterns_mean_what_git_takes_them_for(repository, steps, start, end, path):
    if steps[-1] == "*" and len(steps) > 1 and not end:
        return  # `docs/*` is where they differ
    pattern, file = start + "/".join(steps) + end, "/".join(path)
    (repository / ".git" / "info" / "exclude").write_text(f"{pattern}\n")
    done = subprocess.run(
        ["git", "-C", str(repository), "check-ignore", "-q", "--no-index", file], check=False, capture_output=True
    )
    assert fits(pattern, file) is (done.returncode == 0), (pattern, file)
