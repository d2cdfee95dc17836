"""late-data-ignored."""

import re
from collections.abc import Iterator, Mapping

from sqlglot import exp

from harness.model.contract import Contract, Schema
from harness.model.result import Severity
from harness.model.sla import period_of
from harness.rules.antipatterns.clocks import is_clock
from harness.rules.antipatterns.code import Code, codes, named, target_of
from harness.rules.antipatterns.own import Itself, called, lookback_in, marks
from harness.rules.rule import Context, Finding, rule

_OF_ARRIVAL = re.compile(
    r"(^|_)(load|loaded|receive|received|ingest|ingested|ingestion|insert|inserted|land|landed|arrival|sync|synced"
    r"|extract|extracted|emitted|export|exported|import|imported|upload|uploaded|store|stored|update|updated|modified"
    r"|change|changed|commit|committed|write|written|publish|published|dbt|etl|dlt|cdc|lsn|scn|offset|seq|sequence"
    r"|version|revision|rowversion|id)(_|$)",
    re.IGNORECASE,
)
"""What says when, or as the how manieth, a row came, and not of when it is."""
_PERIOD = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_BATCHES = {"hour": 3600.0, "day": 86400.0, "month": 2592000.0, "year": 31536000.0}


@rule("late-data-ignored", severity=Severity.ERROR, scope="project", needs=("sql",))
def late_data_ignored(context: Context) -> Iterator[Finding]:
    """A load goes on from the newest event that is there, so that what comes later of an earlier time is never loaded.

    *Why*

    Events arrive out of order. A load that takes only what is of a later time than the newest row misses for good
    what is of an earlier time and comes after it. It must look back by as much as data may be late, or go by when a
    row came (`received_at`, `updated_at`, a growing id) and not by when it is of. The same is true of a load that
    takes `current_date - 1` and nothing else. Where the contract says how late data may be (the customProperty `late`
    with its `allowance`), the load must look back as far; so must `lookback` of a microbatch.

    By when a row came is told by the column's name, by `late.column` of the contract and by `loaded_at_field` of
    dbt's sources. Not seen: a mark that a macro or a statement before reads from the table.

    *Bad*

    ```sql
    -- load/example.sql
    INSERT INTO raw.trips SELECT trip_id, started_at FROM landing.trips
    WHERE started_at > (SELECT max(started_at) FROM raw.trips);
    ```

    *Good*

    ```sql
    -- load/example.sql
    INSERT INTO raw.trips SELECT trip_id, started_at FROM landing.trips
    WHERE started_at > (SELECT max(started_at) - INTERVAL 3 DAY FROM raw.trips)
    ON CONFLICT (trip_id) DO NOTHING;
    ```
    """
    arrivals = {source.loaded_at.lower() for source in context.dbt.sources.values()} if context.dbt else set()
    for code in codes(context):
        yield from _of_batches(code)
        seen: set[str] = set()
        for statement, read, itself in _loads(code):
            allowed, arrival = _allowance(code.of(statement))
            for column, lookback, how in (*_by_mark(read, itself), *_by_clock(read)):
                arrived = column.lower() in arrivals | {arrival.lower()} or _OF_ARRIVAL.search(column)
                if column not in seen and not arrived and (fault := _fault(lookback, allowed)):
                    seen.add(column)
                    at = code.line_of(*(f"{column} {sign}" for sign in (">", "<", "=")), column)
                    yield code.finding(f"{how.format(column=column)} {fault}", at, f"late {column}", of=statement)


def _loads(code: Code) -> Iterator[tuple[exp.Expr, exp.Expr, Itself]]:
    """Each statement that adds to a table, what it reads for it, and which table that is."""
    if code.incremental:
        yield from ((statement, statement, code.itself) for statement in code.all)
    for statement in () if code.node else code.statements:
        target, read = target_of(statement), statement.args.get("expression") or statement.args.get("using")
        if isinstance(statement, exp.Insert | exp.Merge) and target and read is not None:
            yield statement, read, called(named(target))


def _by_mark(statement: exp.Expr, itself: Itself) -> Iterator[tuple[str, float | None, str]]:
    for mark in marks(statement, itself):
        yield mark.column, mark.lookback, "by `{column}` the load goes on from the newest row that is there, and"


def _by_clock(statement: exp.Expr) -> Iterator[tuple[str, float | None, str]]:
    for where in statement.find_all(exp.Where):
        for node in where.find_all(exp.EQ, exp.GT, exp.GTE):
            clock, column = node.expression, node.this.find(exp.Column)
            if column and not any(clock.find_all(exp.Select)) and any(is_clock(each) for each in clock.walk()):
                lookback = 0.0 if isinstance(node, exp.EQ) else lookback_in(clock)
                yield column.name, lookback, "by `{column}` the load takes what is of the time of the run, and"


def _of_batches(code: Code) -> Iterator[Finding]:
    config: Mapping[str, object] = code.node.config if code.node else {}
    if not code.incremental or str(config.get("incremental_strategy") or "").lower() != "microbatch":
        return
    allowed, _ = _allowance(code.of(None))
    count, size = config.get("lookback"), _BATCHES.get(str(config.get("batch_size") or "").lower(), 0.0)
    lookback = float(count if isinstance(count, int | float) else 1) * size
    if fault := _fault(lookback if size else None, allowed):
        yield code.finding(f"each run makes the newest batch anew, and {fault}", code.line_of("lookback"), "lookback")


def _fault(lookback: float | None, allowed: float) -> str:
    if lookback is None or (lookback and lookback >= allowed):
        return ""
    if lookback:
        return f"looks back {_days(lookback)}, while its contract lets data be {_days(allowed)} late"
    return "never looks back: what comes later of an earlier time is never loaded; look back as far as data may be late"


def _days(seconds: float) -> str:
    return f"{seconds / 86400:g} d" if seconds >= 86400 else f"{seconds / 3600:g} h"


def _allowance(found: tuple[Contract, Schema] | None) -> tuple[float, str]:
    """Seconds that data may be late by the contract, and the column that says when it came."""
    contract, schema = found or (None, None)
    stated = (schema.custom.get("late") if schema else None) or (contract.custom.get("late") if contract else None)
    if not isinstance(stated, Mapping):
        return 0.0, ""
    text = str(stated.get("allowance") or "").strip()
    parts = _PERIOD.fullmatch(text)
    try:
        period = period_of(parts[1], parts[2]) if parts else period_of(text, "")
        return float(period.seconds) + period.months * 2592000.0, str(stated.get("column") or "")
    except ValueError:
        # what is wrong with the clause is said where it is planned
        return 0.0, str(stated.get("column") or "")
