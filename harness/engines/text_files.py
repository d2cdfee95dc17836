"""CSV files as a table: read strictly, as texts, which are then read as the types that the contract declares."""

import csv
import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlglot import exp

from harness.engines.casts import misfits, read_as, target_of
from harness.engines.engine import Declared
from harness.engines.files import Files
from harness.model.contract import Property
from harness.model.errors import EngineError

Run = Callable[[str], list[tuple[Any, ...]]]
"""Runs a statement, and gives its rows."""
_ENCODINGS: dict[str, tuple[str, str]] = {
    "utf8": ("utf-8-sig", "utf-8"),
    "ascii": ("ascii", "utf-8"),
    "iso88591": ("latin-1", "latin-1"),
    "latin1": ("latin-1", "latin-1"),
    "utf16": ("utf-16", "utf-16"),
}
"""The encoding in small letters and digits -> Python's name, DuckDB's name."""
_STRICT = "auto_detect = false, header = true, strict_mode = true, null_padding = false, ignore_errors = false"
FILE = "__file"
"""The column that names a row's file."""


@dataclass(frozen=True, slots=True)
class Remarks:
    """What an engine says of the files of a table beyond their columns' types."""

    values: Mapping[str, str] = field(default_factory=dict)
    """Column -> how many of its values are not of the declared type, and where the first is."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Column -> how the files differ in it."""
    untold: frozenset[str] = frozenset()
    """Columns of texts of which there is not one, so that nobody can tell whether they are of the declared type."""


def csv_source(files: Files, table: Declared) -> tuple[str, Remarks]:
    """The SQL that reads the files, each column being a text, and how their headers differ.

    Raises EngineError for a file without a header, or with one that names a column twice or not at all.
    """
    encoding = table.setting("encoding", "utf-8")
    word = "".join(letter for letter in encoding.lower() if letter.isalnum())
    if word not in _ENCODINGS:
        raise EngineError(f"the encoding {encoding!r} is not known", at=table.server.at)
    python, duck = _ENCODINGS[word]
    delimiter = table.setting("delimiter", ",").replace("\\t", "\t")
    headers = {path: _header(files, path, delimiter, python) for path in files.paths}
    for path, names in headers.items():
        _refuse(names, files.shown(path))
    options = [_STRICT, "quote = '\"'", "escape = '\"'", "nullstr = ''", "allow_quoted_nulls = false"]
    options += [
        f"delim = {quoted_text(delimiter)}",
        f"encoding = {quoted_text(duck)}",
        f"filename = {quoted_text(FILE)}",
    ]
    options += [f"hive_partitioning = {str(bool(files.keys)).lower()}", "hive_types_autocast = false"]
    parts = [_read(paths, names, options) for names, paths in _grouped(headers)]
    every = list(dict.fromkeys(name for names in headers.values() for name in names))
    differ = {name: said for name in every if (said := _absences(name, headers, files))}
    source = " union all by name ".join(f"(select * from {part})" for part in parts)  # noqa: S608 - quoted
    return source, Remarks(files=differ)


def typed(
    source: str, names: Sequence[str], table: Declared, files: Files, run: Run
) -> tuple[Mapping[str, str], Remarks]:
    """Column -> its SQL over `source` as a value of its declared type, and what is to be said of the values.

    One column with a value that is none of its type stays a text: its other checks see what is really there, and the
    checks of the other columns run.
    """
    declared = {item.column: item for item in table.schema.properties}
    targets = {name: target for name in names if name in declared and (target := target_of(declared[name]))}
    rows, wrong = _misfits(source, targets, declared, files, run)
    selects = {}
    for name in names:
        column: exp.Expr = exp.column(name, quoted=True)
        if name in targets and name not in wrong:
            column = _strict(read_as(column, targets[name], declared[name]))
        selects[name] = column.sql("duckdb")
    return selects, Remarks(values=wrong, untold=frozenset() if rows else frozenset(targets))


def _misfits(
    source: str, targets: Mapping[str, exp.DataType], declared: Mapping[str, Property], files: Files, run: Run
) -> tuple[int, dict[str, str]]:
    """One scan, which shows that the files can be read: their rows, and in which columns values are not of the type."""
    counts = ["count(*)"]
    for name, target in targets.items():
        condition = misfits(exp.column(name, quoted=True), target, declared[name]).sql("duckdb")
        counts += [f"count(*) filter (where {condition})", f"min({quoted_name(FILE)}) filter (where {condition})"]
    ((total, *found),) = run(f"select {', '.join(counts)} from ({source})")  # noqa: S608 - built of quoted parts
    wrong = {
        name: f"{number:,} of {total:,} values are no {target.sql('duckdb')}, the first in {files.shown(first)}"
        for (name, target), number, first in zip(targets.items(), found[::2], found[1::2], strict=True)
        if number
    }
    return total, wrong


def _strict(value: exp.Expr) -> exp.Expr:
    """Not NULL but an error for a value that has changed since they were counted."""
    assert isinstance(value, exp.TryCast)  # noqa: S101 - as `read_as` makes it
    inner = value.this
    if isinstance(inner, exp.Anonymous):
        inner = exp.Anonymous(this="strptime", expressions=inner.expressions)
    return exp.Cast(this=inner, to=value.to)


def _header(files: Files, path: str, delimiter: str, encoding: str) -> tuple[str, ...]:
    """The first line, read with the same strictness as the rest."""
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rt", encoding=encoding, newline="") as stream:
            return tuple(next(csv.reader(stream, delimiter=delimiter, strict=True), ()))
    except (OSError, UnicodeError, csv.Error, TypeError, EOFError) as error:
        raise EngineError(f"the header of {files.shown(path)} cannot be read: {error}") from None


def _refuse(names: Sequence[str], file: str) -> None:
    if not any(names):
        raise EngineError(f"the first line of {file} is empty, and should name the columns")
    if not all(names):
        raise EngineError(f"column {names.index('') + 1} of {file} has no name")
    seen: set[str] = set()
    for name in names:
        if name.lower() in seen:
            raise EngineError(f"{file} has two columns of the name {name}")
        seen.add(name.lower())


def _grouped(headers: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    for names, group in groupby(sorted(headers, key=lambda path: headers[path]), key=lambda path: headers[path]):
        yield names, list(group)


def _absences(name: str, headers: Mapping[str, tuple[str, ...]], files: Files) -> str:
    lacking = [path for path, names in headers.items() if name not in names]
    return f"it is absent from {files.listed(lacking)}, of {len(headers):,} files" if lacking else ""


def _read(paths: Sequence[str], names: Sequence[str], options: Sequence[str]) -> str:
    columns = ", ".join(f"{quoted_text(name)}: 'VARCHAR'" for name in names)
    listed = ", ".join(map(quoted_text, paths))
    return f"read_csv([{listed}], columns = {{{columns}}}, {', '.join(options)})"


def quoted_text(value: str) -> str:
    """A text as SQL."""
    return exp.Literal.string(value).sql("duckdb")


def quoted_name(value: str) -> str:
    """A name as SQL."""
    return exp.to_identifier(value, quoted=True).sql("duckdb")
