"""Contract files as they are: one file, or a folder of them."""

from pathlib import Path

from harness.model.errors import UsageError

PATTERNS = ("*.odcs.yaml", "*.odcs.yml")


def read_tree(path: Path) -> dict[str, str]:
    """File, relative to the folder -> its text; a single file stands under its own name. Raises UsageError."""
    if path.is_dir():
        found = sorted({file for pattern in PATTERNS for file in path.rglob(pattern)})
        found = found or sorted(file for pattern in ("*.yaml", "*.yml") for file in path.rglob(pattern))
        return {file.relative_to(path).as_posix(): _text(file) for file in found}
    return {path.as_posix(): _text(path)}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", hint="name a contract file, or a folder of them") from None
