"""A file of `checks/` -> CheckFile: Soda YAML, or one SELECT with a header of `-- key: value` lines."""

import re
from pathlib import PurePosixPath

from harness.load.yaml import read
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.project import LAYERS, CheckFile, Violation

HEADER_KEYS = ("description", "dimension", "severity", "target", "alert")
_HEADER = re.compile(r"--\s*([a-z_]+)\s*:\s*(.+?)\s*\Z")


def parse_check_file(text: str, file: str, error: Violation | None = None) -> CheckFile:
    """The check file `checks/<layer>/<dataset>.soda.yml` or `checks/<layer>/<dataset>.<what>.sql`.

    What cannot be read is kept with its `error`; pass one in for a file that could not even be opened.
    """
    path = PurePosixPath(file)
    layer = next((part for part in reversed(path.parts[:-1]) if part in LAYERS), "")
    dataset, _, rest = path.name.partition(".")
    kind = "sql" if path.suffix == ".sql" else "soda"
    name = rest.removesuffix(".sql") if kind == "sql" else "soda"
    data, header = None, {}
    if error is None and kind == "soda":
        try:
            data = read(text, file)
        except DocumentError as unreadable:
            error = Violation(unreadable.at or Location(file), "", unreadable.message, unreadable.hint)
    if error is None and kind == "sql":
        header = _header(text)
        unknown = sorted(set(header) - set(HEADER_KEYS))
        if unknown:
            message = f"the header `{unknown[0]}` does not exist"
            error = Violation(Location(file), "", message, "known: " + ", ".join(HEADER_KEYS))
    return CheckFile(
        file=file, kind=kind, layer=layer, dataset=dataset, name=name, text=text, data=data, header=header, error=error
    )


def _header(text: str) -> dict[str, str]:
    """The comment lines at the top; a line without a known form ends it."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        match = _HEADER.match(line.strip())
        if match:
            found[match[1]] = match[2]
        elif line.strip() and not line.strip().startswith("--"):
            break
    return found
