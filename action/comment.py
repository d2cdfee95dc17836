"""Keeps one comment of a pull request up to date: the last step of the GitHub Action.

`comment.py REVIEW VERIFY` writes the Markdown of these files, one after the other as long as they fit. The first line
of the first is a hidden marker, by which the comment of an earlier run is found and edited. It uses Python alone.
"""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

MOST = 65_536
"""Characters of a comment that GitHub takes."""
_PREFIX = "<!-- contract-harness-review:"
_NAMELESS = f"{_PREFIX} -->"
_LEFT_OUT = "\n\n<sub>The rest did not fit into this comment; it is in the summary of the job.</sub>\n"
_SECONDS = 30
_PAGE = 100


def main(files: Sequence[str]) -> None:
    """A comment that cannot be written is a warning: it changes no verdict, and a pull request of a fork may not."""
    texts = [text for file, name in zip(files, ("review", "verify"), strict=True) if (text := _text(file, name))]
    if not texts:
        print("no report, so no comment")
        return
    try:
        print(update(body_of(texts)))
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"::warning::no comment on the pull request: {type(error).__name__}: {str(error).splitlines()[0]}")


def _text(file: str, name: str) -> str:
    """The report; of a command that left none that it left none, for an earlier comment may say that all is well."""
    if Path(file).is_file():
        return Path(file).read_text(encoding="utf-8")
    code = os.environ.get(name.upper(), "")
    said = f"## ❓ `harness {name}` did not run to its end\n\nExit code {code}; the log of the job says why.\n"
    return f"{_NAMELESS if name == 'review' else ''}\n\n{said}" if code else ""


def body_of(texts: Sequence[str]) -> str:
    """The texts that fit, the first always."""
    body = texts[0][: MOST - len(_LEFT_OUT)]
    for number, text in enumerate(texts[1:], start=2):
        rest = _LEFT_OUT if number < len(texts) else ""
        if len(body) + len(text) + len(rest) + 8 > MOST:
            return body + _LEFT_OUT
        body = f"{body.rstrip()}\n\n---\n\n{text}"
    return body


def update(body: str) -> str:
    """Edits our comment, or writes it; what was done, in words."""
    marker, _, rest = body.partition("\n")
    path = f"/repos/{os.environ['GITHUB_REPOSITORY']}/issues"
    number = os.environ["NUMBER"]
    # a marker alone could be written by anybody, who would then edit what we wrote
    ours = [each for each in _comments(f"{path}/{number}/comments") if each["user"]["login"] == os.environ["AUTHOR"]]
    found = [each for each in ours if _is_of(each["body"].split("\n", 1)[0].rstrip(), marker)]
    if len(found) == 1 or (found and marker != _NAMELESS):
        kept = found[0]["body"].split("\n", 1)[0].rstrip() if marker == _NAMELESS else marker
        _call("PATCH", f"{path}/comments/{found[0]['id']}", {"body": f"{kept}\n{rest}"})
        return f"the comment {found[0]['id']} is up to date"
    _call("POST", f"{path}/{number}/comments", {"body": body})
    return "the comment is written"


def _is_of(theirs: str, marker: str) -> bool:
    """A review that did not come so far as to know its project may be of any."""
    if marker == _NAMELESS:
        return theirs.startswith(_PREFIX)
    return theirs == marker or (theirs == _NAMELESS and marker.startswith(_PREFIX))


def _comments(path: str) -> Iterator[dict[str, Any]]:
    page = 1
    while found := _call("GET", f"{path}?per_page={_PAGE}&page={page}"):
        yield from found
        if len(found) < _PAGE:
            return
        page += 1


def _call(method: str, path: str, data: Any = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - the address is GitHub's, as its runner says
        os.environ.get("GITHUB_API_URL", "https://api.github.com") + path,
        method=method,
        data=None if data is None else json.dumps(data).encode(),
        headers={
            "Authorization": f"Bearer {os.environ['TOKEN']}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    main(sys.argv[1:])
