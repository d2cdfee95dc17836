"""`sequence` of `harness.yaml` -> its steps. They are read, never run: no text of a project reaches a shell."""

import shlex
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from harness.load.place import place_of
from harness.load.settings import FILE
from harness.model.errors import ProjectError
from harness.model.sequence import Step, StepKind

_KINDS: dict[str, StepKind] = {"-d": "folder", "-f": "file"}
_HINT = "a step is `test -d FOLDER`, `test -f FILE` or `dbt test`"


def sequence_in(data: Any) -> tuple[Step, ...]:
    """The steps in their order; none when the settings have none. Raises ProjectError for a line that is no step."""
    return tuple(_step(data, index, text) for index, text in enumerate(data.get("sequence", ())))


def _step(data: Any, index: int, text: str) -> Step:
    at = place_of(data, ["sequence", index], FILE)
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise ProjectError(f"`{text}` cannot be read: {error}", at=at, hint=_HINT) from None
    match words:
        case ["dbt", "test"] if "dbt" in data.get("lineage", {}):
            return Step(text, "dbt", at)
        case ["dbt", "test"]:
            hint = "set `lineage: {dbt: ...}` to dbt's target folder"
            raise ProjectError("`dbt test` needs the artifacts of dbt", at=at, hint=hint)
        case ["test", "-d" | "-f" as option, path]:
            if PurePosixPath(path).is_absolute() or ".." in PurePosixPath(path).parts:
                raise ProjectError(f"{path} is outside the project", at=at, hint=f"name a place below {FILE}")
            return Step(text, _KINDS[option], at, path)
    raise ProjectError(f"`{text}` is no step that is known", at=at, hint=_HINT)


@dataclass(frozen=True, slots=True)
class Seen:
    """What is at a place: `kind` is "" for nothing, `problem` says why it cannot be told."""

    kind: str = ""
    empty: bool = False
    problem: str = ""


def what_is_at(path: Path) -> Seen:
    """A folder or a file, and whether anything is in it."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return Seen("folder", empty=not any(path.iterdir()))
        return Seen("file", empty=not path.stat().st_size) if stat.S_ISREG(mode) else Seen("special file")
    except (FileNotFoundError, NotADirectoryError):
        return Seen()
    except OSError as error:
        return Seen(problem=error.strerror or str(error))
