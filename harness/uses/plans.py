"""How the statements of dbt and of scripts would read tables, as their server plans them."""

from collections.abc import Mapping

from sqlglot import exp

from harness.metrics.guard import read_only
from harness.model.scan import Reading
from harness.rules.antipatterns.code import codes
from harness.rules.antipatterns.divided import large_tables, planned
from harness.rules.rule import Context
from harness.uses.observe import Session, scans_of


def readings_of(context: Context, sessions: Mapping[str, Session]) -> dict[str, Reading]:
    """What each of them reads, by the key of `planned`; nothing is asked where no large table is divided."""
    session = sessions.get(context.project.default_server) or next(iter(sessions.values()), None)
    if session is None or not large_tables(context):
        return {}
    return {
        key: _reading(session, query, sql.rstrip().rstrip(";"))
        for code in codes(context)
        for key, query, sql in planned(code)
    }


def _reading(session: Session, query: exp.Expr, sql: str) -> Reading:
    """The plan of the SQL as it stands, or else without the database, which the session may call otherwise."""
    try:
        read_only(sql, session.dialect)
    except ValueError as error:
        return Reading(problem=session.error or str(error))
    found, why = scans_of(session, sql)
    if why:
        here = query.copy()
        for table in here.find_all(exp.Table):
            table.set("catalog", None)
        again, still = scans_of(session, here.sql(session.dialect))
        found, why = (found, why) if still else (again, "")
    return Reading(found, why)
