"""Parquet files as a table: their types are real ones; files that differ in their columns are read by name."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from harness.engines.files import Files
from harness.engines.text_files import FILE, Remarks, Run, quoted_name, quoted_text

Columns = tuple[tuple[str, str], ...]
"""The columns of a file, each with its type."""
_FLOATING = re.compile(r"\b(?:FLOAT|DOUBLE)\b")


def parquet_source(files: Files, run: Run) -> tuple[str, Remarks]:
    """The SQL that reads the files, and how they differ. Raises EngineError for a file that is no Parquet."""
    columns = _columns(files, run)
    differ = len(set(columns.values())) > 1
    options = [f"union_by_name = {str(differ).lower()}", f"filename = {quoted_text(FILE)}"]
    options += [f"hive_partitioning = {str(bool(files.keys)).lower()}", "hive_types_autocast = false"]
    listed = ", ".join(map(quoted_text, files.paths))
    source = f"select * from read_parquet([{listed}], {', '.join(options)})"  # noqa: S608 - quoted
    return source, Remarks(files=_differences(files, columns) if differ else {})


def parquet_rows(files: Files, run: Run) -> int:
    """How many rows the footers of the files say they have."""
    listed = ", ".join(map(quoted_text, files.paths))
    ((rows,),) = run(f"select sum(num_rows)::bigint from parquet_file_metadata([{listed}])")  # noqa: S608 - quoted
    return int(rows)


def without_bounds(types: Mapping[str, str]) -> dict[str, str]:
    """The SQL of each column of the types that holds floating-point numbers, as itself but without its bounds.

    The bounds in the footers leave NaN out, and DuckDB, which orders it above all numbers, takes them for all there is:
    a comparison that only NaN meets would be met by no row (duckdb/duckdb issue 25521). What TRY gives has no bounds.
    """
    return {name: f"try({quoted_name(name)})" for name, type_ in types.items() if _FLOATING.search(type_)}


def _columns(files: Files, run: Run) -> Mapping[str, Columns]:
    """File -> its columns. Files whose footers say the same are described once."""
    listed = ", ".join(map(quoted_text, files.paths))
    footer = "name, type, type_length, repetition_type, num_children, converted_type, scale, precision, logical_type"
    rows = run(f"select file_name, {footer} from parquet_schema([{listed}])")  # noqa: S608 - quoted
    described: dict[tuple[tuple[str, ...], ...], Columns] = {}
    found: dict[str, Columns] = {}
    for path, group in groupby(rows, key=lambda row: row[0]):
        footer_of = tuple(tuple(map(str, row[1:])) for row in group)
        if footer_of not in described:
            options = f"{quoted_text(path)}, hive_partitioning = false"
            described[footer_of] = tuple(
                (name, type_)
                for name, type_, *_ in run(f"describe select * from read_parquet({options})")  # noqa: S608
            )
        found[path] = described[footer_of]
    return found


def _differences(files: Files, columns: Mapping[str, Columns]) -> Mapping[str, str]:
    """Column -> in which files it is not as in most of them, or in the first where there are as many."""
    every = dict.fromkeys(name for each in columns.values() for name, _ in each)
    said = {
        name: _difference(files, {path: dict(each).get(name, "") for path, each in columns.items()}) for name in every
    }
    return {name: text for name, text in said.items() if text}


def _difference(files: Files, types: Mapping[str, str]) -> str:
    usual, _ = Counter(types.values()).most_common(1)[0]
    others: dict[str, list[str]] = {}
    for path, type_ in types.items():
        if type_ != usual:
            others.setdefault(type_, []).append(path)
    if not others:
        return ""
    parts = [_part(type_, files, paths) for type_, paths in others.items()]
    rest = len(types) - sum(map(len, others.values()))
    return f"it is {', '.join(parts)}, and {usual or 'absent'} in the other {rest:,}"


def _part(type_: str, files: Files, paths: Sequence[str]) -> str:
    return f"{type_} in {files.listed(paths)}" if type_ else f"absent from {files.listed(paths)}"
