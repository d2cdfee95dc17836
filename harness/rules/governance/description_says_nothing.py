"""description-says-nothing."""

import re
from collections.abc import Iterator

from harness.model.location import Location
from harness.model.result import Severity
from harness.rules.clauses import fields
from harness.rules.rule import Context, Finding, rule

_FILLERS = frozenset({
    "todo", "tbd", "tba", "fixme", "xxx", "na", "none", "null", "nil", "unknown", "placeholder", "lorem", "ipsum",
    "test", "description", "describe", "column", "table", "field",
})  # fmt: skip
_LEFT_OUT = frozenset(["a", "an", "the", "of", "this", "is", "column", "table", "field", "value", "contract"])


@rule("description-says-nothing", severity=Severity.WARNING)
def description_says_nothing(context: Context) -> Iterator[Finding]:
    """A description repeats the name, or holds a place until somebody writes one.

    *Why*

    `description-missing` asks for a description; "todo" and "the order date" of `order_date` are none. Looked at are
    the contract's purpose, tables, columns and nested fields. Whether a sentence is true, no rule can see.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        description: One row per order.
        properties:
          - {name: order_date, description: The order date.}
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: orders
    version: 1.0.0
    status: active
    schema:
      - name: fct_orders
        description: One row per order.
        properties:
          - {name: order_date, description: "Day on which the customer paid, in the shop's time zone."}
    ```
    """
    contract = context.contract
    if not contract:
        return
    purpose = contract.description.get("purpose", "")
    if _says_nothing(purpose, contract.name or contract.id):
        yield Finding(message=_message(purpose, "the contract"), at=contract.where("description"), key="purpose")
    for schema in contract.schemas:
        if _says_nothing(schema.description, schema.name):
            yield _finding(schema.description, f"the table `{schema.name}`", schema.where("description"), schema.name)
    for schema, path, item in fields(contract):
        if _says_nothing(item.description, item.name):
            what = f"the column `{path}` of `{schema.name}`"
            yield _finding(item.description, what, item.where("description"), schema.name, path)


def _finding(text: str, what: str, at: Location, table: str, column: str = "") -> Finding:
    return Finding(message=_message(text, what), at=at, table=table, column=column)


def _message(text: str, what: str) -> str:
    return f"the description {text.strip()!r} of {what} says nothing that its name does not; say what it holds"


def _says_nothing(text: str, name: str) -> bool:
    """Whether there is a text, without a word that the name lacks."""
    if not text.strip():
        return False
    words = _words(text) - _LEFT_OUT
    return words <= _words(name) or words <= _FILLERS


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", text.replace("/", "")).lower()))
