"""SQL that a user wrote is held to one SELECT that only reads."""

from sqlglot import exp, parse
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
)


def read_only(sql: str, dialect: str) -> exp.Query:
    """The query in `sql`. Raises ValueError when it is none, several statements, or one that could write."""
    try:
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
    return query
