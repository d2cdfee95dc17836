"""The forms a Report takes: each is one function from a Report to text, and none of them judges.

Only the gate turns results into a verdict, so every form shows the same one. To add a form: one module with `render`,
one entry in `REPORTERS`, one golden file.
"""

from collections.abc import Callable

from harness.model.result import Report
from harness.reporters import github, gitlab, html, json, junit, markdown, sarif, text

REPORTERS: dict[str, Callable[[Report], str]] = {
    "text": text.render,
    "json": json.render,
    "junit": junit.render,
    "markdown": markdown.render,
    "html": html.render,
    "sarif": sarif.render,
    "github": github.render,
    "gitlab": gitlab.render,
}
"""Name on the command line -> the function that renders it."""
