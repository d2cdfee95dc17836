from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.history.store import History, open_history
from harness.model.result import Outcome, Report, Result, Severity, Verdict, VerdictOutcome, coverage_of

DAY_ONE = datetime(2026, 3, 1, 6, tzinfo=UTC)


def a_report(day: float, outcomes: dict[str, Outcome], run_id: str = "", **fields: Any) -> Report:
    """A run on a day, counted from 1 March, with a result for each id."""
    now = DAY_ONE + timedelta(days=day)
    results = tuple(
        Result(
            id=key,
            rule="nullValues",
            check=f"orders/{key}/nullValues",
            outcome=outcome,
            severity=Severity.ERROR,
            contract="shop-orders",
            version="1.2.0",
            layer="marts",
            table="orders",
            column=key,
            message=f"{key} is {outcome.value}",
            actual=f"{day:g} rows",
            value=day,
            failed_rows=int(day),
            total_rows=100,
            seconds=0.25,
        )
        for key, outcome in outcomes.items()
    )
    made = Report(
        run_id=run_id or f"run-{day:g}",
        command="verify",
        started=now,
        finished=now + timedelta(seconds=2),
        as_of=now,
        project="shop",
        harness_version="0.1.0",
        results=results,
        coverage=coverage_of(results),
        verdict=Verdict(outcome=VerdictOutcome.FAIL, reason="for the test"),
    )
    return replace(made, **fields)


@pytest.fixture
def report() -> Callable[..., Report]:
    return a_report


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a history of the test's own may be made."""
    if request.param == "sqlite":
        return str(tmp_path / "history.db")
    socket, database = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_database")
    return f"postgresql://postgres@/{database}?host={socket}"


@pytest.fixture
def history(where: str) -> Iterator[History]:
    with open_history(where, "shop") as opened:
        yield opened
