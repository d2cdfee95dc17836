"""The contract harness: one gate for data contracts.

`harness.verify(project)` is the command `harness verify` from Python.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.model.project import Project
    from harness.model.result import Report, Severity

__all__ = ["__version__", "verify"]

__version__ = "0.1.0"


def verify(
    project: "str | Path | Project" = ".",
    *,
    as_of: datetime | None = None,
    layers: Iterable[str] = (),
    select: Iterable[str] = (),
    fail_on: "Severity | None" = None,
    samples: int = 0,
) -> "Report":
    """Holds a project's contracts against its warehouse and gives the Report; nothing is written or sent.

    `project` is a folder with a `harness.yaml`, or a Project. `as_of` (with a time zone) is the clock that ages are
    measured at; `layers` and `select` narrow what is checked; `samples` is how many violating rows a
    failure shows. Raises ProjectError for a project that cannot be read;
    what contracts and data hold becomes Results. The gate is open only if `report.verdict.outcome` is
    `VerdictOutcome.PASS`.
    """
    import os
    from datetime import UTC
    from uuid import uuid4

    from harness.load.project import load_project
    from harness.uses.verify import verify as run

    loaded = load_project(Path(project), os.environ) if isinstance(project, str | Path) else project
    return run(
        loaded,
        run_id=str(uuid4()),
        clock=lambda: datetime.now(UTC),
        as_of=as_of,
        layers=layers,
        select=select,
        fail_on=fail_on,
        samples=samples,
    )
