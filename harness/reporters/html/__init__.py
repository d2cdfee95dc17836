"""The report as one page for a browser: offline, without an address outside itself.

The page's script and styles are built from `frontend/` by `make html` and ship with the package, so that nobody needs
Node.js. A Content-Security-Policy lets nothing run but that script, by its hash, whatever a contract says.
"""

import base64
import hashlib
import json
import re
from html import escape
from importlib import resources
from string import Template

from harness.model.result import Report, VerdictOutcome
from harness.reporters.html.data import document
from harness.reporters.plain import plain

_PAGE = Template("""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-$script_hash'; \
style-src 'sha256-$style_hash'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="contract-harness $version">
<title>$title</title>
<link rel="icon" href="data:image/svg+xml,$icon">
<style>$style</style>
</head>
<body>
<div id="app">
<h1>$heading</h1>
<p>$reason</p>
<p>This page needs JavaScript to show the results; report.txt and report.json hold them too.</p>
</div>
<script type="application/json" id="data">$data</script>
<script>$script</script>
</body>
</html>
""")
_ICON = (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='3' "
    "fill='%23{colour}'/%3E%3Ctext x='8' y='12' font-size='12' text-anchor='middle' fill='white'%3E{sign}"
    "%3C/text%3E%3C/svg%3E"
)
_COLOURS = {VerdictOutcome.PASS: "1a6b31", VerdictOutcome.FAIL: "b3161b", VerdictOutcome.UNDECIDED: "7d1fa3"}
# `<` could end the element that holds the data, `##name[` is a command to a CI server that prints the page, and what
# is one line to JSON is none to every other tool
_RISKY = re.compile("[<>&#\u2028\u2029\ud800-\udfff]")


def render(report: Report) -> str:
    """The whole page."""
    shown = document(report)
    verdict = shown["verdict"]
    script, style = _shipped("report.js"), _shipped("report.css")
    heading = f"{verdict['sign']} {verdict['word']}"
    return _PAGE.substitute(
        script=script,
        script_hash=_hash(script),
        style=style,
        style_hash=_hash(style),
        title=_text(f"{heading} {plain(report.project, 60)}"),
        heading=_text(heading),
        reason=_text(verdict["reason"]),
        version=_text(plain(report.harness_version, 30)),
        icon=_ICON.format(colour=_COLOURS[report.verdict.outcome], sign=verdict["sign"]),
        data=embedded(shown),
    )


def embedded(shown: object) -> str:
    """JSON that is as harmless inside HTML as outside: no markup, no line that is one to JavaScript only."""
    text = json.dumps(shown, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _RISKY.sub(lambda found: _code(found[0]), text)


def _text(text: str) -> str:
    return escape(text).replace("##", "#&#35;")


def _code(char: str) -> str:
    # half a character is legal in a Python string and in no encoding
    return "\ufffd" if "\ud800" <= char <= "\udfff" else f"\\u{ord(char):04x}"


def _shipped(name: str) -> str:
    return resources.files("harness.reporters.html").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
