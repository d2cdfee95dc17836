"""The windows of a query: what they are partitioned and ordered by, named or not."""

from typing import Any

from sqlglot import exp


def order_of(window: exp.Window) -> tuple[exp.Expr, ...]:
    """What the rows of a window are ordered by; none for an order by constants."""
    order = _part(window, "order")
    keys = [each.this if isinstance(each, exp.Ordered) else each for each in order.expressions] if order else []
    return tuple(key for key in keys if any(key.find_all(exp.Column, exp.Star)))


def partition_of(window: exp.Window) -> tuple[exp.Expr, ...]:
    """What the rows of a window are partitioned by."""
    found = _part(window, "partition_by")
    return tuple(found or ())


def _part(window: exp.Window, name: str) -> Any:
    """A part of the window itself, or of the one that it is called by."""
    own = window.args.get(name)
    if own:
        return own
    called, query = window.args.get("alias"), window.find_ancestor(exp.Select)
    for each in (query.args.get("windows") or ()) if query else ():
        if called and each is not window and each.this.name.lower() == called.name.lower():
            return _part(each, name)
    return None
