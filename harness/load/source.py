"""The text of a file of the project, as it stands on disk."""

from pathlib import Path

from harness.model.errors import DocumentError
from harness.model.location import Location


def source_of(root: Path, file: str) -> str:
    """The text, line ends and all. Raises DocumentError when it cannot be read."""
    try:
        return (root / file).read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"the file cannot be read: {error}", at=Location(file)) from None
