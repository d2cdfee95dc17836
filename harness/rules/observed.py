"""What is inside the columns of a warehouse, read from the types that its catalog gives them."""

from collections.abc import Iterable
from dataclasses import replace

from harness.lattice import parse_type
from harness.model.contract import Property
from harness.model.fields import Each, Path, Step, text_of


def value_at(columns: Iterable[Property], path: Path, dialect: str) -> Property | None:
    """The column or field at the end of a path, with its type; None when it is absent."""
    name, *below = path
    found = next((item for item in columns if item.name == name), None)
    for step in below:
        inside = _inside(found.physical_type, dialect).get(step) if found else None
        found = replace(found, name=str(step), physical_type=inside, required=False) if found and inside else None
    return found


def absence_of(table: str, columns: Iterable[Property], path: Path, dialect: str) -> str:
    """What keeps a path from being walked, as in `the field zip is absent from address`, or ""."""
    known = list(columns)
    for length in range(1, len(path) + 1):
        if value_at(known, path[:length], dialect) is None:
            return _absence(table, known, path[:length], dialect)
    return ""


def names_inside(columns: Iterable[Property], path: Path, dialect: str) -> tuple[str, ...]:
    """The names of the fields that an object has."""
    found = value_at(columns, path, dialect)
    return tuple(step for step in _inside(found.physical_type, dialect) if isinstance(step, str)) if found else ()


def _absence(table: str, columns: list[Property], path: Path, dialect: str) -> str:
    *above, last = path
    if not above:
        return f"the column {last} is absent from {table}"
    holder = text_of(tuple(above))
    if isinstance(last, Each):
        found = value_at(columns, tuple(above), dialect)
        return f"{holder} is {found.physical_type if found else 'absent'}, which has no elements"
    return f"the field {last} is absent from {holder}"


def _inside(type_: str, dialect: str) -> dict[Step, str]:
    """What a value of the type holds, with the type of each."""
    try:
        parsed = parse_type(type_, dialect)
    except ValueError:
        return {}
    steps: dict[str, dict[str, Step]] = {"list": {"": Each.ITEM}, "map": {"key": Each.KEY, "value": Each.VALUE}}
    if parsed.domain == "union":
        return {}
    return {steps.get(parsed.domain, {}).get(name, name): inner.name for name, inner in parsed.fields}
