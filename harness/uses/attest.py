"""Evidence of a verification: what it was about, gathered and signed."""

from collections.abc import Iterator, Mapping, Sequence

from harness.attest.envelope import sealed
from harness.attest.keys import Signer
from harness.attest.statement import Surroundings, statement_of
from harness.load.git import commit_of, source_of
from harness.model.project import Project
from harness.model.result import Report, Severity


def evidence(
    project: Project,
    report: Report,
    document: str,
    signer: Signer,
    environ: Mapping[str, str],
    *,
    layers: Sequence[str],
    select: Sequence[str],
    fail_on: Severity | None,
) -> str:
    """The signed envelope; `document` is the report as JSON, the others are arguments of the run."""
    wanted = _contracts(project, report, narrowed=bool(layers or select))
    documents = {each.file for each in project.documents}
    folders = (project.contracts_dir, project.checks_dir, project.waivers.file)
    commit, why = commit_of(project.root, project.files, folders)
    source = source_of(project.root, environ)
    around = Surroundings(
        contracts={name: project.files[name] for name in wanted if name in project.files},
        configuration={name: content for name, content in project.files.items() if name not in documents},
        report=document.encode(),
        unread=tuple(name for name in wanted if name not in project.files),
        repository=source.repository if source else "",
        commit=commit,
        no_commit=why,
        arguments=tuple(_arguments(project, report, layers, select, fail_on)),
        fail_on=(fail_on or project.policy.fail_on).value,
    )
    return sealed(statement_of(report, around), signer)


def _contracts(project: Project, report: Report, *, narrowed: bool) -> list[str]:
    """The files of all contracts, or of those that a narrowed run has looked at."""
    if not narrowed:
        return [document.file for document in project.documents]
    seen = {result.contract for result in report.results if result.check}
    return [each.file for each in project.documents if each.contract and each.contract.id in seen]


def _arguments(
    project: Project, report: Report, layers: Sequence[str], select: Sequence[str], fail_on: Severity | None
) -> Iterator[str]:
    """Those by which a pass says less than the project's own settings ask for."""
    yield from (f"--layer {layer}" for layer in layers)
    yield from (f"--select {pattern}" for pattern in select)
    if report.as_of != (project.as_of or report.started):
        yield f"--as-of {report.as_of.isoformat()}"
    if fail_on is Severity.ERROR and project.policy.fail_on is not fail_on:
        yield f"--fail-on {fail_on.value}"
