"""Runbooks of a project: what to do when a table is not as it should be."""

import re
from pathlib import Path

FOLDER = "docs/runbooks"
_NAME = re.compile(r"[\w-][\w.-]*")


def runbook_of(root: Path, table: str) -> str:
    """`docs/runbooks/<table>.md` in the folder of the project, or "" when there is none."""
    file = f"{FOLDER}/{table}.md"
    return file if _NAME.fullmatch(table) and (root / file).is_file() else ""
