"""The rule `server-added`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("server-added", severity=Severity.INFO, scope="change", needs=("previous",))
def server_added(context: Context) -> Iterator[Finding]:
    """The data is on one more server.

    *Why*: nobody reads it there yet.

    *Bad*

    ```yaml
    before: {servers: [{server: prod, type: postgres, host: db.example.com, database: shop, schema: public}]}
    after:
      servers:
      - {server: prod, type: postgres, host: db.example.com, database: shop, schema: public}
      - {server: lake, type: s3, location: "s3://shop/orders/*.parquet", format: parquet}
    ```

    *Good*

    ```yaml
    before: {servers: [{server: prod, type: postgres, host: db.example.com, database: shop, schema: public}]}
    after: {servers: [{server: prod, type: postgres, host: db.example.com, database: shop, schema: public}]}
    ```
    """
    for part in context.parts:
        if part.shape == "server" and part.added:
            yield judged(part, Effect.ADDS, f"the server {part.written.get('server', '')} is new".replace("  ", " "))
