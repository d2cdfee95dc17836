"""The tables of a report and what flows between them, numbered for the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.model.dataset import Dataset
from harness.model.result import Report, Result
from harness.reporters.plain import plain


@dataclass(frozen=True, slots=True)
class Graph:
    """`tables` as the page shows them, and `edges` between their numbers."""

    tables: list[dict[str, Any]]
    edges: list[tuple[int, int]]
    numbers: Mapping[tuple[str, str], int]
    """Contract and table -> number; with the table "" the contract's first."""

    def node(self, result: Result) -> int:
        """The number of the table that a result is about, or -1."""
        return self.numbers.get((result.contract, result.table), -1)


def graph_of(report: Report) -> Graph:
    """All tables under contract, also those that the run did not look at."""
    numbers: dict[tuple[str, str], int] = {}
    for number, each in enumerate(report.datasets):
        numbers.setdefault((each.contract, each.table), number)
        numbers.setdefault((each.contract, ""), number)
    pairs = {
        (numbers[source], number)
        for number, each in enumerate(report.datasets)
        for source in each.sources
        if source in numbers
    }
    return Graph(
        tables=[_table(each) for each in report.datasets],
        edges=sorted((source, target) for source, target in pairs if source != target),
        numbers=numbers,
    )


def _table(dataset: Dataset) -> dict[str, Any]:
    return {
        "layer": plain(dataset.layer, 60),
        "name": plain(dataset.table, 200),
        "contract": plain(dataset.contract, 200),
        "version": plain(dataset.version, 60),
        "owner": plain(dataset.owner, 200),
        "channels": [plain(channel, 200) for channel in dataset.channels],
        "place": plain(f"{dataset.at.file}:{dataset.at.line}", 400),
    }
