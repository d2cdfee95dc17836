"""The page of the review: its example is what the command says of this repository's own contracts."""

import os
import re
import runpy
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml

from harness.commands.common import FILES
from harness.load.project import load_project
from harness.reporters.review import REVIEWS
from harness.uses.review import review

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "review.md"
PAGE = FILE.read_text("utf-8")
REPOSITORY = runpy.run_path(str(ROOT / "tests" / "uses" / "repository.py"))["Repository"]
CONTRACT = "contracts/intermediate/int_flights_enriched.odcs.yaml"


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The review of a change of this repository's contracts, without its build."""
    top = tmp_path_factory.mktemp("example")
    for name in ("contracts", "checks"):
        shutil.copytree(ROOT / name, top / name)
    shutil.copy(ROOT / "harness.yaml", top)
    made = REPOSITORY(top)
    text = (top / CONTRACT).read_text("utf-8")
    purpose = yaml.safe_load(text)["description"]["purpose"].split()[0]
    made.edit(
        ("      - name: tail_number\n", "      - name: registration\n"),
        ("    value: 7\n    unit: y\n", "    value: 5\n    unit: y\n"),
        (f"    {purpose} ", f"    In short: {purpose} "),
        file=CONTRACT,
    )
    found = review(load_project(top, {}), ref="main", today=date(2026, 3, 2))
    return {name: re.sub(r"\b[0-9a-f]{12}\b", "0123456789ab", REVIEWS[name](found)) for name in ("text", "markdown")}


def shown(example, form):
    if form == "text":
        # the drafts of waivers are long, and docs/waivers.md shows one
        said, drafts = example["text"].split("\n\nto let it pass", 1)
        return f"```\n{said}\n\nto let it pass{drafts.splitlines()[0]}\n  ...\n```\n"
    asked = example["markdown"].split("### Risky")[0].split("<details>")[0]
    # the page is Markdown itself: the comment as GitHub draws it, its headings below those of the page
    return re.sub(r"^(#+)", r"#\1", asked.split("-->", 1)[1].strip(), flags=re.MULTILINE) + "\n"


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_the_example_is_what_the_command_says(example, form):
    between = re.compile(f"(<!-- begin: {form} -->\n).*?(<!-- end: {form} -->)", re.DOTALL)
    page = between.sub(lambda found: f"{found[1]}\n{shown(example, form)}\n{found[2]}", FILE.read_text("utf-8"))
    if os.environ.get("GOLDEN") == "rewrite":
        FILE.write_text(page, encoding="utf-8")
    assert FILE.read_text("utf-8") == page


@pytest.mark.parametrize("form", FILES)
def test_every_format_has_its_row(form):
    assert f"| `{form}` | `{FILES[form]}` |" in PAGE


def test_the_yaml_is_yaml():
    blocks = [
        re.sub(r"^  ", "", text, flags=re.MULTILINE) for text in re.findall(r" *```yaml\n(.*?)```", PAGE, re.DOTALL)
    ]
    assert len([yaml.safe_load(block) for block in blocks]) >= 3


def test_the_action_of_the_page_has_these_inputs():
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "uses:" in text)
    steps = yaml.safe_load(text)["jobs"]["contracts"]["steps"]
    known = set(yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))["inputs"])
    assert set(steps[-1]["with"]) <= known


def test_the_hooks_of_the_page_exist():
    (text,) = (text for text in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if "hooks:" in text)
    (repo,) = yaml.safe_load(text)["repos"]
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    assert {hook["id"] for hook in repo["hooks"]} == known
