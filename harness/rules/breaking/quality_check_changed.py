"""The rule `quality-check-changed`."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from harness.changes.plain import plain
from harness.load.yaml import read
from harness.model.change import Effect
from harness.model.errors import DocumentError
from harness.model.result import Severity
from harness.rules.breaking.judge import judged, same
from harness.rules.breaking.options import KEEP_RULE, instead
from harness.rules.breaking.quality import quality_changes
from harness.rules.breaking.same_sql import same_sql
from harness.rules.rule import Context, Finding, rule

_PLACEHOLDER = re.compile(r"\$?\{(\w+)\}")
_MEANINGS = {
    **dict.fromkeys(("object", "table", "model", "schema"), "object"),
    **dict.fromkeys(("property", "column", "field"), "property"),
}


@rule("quality-check-changed", severity=Severity.WARNING, scope="change", needs=("previous", "settled"))
def quality_check_changed(context: Context) -> Iterator[Finding]:
    """What a quality rule asks is written in another way: its query, its implementation, its prose, its schedule.

    *Why*: only a reader can tell whether it asks for more or for less. Layout, comments and keywords of SQL, and the
    order of keys in an implementation, do not count.

    *Bad*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{type: sql, mustBe: 0, query: SELECT count(*) FROM orders WHERE amount < 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{type: sql, mustBe: 0, query: SELECT count(*) FROM orders WHERE amount < -1}]
    ```

    *Good*

    ```yaml
    before:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{type: sql, mustBe: 0, query: SELECT count(*) FROM orders WHERE amount < 0}]
    after:
      schema:
      - name: orders
        properties:
        - name: amount
          quality: [{type: sql, mustBe: 0, query: select COUNT( * ) from orders where amount < 0}]
    ```
    """
    for change in quality_changes(context):
        texts: dict[str, Callable[[Any, Any], bool]] = {
            "query": lambda before, after: _same_query(before, after, context.dialect),
            "implementation": _same_yaml,
            "schedule": _never,
        }
        if change.after.type == "text":
            texts["description"] = _never
        for key, alike in texts.items():
            if key not in change.part.changed or (change.part.path, key) in context.settled:
                continue
            before, after = change.part.values(key)
            if alike(before, after):
                yield same(change.part, key)
            else:
                was, now = (bool(str(each or "").strip()) for each in (before, after))
                done = "is another one" if was and now else "is gone" if was else "is new"
                # without it nobody knows any more what the rule asks
                effect = Effect.LOOSENS if was and not now and key != "schedule" else Effect.UNDETERMINED
                message = f"the {key} of {change.name} {done}"
                yield judged(change.part, effect, message, key, instead=instead(effect, KEEP_RULE))


def _same_query(before: Any, after: Any, dialect: str) -> bool:
    """The same SQL, with a name for each placeholder (`${column}` as well as `{property}`)."""
    if not isinstance(before, str) or not isinstance(after, str):
        return False
    return same_sql(_PLACEHOLDER.sub(_name, before), _PLACEHOLDER.sub(_name, after), dialect)


def _name(found: re.Match[str]) -> str:
    return f"placeholder_{_MEANINGS.get(found[1], found[1])}"


def _same_yaml(before: Any, after: Any) -> bool:
    """An implementation may be YAML inside a text."""
    return repr(plain(_parsed(before))) == repr(plain(_parsed(after)))


def _parsed(written: Any) -> Any:
    try:
        return read(written, "") if isinstance(written, str) else written
    except DocumentError:
        return written


def _never(before: Any, after: Any) -> bool:  # noqa: ARG001
    return False
