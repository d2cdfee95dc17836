"""What ODCS calls a type, against a real one: a logical type is a family of types."""

from collections.abc import Mapping
from typing import Any

from harness.rules.lattice.type import Type

LOGICAL_TYPES = (
    "string", "integer", "number", "boolean", "date", "timestamp", "time", "object", "array", "map", "vector",
)  # fmt: skip
_ELEMENTS: dict[str, str] = {"float32": "24", "float64": "53"}
"""elementType of a vector that a floating-point type is -> the bits of its fraction."""


def misfit(logical: str, options: Mapping[str, Any], type_: Type) -> str:
    """Why a type is not of the family that ODCS calls `logical`, or "". Raises ValueError for an unknown family."""
    if logical not in LOGICAL_TYPES:
        raise ValueError(f"{logical!r} is no logicalType that can be compared")
    if logical not in type_.logical:
        return f"which is no {logical}"
    if logical == "vector":
        return _vector(options, type_)
    return ""


def logical_type(type_: Type) -> str:
    """The logical type that says most of a real one; "" when ODCS has no word for it."""
    return type_.logical[0] if type_.logical else ""


def _vector(options: Mapping[str, Any], type_: Type) -> str:
    """ODCS: `dimensions` is the fixed length of the vector, `elementType` the type of each of its numbers."""
    (size,), (_, item) = type_.capacity, type_.fields[0]
    wanted = options.get("dimensions")
    if wanted is not None and size != wanted:
        return f"which has no fixed length of {wanted}"
    element = str(options.get("elementType", ""))
    if element in _ELEMENTS and f"{item.capacity[-1]:.0f}" != _ELEMENTS[element]:
        return f"whose items are {item.name}, not {element}"
    return ""
