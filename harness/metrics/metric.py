"""The one mechanism behind measuring: a Metric turns a Check into one SQL expression that gives one number."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from harness.metrics.expressions import count_where
from harness.model.check import Check
from harness.model.result import Dimension

Measure = Callable[[Check], exp.Expr]
Counts = Literal["rows", "number", "seconds"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A metric as a value.

    `measure` gives an aggregate over the check's table, which shares a scan with others, or a whole query
    (`exp.Query`) with one number, which is a statement of its own. `counts` says what the number is: violating rows, a
    plain number, or seconds. The expression is written once and rendered in each engine's dialect.
    """

    id: str
    dimension: Dimension
    measure: Measure
    counts: Counts
    documented: Measure
    """Its docstring is the page."""
    witness: Measure | None = None
    """A query for one text that says where the first violation is; asked only when there is one."""
    breakdown: Measure | None = None
    """A query for one text that is said beside the number; asked only when there is a violation."""
    violating: Measure | None = None
    """Which rows violate: a condition on a row of the table, which is called `expressions.ROW`, or a query of them.

    The rows that a person must look at to mend it; of duplicates, all of one value and not the surplus alone.
    """

    @property
    def doc(self) -> str:
        """The page."""
        return inspect.getdoc(self.documented) or ""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.doc.splitlines()[0]


def metric(
    id: str,
    dimension: Dimension,
    counts: Counts,
    *,
    witness: Measure | None = None,
    breakdown: Measure | None = None,
    violating: Measure | None = None,
) -> Callable[[Measure], Metric]:
    """Builds a Metric of the function below it; registers nothing."""

    def build(measure: Measure) -> Metric:
        return Metric(
            id=id,
            dimension=dimension,
            measure=measure,
            counts=counts,
            documented=measure,
            witness=witness,
            breakdown=breakdown,
            violating=violating,
        )

    return build


def row_metric(id: str, dimension: Dimension) -> Callable[[Measure], Metric]:
    """Builds a Metric of a function that gives the condition of a violating row; where it is NULL there is none."""

    def build(condition: Measure) -> Metric:
        return Metric(
            id=id,
            dimension=dimension,
            measure=lambda check: count_where(condition(check)),
            counts="rows",
            documented=condition,
            violating=condition,
        )

    return build
