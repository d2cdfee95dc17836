"""harness audit by Dagster: a check on the asset of each table, which passes only when the harness knows that it holds.

`dagster dev -f dagster_audit.py`, with HARNESS_PROJECT naming the folder of harness.yaml. `audit.schedule` in there
says which times are to be audited: each once, however often the schedule below or a person starts the job.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

PROJECT = Path(os.environ.get("HARNESS_PROJECT", "."))
HELD = ("ok", "burning", "too-few")
"""States of an error budget in which nothing is known to be broken."""


def tables(project: Path) -> dict[str, str]:
    """Each table that a contract promises -> the contract's layer, which is the group of its asset."""
    found = {}
    for file in sorted((project / "contracts").rglob("*.odcs.yaml")):
        contract = yaml.safe_load(file.read_text(encoding="utf-8"))
        custom = {each["property"]: each.get("value") for each in contract.get("customProperties") or ()}
        found |= {table["name"]: str(custom.get("layer", "contracts")) for table in contract.get("schema") or ()}
    return found


def audited(project: Path) -> dict[str, Any]:
    """The report of the audit as JSON, as docs/outputs.md describes it. Raises when there is none."""
    command = [sys.executable, "-m", "harness", "audit", "--project", str(project), "--catch-up", "--quiet"]
    run = subprocess.run([*command, "--format", "json"], capture_output=True, text=True, check=False)
    if not run.stdout:
        raise dg.Failure(f"harness audit gave no report (exit code {run.returncode}): {run.stderr.strip()}")
    # of several times that were made up for, the last
    report: dict[str, Any] = json.loads(run.stdout[run.stdout.rindex('{\n  "schema"') :])
    return report


def checked(report: dict[str, Any], table: str) -> dg.AssetCheckResult:
    """What the report says of one table."""
    blocking = {*report["verdict"]["blocking"], *report["verdict"]["undecided"]}
    own = [each for each in report["results"] if each["table"] == table]
    wrong = [each for each in own if each["id"] in blocking]
    levels = [each for each in report["slas"] if each["table"] == table]
    broken = [each for each in levels if each["state"] not in HELD]
    told = any(each["outcome"] in ("pass", "fail") for each in own)
    failed = any(each["outcome"] == "fail" for each in wrong) or any(each["state"] == "spent" for each in broken)
    return dg.AssetCheckResult(
        asset_key=table,
        check_name="audit",
        passed=told and not wrong and not broken,
        # what could not be told is no failure of the data, and no pass either
        severity=dg.AssetCheckSeverity.ERROR if failed else dg.AssetCheckSeverity.WARN,
        description="; ".join(each["message"] for each in wrong[:3]) or None,
        metadata={
            "as_of": report["as_of"],
            "clauses": len(own),
            **{f"{each['property']}: kept": f"{each['kept']} of {each['expected']}" for each in levels},
            **{f"{each['property']}: state": each["state"] for each in levels},
        },
    )


def definitions(project: Path) -> dg.Definitions:
    """An asset and its check for each table, a job of all checks, and its schedule."""
    found = tables(project)

    @dg.multi_asset_check(specs=[dg.AssetCheckSpec("audit", asset=table) for table in found], name="harness_audit")
    def harness_audit() -> Iterator[dg.AssetCheckResult]:
        report = audited(project)
        yield from (checked(report, table) for table in found)

    job = dg.define_asset_job("audit", selection=dg.AssetSelection.checks(harness_audit))
    return dg.Definitions(
        assets=[dg.AssetSpec(table, group_name=layer) for table, layer in found.items()],
        asset_checks=[harness_audit],
        jobs=[job],
        schedules=[dg.ScheduleDefinition(job=job, cron_schedule="15 13 * * *", execution_timezone="UTC")],
    )


defs = definitions(PROJECT)
