import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_SHOP = runpy.run_path(str(Path(__file__).parents[1] / "uses" / "shop.py"))

ETL = """\
create or replace table marts.fct_orders as
select o.id, c.id as customer_id, o.amount * 1.19 as amount, o.status, o.ordered_at
from raw.orders as o inner join marts.dim_customers as c on o.customer = c.name
where o.amount > 0;
"""
BACKFILL = """\
lineage: {sql: etl}
publish:
  backfill: {marts: "make reload TABLE={table}"}
"""


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A project with lineage, a service level, people and consumers, and the current folder."""
    monkeypatch.chdir(tmp_path)
    shop = _SHOP["Shop"](tmp_path)
    shop.settings(BACKFILL)
    shop.write("etl/marts.sql", ETL)
    shop.orders |= {
        "support": [{"channel": "#sales", "tool": "slack", "scope": "issues", "url": "https://chat.example/sales"}],
        "customProperties": [
            {"property": "layer", "value": "marts"},
            {"property": "consumers", "value": [{"name": "dashboard", "contact": "#board", "use": "turnover"}]},
        ],
    }
    shop.column("customer_id")["classification"] = "internal"
    return shop.saved()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., tuple[int, str, str]]]:
    hook = sys.excepthook
    yield _SHOP["run"](capsys)
    sys.excepthook = hook


@pytest.fixture(scope="module")
def made() -> Callable[..., Any]:
    """`made(contracts)` is the platform of these contracts, as the documents tell of it."""
    import yaml

    from harness.lineage.gather import gather
    from harness.load.contract import parse_contract
    from harness.load.lineage import Sources
    from harness.model.project import Project
    from harness.plan import plan
    from harness.publish.platform import platform_of
    from harness.uses.publish import _ANY_DAY

    def platform(contracts: list[dict[str, Any]], name: str = "shop") -> Any:
        documents = tuple(
            parse_contract(yaml.safe_dump(data), f"contracts/c{number}.odcs.yaml")
            for number, data in enumerate(contracts)
        )
        assert all(document.contract for document in documents), documents
        project = Project(name=name, root=Path(), documents=documents)
        return platform_of(project, gather(project, Sources()), plan(project, _ANY_DAY))

    return platform


HOSTILE = """\
<script>alert('x')</script> <img src=x onerror=alert(1)> </style> <!-- /keep --> <!-- keep:x -->
# heading | cell `code` [link](javascript:alert(1)) ![](x) **bold** @everyone ##vso[task]
```
"] --> evil["x
%%{init: {}}%% end; click n0 href \u202e \U0001f600 \x1b[31m"""


@pytest.fixture(scope="module")
def hostile() -> dict[str, Any]:
    """A contract that tries to break out of every place in which its text may stand."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": HOSTILE,
        "name": HOSTILE,
        "version": HOSTILE,
        "status": HOSTILE,
        "description": {"purpose": HOSTILE, "usage": HOSTILE, "limitations": HOSTILE},
        "tags": [HOSTILE],
        "servers": [{"server": HOSTILE, "type": "duckdb", "database": HOSTILE, "schema": HOSTILE}],
        "team": {"name": HOSTILE, "members": [{"username": HOSTILE, "role": HOSTILE}]},
        "support": [{"channel": HOSTILE, "tool": HOSTILE, "scope": HOSTILE, "url": HOSTILE}],
        "slaProperties": [
            {"property": HOSTILE, "value": HOSTILE, "unit": HOSTILE, "schedule": HOSTILE, "description": HOSTILE},
        ],
        "customProperties": [
            {"property": "layer", "value": HOSTILE},
            {"property": "backfill", "value": HOSTILE},
            {"property": "consumers", "value": [{"name": HOSTILE, "contact": HOSTILE, "columns": [HOSTILE]}]},
        ],
        "schema": [
            {
                "name": HOSTILE,
                "description": HOSTILE,
                "dataGranularityDescription": HOSTILE,
                "tags": [HOSTILE],
                "properties": [
                    {
                        "name": HOSTILE,
                        "physicalType": HOSTILE,
                        "classification": HOSTILE,
                        "description": HOSTILE,
                        "primaryKey": True,
                        "transformLogic": HOSTILE,
                        "transformSourceObjects": [f"other.{HOSTILE}"],
                        "relationships": [{"to": f"parent.{HOSTILE}"}],
                        "quality": [{"metric": "nullValues", "mustBe": 0, "description": HOSTILE}],
                    }
                ],
            },
            {
                "name": "parent",
                "properties": [{"name": HOSTILE, "primaryKey": True, "physicalType": HOSTILE}],
            },
        ],
    }
