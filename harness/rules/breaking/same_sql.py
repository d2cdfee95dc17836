"""Whether two pieces of SQL are the same but for their layout, keywords, comments and the case of plain names."""

import re

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.normalize_identifiers import normalize_identifiers

_NO_LAYOUT = re.compile(r"['\"`#]|--|/\*|\$\w*\$")
"""What begins a text, a quoted name or a comment, in which a blank or a line break is more than layout."""


def same_sql(before: str, after: str, dialect: str) -> bool:
    """As sqlglot reads them in the dialect; what it cannot read is compared without its layout, where that is all."""
    if before == after:
        return True
    try:
        # trees, since the SQL of one lacks what the dialect has no words for
        return _tree(before, dialect) == _tree(after, dialect)
    except (SqlglotError, ValueError, RecursionError):
        one, other = (" ".join(sql.split()) for sql in (before, after))
        return one == other and not _NO_LAYOUT.search(one)


def _tree(sql: str, dialect: str) -> exp.Expr:
    """Raises ValueError for a dialect that sqlglot does not have."""
    return normalize_identifiers(parse_one(sql, dialect=dialect), dialect=dialect)
