"""Two texts of one file -> a unified diff that `git apply` and `patch -p1` take."""

import difflib


def unified(before: str, after: str, file: str) -> str:
    """The diff, or "" when nothing has changed; without a `diff --git` line it applies from the project's folder."""
    tab = "\t" if " " in file else ""  # as diff does: the name ends at the tab
    lines = difflib.unified_diff(_lines(before), _lines(after), f"a/{file}{tab}", f"b/{file}{tab}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Only a line feed ends a line here: `splitlines` knows ends that git does not."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    return lines if lines[-1] else lines[:-1]
