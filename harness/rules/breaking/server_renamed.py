"""The rule `server-renamed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.breaking.server_moved import moved_keys
from harness.rules.rule import Context, Finding, rule


@rule("server-renamed", severity=Severity.WARNING, scope="change", needs=("previous",))
def server_renamed(context: Context) -> Iterator[Finding]:
    """A server has another name; where it is has not changed.

    *Why*: the name is what commands and pipelines pick a server by.

    *Bad*

    ```yaml
    before: {servers: [{server: prod, type: duckdb, database: shop.duckdb}]}
    after: {servers: [{server: production, type: duckdb, database: shop.duckdb}]}
    ```

    *Good*

    ```yaml
    before: {servers: [{server: prod, type: duckdb, database: shop.duckdb}]}
    after: {servers: [{database: shop.duckdb, server: prod, type: duckdb}]}
    ```
    """
    for part in context.parts:
        if part.shape == "server" and "server" in part.changed and not moved_keys(part):
            before, after = part.values("server")
            yield judged(part, Effect.UNDETERMINED, f"the server {before} is called {after} now", "server")
