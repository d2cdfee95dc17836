"""Changes of contracts for programs: one JSON document."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from harness.model.change import Bump, Judged
from harness.model.project import Violation
from harness.model.version import VersionNeed


def render(
    breaking: bool,
    bump: Bump,
    changes: Sequence[Judged],
    problems: Sequence[Violation],
    versions: Sequence[tuple[str, VersionNeed]],
) -> str:
    """The document; `problems` are what could not be read or breaks the JSON Schema of the standard.

    `versions` is what is asked of the version of each contract, by its file; of a single one it is `version` too.
    """
    needs = {file: asdict(need) for file, need in versions}
    document = {
        "breaking": breaking,
        "bump": bump,
        "version": next(iter(needs.values())) if len(needs) == 1 else None,
        "versions": needs,
        "changes": [_change(each) for each in changes],
        "problems": [{"file": each.at.file, "line": each.at.line, "message": each.message} for each in problems],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _change(each: Judged) -> dict[str, Any]:
    return {
        "rule": each.rule,
        "impact": each.impact,
        "path": each.change.path,
        "message": each.message,
        "before": each.change.before,
        "after": each.change.after,
        "effect": each.change.effect.value,
        "bump": each.bump,
        "instead": each.change.instead,
        "governance": each.change.governance,
        "contract": each.contract,
        "table": each.table,
        "column": each.column,
        "file": each.at.file,
        "line": each.at.line,
        "id": each.id,
    }
