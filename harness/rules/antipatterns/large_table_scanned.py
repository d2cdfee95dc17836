"""large-table-scanned."""

from collections.abc import Iterator

from sqlglot import exp

from harness.model.result import Outcome, Severity
from harness.model.scan import Reading
from harness.rules.antipatterns.code import Code, codes, named, same_table
from harness.rules.antipatterns.divided import Divided, large_tables, planned
from harness.rules.rule import Context, Finding, rule


@rule("large-table-scanned", severity=Severity.WARNING, scope="project", needs=("sql", "facts", "readings"))
def large_table_scanned(context: Context) -> Iterator[Finding]:
    """A load reads all partitions of a large table, each time it runs.

    *Why*

    A table is partitioned so that a day of it costs a day. A model that filters by nothing, or by a function of the
    partition's column, reads years for it, and each run takes longer than the one before. The server itself is asked
    how it would read (EXPLAIN, on DuckDB and PostgreSQL), for every table, incremental model and snapshot of dbt and
    every query of a script, where a table that a contract or the server divides has the rows of
    `governance.large_table` (1,000,000). A table that must be made from all there is (a full history, a ranking) may
    be waived, or made incremental.

    A partition that is left out only while the query runs, by the newest day of another table, counts as left out.
    Views are looked at in what reads them. An incremental model that was compiled before its table was there is
    skipped; a plan that the server refuses is an error. The examples are of a table of 5,000,000 rows, divided by
    `day`.

    *Bad*

    ```sql
    -- load/example.sql
    INSERT INTO marts.fct_days SELECT day, count(*) FROM raw.events GROUP BY day;
    ```

    *Good*

    ```sql
    -- load/example.sql
    INSERT INTO marts.fct_day SELECT day, count(*) FROM raw.events WHERE day = DATE '2024-03-01' GROUP BY day;
    ```
    """
    large = large_tables(context)
    for code in codes(context) if large else ():
        for key, query, _ in planned(code):
            reading = (context.readings or {}).get(key)
            for table in large if reading else ():
                if reading and (finding := _of(reading, key, query, code, table)):
                    yield finding


def _of(reading: Reading, key: str, query: exp.Expr, code: Code, table: Divided) -> Finding | None:
    at, key = code.place_of(query, table.name.rpartition(".")[2]), f"{key} {table.name}"
    if reading.problem or code.later:
        first = "it was compiled before its table was there; run `dbt compile`"
        message = f"how it reads `{table.name}` is not known: {reading.problem or first}"
        outcome = Outcome.ERROR if reading.problem else Outcome.SKIP
        named_there = any(same_table(named(each), table.name) for each in query.find_all(exp.Table))
        return code.finding(message, at, key, outcome=outcome, stays=bool(reading.problem)) if named_there else None
    if any(same_table(str(scan.table), table.name) and scan.is_whole(table.columns) for scan in reading.scans):
        columns = " and ".join(sorted(table.columns))
        message = f"each run reads all of `{table.name}`, which is divided by {columns}; filter by it, as it stands"
        actual = f"about {table.rows:,} rows"
        return code.finding(message, at, key, expected="some partitions", actual=actual)
    return None
