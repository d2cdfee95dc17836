"""non-deterministic-function."""

import re
from collections.abc import Iterator

from sqlglot import exp

from harness.model.contract import Contract, Schema
from harness.model.location import Location
from harness.model.result import Severity
from harness.model.sla import canonical_sla
from harness.rules.antipatterns.clocks import is_chance, is_clock, told_by, words_of
from harness.rules.antipatterns.code import Code, codes
from harness.rules.rule import Context, Finding, rule

_BUILDS = (exp.Query, exp.Create, exp.Insert, exp.Merge, exp.Update, exp.Set)
"""A DELETE by the clock, of what has been kept long enough, is not among them."""
_JINJA = re.compile(r"\{\{[^}]*?\b(run_started_at|invocation_id|datetime\.(?:utc)?now|date\.today)\b[^}]*\}\}(.*)")
_AGES = ("latency", "freshness")


@rule("non-deterministic-function", severity=Severity.ERROR, scope="project", needs=("sql",))
def non_deterministic_function(context: Context) -> Iterator[Finding]:
    """What a load makes depends on when it runs, or on chance.

    *Why*

    A table that is built again from the same data must be the same: else no failure can be repeated, a day that is
    loaded anew gets other rows, and nobody can tell a change of the data from one of the clock. So the day comes from
    a parameter (`var('run_date')`), an identifier from a hash of the key, a sample has a seed. Found are clocks
    (`now()`, `current_date`, `run_started_at`, ...), chance (`random()`, `uuid()`, `nextval`), and samples without a
    seed.

    A clock that only says when the row was built (`now() AS loaded_at`) may stand, but not in the column that a
    contract measures the age of the table by: that age would always be small, whatever became of the data. A clock
    that decides which rows to DELETE may stand, and so may a row about the run itself. Not seen: what a macro or a
    function of the database calls inside.

    *Bad*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE marts.active_users AS
    SELECT user_id, uuid() AS user_key FROM staging.stg_app__logins WHERE login_on >= current_date - 30;
    ```

    *Good*

    ```sql
    -- load/example.sql
    CREATE OR REPLACE TABLE marts.active_users AS
    SELECT user_id, md5(user_id) AS user_key, now() AS loaded_at
    FROM staging.stg_app__logins WHERE login_on >= getvariable('run_date') - 30;
    ```
    """
    for code in codes(context):
        seen: set[str] = set()
        for finding in sorted((*_in_sql(code), *_in_jinja(code)), key=lambda finding: finding.at.line):
            if finding.key not in seen:
                seen.add(finding.key)
                yield finding


def _in_sql(code: Code) -> Iterator[Finding]:
    for statement in code.all:
        ages = _columns_of_age(code.of(statement))
        if not isinstance(statement, _BUILDS) or _holds_no_data(statement):
            continue
        for node in statement.walk():
            if is_chance(node):
                yield _finding(
                    code, statement, node, f"`{words_of(node)}` gives other values on each run; take a hash of the key"
                )
            elif isinstance(node, exp.TableSample) and not node.args.get("seed"):
                message = (
                    "a sample without a seed holds other rows on each run; give it one, or filter by a hash of the key"
                )
                yield code.finding(message, code.line_of("tablesample", "sample"), "sample", of=statement)
            elif is_clock(node):
                column = told_by(node)
                if not column:
                    message = f"`{words_of(node)}` is the time of the run; take the time from a parameter"
                    yield _finding(code, statement, node, message)
                elif column.lower() in ages:
                    message = f"the contract measures the age of the data by `{column}`, which is the time of the run"
                    yield code.finding(
                        f"{message}; take it from the source", code.line_of(column), f"age {column}", of=statement
                    )


def _holds_no_data(statement: exp.Expr) -> bool:
    """Whether it is of a table without rows, or a row about the run itself: `INSERT INTO log VALUES (now(), ...)`."""
    query = statement.args.get("expression")
    if isinstance(statement, exp.Create):
        return query is None
    return isinstance(statement, exp.Insert) and query is not None and not any(query.find_all(exp.Table))


def _finding(code: Code, statement: exp.Expr, node: exp.Expr, message: str) -> Finding:
    written = words_of(node)
    line = node.meta.get("line") if code.node is None else None
    at = Location(code.at.file, line) if line else code.line_of(written, *_SPELLINGS.get(written, ()))
    return code.finding(message, at, written, of=statement)


_SPELLINGS = {
    "rand": ("random",),
    "uuid": ("gen_random_uuid", "uuid_generate_v4", "newid", "generate_uuid", "uuid_string"),
    "current_date": ("today", "curdate"),
    "current_timestamp": ("getdate", "now", "sysdate"),
    "localtimestamp": ("current_localtimestamp",),
    "localtime": ("current_localtime",),
}
"""sqlglot's name of a function -> what it may be written as."""


def _in_jinja(code: Code) -> Iterator[Finding]:
    for number, line in enumerate(code.text.splitlines() if code.node else (), 1):
        for found in _JINJA.finditer(line):
            named = re.search(r"\bas\s+(\w+)", found[2], re.IGNORECASE)
            stamp = exp.alias_(exp.CurrentTimestamp(), named[1]) if named else exp.CurrentTimestamp()
            if not told_by(stamp.this if named else stamp):
                message = f"`{found[1]}` is of the run; take the time from a parameter"
                yield code.finding(message, Location(code.at.file, number), found[1])


def _columns_of_age(found: tuple[Contract, Schema] | None) -> frozenset[str]:
    """The columns by which the contract measures how old the table is."""
    if not found:
        return frozenset()
    contract, schema = found
    elements = (e for sla in contract.sla if canonical_sla(sla.property) in _AGES for e in sla.elements)
    split = (element.rpartition(".") for element in elements)
    mine = (name for table, _, name in split if not table or table.rpartition(".")[2] in (schema.name, schema.table))
    items = (schema.property(name) for name in mine)
    return frozenset(item.column.lower() for item in items if item)
