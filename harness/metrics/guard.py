"""SQL that a user wrote is held to one SELECT that only reads, and reads nothing but tables."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sqlglot import Token, TokenType, exp, parse, tokenize
from sqlglot.errors import SqlglotError

_FORBIDDEN = (
    exp.DDL,
    exp.DML,
    exp.Command,
    exp.Into,
    exp.Copy,
    exp.Attach,
    exp.Detach,
    exp.Pragma,
    exp.Set,
    exp.Use,
    exp.Transaction,
    exp.Lock,
    exp.Describe,
    exp.Summarize,
    exp.Show,
)
_TABLE_FUNCTIONS = (
    "range", "generate_series", "generateseries", "unnest", "json_each", "json_tree", "json_array_elements",
    "json_array_elements_text", "json_each_text", "json_object_keys", "jsonb_array_elements",
    "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys", "string_to_table",
)  # fmt: skip
"""All that may stand in FROM: others read files, settings or the session itself, or run SQL that nobody has parsed."""
_FUNCTIONS = re.compile(
    # files, the network, other databases
    r"read_.*|parquet_.*|sniff_.*|glob|.*_scan(_.*)?|which_secret|lo_.*|lo(read|write)|dblink.*|http_.*|st_read.*"
    # the environment, settings, the session, the server
    r"|pg_(?!(typeof|input_is_valid|column_size)$).*|binary_upgrade_.*|(brin|gin)_.*|inet_.*|has_.*_privilege"
    r"|getenv|current_setting|set_config|getvariable|current_query.*|duckdb_.*|pragma_.*|write_log|stats"
    # SQL in a text; waiting; state that outlives the statement
    r"|query|query_table|json_execute_.*|(query|cursor|table|schema|database)_to_.*|ts_(stat|rewrite)|(plpgsql|fmgr)_.*"
    r"|sleep_.*|nextval|currval|lastval|setval|setseed|.*checkpoint"
    # its message would show a value that no report may hold
    r"|error",
    re.IGNORECASE,
)
_TABLES = re.compile(r"(duckdb|pragma|sqlite|pg)_.*", re.IGNORECASE)
"""Tables of the server about its own state."""
_FILE = re.compile(r".*/.*|.*\.(csv|tsv|txt|parquet|jsonl?|ndjson|arrow|xlsx|db|duckdb|gz|zst)", re.IGNORECASE)
"""DuckDB reads a file where a table would have such a name."""
_WRITTEN = "as written"


def faithful(sql: str, dialect: str) -> exp.Query:
    """As `read_only`, for a query that is rendered anew. Raises ValueError too when that would change what it says."""
    query = read_only(sql, dialect)
    if dialect == "duckdb":
        # between two values it is a match of the whole text in DuckDB, and of any part of it in sqlglot
        tildes = [token for token in tokenize(sql, dialect=dialect) if token.token_type is TokenType.TILDE]
        if len(tildes) > len(list(query.find_all(exp.BitwiseNot))):
            raise ValueError(
                f"`~` in line {tildes[0].line} of the SQL would be read as a match of any part of the text; "
                "write regexp_full_match(text, pattern), as DuckDB reads it, or regexp_matches(text, pattern)"
            )
    as_written(query)
    return query


def is_written(node: exp.Expr) -> bool:
    """Whether a user wrote it: it stands as it is, whatever is done to what stands around it."""
    return bool(node.meta.get(_WRITTEN))


def is_within_written(node: exp.Expr) -> bool:
    """Whether a user wrote it, or what it is a part of."""
    above: exp.Expr | None = node
    while above is not None:
        if is_written(above):
            return True
        above = above.parent
    return False


def as_written(node: exp.Expr) -> exp.Expr:
    """The node, which is a part of what a user wrote."""
    node.meta[_WRITTEN] = True
    return node


def read_only(sql: str, dialect: str) -> exp.Query:
    """The query in `sql`. Raises ValueError when it is none, several statements, or one that does more than read."""
    try:
        _refuse_glued(tokenize(sql, dialect=dialect))
        statements = [statement for statement in parse(sql, dialect=dialect) if statement is not None]
    except SqlglotError as error:
        raise ValueError(f"this SQL cannot be parsed: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise ValueError("this SQL cannot be parsed: it is nested too deep") from None
    if len(statements) != 1:
        raise ValueError(f"one SELECT is needed, not {len(statements)} statements")
    query = statements[0]
    if not isinstance(query, exp.Query):
        raise ValueError(f"one SELECT is needed, not {query.key.upper()}")
    for node in query.walk():
        # a SELECT is itself DDL's neighbour in sqlglot's tree (exp.Query derives from no DML), so classes are enough
        if isinstance(node, _FORBIDDEN) and not isinstance(node, exp.Query):
            raise ValueError(f"a check may only read, and this SQL has {node.key.upper()}")
        if outside := _outside(node):
            raise ValueError(f"a check may read tables only, and this SQL has {outside}")
    return query


def _refuse_glued(tokens: Sequence[Token]) -> None:
    """Raises ValueError for `0x1f`, which neither DuckDB nor sqlglot takes for the number 31, and neither says so."""
    for number, name in pairwise(tokens):
        kinds = (number.token_type, name.token_type)
        if kinds == (TokenType.NUMBER, TokenType.VAR) and name.start == number.end + 1:
            raise ValueError(
                f"`{number.text}{name.text}` in line {name.line} of the SQL is read as the number {number.text} and "
                f"the name {name.text}; write the number in decimals, or a space before the name"
            )


def _outside(node: exp.Expr) -> str:
    """What the node reaches beside the tables of the warehouse, or ""."""
    if isinstance(node, exp.Func):
        name = node.name if isinstance(node, exp.Anonymous | exp.AnonymousAggFunc) else node.sql_name()
        return f"the function {name}" if _FUNCTIONS.fullmatch(name) else ""
    if not isinstance(node, exp.Table | exp.Lateral):
        return ""
    source = node.this
    if isinstance(source, exp.Func) and not isinstance(source, exp.Unnest):
        name = source.name if isinstance(source, exp.Anonymous) else source.sql_name()
        return "" if name.lower() in _TABLE_FUNCTIONS else f"the table function {name}"
    if isinstance(node, exp.Table) and (_TABLES.fullmatch(node.name) or _FILE.fullmatch(node.name)):
        return f"the table {node.name}"
    return ""
