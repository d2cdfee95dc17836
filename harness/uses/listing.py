"""The command `plan`: every check with what decides it, before any data is touched."""

import json
import shlex
from collections.abc import Callable, Sequence
from typing import Any

from harness.metrics import METRICS
from harness.model.check import Check
from harness.model.threshold import Threshold
from harness.reporters.words import plural
from harness.runners.statement import statement_of


def describe(check: Check, dialect: str) -> dict[str, Any]:
    """One check as plain values; `sql` is the statement that measures it alone, `problem` why there is none.

    `command` is what compares its table with that of another server alone.
    """
    sql, problem = "", check.problem or check.arguments.get("error", "")
    if check.rule in METRICS and not check.skip and not problem:
        try:
            sql = statement_of(check, dialect).alone(dialect)
        except ValueError as error:
            problem = str(error)
    return {
        "id": check.id,
        "rule": check.rule,
        "dimension": check.dimension.value if check.dimension else None,
        "severity": check.severity.value,
        "contract": check.contract.id,
        "layer": check.contract.layer,
        "table": str(check.table),
        "columns": list(check.columns),
        "target": _text(check.target, check.unit),
        "alert": _text(check.alert, check.unit),
        "file": check.at.file,
        "line": check.at.line,
        "skip": check.skip,
        "problem": problem,
        "sql": sql,
        "command": command_of(check) if check.rule == "reconcileSource" and not problem else "",
    }


def command_of(check: Check) -> str:
    """`harness reconcile` for the check; "" where columns have other names in the source, which it cannot say."""
    stated = check.arguments
    names = {**stated["key"], **stated["compare"]}
    if any(own != other for own, other in names.items()):
        return ""
    words = ["harness", "reconcile", stated["source"], f"{check.server}:{check.table}"]
    words += [f"--key={','.join(stated['key'])}", f"--columns={','.join(names)}"]
    words += [f"--tolerance={name}={text}" for name, text in stated["tolerances"].items()]
    words += [f"--lag={stated['lag'][0]}={stated['lag'][1]}"] if stated["lag"] else []
    words += [f"--zone={stated['zone']}"] if stated["zone"] else []
    return shlex.join([*words, f"--as-of={stated['as_of'].isoformat()}"])


def _text(threshold: Threshold | None, unit: str) -> str | None:
    return threshold.text(unit) if threshold else None


def _as_text(rows: Sequence[dict[str, Any]]) -> str:
    lines: list[str] = []
    table = ""
    for row in rows:
        if row["table"] != table:
            table = row["table"]
            lines += ["", f"{table}  [{row['layer'] or 'no layer'}]  {row['contract']}"]
        wants = f"  {row['target']}" if row["target"] else ""
        lines.append(f"  {row['id']}  ({row['rule']}, {row['severity']}){wants}  {row['file']}:{row['line']}")
        said = {"skip": row["skip"], "error": row["problem"], "sql": row["sql"], "command": row["command"]}
        lines += [f"      {word}: {text}" for word, text in said.items() if text]
    skipped = sum(bool(row["skip"]) for row in rows)
    return "\n".join([*lines, "", f"{plural(len(rows), 'check')}, {skipped:,} of them skipped"]).lstrip("\n") + "\n"


def _as_json(rows: Sequence[dict[str, Any]]) -> str:
    return json.dumps({"checks": rows}, indent=2, ensure_ascii=False) + "\n"


def _as_markdown(rows: Sequence[dict[str, Any]]) -> str:
    lines = [
        "| check | decided by | severity | target | clause | SQL or reason |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in rows:
        what = row["skip"] or row["problem"] or (f"`{sql}`" if (sql := row["sql"] or row["command"]) else "the catalog")
        cells = (row["id"], row["rule"], row["severity"], row["target"] or "", f"{row['file']}:{row['line']}", what)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


LISTINGS: dict[str, Callable[[Sequence[dict[str, Any]]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "markdown": _as_markdown,
}
"""Format -> the function that writes the described checks in it."""
