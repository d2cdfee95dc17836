import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from harness.load.contract import read_contract
from harness.model.project import Project
from harness.uses.diff import compare

HEAD = {"apiVersion": "v3.2.0", "kind": "DataContract", "id": "orders", "version": "1.0.0", "status": "active"}


@pytest.fixture(scope="session")
def changes_between():
    """All changes between two contracts, each a fragment, as text or values, or None; its head is put at the end."""

    def changes(before, after, today: str = "2026-06-01", perspective: str = "consumers"):
        sides = (
            None if each is None else read_contract(with_head(as_text(each)), "orders.odcs.yaml")
            for each in (before, after)
        )
        project = Project(name="test", root=Path())
        return compare(*sides, project=project, today=date.fromisoformat(today), perspective=perspective).changes

    return changes


@pytest.fixture(scope="session")
def contract_of():
    """The contract of a fragment, with the head put to it."""
    return lambda fragment: read_contract(with_head(as_text(fragment)), "orders.odcs.yaml").document.contract


def with_head(fragment: str) -> str:
    missing = {k: v for k, v in HEAD.items() if not re.search(rf"^{k}:", fragment, re.MULTILINE)}
    return fragment.rstrip("\n") + "\n" + "".join(f"{key}: {value}\n" for key, value in missing.items())


def as_text(fragment) -> str:
    """A fragment that a case or a page gives as YAML values."""
    return fragment if isinstance(fragment, str) else yaml.safe_dump(fragment, sort_keys=False) if fragment else ""
