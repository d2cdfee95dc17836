"""The rule `server-removed`."""

from collections.abc import Iterator

from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.judge import judged
from harness.rules.rule import Context, Finding, rule


@rule("server-removed", severity=Severity.ERROR, scope="change", needs=("previous",))
def server_removed(context: Context) -> Iterator[Finding]:
    """The data is not on a server any more.

    *Why*: whoever connects to it finds nothing.

    *Bad*

    ```yaml
    before:
      servers:
      - {server: prod, type: postgres, host: db.example.com, database: shop, schema: public}
      - {server: lake, type: s3, location: "s3://shop/orders/*.parquet", format: parquet}
    after: {servers: [{server: prod, type: postgres, host: db.example.com, database: shop, schema: public}]}
    ```

    *Good*

    ```yaml
    before:
      servers:
      - {server: prod, type: postgres, host: db.example.com, database: shop, schema: public}
      - {server: lake, type: s3, location: "s3://shop/orders/*.parquet", format: parquet}
    after:
      servers:
      - {server: lake, type: s3, location: "s3://shop/orders/*.parquet", format: parquet}
      - {server: prod, type: postgres, host: db.example.com, database: shop, schema: public}
    ```
    """
    for part in context.parts:
        if part.shape == "server" and part.removed:
            yield judged(
                part,
                Effect.LOOSENS,
                f"the server {part.written.get('server', '')} is gone".replace("  ", " "),
                instead="keep the data there too until nobody connects to it any more",
            )
