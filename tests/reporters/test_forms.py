"""Every form on the shared reports, whole, against its golden file."""

import json
import subprocess
import sys

import pytest

from harness.reporters import text
from harness.reporters.forms import REPORTERS

SUFFIXES = {
    "text": "txt",
    "json": "json",
    "junit": "junit.xml",
    "markdown": "md",
    "sarif": "sarif",
    "github": "github.txt",
    "gitlab": "gitlab.json",
}
# the hostile report is 100 kB in the others, which nobody would read; their own tests parse it
FORMS = [
    (form, name)
    for form in SUFFIXES
    for name in ("report", "passing", "healed", "empty", "hostile")
    if name != "hostile" or form in ("text", "markdown", "github")
]


def test_every_form_is_tested_here():
    # the page is mostly script; test_html.py holds what it embeds against a golden file
    assert set(REPORTERS) == {*SUFFIXES, "html"}


@pytest.mark.parametrize(("form", "name"), FORMS)
def test_golden(form, name, request, golden):
    rendered = REPORTERS[form](request.getfixturevalue(name))
    if form == "sarif":
        rendered = without_pages(rendered)

    golden(f"reporters/{name}.{SUFFIXES[form]}", rendered)


def without_pages(rendered):
    """The pages of the rules have tests of their own, and change whenever a docstring does."""
    document = json.loads(rendered)
    (run,) = document["runs"]
    used = {result["ruleId"] for result in run["results"]}
    rules = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] in used]
    run["tool"]["driver"]["rules"] = [{"id": rule["id"], **rule["defaultConfiguration"]} for rule in rules]
    run["results"] = [{k: v for k, v in result.items() if k != "ruleIndex"} for result in run["results"]]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def test_golden_on_a_narrow_terminal(report, golden):
    golden("reporters/report-80.txt", text.render(report, width=80))


@pytest.mark.parametrize("form", REPORTERS)
def test_the_same_report_gives_the_same_text_in_any_environment(form, report, monkeypatch):
    before = REPORTERS[form](report)
    for name, value in {"COLUMNS": "40", "FORCE_COLOR": "1", "TERM": "dumb", "TZ": "Asia/Tokyo"}.items():
        monkeypatch.setenv(name, value)

    assert REPORTERS[form](report) == before


@pytest.mark.parametrize("form", REPORTERS)
def test_every_form_can_be_encoded_and_ends_its_last_line(form, hostile):
    rendered = REPORTERS[form](hostile)

    assert rendered.encode("utf-8").endswith(b"\n")


def test_rich_is_imported_only_on_a_terminal():
    code = (
        "import sys, harness.reporters.forms, harness.reporters.live; print(*(m for m in sys.modules if m == 'rich'))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == ""
