"""What Soda is asked: a file and its server, and the document that the worker hands to Soda in its place. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.engines.duckdb import LIMITS, database_path
from harness.engines.postgres import settings_of
from harness.load.soda import SodaClause, soda_clauses, soda_dataset
from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.errors import EngineError
from harness.model.project import CheckFile

_NOT_MEASURED = ("name", "qualifier", "threshold", "attributes")


@dataclass(frozen=True, slots=True, kw_only=True)
class SodaJob:
    """One Soda file to run on one server; its `dataset` must be `table` there."""

    file: CheckFile
    server: Server
    root: Path
    """The project's folder, below which a relative database stands."""
    table: TableName
    as_of: datetime
    keys: frozenset[str] | None = None
    """The clauses that are wanted; None for all."""

    def clauses(self) -> tuple[SodaClause, ...]:
        """The clauses that are wanted and can be decided by somebody."""
        wanted = soda_clauses(self.file)
        return tuple(c for c in wanted if not c.skip and (self.keys is None or c.key in self.keys))


def prepared(job: SodaJob) -> dict[str, Any]:
    """The job as the worker reads it. Raises EngineError when Soda cannot reach the table, or would reach another."""
    if job.server.type not in _SOURCES:
        raise EngineError(f"Soda checks run on DuckDB and PostgreSQL, not on {job.server.type}", at=job.server.at)
    kind, connect = _SOURCES[job.server.type]
    connection = connect(job)
    clauses = [clause for clause in job.clauses() if not clause.error]
    named = str(job.file.data.get("dataset")) if clauses else ""
    wanted = soda_dataset(job.server, job.table)
    if clauses and named != wanted:
        raise EngineError(f"the file's dataset is `{named}`, but the table of its contract is `{wanted}`")
    return {
        "file": job.file.file,
        "keys": [clause.key for clause in clauses],
        "apart": _alike(clauses),
        "document": _document(job.file, clauses) if clauses else {},
        "source": {"type": kind, "name": job.server.name, "connection": connection},
        "as_of": job.as_of.astimezone(UTC).isoformat(),
    }


def _duckdb(job: SodaJob) -> dict[str, Any]:
    return {
        "database": str(database_path(job.server, job.root).resolve()),
        "read_only": True,
        "configuration": {**LIMITS, "enable_external_access": "false", "lock_configuration": "true"},
    }


def _postgres(job: SodaJob) -> dict[str, Any]:
    """All but the password, which does not go the way of the job."""
    return {key: value for key, value in settings_of(job.server).items() if key != "password"}


_SOURCES: dict[str, tuple[str, Callable[[SodaJob], dict[str, Any]]]] = {
    "duckdb": ("duckdb", _duckdb),
    "postgres": ("postgres", _postgres),
    "postgresql": ("postgres", _postgres),
}
"""Server type -> Soda's name for it, and how Soda connects."""


def _document(file: CheckFile, clauses: Iterable[SodaClause]) -> dict[str, Any]:
    """The file with these clauses only, each with its key as qualifier, by which Soda's answer is known again.

    One check that Soda cannot parse would keep it from running any.
    """
    by_path = {clause.path: clause for clause in clauses}

    def kept(holder: Mapping[str, Any], at: tuple[str | int, ...]) -> dict[str, Any]:
        checks = []
        for index, check in enumerate(_listed(holder, "checks")):
            for kind in check if isinstance(check, Mapping) else ():
                clause = by_path.get((*at, "checks", index, kind))
                checks += [{kind: {**clause.body, "qualifier": clause.key}}] if clause else []
        rest = {key: value for key, value in holder.items() if key != "checks"}
        return {**rest, "checks": checks} if checks else rest

    columns = enumerate(_listed(file.data, "columns"))
    named = [(index, column) for index, column in columns if isinstance(column, Mapping) and "name" in column]
    return {**kept(file.data, ()), "columns": [kept(column, ("columns", index)) for index, column in named]}


def _listed(holder: Mapping[str, Any], key: str) -> list[Any]:
    """The list at `key`; what is no list there has an error of its own."""
    found = holder.get(key)
    return found if isinstance(found, list) else []


def _alike(clauses: Sequence[SodaClause]) -> list[str]:
    """The clauses that must run apart: Soda hashes values without commas, and takes these for one metric."""
    measured = {c.key: {key: value for key, value in c.body.items() if key not in _NOT_MEASURED} for c in clauses}

    def runs_apart(one: SodaClause) -> bool:
        return any(
            (one.column, one.type) == (other.column, other.type)
            and measured[one.key] != measured[other.key]
            and _squeezed(measured[one.key]) == _squeezed(measured[other.key])
            for other in clauses
        )

    return [clause.key for clause in clauses if runs_apart(clause)]


def _squeezed(value: Any) -> str:
    if isinstance(value, Mapping):
        return "".join(f"{key}{_squeezed(each)}" for key, each in value.items())
    if isinstance(value, list):
        return "".join(_squeezed(each) for each in value)
    return "" if value is None else str(value)
