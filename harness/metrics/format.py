"""The clause `format`, of texts, numbers, and dates and times that are stored as texts."""

from collections.abc import Callable

from sqlglot import exp

from harness.load.did_you_mean import did_you_mean
from harness.metrics.expressions import all_present, any_value, literal, text
from harness.metrics.jdk_pattern import JdkPattern, jdk_pattern
from harness.metrics.metric import row_metric
from harness.metrics.text_formats import LONGEST, TEXT_FORMATS, WITH_A_DAY
from harness.model.check import Check
from harness.model.formats import FLOATS, INTEGERS, SAYS_NOTHING
from harness.model.result import Dimension

_TIMES = ("date", "timestamp", "time")


@row_metric("format", Dimension.VALIDITY)
def format_(check: Check) -> exp.Expr:
    """Rows whose value is not written in, or does not fit into, the declared format; NULL is no violation.

    ODCS: `logicalTypeOptions.format`.

    Of a string: `email`, `uri`, `uuid`, `hostname`, `ipv4`, `ipv6`, `byte` (Base64), and JSON Schema's `date`, `time`,
    `date-time` and `duration`. Of an integer, `i8` to `u128`: the range of the Rust type. Of a number, `f32` and `f64`:
    finite values beyond its range. Of a date, timestamp or time whose `physicalType` is a text: the pattern of the
    JDK's DateTimeFormatter over the whole text, and that the calendar has the day; in a column that holds dates nothing
    is written in any format, and the check is a SKIP.
    """
    return any_value(check, violation_of(check.arguments["format"], check.arguments.get("logicalType", "")))


def violation_of(format: str, logical: str) -> Callable[[exp.Expr], exp.Expr]:
    """What is asked of a value that violates the format. Raises ValueError when nobody can tell."""
    known = format.strip()
    if known in INTEGERS and logical in ("integer", ""):
        low, high = INTEGERS[known]
        return lambda value: exp.Between(this=value, low=literal(low), high=literal(high)).not_()
    if known in FLOATS and logical in ("number", ""):
        return lambda value: _beyond(value, FLOATS[known])
    if known.lower() in TEXT_FORMATS and logical in ("string", ""):
        return lambda value: _no_text(value, known.lower())
    if logical in _TIMES or _is_pattern(known):
        return lambda value: _not_written(value, known)
    raise ValueError(f"{format!r} is no format that is known here")


def why_not(format: str, logical: str) -> tuple[str, str]:
    """Why a format cannot be measured, as a `skip` or a `problem`; both are "" for one that can."""
    word = format.strip().lower()
    if word in SAYS_NOTHING:
        return f"any text is a {word}", ""
    try:
        violation_of(format, logical)(exp.null())
    except ValueError as error:
        hint = did_you_mean(word, (*TEXT_FORMATS, *SAYS_NOTHING))
        if logical in _TIMES or not hint:
            return (str(error), "") if "known here" in str(error) else ("", str(error))
        return "", f"{format!r} is no format; {hint}"
    return "", ""


def _is_pattern(format: str) -> bool:
    """Whether a string's format is that of a date or time."""
    return any(part in format for part in ("yyyy", "HH:mm", "MMdd"))


def _beyond(value: exp.Expr, largest: float) -> exp.Expr:
    """Finite, and too large; engines order NaN above all numbers."""
    number = exp.cast(value, "double")
    ends = [exp.cast(literal(word), "double") for word in ("Infinity", "-Infinity", "NaN")]
    too_large = exp.GT(this=exp.Abs(this=number), expression=exp.cast(literal(repr(largest)), "double"))
    return exp.and_(too_large, exp.In(this=number.copy(), expressions=ends).not_())


def _no_text(value: exp.Expr, name: str) -> exp.Expr:
    written = text(value)
    wrong: list[exp.Expr] = [_unlike(written, TEXT_FORMATS[name])]
    if name in LONGEST:
        wrong.append(exp.GT(this=exp.Length(this=written.copy()), expression=literal(LONGEST[name])))
    if name in WITH_A_DAY:
        wrong.append(_no_day(exp.Substring(this=written.copy(), start=literal(1), length=literal(10))))
    return exp.and_(all_present([value]), exp.or_(*wrong))


def _not_written(value: exp.Expr, pattern: str) -> exp.Expr:
    written, parsed = text(value), jdk_pattern(pattern)
    wrong = [_unlike(written, parsed.regex)]
    if parsed.iso:
        wrong.append(as_date(written.copy(), parsed).is_(exp.null()))
    return exp.and_(all_present([value]), exp.or_(*wrong))


def _unlike(value: exp.Expr, regex: str) -> exp.Expr:
    return exp.RegexpLike(this=value, expression=literal(f"^(?:{regex})$")).not_()


def as_date(value: exp.Expr, pattern: JdkPattern) -> exp.Expr:
    """The date that a text written in the pattern stands for; NULL when the calendar has none."""
    replaced = exp.RegexpReplace(
        this=text(value), expression=literal(f"^(?:{pattern.regex})$"), replacement=literal(pattern.iso)
    )
    return exp.TryCast(this=replaced, to=exp.DataType.build("date"))


def _no_day(value: exp.Expr) -> exp.Expr:
    return exp.TryCast(this=value, to=exp.DataType.build("date")).is_(exp.null())
