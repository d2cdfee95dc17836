"""The type lattice: two types of a dialect compared by the values they can hold, never by their spelling.

One type is *wider* than another when it holds every value that the other holds, exactly, and more besides; that is a
partial order, so every pair of types is the same, widened, narrowed, or neither. Nested types are compared field by
field. A dialect is one table (`duckdb.py`, `postgres.py`; those without an engine here share `engines.py`); what types
mean to ODCS is in `logical.py`, and how contracts declare them in `declared.py`.
"""

from harness.lattice.compare import Comparison, Difference, Kind, compare, compare_types
from harness.lattice.declared import compare_declared, parse_declared
from harness.lattice.parse import parse_type
from harness.lattice.type import Type

__all__ = [
    "Comparison",
    "Difference",
    "Kind",
    "Type",
    "compare",
    "compare_declared",
    "compare_types",
    "parse_declared",
    "parse_type",
]
