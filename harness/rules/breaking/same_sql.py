"""Whether two pieces of SQL are the same but for their layout, keywords, comments and the case of plain names."""

from sqlglot import parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers


def same_sql(before: str, after: str, dialect: str) -> bool:
    """As sqlglot reads them in the dialect; what it cannot read is compared without its layout."""
    if " ".join(before.split()) == " ".join(after.split()):
        return True
    try:
        one, other = (_normal(sql, dialect) for sql in (before, after))
    except (SqlglotError, ValueError, RecursionError):
        return False
    return one == other


def _normal(sql: str, dialect: str) -> str:
    """Raises ValueError for a dialect that sqlglot does not have."""
    return normalize_identifiers(parse_one(sql, dialect=dialect), dialect=dialect).sql(dialect=dialect, comments=False)
