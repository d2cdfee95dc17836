"""The verification sequence: a stage of `verify`. What the owners of a platform run by hand, as results."""

from collections.abc import Sequence

from harness.load.lineage import Sources
from harness.load.sequence import what_is_at
from harness.model.contract import Contract
from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.sequence import RULES, Step


def sequence_results(project: Project, contracts: Sequence[Contract], sources: Sources, *, whole: bool) -> list[Result]:
    """A result for each step, and for `dbt test` one for each test of dbt.

    Unless the `whole` project is looked at, only those on a table of one of the contracts are kept.
    """
    found: list[Result] = []
    for step in project.sequence:
        if step.kind == "dbt":
            from harness.uses.dbt_tests import dbt_test_results  # many projects have no dbt

            found += dbt_test_results(project, step, sources)
        else:
            found.append(_there(project, step))
    kept = {contract.id for contract in contracts}
    return [result for result in found if whole or result.contract in kept]


def _there(project: Project, step: Step) -> Result:
    """An empty folder or file is as good as none: nobody has written what it is there for."""
    seen = what_is_at(project.root / step.path)
    if seen.problem:
        outcome, message = Outcome.ERROR, f"could not tell whether {step.path} is there: {seen.problem}"
    elif seen.kind != step.kind:
        there = f"it is a {seen.kind}" if seen.kind else "there is nothing"
        outcome, message = Outcome.FAIL, f"{step.path} is no {step.kind}: {there}"
    elif seen.empty:
        outcome, message = Outcome.FAIL, f"the {step.kind} {step.path} is empty"
    else:
        outcome, message = Outcome.PASS, f"the {step.kind} {step.path} is there"
    rule = RULES[step.kind]
    return Result(
        id=fingerprint(rule, step.path),
        rule=rule,
        check=f"sequence/{step.text}",
        outcome=outcome,
        severity=Severity.ERROR,
        file=step.at.file,
        line=step.at.line,
        message=message,
        expected=step.text,
    )
