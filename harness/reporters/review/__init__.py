"""The forms a Review takes: each is one function from a Review to text, and none of them judges."""

from collections.abc import Callable

from harness.model.review import Review
from harness.reporters.review import github, json, markdown, omds, sarif, text

REVIEWS: dict[str, Callable[[Review], str]] = {
    "text": text.render,
    "markdown": markdown.render,
    "github": github.render,
    "sarif": sarif.render,
    "json": json.render,
    "omds": omds.render,
}
"""Name on the command line -> the function that renders it."""
