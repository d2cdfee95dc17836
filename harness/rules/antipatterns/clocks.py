"""The functions of SQL whose value is not that of their arguments: clocks, chance, and what depends on the session."""

import re

from sqlglot import exp

_CLOCKS = (
    exp.CurrentDate, exp.CurrentDatetime, exp.CurrentTime, exp.CurrentTimestamp, exp.CurrentTimestampLTZ,
    exp.Localtime, exp.Localtimestamp, exp.UtcDate, exp.UtcTime, exp.UtcTimestamp, exp.Systimestamp,
)  # fmt: skip
_CLOCK_NAMES = frozenset(
    (
        "now", "today", "get_current_timestamp", "get_current_time", "current_localtime", "current_localtimestamp",
        "transaction_timestamp", "clock_timestamp", "statement_timestamp", "timeofday", "getdate", "sysdate",
        "sysdatetime", "sysdatetimeoffset", "getutcdate", "sysutcdatetime", "curdate", "curtime",
    )
)  # fmt: skip
_CHANCE = (exp.Rand, exp.Randn, exp.Uuid)
_CHANCE_NAMES = frozenset(
    (
        "random", "rand", "randn", "random_normal", "newid", "newsequentialid", "uuid", "uuid_string", "uuidv4",
        "uuidv7", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "gen_random_uuid", "gen_random_bytes",
        "generate_uuid", "randstr", "nextval", "seq4", "seq8", "monotonically_increasing_id",
    )
)  # fmt: skip
_OF_THE_RUN = re.compile(
    r"(^|_)(dbt|etl|elt|run|job|batch|load|loaded|build|built|refresh|refreshed|process|processed|processing|insert"
    r"|inserted|insertion|update|updated|create|created|sync|synced|ingest|ingested|ingestion|extract|extracted|write"
    r"|written|store|stored|execution|executed|generated|audit)(_|$)",
    re.IGNORECASE,
)


def is_clock(node: exp.Expr) -> bool:
    """Whether it is the time of the run."""
    if isinstance(node, exp.Anonymous):
        return node.name.lower() in _CLOCK_NAMES or (node.name.lower() == "age" and len(node.expressions) == 1)
    return isinstance(node, _CLOCKS)


def is_chance(node: exp.Expr) -> bool:
    """Whether it gives another value each time it is asked."""
    return isinstance(node, _CHANCE) or (isinstance(node, exp.Anonymous) and node.name.lower() in _CHANCE_NAMES)


def words_of(node: exp.Expr) -> str:
    """The function as people write it."""
    return (
        node.sql_name() if isinstance(node, exp.Func) and not isinstance(node, exp.Anonymous) else node.name
    ).lower()


def told_by(node: exp.Expr) -> str:
    """The column that holds when its row was built, if that is all that a clock is asked for: `now() AS loaded_at`."""
    inner, above = node, node.parent
    while isinstance(above, exp.Cast | exp.AtTimeZone | exp.Paren):
        inner, above = above, above.parent
    column = _written(inner, above)
    return column if _OF_THE_RUN.search(column) else ""


def _written(node: exp.Expr, above: exp.Expr | None) -> str:
    """The column that an expression is the whole value of."""
    match above:
        case exp.Alias():
            return above.alias
        case exp.EQ() if above.expression is node and isinstance(above.parent, exp.Update | exp.OnConflict):
            return str(above.this.name)
        case exp.Select() | exp.Tuple() if isinstance(above.parent, exp.Insert):
            listed = above.parent.this
            columns = listed.expressions if isinstance(listed, exp.Schema | exp.Tuple) else []
            place = next(n for n, each in enumerate(above.expressions) if each is node)
            return str(columns[place].name) if place < len(columns) else ""
    return ""
