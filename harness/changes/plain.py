"""Values without what does not count: points of whole numbers, the order of keys; a blank may be a delimiter."""

from typing import Any


def plain(value: Any) -> Any:
    """A value without formatting: no point in whole numbers, no order in mappings."""
    match value:
        case bool() | None:
            return value
        case float() if value.is_integer():
            return int(value)
        case dict():
            return sorted((key, repr(plain(each))) for key, each in value.items() if each is not None)
        case list():
            return [plain(each) for each in value]
        case _:
            return value


def bag(value: Any) -> Any:
    """The same without the order of lists either: by which an entry is known again wherever it stands."""
    match value:
        case dict():
            return tuple(sorted((str(key), repr(bag(each))) for key, each in value.items() if each is not None))
        case list():
            return sorted(repr(bag(each)) for each in value)
        case _:
            return plain(value)
