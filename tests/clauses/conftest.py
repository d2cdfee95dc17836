"""Contracts held against real tables: each case is a column or table as a contract declares it, and rows."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

import harness
from harness.model.result import Result

Results = dict[str, Result]
Hold = Callable[..., Results]
SETTINGS = """\
version: 1
name: clauses
as_of: "2024-01-06T12:00:00Z"
server: warehouse
servers: {warehouse: {type: duckdb, database: warehouse.duckdb}}
"""
HEAD = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "c", "version": "1.0.0", "status": "active"}


def _hold(root: Path, statements: str, *contracts: Mapping[str, Any]) -> Results:
    """The result of every clause of the contracts, by its check; two results for one fail the test."""
    (root / "harness.yaml").write_text(SETTINGS)
    with duckdb.connect(str(root / "warehouse.duckdb")) as connection:
        connection.execute(statements)
    for number, contract in enumerate(contracts):
        file = root / "contracts" / f"c{number}.odcs.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(yaml.safe_dump({**HEAD, "id": f"c{number}", **contract}, sort_keys=False))
    clauses = [result for result in harness.verify(root).results if result.check]
    found = {result.check: result for result in clauses}
    assert len(found) == len(clauses)
    return found


@pytest.fixture
def hold(tmp_path: Path) -> Hold:
    return lambda statements, *contracts: _hold(tmp_path, statements, *contracts)


@pytest.fixture(scope="session")
def hold_once(tmp_path_factory: pytest.TempPathFactory) -> Hold:
    """The same for many contracts at once, whose tests share the one run."""
    return lambda statements, *contracts: _hold(tmp_path_factory.mktemp("clauses"), statements, *contracts)
