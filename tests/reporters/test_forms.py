"""Every form on the shared reports, whole, against its golden file."""

import subprocess
import sys

import pytest

from harness.reporters import REPORTERS, text

SUFFIXES = {"text": "txt", "json": "json", "junit": "junit.xml", "markdown": "md"}
# the hostile report is 100 kB in these two, which nobody would read; their own tests parse it
FORMS = [
    (form, name)
    for form in SUFFIXES
    for name in ("report", "passing", "empty", "hostile")
    if name != "hostile" or form in ("text", "markdown")
]


def test_every_form_is_tested_here():
    assert set(REPORTERS) == set(SUFFIXES)


@pytest.mark.parametrize(("form", "name"), FORMS)
def test_golden(form, name, request, golden):
    rendered = REPORTERS[form](request.getfixturevalue(name))

    golden(f"reporters/{name}.{SUFFIXES[form]}", rendered)


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


def test_rich_is_imported_only_when_something_is_drawn():
    code = "import sys, harness.reporters, harness.reporters.live; print(*(m for m in sys.modules if m == 'rich'))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert run.stdout.strip() == ""
