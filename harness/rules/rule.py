"""The one mechanism of lint, drift, breaking changes and governance: a Rule looks at documents and yields Findings."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from harness.model.check import Check
from harness.model.contract import Contract, Schema
from harness.model.lineage import Lineage
from harness.model.location import Location
from harness.model.project import Document, Project
from harness.model.result import Dimension, Outcome, Result, Severity, fingerprint
from harness.model.scan import Reading
from harness.model.waiver import Waiver, WaiverUse

if TYPE_CHECKING:  # a run on data compares no versions, and audits nothing
    from harness.changes.part import Leaf, Part
    from harness.load.lineage import Script
    from harness.model.audit import SlaStatus
    from harness.model.change import Change, Judged
    from harness.model.dbt import DbtProject
    from harness.model.facts import Sighting, TableFacts

Need = Literal[
    "previous",
    "observed",
    "catalog",
    "lineage",
    "results",
    "settled",
    "changes",
    "dbt",
    "checks",
    "runbooks",
    "facts",
    "storage",
    "grants",
    "sightings",
    "sql",
    "readings",
]
Scope = Literal["document", "contract", "table", "project", "waiver", "change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One place where a document is not as the rule wants it.

    `key` tells it from the rule's other findings in the same place without volatile numbers (a name, never a count);
    table and column are names as in the contract. `outcome` is ERROR where the rule could not tell.
    """

    message: str
    at: Location
    table: str = ""
    column: str = ""
    key: str = ""
    expected: str = ""
    actual: str = ""
    outcome: Outcome = Outcome.FAIL
    contract: Contract | None = None
    """Whose finding it is, where the context does not say: set by rules of scope `project`."""
    change: "Change | None" = None
    """Set by rules of scope `change`."""
    stays: bool = False
    """Said even where the rule is turned off: that a file could not be read is more than the rule's own opinion."""


@dataclass(frozen=True, slots=True)
class Lack:
    """What rules need and is not there: why, and which rules were not run for it."""

    needs: tuple[Need, ...]
    reason: str
    at: Location
    rules: tuple[str, ...] = ()
    outcome: Outcome = Outcome.ERROR
    """SKIP where there can be none, or none yet."""
    about: str = ""
    """The server or table that it is of, where there may be several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a rule may look at. What a rule lists in `needs` is there; the rest may be None."""

    project: Project
    document: Document | None = None
    """The contract's file; None for a rule of scope `project` or `waiver`."""
    contract: Contract | None = None
    """None when the document is no YAML, or for a rule of scope `project` or `waiver`."""
    previous: Contract | None = None
    """The contract before; it and `contract` are both there for a rule of scope `change`."""
    parts: "tuple[Part, ...]" = ()
    """All that differs between `previous` and `contract`, the contract itself first."""
    settled: "frozenset[Leaf]" = frozenset()
    """What the rules before this one have said something about."""
    changes: "tuple[Judged, ...]" = ()
    """What the other rules found between `previous` and `contract`, judged."""
    earlier: tuple[str, ...] = ()
    """The versions that the contract had before that of `previous`, where somebody looked."""
    observed: Schema | None = None
    """One real table of the contract as a contract fragment: its columns with physical type, `required` if NOT NULL."""
    declared: Schema | None = None
    """The table of the contract that `observed` belongs to."""
    catalog: frozenset[str] | None = None
    """Every table of the servers, as `schema.table`."""
    lineage: Lineage | None = None
    """Where the columns of all tables come from."""
    dbt: "DbtProject | None" = None
    """What dbt's manifest holds."""
    checks_by_contract: Mapping[str, tuple[Check, ...]] = field(default_factory=dict)
    """Contract id -> its clauses as they will be decided."""
    runbooks: frozenset[str] | None = None
    """The tables that have one in the project's documents."""
    scripts: "tuple[Script, ...] | None" = None
    """The files of SQL statements that build tables."""
    facts: "Mapping[tuple[str, str], TableFacts] | None" = None
    """Contract id and schema name -> what its server says of the table; None when no server was asked."""
    sightings: "Mapping[tuple[str, str], tuple[Sighting, ...]] | None" = None
    """Contract id and schema name -> which of its values look like personal data; None when nobody looked."""
    readings: Mapping[str, Reading] | None = None
    """Statement -> how its server would read tables for it; None when no server was asked."""
    lacking: tuple[Lack, ...] = ()
    """What the house rules need and was not there."""
    dialect: str = ""
    """sqlglot's name of the dialect in which `observed` spells its types."""
    waiver: Waiver | None = None
    use: WaiverUse | None = None
    """What `waiver` named in the run; None when the run did not tell all that it could name."""
    slas: "tuple[SlaStatus, ...]" = ()
    """The service levels over time, of an audit."""
    today: date = date.min
    """The day of the run, in UTC."""
    deciders: frozenset[str] = frozenset()
    """The ids of all rules and metrics that a waiver may name."""
    known: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)
    """What a rule has worked out of this context, for the rules after it."""


Find = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as a value.

    `scope` says what it is run for: each document, each contract that could be read, each observed table, each waiver,
    each contract that changed, or the project once.
    """

    id: str
    severity: Severity
    find: Find
    scope: Scope = "contract"
    needs: tuple[Need, ...] = ()
    dimension: Dimension | None = None
    style: bool = False
    """A matter of style, which says nothing about data: `lint` reports it, `verify` does not wait for it."""

    @property
    def doc(self) -> str:
        """Its page: *Why*, *Bad* and *Good*."""
        return inspect.getdoc(self.find) or ""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.doc.splitlines()[0]


def rule(
    id: str,
    *,
    severity: Severity,
    scope: Scope = "contract",
    needs: tuple[Need, ...] = (),
    dimension: Dimension | None = None,
    style: bool = False,
) -> Callable[[Find], Rule]:
    """Builds a Rule of the generator function below it; registers nothing."""

    def build(find: Find) -> Rule:
        return Rule(
            id=id,
            severity=severity,
            find=find,
            scope=scope,
            needs=needs,
            dimension=dimension,
            style=style,
        )

    return build


def apply(rules: Iterable[Rule], context: Context) -> list[Result]:
    """The Results of `rules` over one context; a rule turned off for the contract's layer is not run."""
    results: list[Result] = []
    for each in rules:
        # without a contract only the findings know their layer, and with it whether the rule is on
        if context.contract and _severity(each, context.contract, context) is None:
            continue
        for finding in found_by(each, context):
            severity = _severity(each, finding.contract or context.contract, context)
            if severity is None and finding.stays:
                severity = each.severity
            if severity is not None:
                results.append(_result(each, severity, finding, context))
    return results


def found_by(each: Rule, context: Context) -> list[Finding]:
    """The findings of one rule; a rule that breaks gives one of outcome ERROR."""
    found: list[Finding] = []
    try:
        found.extend(each.find(context))
    except Exception as error:  # noqa: BLE001 - the boundary around a rule: a broken rule is "could not tell", never a pass
        place = context.contract.at if context.contract else Location(_file(context))
        place = context.waiver.at if context.waiver else place
        message = f"the rule {each.id} broke: {type(error).__name__}: {error}; please report it"
        found.append(Finding(message=message, at=place, key="broken", outcome=Outcome.ERROR))
    return found


def _severity(each: Rule, contract: Contract | None, context: Context) -> Severity | None:
    return context.project.policy.severity(each.id, contract.layer if contract else "", each.severity)


def _result(each: Rule, severity: Severity, finding: Finding, context: Context) -> Result:
    contract = finding.contract or context.contract
    name = contract.id if contract else _file(context)
    return Result(
        id=fingerprint(each.id, name, finding.table, finding.column, finding.key),
        rule=each.id,
        outcome=finding.outcome,
        severity=severity,
        dimension=each.dimension,
        contract=contract.id if contract else "",
        version=contract.version if contract else "",
        layer=contract.layer if contract else "",
        table=finding.table,
        column=finding.column,
        file=finding.at.file,
        line=finding.at.line,
        message=finding.message,
        expected=finding.expected,
        actual=finding.actual,
        owner=contract.owner if contract else "",
    )


def _file(context: Context) -> str:
    return context.document.file if context.document else context.project.file
