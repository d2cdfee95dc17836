"""The tests that a dbt project declares in its files now, which its manifest may not know yet.

dbt tells of a changed model by its checksum; of a properties file it keeps none. So the tests are read from the files:
their kind, column, arguments and thresholds, as far as they are written without Jinja.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness.load.place import file_in, place_of
from harness.load.yaml import read
from harness.model.errors import DocumentError
from harness.model.location import Location

PROJECT = "dbt_project.yml"
_PATHS = {"model-paths": "models", "seed-paths": "seeds", "snapshot-paths": "snapshots", "test-paths": "tests"}
_KINDS = ("models", "seeds", "snapshots")
_TESTS = ("data_tests", "tests")
_SETTINGS = ("severity", "where", "warn_if", "error_if")
_NO_ARGUMENTS = (
    *("name", "description", "test_name", "config", "arguments", "column_name", *_SETTINGS),
    *("enabled", "tags", "meta", "limit", "fail_calc", "store_failures", "store_failures_as"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredTest:
    """A generic test as a properties file writes it, or a file of a singular one (`kind` singular)."""

    kind: str
    at: Location
    table: str = ""
    """The model's name; of a source its name and that of its table."""
    column: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    """`severity`, `where`, `warn_if`, `error_if`, as far as they are written."""


def declared_tests(project: Path, root: Path) -> Iterator[DeclaredTest]:
    """The tests of the dbt project in the folder `project`. Raises DocumentError for a file that cannot be read."""
    settings = _read(project / PROJECT, root)
    for key, default in _PATHS.items():
        for name in settings.get(key) or [default]:
            folder = project / str(name)
            for path in sorted(folder.rglob("*.y*ml")):
                yield from _in_file(path, root)
            if key == "test-paths":
                for path in sorted(folder.rglob("*.sql")):
                    if "generic" not in path.relative_to(folder).parts:
                        yield DeclaredTest(kind="singular", at=Location(file_in(path, root)))


def text_of(path: Path) -> str:
    """The text of a file of the project, "" when it is gone."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _read(path: Path, root: Path) -> Any:
    file = file_in(path, root)
    try:
        data = read(path.read_text(encoding="utf-8"), file)
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"the file of dbt cannot be read: {error}", at=Location(file)) from None
    return data if isinstance(data, Mapping) else {}


def _in_file(path: Path, root: Path) -> Iterator[DeclaredTest]:
    file, data = file_in(path, root), _read(path, root)
    try:
        yield from _in_data(data, file)
    except (LookupError, TypeError, AttributeError) as error:
        raise DocumentError(f"this is no properties file of dbt: {error!r}", at=Location(file)) from None


def _in_data(data: Any, file: str) -> Iterator[DeclaredTest]:
    for kind in _KINDS:
        for index, item in enumerate(data.get(kind) or ()):
            yield from _of_item(item, str(item["name"]), place_of(data, [kind, index], file))
    for index, source in enumerate(data.get("sources") or ()):
        for number, item in enumerate(source.get("tables") or ()):
            at = place_of(data, ["sources", index, "tables", number], file)
            yield from _of_item(item, f"{source['name']}.{item['name']}", at)


def _of_item(item: Mapping[str, Any], name: str, at: Location) -> Iterator[DeclaredTest]:
    for column in (None, *(item.get("columns") or ())):
        holder = item if column is None else column
        for key in _TESTS:
            for entry in holder.get(key) or ():
                yield _test(entry, name, "" if column is None else str(column["name"]), at)


def _test(entry: Any, table: str, column: str, at: Location) -> DeclaredTest:
    if not isinstance(entry, Mapping):
        return DeclaredTest(kind=str(entry), at=at, table=table, column=column)
    if "test_name" in entry:
        kind, stated = str(entry["test_name"]), entry
    else:
        kind, stated = next(((str(key), value or {}) for key, value in entry.items() if key != "config"), ("", {}))
    config = {**stated, **(stated.get("config") or {})}
    return DeclaredTest(
        kind=kind,
        at=at,
        table=table,
        column=column or str(stated.get("column_name") or ""),
        arguments={
            **{key: value for key, value in stated.items() if key not in _NO_ARGUMENTS},
            **(stated.get("arguments") or {}),
        },
        settings={key: str(config[key]) for key in _SETTINGS if config.get(key) is not None},
    )
