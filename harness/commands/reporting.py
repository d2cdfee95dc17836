"""What the commands share that end in a Report: its arguments, its forms, and how it is shown."""

import argparse
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from harness import arguments
from harness.commands.common import write
from harness.model.errors import HarnessError
from harness.model.project import LAYERS, Project
from harness.model.result import Report, Severity

FILES: dict[str, str] = {
    "text": "report.txt",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "report.md",
    "html": "index.html",
    "sarif": "report.sarif",
    "github": "annotations.txt",
    "gitlab": "gl-code-quality-report.json",
}
"""Format -> its file in reports/latest."""
SUMMARY = 1 << 20
"""Bytes that the job summary of GitHub Actions holds; it shows nothing of a longer one."""


def add_common(parser: argparse.ArgumentParser, *, gate: bool, more: tuple[str, ...] = ()) -> None:
    """The arguments of a command that checks something; a `gate` ends in a verdict, `more` are formats of its own."""
    parser.add_argument("--project", metavar="DIR", default=".", help="folder of harness.yaml (default: here)")
    parser.add_argument("--layer", action="append", default=[], choices=LAYERS, help="only this layer; may be repeated")
    parser.add_argument(
        "--select", action="append", default=[], metavar="PATTERN", help="only tables, contracts or checks like fct_*"
    )
    parser.add_argument(
        "--as-of", type=arguments.moment, metavar="TIME", help="the clock to measure ages at, with an offset"
    )
    parser.add_argument("--format", choices=(*FILES, *more), default="text", help="of what is printed (default: text)")
    parser.add_argument("--output", metavar="PATH", help="write the format there instead of to the terminal")
    if gate:
        parser.add_argument(
            "--report-url", type=arguments.address, metavar="URL",
            help="where the reports will be found, for the link in the Markdown (default: the page of the CI job)",
        )  # fmt: skip
        parser.add_argument(
            "--fail-on", type=Severity, choices=(Severity.ERROR, Severity.WARNING), metavar="error|warning",
            help="the least severity that closes the gate (default: harness.yaml, else error)",
        )  # fmt: skip


def show(report: Report, args: argparse.Namespace, texts: Mapping[str, str] | None = None) -> None:
    """Prints the report; `texts` are the files in which it was rendered already."""
    from harness.reporters import text
    from harness.reporters.forms import REPORTERS

    # a process may be started without an output
    if args.format == "text" and not args.output and sys.stdout and sys.stdout.isatty():
        print(text.render(report, color=True, width=shutil.get_terminal_size().columns), end="")
    else:
        write((texts or {}).get(FILES[args.format]) or REPORTERS[args.format](report), args.output)
    if summary := os.environ.get("GITHUB_STEP_SUMMARY"):
        _summarise((texts or {}).get(FILES["markdown"]) or REPORTERS["markdown"](report), Path(summary))


def _summarise(markdown: str, file: Path) -> None:
    """Adds the report to the summary of the job; that it cannot be written changes no verdict."""
    from harness.output import append_file

    try:
        if not append_file(file, f"{markdown}\n", SUMMARY):
            print("harness: no job summary: it would be longer than GitHub shows", file=sys.stderr)
    except HarnessError as error:
        print(f"harness: no job summary: {error}", file=sys.stderr)


def placed(report: Report, args: argparse.Namespace, project: Project) -> Report:
    """The report with what only its surroundings know: where it will be read, and where the project's files are."""
    from harness.reporters.ci import folder_in, job_page

    root = project.root.resolve()
    repository = next((each for each in (root, *root.parents) if (each / ".git").exists()), root)
    return replace(report, url=args.report_url or job_page(os.environ), folder=folder_in(repository, root))
