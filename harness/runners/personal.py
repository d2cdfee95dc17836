"""How many values of text columns look like personal data: counted inside the server, so that no value leaves it."""

import re
from collections.abc import Sequence

from sqlglot import exp

from harness.engines import Engine
from harness.metrics.expressions import column, literal, table
from harness.model.check import TableName
from harness.model.contract import Property
from harness.model.facts import Sighting
from harness.runners.statement import rows_of

_BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IBAN_COUNTRIES = (
    "AD|AE|AL|AT|AZ|BA|BE|BG|BH|BR|CH|CR|CY|CZ|DE|DK|DO|EE|ES|FI|FO|FR|GB|GE|GI|GL|GR|GT|HR|HU|IE|IL|IQ|IS|IT|JO|KW|KZ"
    "|LB|LC|LI|LT|LU|LV|MC|MD|ME|MK|MR|MT|MU|NL|NO|PK|PL|PS|PT|QA|RO|RS|SA|SC|SE|SI|SK|SM|ST|SV|TL|TN|TR|UA|VA|VG|XK"
)
PATTERNS: dict[str, str] = {
    "e-mail addresses": "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+([.][A-Za-z0-9-]+)*[.][A-Za-z]{2,}",
    "telephone numbers": "[+][1-9][0-9 ()./-]{6,18}[0-9]|[(]?[0-9]{3}[)]?[ .-][0-9]{3}[ .-][0-9]{4}",
    "IBANs": f"({_IBAN_COUNTRIES})[0-9]{{2}} ?([A-Z0-9]{{4}} ?){{2,7}}[A-Z0-9]{{1,4}}",
    "card numbers": (
        "(4[0-9]{3}|5[1-5][0-9]{2}|6(011|5[0-9]{2}))([ -]?[0-9]{4}){3}|3[47][0-9]{2}[ -]?[0-9]{6}[ -]?[0-9]{5}"
    ),
    "US social security numbers": "[0-9]{3}-[0-9]{2}-[0-9]{4}",
    "IP addresses": f"({_BYTE}[.]){{3}}{_BYTE}",
}
"""What values look like -> a regular expression of the whole value, which RE2, POSIX and Java read alike."""
_PERHAPS = "[^@ ]+@[^@ ]+|[A-Z]{2}[0-9]{2}[A-Z0-9 ]+|[+(]?[0-9][0-9 ()./-]+[0-9]"
"""What all of them are at least like: a server compiles it in no time, and few columns have anything like it."""
_TEXT = re.compile(r"(var|n|nvar|bp|long)?char|character( varying)?|text|string|citext|name", re.IGNORECASE)


def text_columns(columns: Sequence[Property]) -> list[str]:
    """Those whose values are texts."""
    return [item.name for item in columns if _TEXT.fullmatch(item.physical_type.partition("(")[0].strip())]


def sightings(
    engine: Engine, dialect: str, name: TableName, columns: Sequence[str], sample: int
) -> tuple[tuple[Sighting, ...], str]:
    """What was seen in the first `sample` rows of the table, or why nothing could be.

    One statement asks whether there is anything like it at all, and another one what, of the columns that have some.
    """
    if not columns:
        return (), ""
    found, error = _counted(engine, dialect, name, [(column, _PERHAPS) for column in columns], sample)
    hits = [column for column, (count, _) in zip(columns, found, strict=False) if count]
    if error or not hits:
        return (), error
    asked = [(column, kind) for column in hits for kind in PATTERNS]
    found, error = _counted(engine, dialect, name, [(column, PATTERNS[kind]) for column, kind in asked], sample)
    seen = zip(asked, found, strict=False)
    return tuple(Sighting(column, kind, count, values) for (column, kind), (count, values) in seen if count), error


def _counted(
    engine: Engine, dialect: str, name: TableName, asked: Sequence[tuple[str, str]], sample: int
) -> tuple[list[tuple[int, int]], str]:
    """For each column and pattern, how many values match, and of how many."""
    columns = dict.fromkeys(column for column, _ in asked)
    rows = exp.select(*map(column, columns)).from_(table(name)).limit(sample)
    numbers = [exp.Count(this=each) for item, pattern in asked for each in (_matching(item, pattern), column(item))]
    query = exp.select(*numbers).from_(rows.subquery("sampled"))
    answer, error = rows_of(engine, query.sql(dialect), 1)
    flat = [int(number) for row in answer for number in row]
    return list(zip(flat[::2], flat[1::2], strict=True)), error


def _matching(name: str, pattern: str) -> exp.Expr:
    """The value if it is like the pattern, without the blanks around it, else NULL."""
    matches = exp.RegexpLike(this=exp.Trim(this=column(name)), expression=literal(f"^({pattern})$"))
    return exp.case().when(matches, literal(1))
