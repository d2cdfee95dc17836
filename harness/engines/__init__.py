"""Where data is: every engine, by its ODCS server type. A driver is imported only when a session is opened."""

from typing import cast

from harness.engines import duckdb, local, postgres
from harness.engines.engine import Declared, Engine, EngineModule
from harness.model.contract import Server
from harness.model.errors import EngineError

__all__ = ["ENGINES", "Declared", "Engine", "EngineModule", "engine_for"]

ENGINES: dict[str, EngineModule] = {
    "duckdb": cast("EngineModule", duckdb),
    "local": cast("EngineModule", local),
    "postgres": cast("EngineModule", postgres),
    "postgresql": cast("EngineModule", postgres),
}


def engine_for(server: Server) -> EngineModule:
    """The engine of the server's type. Raises EngineError when there is none."""
    if server.type not in ENGINES:
        known = ", ".join(ENGINES)
        raise EngineError(
            f"there is no engine for servers of type {server.type!r}", at=server.at, hint=f"known: {known}"
        )
    return ENGINES[server.type]
