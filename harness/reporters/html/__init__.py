"""The report as one page for a browser: offline, without an address outside itself.

The page's script and styles are built from `frontend/` by `make html` and ship with the package, so that nobody needs
Node.js. A Content-Security-Policy lets nothing run but that script, by its hash, whatever a contract says.
"""

from importlib import resources

from harness.model.result import Report, VerdictOutcome
from harness.reporters.html.data import document
from harness.reporters.html.page import page, safe
from harness.reporters.plain import plain

_BODY = """\
<h1>{heading}</h1>
<p>{reason}</p>
<p>This page needs JavaScript to show the results; report.txt and report.json hold them too.</p>"""
_COLOURS = {VerdictOutcome.PASS: "1a6b31", VerdictOutcome.FAIL: "b3161b", VerdictOutcome.UNDECIDED: "7d1fa3"}


def render(report: Report) -> str:
    """The whole page."""
    shown = document(report)
    verdict = shown["verdict"]
    heading = f"{verdict['sign']} {verdict['word']}"
    return page(
        title=f"{heading} {plain(report.project, 60)}",
        body=_BODY.format(heading=safe(heading), reason=safe(verdict["reason"])),
        data=shown,
        script=shipped("report.js"),
        style=shipped("report.css"),
        version=plain(report.harness_version, 30),
        sign=verdict["sign"],
        colour=_COLOURS[report.verdict.outcome],
    )


def shipped(name: str) -> str:
    """A file that was built from `frontend/`."""
    return resources.files("harness.reporters.html").joinpath(name).read_text("utf-8")
