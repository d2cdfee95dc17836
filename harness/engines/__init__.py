"""Where data is: every engine, by its ODCS server type.

An engine is imported when a server is of its type, and its driver when a session is opened.
"""

from importlib import import_module
from typing import cast

from harness.engines.engine import Declared, Engine, EngineModule
from harness.model.contract import Server
from harness.model.errors import EngineError

__all__ = ["ENGINES", "Declared", "Engine", "EngineModule", "engine_for", "engine_of"]

ENGINES: dict[str, str] = {
    "duckdb": "harness.engines.duckdb",
    "local": "harness.engines.local",
    "postgres": "harness.engines.postgres",
    "postgresql": "harness.engines.postgres",
}
"""Server type -> the module of its engine."""


def engine_of(server: Server | None) -> EngineModule | None:
    """The engine of the server's type, if there is one."""
    name = ENGINES.get(server.type) if server else None
    return cast("EngineModule", import_module(name)) if name else None


def engine_for(server: Server) -> EngineModule:
    """The engine of the server's type. Raises EngineError when there is none."""
    engine = engine_of(server)
    if engine is None:
        known = ", ".join(ENGINES)
        raise EngineError(
            f"there is no engine for servers of type {server.type!r}", at=server.at, hint=f"known: {known}"
        )
    return engine
