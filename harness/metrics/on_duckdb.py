"""What metrics say in neutral words, where DuckDB would ask the collation of a column, or cannot read a time.

SQL of a user is left as it is written.
"""

from sqlglot import exp
from sqlglot.expressions import DType

from harness.metrics.expressions import literal, text
from harness.metrics.guard import is_within_written


def lowered(expression: exp.Expr) -> exp.Expr:
    """The expression itself, with lists of texts compared character by character, as patterns are."""
    found = [each for each in expression.find_all(exp.In, exp.Cast) if not is_within_written(each)]
    for node in found:
        if isinstance(node, exp.In):
            _exactly(node)
        elif isinstance(node, exp.Cast) and node.to.this is DType.TIMETZ:
            node.set("this", _without_a_letter(node.this))
    return expression


def _without_a_letter(value: exp.Expr) -> exp.Expr:
    """A time of day, which is of UTC without a zone too."""
    return exp.RegexpReplace(this=text(value), expression=literal(" ?[Zz]$"), replacement=literal(""))


def _exactly(node: exp.In) -> None:
    """Of a value that may be no text, the list says how: beside a collation of the column's own, DuckDB refuses it."""
    values = node.expressions
    if not values or not all(isinstance(each, exp.Literal) and each.is_string for each in values):
        return
    if isinstance(node.this, exp.Cast) and node.this.is_type(DType.TEXT):
        node.set("this", _in_order_of_characters(node.this))
    else:
        node.set("expressions", [_in_order_of_characters(each) for each in values])


def _in_order_of_characters(value: exp.Expr) -> exp.Expr:
    return exp.Collate(this=value, expression=exp.to_identifier("C", quoted=True))
