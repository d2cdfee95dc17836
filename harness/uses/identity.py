"""Which project an audit was of, beyond its name: two of one name must not take one another's for their own."""

from pathlib import Path
from typing import TYPE_CHECKING

from harness.load.git import home_of
from harness.model.contract import Server
from harness.model.errors import RecordError
from harness.model.project import Project
from harness.model.result import fingerprint

if TYPE_CHECKING:
    from harness.history.store import History

_PLACES = ("account", "host", "port", "project", "catalog", "database", "path", "location")
"""The keys of a server that say where its data is; none of them is a secret."""
_FILES = ("duckdb", "local")


def identity_of(project: Project) -> str:
    """What tells it from every other of its name: the fingerprint of its repository, and that of its servers.

    A history in the folder of the project needs no repository: it goes with the project, wherever that is moved.
    """
    home = fingerprint("home", home_of(project.root)) if project.history.url else ""
    servers = (f"{name} {_place(project.root, server)}" for name, server in sorted(project.servers.items()))
    return f"{home}/{fingerprint('servers', *servers)}"


def refuse_others(project: Project, history: "History", *, servers: bool = True) -> str:
    """The identity of the project.

    Raises RecordError when the last audit under its name was of another repository, or of other `servers` unless those
    do not matter.
    """
    identity, last = identity_of(project), history.identity()
    same = last == identity or (not servers and last.partition("/")[0] == identity.partition("/")[0])
    if last and not same:
        raise RecordError(
            f"the last audit of {project.name!r} in {history.name} was of another repository, folder or server",
            hint="give each project a `name` of its own; if this one has moved, say `harness history --adopt`",
        )
    return identity


def _place(root: Path, server: Server) -> str:
    said = {key: str(server.settings[key]) for key in _PLACES if key in server.settings}
    if server.type.lower() in _FILES:
        said |= {key: _below(root, text) for key, text in said.items()}
    return " ".join((server.type.lower(), *(f"{key}={text}" for key, text in said.items())))


def _below(root: Path, text: str) -> str:
    """A file of the project is the same wherever the project is."""
    path = (root / text).resolve()
    return str(path.relative_to(root.resolve())) if path.is_relative_to(root.resolve()) else str(path)
