"""What ODCS calls a type, against a real one: a logical type is a family of types."""

from harness.lattice.type import Type

LOGICAL_TYPES = (
    "string", "integer", "number", "boolean", "date", "timestamp", "time", "object", "array", "map", "vector",
)  # fmt: skip


def misfit(logical: str, type_: Type) -> str:
    """Why a type is not of the family that ODCS calls `logical`, or "". Raises ValueError for an unknown family."""
    if logical not in LOGICAL_TYPES:
        raise ValueError(f"{logical!r} is no logicalType that can be compared")
    return "" if logical in type_.logical else f"which is no {logical}"


def logical_type(type_: Type) -> str:
    """The logical type that says most of a real one; "" when ODCS has no word for it."""
    return type_.logical[0] if type_.logical else ""
