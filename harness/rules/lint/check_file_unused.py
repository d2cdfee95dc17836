"""check-file-unused."""

from collections.abc import Iterator

from harness.load.did_you_mean import did_you_mean
from harness.model.location import Location
from harness.model.result import Outcome, Severity
from harness.rules.rule import Context, Finding, rule


@rule("check-file-unused", severity=Severity.ERROR, scope="project")
def check_file_unused(context: Context) -> Iterator[Finding]:
    """A file of `checks/` is not run: it cannot be read, or no contract declares its table.

    *Why*

    A check that never runs looks the same as one that passes. The file is called after the table it checks,
    `checks/<layer>/<table>.<what>.sql` or `checks/<layer>/<table>.soda.yml`; a table that was renamed leaves its checks
    behind. The examples are the file `checks/marts/fct_flights.distance.sql` next to a contract for `fct_flights`; the
    header of a SQL file may say `description`, `dimension`, `severity`, `target` and `alert`.

    *Bad*

    ```sql
    -- owner: flight-operations
    SELECT * FROM marts.fct_flights WHERE distance < 0
    ```

    *Good*

    ```sql
    -- description: no flight has a negative distance
    SELECT * FROM marts.fct_flights WHERE distance < 0
    ```
    """
    tables = {schema.name for contract in context.project.contracts for schema in contract.schemas}
    for file in context.project.checks:
        if file.error:
            hint = f"; {file.error.hint}" if file.error.hint else ""
            message = f"the checks of this file do not run: {file.error.message}{hint}"
            yield Finding(message=message, at=file.error.at, key=f"{file.file} error", outcome=Outcome.ERROR)
        elif not context.project.find(file.dataset):
            hint = did_you_mean(file.dataset, tables) or "rename the file after its table, or remove it"
            message = f"the checks of this file do not run: no contract declares the table `{file.dataset}`; {hint}"
            yield Finding(message=message, at=Location(file.file), key=file.file)
