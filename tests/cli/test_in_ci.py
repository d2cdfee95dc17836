"""What a job of a CI server sees: what is printed, alone, and what is written for its pages."""

import json
import os
import pty
import subprocess
import sys
import termios
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt

from harness.commands.reporting import FILES, SUMMARY

PASS, FAIL, USAGE = 0, 1, 2


def annotations(text):
    lines = text.splitlines()
    assert lines
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)


def prose(text):
    assert MarkdownIt("commonmark").enable("table").parse(text)[0].content.startswith("<!-- contract-harness:")


READERS = {
    "json": json.loads,
    "sarif": json.loads,
    "gitlab": json.loads,
    "junit": ET.fromstring,
    "github": annotations,
    "markdown": prose,
    "text": lambda text: text.index("Exit code"),
}


@pytest.fixture(autouse=True)
def no_ci(monkeypatch):
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_SERVER_URL", "CI_JOB_URL", "BUILD_URL"):
        monkeypatch.delenv(name, raising=False)


def failing(shop):
    shop.sql("alter table marts.fct_orders drop column status")


@pytest.mark.parametrize("format", FILES)
@pytest.mark.parametrize("command", ["verify", "lint", "drift"])
def test_what_is_printed_is_the_format_and_nothing_else(shop, run, command, format):
    failing(shop)
    _, out, err = run(command, "--format", format)

    READERS.get(format, str)(out)
    if command == "verify":
        assert "measure" in err
        assert "marts         fct_orders" in err


def test_quiet_says_nothing_else(shop, run):
    _, out, err = run("verify", "--format", "json", "--quiet")

    assert json.loads(out)
    assert err == ""


def test_the_job_summary_is_the_markdown_report_after_what_was_there(shop, run, tmp_path, monkeypatch):
    failing(shop)
    file = tmp_path / "summary.md"
    file.write_text("# An earlier step\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))

    assert run("verify", "--format", "json", "--quiet")[0] == FAIL

    markdown = (shop.root / "reports/latest/report.md").read_text()
    assert file.read_text() == f"# An earlier step\n{markdown}\n"


def test_lint_has_a_job_summary_too(shop, run, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))

    _, out, _ = run("lint", "--format", "markdown")

    assert (tmp_path / "summary.md").read_text() == f"{out}\n"


@pytest.mark.parametrize("room", [0, -1])
def test_a_summary_that_would_be_too_long_is_not_begun(shop, run, tmp_path, monkeypatch, room):
    size = len((run("lint", "--format", "markdown")[1] + "\n").encode())
    file = tmp_path / "summary.md"
    file.write_bytes(b"x" * (SUMMARY - size - room))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    # the run id and the time differ in value, not in length
    code, _, err = run("lint")

    assert code == PASS
    assert file.stat().st_size == (SUMMARY if room == 0 else SUMMARY - size + 1)
    assert ("it would be longer than GitHub shows" in err) == (room < 0)


def test_a_summary_that_cannot_be_written_changes_no_verdict(shop, run, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "such" / "folder"))

    code, _, err = run("verify")

    assert code == PASS
    assert "harness: no job summary: " in err


def test_the_link_to_the_report(shop, run, monkeypatch):
    assert "Full report" not in run("lint", "--format", "markdown")[1]
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example/shop/-/jobs/7")
    assert "[Full report](<https://gitlab.example/shop/-/jobs/7>)" in run("lint", "--format", "markdown")[1]
    own = run("lint", "--format", "markdown", "--report-url", "https://reports.example/7")
    assert "[Full report](<https://reports.example/7>)" in own[1]


def test_a_link_that_is_none(run):
    code, _, err = run("lint", "--report-url", "javascript:alert(1)")

    assert code == USAGE
    assert "no http or https address" in err


@pytest.fixture
def folder(shop):
    """Where the shop is in the repository that is around it for the time of a test."""
    git = shop.root.parent / ".git"
    git.mkdir()
    yield shop.root.name
    git.rmdir()


def test_annotations_stand_on_the_files_of_the_repository(shop, run, folder):
    failing(shop)
    run("verify")
    latest = shop.root / "reports/latest"
    printed = (latest / "annotations.txt").read_text()

    (sarif,) = json.loads((latest / "report.sarif").read_text())["runs"]
    uris = [each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in sarif["results"]]
    paths = [each["location"]["path"] for each in json.loads((latest / "gl-code-quality-report.json").read_text())]
    assert uris == paths
    assert uris[0] == f"{folder}/contracts/marts/fct_orders.odcs.yaml"
    assert f"::error file={folder}/contracts/marts/fct_orders.odcs.yaml,line=" in printed
    assert (shop.root.parent / uris[0]).is_file()


@pytest.mark.parametrize("columns", [0, 72])
def test_a_terminal_shows_the_report_even_if_it_does_not_know_its_size(shop, columns):
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (0, columns))
    command = [sys.executable, "-m", "harness", "lint"]
    with subprocess.Popen(command, cwd=shop.root, stdin=theirs, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        shown = b"".join(iter(lambda: read(ours), b"")).decode()
    os.close(ours)

    assert process.returncode == PASS
    assert "Exit code 0: the gate is open" in shown
    assert "\x1b[" in shown


def read(terminal):
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        # how Linux says that nobody is left at the other end
        return b""
