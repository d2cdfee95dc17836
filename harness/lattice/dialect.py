"""A dialect of SQL, as far as its types go."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot.expressions import DType

from harness.lattice.scalars import Make


@dataclass(frozen=True, slots=True)
class Dialect:
    """The table of a dialect."""

    types: Mapping[DType, Make]
    """By sqlglot's name."""
    names: Mapping[str, Make] = field(default_factory=dict)
    """Those that sqlglot does not know, or takes for others: by their own names, in lower case."""
    sized_arrays: bool = True
    """Whether `INTEGER[3]` is another type than `INTEGER[]`, and `INTEGER[][]` another again."""
