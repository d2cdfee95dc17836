"""Which contract a dataset was held against, and what came of it: a facet of our own.

OpenLineage has none yet. Its proposal for one (issue 4771, `dataContract`) points at a contract: its identity, its
version, the standard that governs it, and whether a violation blocks; ours says that first, and then the verdict.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from harness.lineage.events import Verification
from harness.lineage.facets import present
from harness.model.result import Outcome, Result, Severity, Verdict

KEY = "contractHarness_contract"
VERSION = "1-0-0"
NAME = "ContractHarnessContractDatasetFacet"
SCHEMA_FILE = f"{NAME}-{VERSION}.json"
"""Beside this module; a change of it is a new version and a new file."""
SCHEMA_URL = (
    "https://raw.githubusercontent.com/contract-harness/contract-harness/"
    f"openlineage-facets-{VERSION}/harness/lineage/{SCHEMA_FILE}#/$defs/{NAME}"
)
"""At a tag that is set once, so what it shows never changes."""


def contract_facet(verification: Verification, verdict: Verdict, producer: str, *, ended: bool) -> dict[str, Any]:
    """The contract of the dataset; once the run has `ended`, also its verdict, counts and waivers."""
    contract, results = verification.contract, verification.results
    said = present(
        id=contract.id,
        version=contract.version or None,
        name=contract.name or None,
        standard="ODCS",
        standardVersion=contract.api_version or None,
        blocking=any(r.severity is Severity.ERROR for r in results),
        status=contract.status or None,
        layer=contract.layer or None,
        domain=contract.domain or None,
        owner=contract.owner or None,
        file=contract.at.file or None,
    )
    found = _found(results, verdict) if ended else {}
    return {"_producer": producer, "_schemaURL": SCHEMA_URL, **said, **found}


def _found(results: Sequence[Result], verdict: Verdict) -> dict[str, Any]:
    waived = {r.id for r in results if r.outcome is Outcome.FAIL} & set(verdict.waived)
    by_outcome = Counter(r.outcome for r in results)
    blocking = sum(r.id in verdict.blocking for r in results)
    counts = {
        "passed": by_outcome[Outcome.PASS],
        "failed": by_outcome[Outcome.FAIL] - len(waived),
        "blocking": blocking,
        "undecided": by_outcome[Outcome.ERROR],
        "skipped": by_outcome[Outcome.SKIP],
        "waived": len(waived),
    }
    return {"verdict": _verdict(counts), "counts": counts, "waivers": _waivers(waived, verdict)}


def _verdict(counts: dict[str, int]) -> str:
    """As the gate decides, of this dataset alone: what was never held against data is no pass."""
    if counts["blocking"]:
        return "fail"
    return "undecided" if counts["undecided"] or not counts["passed"] else "pass"


def _waivers(waived: set[str], verdict: Verdict) -> list[dict[str, Any]]:
    """The waivers in force that set one of these failures aside."""
    return [
        {
            "names": str(use.waiver),
            "reason": use.waiver.reason,
            "approver": use.waiver.approver,
            "author": use.waiver.author,
            "expires": use.waiver.expires.isoformat(),
            "daysLeft": use.days_left,
            "results": sorted(waived & set(use.failures)),
        }
        for use in verdict.waivers
        if use.in_force and waived & set(use.failures)
    ]
