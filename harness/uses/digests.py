"""What the tables held that a run measured, told in the sessions that measured them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from harness.model.check import Check, TableName
from harness.model.result import TableDigest
from harness.runners.digests import table_digest
from harness.runners.statement import asking
from harness.uses.observe import Session, obstacle_to

_STILL = "duckdb"
"""The server type whose data stays as it was measured: nobody else writes to a DuckDB file that a session reads."""


def digests_of(
    checks: Sequence[Check], sessions: Mapping[str, Session], mask: Callable[[str], str]
) -> tuple[TableDigest, ...]:
    """A digest of each table that a check is about, or why it has none; `mask` hides secrets in the server's words."""
    tables: dict[tuple[str, TableName], Check] = {}
    for check in checks:
        tables.setdefault((check.server, check.table), check)
    return tuple(_digest(check, sessions, mask) for check in tables.values())


def _digest(check: Check, sessions: Mapping[str, Session], mask: Callable[[str], str]) -> TableDigest:
    session = sessions.get(check.server)
    columns = session.catalog.get(check.table) if session else None
    if session is None or session.engine is None or columns is None:
        why = mask(obstacle_to(check, sessions))
        return TableDigest(server=check.server, table=str(check.table), why_not=why)
    if session.server.type != _STILL:
        why = f"nothing keeps a table on {session.server.type} still between its measurement and its digest"
        return TableDigest(server=check.server, table=str(check.table), why_not=why)
    with asking(session.engine) as ask:
        found = table_digest(ask, check.server, check.table, columns)
    return replace(found, why_not=mask(found.why_not))
