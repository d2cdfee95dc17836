"""The rule `server-moved`."""

from collections.abc import Iterator
from typing import Any

from harness.changes.part import Part
from harness.model.change import Effect
from harness.model.result import Severity
from harness.rules.breaking.customs import Custom, customs
from harness.rules.breaking.judge import judged, same, shown
from harness.rules.rule import Context, Finding, rule

_NO_PLACE = ("id", "server", "description", "customProperties", "roles")
"""Keys that do not say where or how the data is read."""
_BY_CUSTOM = {
    **dict.fromkeys(
        ("account", "catalog", "database", "dataset", "endpointUrl", "format", "host", "location", "path", "port",
         "project", "schema", "warehouse")
    ),
    "delimiter": ",",
    "encoding": "utf-8",
}  # fmt: skip
"""What a server of a type without such keys may say by customProperties, and what counts where it does not."""
KEEP_BOTH = "keep the data at both places until everybody has moved"
_SYNONYMS = {"postgresql": "postgres"}


@rule("server-moved", severity=Severity.ERROR, scope="change", needs=("previous",))
def server_moved(context: Context) -> Iterator[Finding]:
    """The data is somewhere else: another host, database, schema or path; or it is in another format.

    *Why*: whoever connects to the old place finds nothing, or data that is not kept up any more.

    *Bad*

    ```yaml
    before: {servers: [{server: prod, type: duckdb, database: shop.duckdb, schema: sales}]}
    after: {servers: [{server: prod, type: duckdb, database: shop.duckdb, schema: marts}]}
    ```

    *Good*

    ```yaml
    before: {servers: [{server: prod, type: postgres, host: db, port: 5432, database: shop, schema: sales}]}
    after: {servers: [{server: prod, type: postgresql, host: DB, port: "5432", database: shop, schema: sales}]}
    ```
    """
    for custom in customs(context.parts, "server"):
        if custom.name in _BY_CUSTOM:
            yield _by_custom(custom)
    for part in context.parts:
        if part.shape != "server" or part.added or part.removed:
            continue
        moved = moved_keys(part)
        if said := [key for key in part.changed if key not in _NO_PLACE and key not in moved]:
            yield same(part, *said)
        if moved:
            told = "; ".join(f"{key} is {_said(part, key, 1)} now, and was {_said(part, key, 0)}" for key in moved)
            yield judged(
                part,
                Effect.BOTH,
                f"the server {part.written.get('server', '')} moved: {told}",
                *moved,
                *(["server"] if "server" in part.changed else ()),
                instead=KEEP_BOTH,
            )


def _by_custom(custom: Custom) -> Finding:
    """A setting that the standard has no key for."""
    before, after = (_BY_CUSTOM[custom.name] if each is None else each for each in (custom.before, custom.after))
    holder = custom.part.holder
    name = holder.written.get("server", "") if holder else ""
    was, now = (shown(each) or "not written" for each in (before, after))
    message = f"the server {name} moved: {custom.name} is {now} now, and was {was}"
    effect = Effect.SAME if before == after else Effect.BOTH
    return judged(custom.part, effect, message, *custom.keys, values=(before, after), instead=KEEP_BOTH)


def moved_keys(part: Part) -> list[str]:
    """The keys of a server that say where or how its data is read, and say another thing than before."""
    return [
        key
        for key in part.changed
        if key not in _NO_PLACE and _meant(key, part.changed[key][0]) != _meant(key, part.changed[key][1])
    ]


def _meant(key: str, value: Any) -> Any:
    """Names of hosts and types have no case, and the number of a port may be text."""
    if value is None or key not in ("host", "port", "type"):
        return value
    text = str(value).strip().lower()
    return _SYNONYMS.get(text, text) if key == "type" else text


def _said(part: Part, key: str, side: int) -> str:
    return shown(part.changed[key][side]) or "not written"
