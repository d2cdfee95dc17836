"""What a run was asked, in one digest: a report with another one says nothing of the project as it is now."""

import hashlib
import json
from collections.abc import Iterable

from harness.load.promises import promises_of
from harness.model.project import Project

_UNSAID = ("password",)
"""A digest that is published must not let anybody guess these."""


def inputs_of(project: Project, layers: Iterable[str] = (), select: Iterable[str] = ()) -> str:
    """SHA-256 of every file that says what must hold, of the servers as the environment makes them, and of what the run
    was narrowed to.
    """
    found = {
        "files": project.inputs,
        "sources": promises_of(project),
        "servers": [
            (server.name, server.type, {k: v for k, v in server.settings.items() if k not in _UNSAID})
            for server in project.servers.values()
        ],
        "dbt": project.lineage.dbt,
        "narrowed": [sorted(layers), sorted(select)],
    }
    return hashlib.sha256(json.dumps(found, sort_keys=True, default=str).encode("utf-8", "surrogatepass")).hexdigest()
