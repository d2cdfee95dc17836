"""`dbt test` by the artifacts that dbt leaves: one result for each test, without running one again.

A test passes only when dbt's last command ran it, by the manifest that is there, on the tables that are there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from harness.load.dbt_project import dbt_project_in
from harness.load.dbt_run import read_run
from harness.load.lineage import Sources
from harness.model.contract import Contract, Schema
from harness.model.dbt import DbtNode, DbtProject, DbtSource, DbtTest
from harness.model.dbt_run import DbtOutcome, DbtRun
from harness.model.errors import DocumentError
from harness.model.location import Location
from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity, fingerprint
from harness.model.sequence import RULES, Step
from harness.plan import table_of
from harness.reporters.words import plural
from harness.uses.dbt_changes import AGAIN, changed_since, clock, subject_of, written_at

DBT_TEST = RULES["dbt"]
_ROUNDED = timedelta(seconds=2)
"""By how much the times of files may be too early."""
_TESTING = ("build", "test")
"""Commands of dbt that run tests; of others a test has the status of its compilation."""


def dbt_test_results(project: Project, step: Step, sources: Sources) -> list[Result]:
    """One result for each test in the manifest; one ERROR when nothing is known of any of them."""
    try:
        if not sources.manifest:
            raise DocumentError("there is no manifest of dbt that can be read", hint="run `dbt build`")
        dbt = dbt_project_in(sources.manifest)
        run = read_run(project.root / project.lineage.dbt, project.root)
    except DocumentError as error:
        return [_unknown(step, str(error), error.at)]
    written_by = str(sources.manifest.data["metadata"].get("invocation_id") or "")
    places = _places(project)
    why = _useless(run, dbt, written_by) or changed_since(project, dbt, run)
    if why:
        return [_unknown(step, why, run.at)]
    return [_result(test, _Around(dbt, run, places)) for test in dbt.tests]


def _unknown(step: Step, why: str, at: Location | None) -> Result:
    place = at or step.at
    return Result(
        id=fingerprint(DBT_TEST),
        rule=DBT_TEST,
        check=f"sequence/{step.text}",
        outcome=Outcome.ERROR,
        severity=Severity.ERROR,
        file=place.file,
        line=place.line,
        message=f"could not tell whether the tests of dbt hold: {why}",
        expected=step.text,
    )


def _useless(run: DbtRun, dbt: DbtProject, written_by: str) -> str:
    """Why the results of a run say nothing of any test; "" when they may."""
    if run.command not in _TESTING:
        return f"dbt's last command was `dbt {run.command}`, which runs no test; {AGAIN}"
    if run.invocation != written_by:
        return f"its results are of another run than its manifest, so of other tests, perhaps; {AGAIN} last"
    if run.flags:
        return f"dbt ran with {', '.join(run.flags)}, so its tests did not look at these tables; {AGAIN} without"
    if not dbt.tests:
        return "the dbt project has no test"
    return ""


@dataclass(frozen=True, slots=True)
class _Place:
    """A table under contract."""

    contract: Contract
    schema: Schema
    relation: str
    database: str
    """Of PostgreSQL; "" elsewhere, where a database is called as whoever opens it likes."""
    written: datetime | None
    """When the file of a DuckDB server was; None of others, and where it cannot be told."""


def _places(project: Project) -> tuple[_Place, ...]:
    found = []
    for contract in project.contracts:
        server = project.server_of(contract)
        named = str(server.settings.get("database") or "") if server and server.type == "postgres" else ""
        found += [
            _Place(
                contract,
                schema,
                str(table_of(project, contract, schema).name).lower(),
                named.lower(),
                written_at(project, server) if server else None,
            )
            for schema in contract.schemas
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Around:
    """All that a test is judged by."""

    dbt: DbtProject
    run: DbtRun
    places: tuple[_Place, ...]

    def item(self, test: DbtTest) -> DbtNode | DbtSource | None:
        """What the test is about."""
        about = subject_of(test)
        return self.dbt.nodes.get(about) or self.dbt.sources.get(about)

    def place(self, test: DbtTest) -> _Place | None:
        """The table under contract that it is about, where dbt built it or read it."""
        item = self.item(test)
        return next((each for each in self.places if item and each.relation == item.relation.lower()), None)


def _result(test: DbtTest, around: _Around) -> Result:
    outcome = around.run.outcomes.get(test.id)
    place = around.place(test)
    why = _unsure(test, outcome, around)
    found, severity, message = (
        (Outcome.ERROR, Severity.ERROR, f"could not tell: {why}") if why else _said(test, outcome)
    )
    contract = place.contract if place else None
    return Result(
        id=fingerprint(DBT_TEST, test.id),
        rule=DBT_TEST,
        check=f"dbt/{test.id}",
        outcome=found,
        severity=severity,
        contract=contract.id if contract else "",
        version=contract.version if contract else "",
        layer=contract.layer if contract else "",
        table=place.schema.name if place else "",
        column=test.column if place and place.schema.property(test.column) else "",
        file=test.at.file,
        line=test.at.line,
        message=message,
        expected=f"{test.kind} of dbt" if test.kind != "singular" else "no rows",
        actual=_rows(outcome) if outcome and not why else "",
        failed_rows=outcome.failures if outcome and not why else None,
        query=outcome.compiled if outcome else "",
        seconds=outcome.seconds if outcome else 0.0,
        owner=contract.owner if contract else "",
    )


def _unsure(test: DbtTest, outcome: DbtOutcome | None, around: _Around) -> str:
    """Why nobody knows whether the test holds; "" when it is known."""
    if not outcome:
        return f"dbt's last command did not run {test.name}; {AGAIN} of all"
    if outcome.status == "skipped":
        return f"dbt skipped {test.name}: what it tests was not built"
    if outcome.status not in ("pass", "fail", "warn"):
        return f"{test.name} ended with {outcome.status}: {outcome.message or 'dbt gives no reason'}"
    if test.kind == "unit":
        # it brings its own rows: what the tables hold, and when they were built, is nothing to it
        return ""
    return _elsewhere(test, around) or _outdated(test, outcome, around)


def _elsewhere(test: DbtTest, around: _Around) -> str:
    """A run of dbt in a schema or database of its own says nothing of the tables under contract."""
    item = around.item(test)
    if not item:
        return ""
    alike = [each for each in around.places if each.relation.rpartition(".")[2] == item.parts[-1].lower()]
    there = [each for each in alike if each.relation == item.relation.lower()]
    if alike and not there:
        return f"dbt tested {item.relation}, and the contract is of {alike[0].relation}; run dbt with that target"
    database = item.parts[0].lower() if len(item.parts) == 3 else ""
    other = next((each for each in there if each.database and database and each.database != database), None)
    return f"dbt tested the database {database}, and the contract is of {other.database}" if other else ""


def _outdated(test: DbtTest, outcome: DbtOutcome, around: _Around) -> str:
    """A table that was built after the test began, or of which nothing tells when it was."""
    if not outcome.started:
        return f"dbt does not say when it ran {test.name}"
    ids = dict.fromkeys((*([test.node] if test.node else []), *test.depends_on))
    for node in _tables(ids, around.dbt.nodes):
        built = _built(node, around.run)
        if built and built > outcome.started:
            return f"{node.relation} was built at {clock(built)}, after {test.name} began; {AGAIN}"
        if not built and around.dbt.adapter != "duckdb":
            return f"nothing tells when dbt built {node.relation}; run `dbt build`"
        places = [place.written for place in around.places if place.relation == node.relation.lower()]
        if built and places and all(written and written + _ROUNDED < built for written in places):
            return (
                f"dbt built {node.relation} at {clock(built)}, and the DuckDB file was not written after "
                f"{clock(max(filter(None, places)))}: it worked in another file; run dbt with that target"
            )
    return ""


def _tables(ids: Mapping[str, None], nodes: Mapping[str, DbtNode]) -> Iterator[DbtNode]:
    """The nodes with rows of their own; a view or an ephemeral model has those of what it reads."""
    waiting, seen = [name for name in ids if name in nodes], set(ids)
    while waiting:
        node = nodes[waiting.pop()]
        if node.materialized in ("view", "ephemeral"):
            further = [name for name in node.depends_on if name in nodes and name not in seen]
            seen.update(further)
            waiting += further
        else:
            yield node


def _built(node: DbtNode, run: DbtRun) -> datetime | None:
    outcome = run.outcomes.get(node.id)
    return outcome.finished if outcome and outcome.finished else run.built.get(f"{node.package}/{node.path}")


def _said(test: DbtTest, outcome: DbtOutcome | None) -> tuple[Outcome, Severity, str]:
    """What dbt says of a test that it ran. What it warns of does not hold."""
    status = outcome.status if outcome else ""
    kind = f"{test.kind} test" if test.kind in ("singular", "unit") else "test"
    if status == "pass":
        failures = outcome.failures if outcome else 0
        tolerated = f", with {plural(failures, 'row')} that its thresholds tolerate" if failures else ""
        return Outcome.PASS, Severity.ERROR, f"the {kind} {test.name} of dbt holds{tolerated}"
    severity = Severity.WARNING if status == "warn" else Severity.ERROR
    return Outcome.FAIL, severity, f"the {kind} {test.name} of dbt does not hold"


def _rows(outcome: DbtOutcome) -> str:
    return plural(outcome.failures, "row") if outcome.failures is not None else ""
