from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.load.checks import parse_check_file
from harness.load.contract import parse_contract
from harness.load.policy import DEFAULT_GOALS
from harness.model.check import Check
from harness.model.contract import Server
from harness.model.location import Location
from harness.model.project import Goal, Policy, Project
from harness.model.result import Dimension
from harness.model.threshold import from_text
from harness.plan import plan

AS_OF = datetime(2024, 1, 6, tzinfo=UTC)
GOALS = {
    Dimension(name): Goal(from_text(target)[0], from_text(alert)[0], from_text(target)[1])
    for name, (target, alert) in DEFAULT_GOALS.items()
}
HEAD = {"apiVersion": "v3.1.0", "kind": "DataContract", "version": "1.0.0", "status": "active"}


def _project(*contracts: Mapping[str, Any], checks: Mapping[str, str] | None = None, **fields: Any) -> Project:
    """Each contract is a mapping; what it lacks of its head is filled in. The one server is a DuckDB file."""
    texts = [
        yaml.safe_dump({**HEAD, "id": f"c{number}", **contract}, sort_keys=False)
        for number, contract in enumerate(contracts, 1)
    ]
    server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings={"database": "w.duckdb"})
    options: dict[str, Any] = {
        "servers": {"w": server},
        "default_server": "w",
        "policy": Policy(goals=GOALS),
        "documents": tuple(parse_contract(text, f"contracts/{n}.odcs.yaml") for n, text in enumerate(texts, 1)),
        "checks": tuple(parse_check_file(text, file) for file, text in (checks or {}).items()),
    }
    return Project(**{"name": "test", "root": Path(), **options, **fields})


@pytest.fixture(scope="session")
def project_of() -> Callable[..., Project]:
    return _project


@pytest.fixture(scope="session")
def as_of() -> datetime:
    return AS_OF


@pytest.fixture(scope="session")
def planned() -> Callable[..., dict[str, Check]]:
    """The checks of contracts (as mappings) by their ids; an id that stands twice fails the test."""

    def make(*contracts: Mapping[str, Any], layers: Any = (), select: Any = (), **fields: Any) -> dict[str, Check]:
        checks = plan(_project(*contracts, **fields), AS_OF, layers, select)
        assert len({check.id for check in checks}) == len(checks)
        return {check.id: check for check in checks}

    return make
