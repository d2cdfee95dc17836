"""Which of a table's clauses are really held against data."""

from collections.abc import Iterator, Mapping

from harness.model.check import Check
from harness.model.contract import Schema
from harness.rules.rule import Context

_CHECKS = "checks"


def checks_of(context: Context, schema: Schema) -> tuple[Check, ...]:
    """The checks of a table of the context's contract, those that are skipped too."""
    if _CHECKS not in context.known:
        found: dict[str, list[Check]] = {}
        for check in context.checks_by_contract.get(context.contract.id if context.contract else "", ()):
            found.setdefault(check.schema.name, []).append(check)
        context.known[_CHECKS] = found
    of_tables: Mapping[str, list[Check]] = context.known[_CHECKS]
    return tuple(of_tables.get(schema.name, ()))


def run(checks: tuple[Check, ...], *rules: str) -> Iterator[Check]:
    """Those that one of these rules decides, and that are run."""
    return (check for check in checks if check.rule in rules and not check.skip)


def why_not(checks: tuple[Check, ...], rule: str) -> str:
    """Why a clause of this rule is not run, for a message."""
    skipped = next((check.skip for check in checks if check.rule == rule and check.skip), "")
    return f": {skipped}" if skipped else ""
