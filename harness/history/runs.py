"""Runs and their results in the database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Select, Table, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from harness.history.record import Record, Row
from harness.history.tables import CHECKS, RESULTS, RUNS, SLOTS
from harness.model.past import Look, Past, Run
from harness.model.result import Outcome, Severity, VerdictOutcome
from harness.model.trend import Known, Told

_CHUNK = 500
"""Names in one statement; SQLite takes no more than some thousand."""
_AT_ONCE = 10_000
"""Results in one statement."""
_MANY = 50
"""Checks from which on the last runs are read once for all, in place of the last results of each."""
_SHARED = ("rule", "contract", "layer", "owner", "dimension")
_OF_CHECK = {"check_id": "check", "table_name": "table", "column_name": "column"} | {name: name for name in _SHARED}
_OF_RESULT = (
    *("outcome", "severity", "waived", "version", "value", "failed_rows", "total_rows", "seconds", "actual", "message"),
)
_values = attrgetter(*_OF_RESULT)
_COLUMNS = (
    *(RUNS.c.run_id, RUNS.c.started, RUNS.c.as_of, RESULTS.c.outcome, RESULTS.c.severity, RESULTS.c.value),
    *(RESULTS.c.waived, RESULTS.c.seconds, RUNS.c.attempt, RESULTS.c.since),
)


def insert_ignoring(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves a row alone that is there already."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()


def rows_of(connection: Connection, statement: Select[Any]) -> list[tuple[Any, ...]]:
    """What it gives, as tuples."""
    return [tuple(row) for row in connection.execute(statement)]


def upsert(connection: Connection, table: Table, rows: Sequence[dict[str, Any]], key: Sequence[str]) -> None:
    """Inserts the rows, or makes those that have their `key` like them."""
    if not rows:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    others = {name: statement.excluded[name] for name in rows[0] if name not in key}
    connection.execute(statement.on_conflict_do_update(index_elements=list(key), set_=others), rows)


def add(connection: Connection, records: Iterable[Record]) -> int:
    """Adds those of the runs that are not there yet, with their results; how many those are.

    A project may have tens of thousands of checks, and what many runs say of each is written once.
    """
    new = [(number, record) for record in records if (number := _begun(connection, record.run)) is not None]
    said = {(record.run.project, row.id): row for _, record in new for row in record.rows}
    # in one order for all, so that two runs never wait for one another
    known = [{"project": project, "result_id": key, **_check(said[project, key])} for project, key in sorted(said)]
    upsert(connection, CHECKS, known, ("project", "result_id"))
    numbers = {
        project: _numbers(connection, project, [key for of, key in said if of == project])
        for project in {project for project, _ in said}
    }
    _add_results(connection, new, numbers)
    for run in (record.run for _, record in new if record.run.slot):
        slot = {"project": run.project, "slot": run.slot, "run_id": run.run_id, "attempts": run.attempt}
        upsert(connection, SLOTS, [slot], ("project", "slot"))
    return len(new)


def _add_results(
    connection: Connection, new: Sequence[tuple[int, Record]], numbers: Mapping[str, Mapping[str, int]]
) -> None:
    """In the order that the table is stored in, check by check; by the driver itself, which is three times as fast."""
    statement = RESULTS.insert().compile(connection)
    moment = RESULTS.c.since.type.bind_processor(connection.dialect) or datetime.astimezone
    results = sorted(
        ((numbers[record.run.project][row.id], run, row) for run, record in new for row in record.rows),
        key=itemgetter(0, 1),
    )
    for start in range(0, len(results), _AT_ONCE):
        rows: list[Any] = [
            (check, run, *_values(row), moment(datetime.fromisoformat(row.since)) if row.since else None)
            for check, run, row in results[start : start + _AT_ONCE]
        ]
        if not statement.positional:
            rows = [dict(zip(RESULTS.columns.keys(), row, strict=True)) for row in rows]
        connection.exec_driver_sql(str(statement), rows)


def _begun(connection: Connection, run: Run) -> int | None:
    """The number of a run that was not there yet."""
    values = {name: getattr(run, name) for name in Run.__dataclass_fields__} | {"outcome": run.outcome.value}
    added = insert_ignoring(connection, RUNS).values(values).returning(RUNS.c.number)
    number: int | None = connection.execute(added).scalar()
    return number


def _check(row: Row) -> dict[str, Any]:
    return {column: getattr(row, name) for column, name in _OF_CHECK.items()}


def _numbers(connection: Connection, project: str, ids: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = and_(CHECKS.c.project == project, CHECKS.c.result_id.in_(ids[start : start + _CHUNK]))
        found |= dict(rows_of(connection, select(CHECKS.c.result_id, CHECKS.c.number).where(wanted)))
    return found


def past(
    connection: Connection, project: str, ids: Iterable[str], last: int, before: datetime | None
) -> dict[str, tuple[Past, ...]]:
    """Id of a result -> its last results, oldest first."""
    names = {number: key for key, number in _numbers(connection, project, sorted(set(ids))).items()}
    numbers = sorted(names)
    found: dict[str, list[Past]] = {}
    if len(numbers) > _MANY:
        recent = _runs(project, before).with_only_columns(RUNS.c.number).limit(3 * last).subquery()
        rows = select(RESULTS.c.check, *_COLUMNS).join(RUNS).where(RUNS.c.number.in_(select(recent.c.number)))
        for check, *values in rows_of(connection, rows.order_by(RUNS.c.as_of, RUNS.c.started)):
            if check in names:
                found.setdefault(names[check], []).append(_past(values))
        return {key: tuple(each[-last:]) for key, each in found.items()}
    for number in numbers:
        values = rows_of(connection, _of_check(number, before).with_only_columns(*_COLUMNS).limit(last))
        if values:
            found[names[number]] = [_past(each) for each in reversed(values)]
    return {key: tuple(each) for key, each in found.items()}


def looks(connection: Connection, project: str, last: int | None, before: datetime | None) -> list[Look]:
    """The last runs by what they could have found, oldest first."""
    columns = (RUNS.c.number, RUNS.c.run_id, RUNS.c.started, RUNS.c.as_of, RUNS.c.attempt, RUNS.c.command)
    wanted = _runs(project, before).with_only_columns(*columns, RUNS.c.selection).limit(last)
    recent = wanted.subquery()
    failed = select(RESULTS.c.run, CHECKS.c.rule).join(CHECKS).where(RESULTS.c.run.in_(select(recent.c.number)))
    broken: dict[int, set[str]] = {}
    of_findings = failed.where(CHECKS.c.check_id == "", RESULTS.c.outcome == Outcome.ERROR.value)
    for number, rule in rows_of(connection, of_findings):
        broken.setdefault(number, set()).add(rule)
    found = rows_of(connection, wanted)
    return [
        Look(run_id, started, as_of, attempt, command, selection, frozenset(broken.get(number, ())))
        for number, run_id, started, as_of, attempt, command, selection in reversed(found)
    ]


def told(connection: Connection, project: str, result_id: str, since: datetime | None) -> list[Told]:
    """Every result of a check, oldest first."""
    number = _numbers(connection, project, [result_id]).get(result_id)
    if number is None:
        return []
    more = (RUNS.c.command, *(RESULTS.c[name] for name in Told._fields if name in RESULTS.c))
    statement = _of_check(number, None).with_only_columns(*_COLUMNS, *more)
    if since:
        statement = statement.where(RUNS.c.as_of >= since)
    rows = rows_of(connection, statement)
    size = len(_COLUMNS)
    return [Told(_past(row[:size]), *row[size:]) for row in reversed(rows)]


def _of_check(number: int, before: datetime | None) -> Select[Any]:
    """The results of a check, newest first."""
    found = select(RESULTS).join(RUNS).where(RESULTS.c.check == number)
    if before:
        found = found.where(RUNS.c.as_of <= before)
    return found.order_by(RUNS.c.as_of.desc(), RUNS.c.started.desc())


def _past(values: Sequence[Any]) -> Past:
    run_id, started, as_of, outcome, severity, *rest = values
    return Past(run_id, started, as_of, Outcome(outcome), Severity(severity), *rest)


def known(connection: Connection, project: str, pattern: str) -> list[Known]:
    """The checks whose id or readable id is `pattern`, in which `*` and `?` stand for anything; by readable id."""
    like = "".join(_LIKE.get(char, char) for char in pattern)
    columns = [CHECKS.c[_KNOWN.get(name, name)] for name in Known._fields]
    named = or_(CHECKS.c.result_id == pattern, *(CHECKS.c[name].ilike(like, escape="\\") for name in _NAMED))
    statement = select(*columns).where(_of_project(CHECKS, project), named)
    return [Known(*row) for row in rows_of(connection, statement.order_by(CHECKS.c.check_id, CHECKS.c.result_id))]


_LIKE = {"\\": r"\\", "%": r"\%", "_": r"\_", "*": "%", "?": "_"}
_KNOWN = {"check": "check_id", "table": "table_name", "column": "column_name"}
_NAMED = ("check_id", "table_name", "contract", "rule")


def _runs(project: str, before: datetime | None = None) -> Select[Any]:
    """The runs that looked at data, newest first."""
    found = select(RUNS).where(_of_project(RUNS, project), RUNS.c.command != "review")
    if before:
        found = found.where(RUNS.c.as_of <= before)
    return found.order_by(RUNS.c.as_of.desc(), RUNS.c.started.desc())


def _of_project(table: Table, project: str) -> Any:
    return table.c.project == project


def runs(
    connection: Connection, project: str, command: str | None, since: datetime | None, last: int | None
) -> list[Run]:
    """The runs, oldest first."""
    names = list(Run.__dataclass_fields__)
    statement = select(*(RUNS.c[name] for name in names)).where(_of_project(RUNS, project))
    if command:
        statement = statement.where(RUNS.c.command == command)
    if since:
        statement = statement.where(RUNS.c.as_of >= since)
    rows = rows_of(connection, statement.order_by(RUNS.c.as_of.desc(), RUNS.c.started.desc()).limit(last))
    return [_run(dict(zip(names, row, strict=True))) for row in rows][::-1]


def slot_done(connection: Connection, project: str, slot: datetime) -> Run | None:
    """The last run that was for the scheduled time."""
    names = list(Run.__dataclass_fields__)
    done = select(SLOTS.c.run_id).where(_of_project(SLOTS, project), SLOTS.c.slot == slot).scalar_subquery()
    rows = rows_of(connection, select(*(RUNS.c[name] for name in names)).where(RUNS.c.run_id == done))
    return _run(dict(zip(names, rows[0], strict=True))) if rows else None


def _run(values: dict[str, Any]) -> Run:
    return Run(**values | {"outcome": VerdictOutcome(values["outcome"])})


def answers(
    connection: Connection, project: str, ids: Iterable[str], since: datetime | None, before: datetime | None
) -> dict[str, dict[str, Past]]:
    """Id of each audit of a time of `as_of` in [since, before] -> id of a result -> what it said."""
    names = {number: key for key, number in _numbers(connection, project, sorted(set(ids))).items()}
    numbers, found = sorted(names), dict[str, dict[str, Past]]()
    for start in range(0, len(numbers), _CHUNK):
        wanted = select(RESULTS.c.check, *_COLUMNS).join(RUNS).where(RUNS.c.command == "audit")
        wanted = wanted.where(RESULTS.c.check.in_(numbers[start : start + _CHUNK]))
        wanted = wanted.where(RUNS.c.as_of >= since) if since else wanted
        wanted = wanted.where(RUNS.c.as_of <= before) if before else wanted
        for check, *values in rows_of(connection, wanted):
            past = _past(values)
            found.setdefault(past.run_id, {})[names[check]] = past
    return found


def identity(connection: Connection, project: str) -> str:
    """Of the last audit that told one."""
    wanted = select(RUNS.c.identity).where(_of_project(RUNS, project), RUNS.c.command == "audit", RUNS.c.identity != "")
    return str(connection.execute(wanted.order_by(RUNS.c.number.desc()).limit(1)).scalar() or "")


def adopt(connection: Connection, project: str, identity: str) -> int:
    """Makes every audit one of this identity; how many there are."""
    audits = (RUNS.c.project == project) & (RUNS.c.command == "audit")
    return connection.execute(RUNS.update().where(audits).values(identity=identity)).rowcount


def oldest(connection: Connection, project: str) -> datetime | None:
    """The earliest time that a run looked at."""
    found = select(func.min(RUNS.c.as_of)).where(_of_project(RUNS, project))
    return connection.execute(found).scalar()


def prune(connection: Connection, project: str, older_than: datetime) -> int:
    """Deletes the runs that started before then, and the checks of which nothing is left; how many runs."""
    gone = connection.execute(RUNS.delete().where(_of_project(RUNS, project), RUNS.c.started < older_than)).rowcount
    if gone:
        used = select(RESULTS.c.check).where(RESULTS.c.check == CHECKS.c.number).exists()
        connection.execute(CHECKS.delete().where(_of_project(CHECKS, project), ~used))
    return gone


def prune_slots(connection: Connection, project: str, older_than: datetime) -> None:
    """Forgets that the scheduled times before then were audited."""
    connection.execute(SLOTS.delete().where(_of_project(SLOTS, project), SLOTS.c.slot < older_than))


def count(connection: Connection, project: str) -> int:
    """How many runs are kept."""
    return connection.execute(select(func.count()).select_from(RUNS).where(_of_project(RUNS, project))).scalar() or 0
