"""The clause `required: true`."""

from sqlglot import exp

from harness.metrics.expressions import all_present, any_at, field
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.fields import Each
from harness.model.result import Dimension


@row_metric("required", Dimension.COMPLETENESS)
def required(check: Check) -> exp.Expr:
    """Rows in which a required column is NULL; none is allowed.

    ODCS: `properties[].required: true`.

    An empty text is a value, not NULL; declare `minLength: 1` or `missingValues` for it. A field inside an object is
    required where the object is there: an object that must be there is `required` itself.
    """
    *above, last = check.path(check.columns[0])
    if not above or isinstance(last, Each):
        return any_at((*above, last), lambda value: value.is_(exp.null()))
    return any_at(
        tuple(above), lambda holder: exp.and_(all_present([holder]), field(holder.copy(), last).is_(exp.null()))
    )
