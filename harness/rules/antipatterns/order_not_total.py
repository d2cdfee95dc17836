"""order-not-total."""

from collections.abc import Iterator

from sqlglot import exp

from harness.model.result import Severity
from harness.rules.antipatterns.code import codes, named
from harness.rules.antipatterns.keys import keys_of
from harness.rules.antipatterns.windows import order_of, partition_of
from harness.rules.rule import Context, Finding, rule


@rule("order-not-total", severity=Severity.ERROR, scope="project", needs=("sql",))
def order_not_total(context: Context) -> Iterator[Finding]:
    """Rows are numbered by an order in which two of them may be equal, and then either may be the first.

    *Why*

    `row_number() OVER (PARTITION BY user_id ORDER BY login_on)` keeps one of two logins of a day: which, changes from
    run to run. The columns of PARTITION BY and ORDER BY must together hold a key of the table that is read; those
    after the key cost nothing.

    The keys of a table are those of its contract (`primaryKey`, `unique`, `duplicateValues` with no row allowed) and
    of dbt's tests (`unique`, `unique_combination_of_columns`) and constraints. Not seen: a table of which no key is
    known, a query that joins, and one that numbers what a CTE or a view makes.

    *Bad*

    ```sql
    -- load/example.sql
    CREATE TABLE raw.logins (login_id INTEGER PRIMARY KEY, user_id INTEGER, login_on DATE);
    CREATE OR REPLACE TABLE staging.stg_app__logins AS
    SELECT user_id, login_id FROM raw.logins
    QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY login_on DESC) = 1;
    ```

    *Good*

    ```sql
    -- load/example.sql
    CREATE TABLE raw.logins (login_id INTEGER PRIMARY KEY, user_id INTEGER, login_on DATE);
    CREATE OR REPLACE TABLE staging.stg_app__logins AS
    SELECT user_id, login_id FROM raw.logins
    QUALIFY row_number() OVER (PARTITION BY user_id ORDER BY login_on DESC, login_id) = 1;
    ```
    """
    for code in codes(context):
        seen: set[str] = set()
        for statement in code.all:
            for table, columns in _numbered(statement):
                keys = keys_of(table, context)
                key = f"{named(table)} {' '.join(sorted(columns))}"
                if keys and key not in seen and not any(each <= columns for each in keys):
                    seen.add(key)
                    shown = " or ".join(f"({', '.join(sorted(each))})" for each in sorted(keys, key=sorted))
                    message = (
                        f"rows of `{named(table)}` may be equal in the order by which they are numbered; "
                        f"its key is {shown}: add it to the ORDER BY"
                    )
                    yield code.finding(message, code.line_of("row_number"), key, of=statement)


def _numbered(statement: exp.Expr) -> Iterator[tuple[exp.Table, frozenset[str]]]:
    """Each table whose rows are numbered as they are read, with the columns that tell them apart."""
    for window in statement.find_all(exp.Window):
        query = window.find_ancestor(exp.Select)
        if isinstance(window.this, exp.RowNumber) and query and (table := _only_table(query)) and order_of(window):
            named_by = (*partition_of(window), *order_of(window))
            yield table, frozenset(each.name.lower() for each in named_by if isinstance(each, exp.Column))


def _only_table(query: exp.Select) -> exp.Table | None:
    """The table that a query reads, if it is one and no more."""
    first = query.args.get("from_")
    table = first.this if first else None
    if not isinstance(table, exp.Table) or query.args.get("joins") or query.args.get("laterals"):
        return None
    if query.args.get("group") or query.args.get("distinct"):
        return None
    names = {cte.alias.lower() for cte in query.root().find_all(exp.CTE)}
    return None if not table.db and table.name.lower() in names else table
