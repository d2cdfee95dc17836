"""customProperties that a document writes, as rules read them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.model.contract import Node
from harness.rules.rule import Finding


def wrong_customs(node: Node, parsers: Mapping[str, Callable[[Any], object]]) -> Iterator[Finding]:
    """A finding for each of these customProperties of the node whose parser raises ValueError for its value."""
    for name, parse in parsers.items():
        if name not in node.custom:
            continue
        try:
            parse(node.custom[name])
        except (ValueError, OverflowError) as error:
            at = node.where_custom(name)
            yield Finding(message=f"`{name}`: {error}", at=at, key=f"{name} {at.line} {at.column}")
