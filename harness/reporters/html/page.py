"""A page for a browser that needs nothing outside itself, and runs nothing but its own script, by its hash."""

import base64
import hashlib
import json
import re
from html import escape
from string import Template

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
$body
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
# `<` could end the element that holds the data, `##name[` is a command to a CI server that prints the page, and what
# is one line to JSON is none to every other tool
_RISKY = re.compile("[<>&#\u2028\u2029\ud800-\udfff]")


def page(*, title: str, body: str, data: object, script: str, style: str, version: str, sign: str, colour: str) -> str:
    """The whole page. `body` is HTML, shown until the script has drawn `data`; `sign` on `colour` is its icon."""
    return _PAGE.substitute(
        title=safe(title),
        body=body,
        data=embedded(data),
        script=script,
        script_hash=_hash(script),
        style=style,
        style_hash=_hash(style),
        version=safe(version),
        icon=_ICON.format(colour=colour, sign=sign),
    )


def embedded(shown: object) -> str:
    """JSON that is as harmless inside HTML as outside: no markup, no line that is one to JavaScript only."""
    text = json.dumps(shown, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _RISKY.sub(lambda found: _code(found[0]), text)


def safe(text: str) -> str:
    """Text in HTML, and no command to a CI server."""
    return escape(text).replace("##", "#&#35;")


def _code(char: str) -> str:
    # half a character is legal in a Python string and in no encoding
    return "\ufffd" if "\ud800" <= char <= "\udfff" else f"\\u{ord(char):04x}"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
