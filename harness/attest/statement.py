"""What evidence says: an in-toto Statement v1 with the predicate test-result v0.1, and a field of our own in it.

The standard's `result` knows PASSED, WARNED and FAILED. A run that could not tell is FAILED there, so that who knows
only the standard never takes it for a pass; our own field, `RUN`, says `undecided`. A run that passed only once it was
healed is WARNED, and `RUN` has its attempts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from harness.model.result import Outcome, Report, Result, TableDigest, VerdictOutcome

STATEMENT = "https://in-toto.io/Statement/v1"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"
RUN = "https://github.com/contract-harness/contract-harness/attestation/run/v1"
"""The key of our own field; a change of what it means is another version."""
TABLE_DIGEST = "harnessTable1"
"""The algorithm of a table's digest, as `harness/runners/digests.py` describes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a run was about, beside what its report says."""

    contracts: Mapping[str, bytes]
    """File -> its bytes, of each contract that was held against data."""
    configuration: Mapping[str, bytes]
    """The same of what else the verdict depends on: settings, waivers, checks."""
    report: bytes
    """`report.json`."""
    unread: tuple[str, ...] = ()
    """Files of contracts that could not be read."""
    repository: str = ""
    """Its https address."""
    commit: str = ""
    """In which all these files are as they were read; "" when none is."""
    no_commit: str = ""
    """Why."""
    arguments: tuple[str, ...] = ()
    """By which the run asked for less than the project does, or for another time: `--layer marts`."""
    fail_on: str = "error"


def statement_of(report: Report, around: Surroundings) -> dict[str, Any]:
    """The statement; whatever it leaves out, it says so."""
    tests = _tests(report)
    verdict = report.verdict.outcome
    warned = tests["warnedTests"] or len(report.attempts) > 1
    result = "FAILED" if verdict is not VerdictOutcome.PASS else "WARNED" if warned else "PASSED"
    return {
        "_type": STATEMENT,
        "subject": _subjects(report, around),
        "predicateType": TEST_RESULT,
        "predicate": {
            "result": result,
            "configuration": [_file(name, content) for name, content in around.configuration.items()],
            **({"url": report.url} if report.url else {}),
            **tests,
            RUN: _run(report, around),
        },
    }


def _subjects(report: Report, around: Surroundings) -> list[dict[str, Any]]:
    contracts = [_file(name, content, "contract") for name, content in around.contracts.items()]
    tables = [_table(each) for each in report.digests if each.digest]
    commit = {
        "name": f"git+{around.repository}" if around.repository else "git",
        "digest": {"gitCommit": around.commit},
        "annotations": {"kind": "commit"},
    }
    return [*contracts, *([commit] if around.commit else []), *tables, _file("report.json", around.report, "report")]


def _file(name: str, content: bytes, kind: str = "") -> dict[str, Any]:
    digest = {"sha256": hashlib.sha256(content).hexdigest()}
    return {"name": name, "digest": digest, **({"annotations": {"kind": kind}} if kind else {})}


def _table(table: TableDigest) -> dict[str, Any]:
    return {
        "name": f"{table.server}/{table.table}",
        "digest": {TABLE_DIGEST: table.digest},
        "annotations": {"kind": "table", "rows": table.rows},
    }


def _tests(report: Report) -> dict[str, list[str]]:
    """Of each result that is not skipped its name; a failure that blocks, and what could not be told, have failed."""
    closed = {*report.verdict.blocking, *report.verdict.undecided}
    found: dict[str, list[str]] = {"passedTests": [], "warnedTests": [], "failedTests": []}
    for result in report.results:
        if result.outcome is Outcome.ERROR or result.id in closed:
            found["failedTests"].append(_name(result))
        elif result.outcome is not Outcome.SKIP:
            found["passedTests" if result.outcome is Outcome.PASS else "warnedTests"].append(_name(result))
    return found


def _name(result: Result) -> str:
    return result.check or f"{result.rule}/{result.id}"


def _run(report: Report, around: Surroundings) -> dict[str, Any]:
    left_out = [{"name": name, "reason": "the file could not be read"} for name in around.unread]
    if not around.commit:
        left_out.append({"name": "git", "reason": around.no_commit})
    left_out += [{"name": f"{t.server}/{t.table}", "reason": t.why_not} for t in report.digests if not t.digest]
    return {
        "verdict": report.verdict.outcome.value,
        "reason": report.verdict.reason,
        "project": report.project,
        "run": report.run_id,
        "harness": report.harness_version,
        "started": report.started.isoformat(),
        "finished": report.finished.isoformat(),
        "asOf": report.as_of.isoformat(),
        "failOn": around.fail_on,
        "arguments": list(around.arguments),
        "coverage": asdict(report.coverage),
        "attempts": [
            {"attempt": each.attempt, "status": each.status.value, "error": each.error, "fix": each.fix}
            for each in report.attempts
        ],
        "leftOut": left_out,
    }
