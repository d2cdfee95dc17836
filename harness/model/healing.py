"""What may be done between two attempts of a verification: the entries of `heal` in `harness.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from harness.model.location import Location
from harness.model.result import Outcome, Result

Cause = Literal["transient", "undecided", "stale", "missing-partition", "failed"]
"""What a failure is: the server did not answer; it could not be told for another reason; the data is too old;
partitions are missing; or a check fails."""
PLACEHOLDERS: Mapping[str, tuple[Cause, ...]] = {
    "table": ("transient", "undecided", "stale", "missing-partition", "failed"),
    "from": ("stale", "missing-partition"),
    "to": ("stale", "missing-partition"),
    "partition": ("missing-partition",),
}
"""What a remedy may have in place of `{table}` and the like -> the causes of which it is known."""
PARTITIONS = ("frequency", "partition")
"""The metrics that count missing partitions."""
_AGES = ("freshness",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What is done about a kind of failure: exactly one of `wait`, `command` and `dbt`."""

    at: Location
    when: Cause
    rules: tuple[str, ...] = ("*",)
    """Patterns, as are those that follow; the failure must match one of each."""
    tables: tuple[str, ...] = ("*",)
    layers: tuple[str, ...] = ("*",)
    contracts: tuple[str, ...] = ("*",)
    wait: float = 0.0
    """Seconds before the next attempt; twice as many before the one after it."""
    command: tuple[str, ...] = ()
    """A program and its arguments, which may hold placeholders."""
    dbt: str = ""
    """What `dbt run` selects; it may hold placeholders."""
    timeout: float = 600.0
    """Seconds after which it is ended."""

    def is_for(self, result: Result) -> bool:
        """Whether it is declared for this failure."""
        # what could not be told for want of an answer is `undecided` too, where nothing more exact is declared
        kinds = {cause_of(result), "failed" if result.outcome is Outcome.FAIL else "undecided"}
        return self.when in kinds and all(
            any(fnmatchcase(name, pattern) for pattern in patterns)
            for name, patterns in (
                (result.rule, self.rules),
                (result.table, self.tables),
                (result.layer, self.layers),
                (result.contract, self.contracts),
            )
        )


def cause_of(result: Result) -> Cause:
    """The most exact word for a result that keeps the gate shut."""
    if result.outcome is Outcome.ERROR:
        return "transient" if result.unanswered else "undecided"
    if result.rule in _AGES:
        return "stale"
    return "missing-partition" if result.rule in PARTITIONS else "failed"
