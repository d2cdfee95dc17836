"""The clauses `minimum`, `maximum`, `exclusiveMinimum` and `exclusiveMaximum`."""

import re
from datetime import UTC, date, datetime, time

from sqlglot import exp

from harness.metrics.expressions import all_present, any_value, literal
from harness.metrics.format import as_date
from harness.metrics.jdk_pattern import JdkPattern, jdk_pattern
from harness.metrics.metric import row_metric
from harness.model.check import Check
from harness.model.result import Dimension

_CASTS = {"date": "date", "timestamp": "timestamp", "time": "time"}
_DAY = r"\d{4}-\d{2}-\d{2}"
_CLOCK = r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)? ?(?:[Zz]|[+-]\d{2}(?::?\d{2})?)?"
_ZONED = re.compile(r"[Zz]|[+-]\d")
_MOMENT = re.compile(rf"{_DAY}(?:[Tt ]{_CLOCK})?", re.ASCII)
_ISO = {"date": _MOMENT, "timestamp": _MOMENT, "time": re.compile(_CLOCK, re.ASCII)}
_EXAMPLES = {"date": "2024-01-31", "timestamp": "2024-01-31T08:00:00Z", "time": "08:00:00"}


@row_metric("minimum", Dimension.VALIDITY)
def minimum(check: Check) -> exp.Expr:
    """Rows whose value is below the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.minimum` of a number, integer, date, timestamp or time.
    """
    return _outside(check, exp.GTE)


@row_metric("maximum", Dimension.VALIDITY)
def maximum(check: Check) -> exp.Expr:
    """Rows whose value is above the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.maximum` of a number, integer, date, timestamp or time.
    """
    return _outside(check, exp.LTE)


@row_metric("exclusiveMinimum", Dimension.VALIDITY)
def exclusive_minimum(check: Check) -> exp.Expr:
    """Rows whose value is at or below the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.exclusiveMinimum`; in 3.0 the flag `exclusiveMinimum: true` beside `minimum`.
    """
    return _outside(check, exp.GT)


@row_metric("exclusiveMaximum", Dimension.VALIDITY)
def exclusive_maximum(check: Check) -> exp.Expr:
    """Rows whose value is at or above the bound, or NaN; NULL is no violation.

    ODCS: `logicalTypeOptions.exclusiveMaximum`; in 3.0 the flag `exclusiveMaximum: true` beside `maximum`.
    """
    return _outside(check, exp.LT)


def _outside(check: Check, inside: type[exp.Binary]) -> exp.Expr:
    return any_value(check, lambda value: _beyond(check, value, inside))


def _beyond(check: Check, value: exp.Expr, inside: type[exp.Binary]) -> exp.Expr:
    cast = _CASTS.get(check.arguments.get("logicalType", ""))
    if cast:
        return _out_of_time(check, value, inside, cast)
    outside: exp.Expr = inside(this=value, expression=literal(check.arguments["bound"])).not_()
    # engines order NaN above every number, so it would meet any lower bound; a DOUBLE may be declared to be an integer
    nan = exp.EQ(this=exp.cast(value.copy(), "double"), expression=exp.cast(literal("NaN"), "double"))
    return exp.or_(outside, nan)


def _out_of_time(check: Check, value: exp.Expr, inside: type[exp.Binary], cast: str) -> exp.Expr:
    """A zoned timestamp is compared in UTC, the time zone of every session."""
    stated, pattern = str(literal(check.arguments["bound"]).this), _pattern(check.arguments.get("format", ""))
    bound = exp.cast(literal(_iso(pattern.as_iso(stated) if pattern else stated, cast)), cast)
    if pattern and pattern.iso and cast == "date" and check.arguments.get("written"):
        # a text that is no date at all is the business of `format`
        value = as_date(value, pattern)
        return exp.and_(all_present([value]), inside(this=value.copy(), expression=bound).not_())
    return inside(this=_of_the_day(value) if cast == "time" else exp.cast(value, cast), expression=bound).not_()


def _of_the_day(value: exp.Expr) -> exp.Expr:
    """A time of day in UTC; one without a zone is so already. A cast alone would take the zone away."""
    return exp.cast(exp.AtTimeZone(this=exp.cast(value, "timetz"), zone=literal("UTC")), "time")


def _pattern(written: str) -> JdkPattern | None:
    """The pattern of a `format`; what is wrong with one is for the clause `format` to say."""
    try:
        return jdk_pattern(written) if written else None
    except ValueError:
        return None


def _iso(stated: str, cast: str) -> str:
    """The bound, if nobody can read it otherwise: an engine takes `2/3/24` for a day of the year 2."""
    if not _ISO[cast].fullmatch(stated.strip()):
        raise ValueError(f"the bound {stated!r} is no {cast}; write it in ISO 8601, as in {_EXAMPLES[cast]}")
    if cast == "time" and _ZONED.search(stated):
        zoned = time.fromisoformat(stated.upper().replace(" ", ""))
        # of any day: an offset has none
        return datetime.combine(date(2000, 1, 2), zoned).astimezone(UTC).time().isoformat()
    return stated
