"""What was changed after dbt ran its tests, so that their results are of something else: files, and the tables."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from harness.engines.duckdb import changed_at
from harness.load.dbt_declared import DeclaredTest, declared_tests, text_of
from harness.model.contract import Server
from harness.model.dbt import DbtNode, DbtProject, DbtSource, DbtTest
from harness.model.dbt_run import DbtRun
from harness.model.errors import DocumentError, EngineError
from harness.model.project import Project

AGAIN = "run `dbt build`, or `dbt test`"
_CLOSING = timedelta(seconds=60)
"""In which dbt closes a DuckDB file after it wrote its results."""


def changed_since(project: Project, dbt: DbtProject, run: DbtRun) -> str:
    """What was changed, in one sentence; "" when nothing is known to be."""
    return next(_changes(project, dbt, run), "")


def clock(moment: datetime) -> str:
    """A moment for people."""
    return moment.isoformat(" ", "seconds")


def _changes(project: Project, dbt: DbtProject, run: DbtRun) -> Iterator[str]:
    edited = [node.at.file for node in dbt.own if node.changed]
    if project.lineage.dbt_project:
        written = [(each.at.file, each.sql) for each in dbt.macros]
        written += [(test.at.file, test.raw_code) for test in dbt.tests if test.kind == "singular"]
        edited += [file for file, sql in written if sql.strip() not in text_of(project.root / file)]
    for file in dict.fromkeys(edited):
        yield f"{file} was changed after dbt ran; {AGAIN}"
    if project.lineage.dbt_project:
        yield from _unheard(project, dbt)
    if dbt.adapter == "duckdb":
        yield from _written(project, run)


def _unheard(project: Project, dbt: DbtProject) -> Iterator[str]:
    """Tests in the files of the project of which its manifest does not know."""
    folder = project.root / project.lineage.dbt_project
    known = (*dbt.tests, *(each for each in dbt.disabled if isinstance(each, DbtTest)))
    singular = {test.at.file for test in known if test.kind == "singular"}
    off = {each.id: each for each in dbt.disabled if not isinstance(each, DbtTest)}
    named = {key: _name(item) for key, item in {**dbt.nodes, **dbt.sources, **off}.items()}
    try:
        for declared in declared_tests(folder, project.root):
            if declared.kind == "singular":
                heard = declared.at.file in singular
            else:
                heard = any(_same(declared, test, named.get(subject_of(test), "")) for test in known)
            if not heard:
                what = f"the test {declared.kind} of {declared.table}" if declared.table else declared.at.file
                yield f"{declared.at}: {what} is not as dbt ran it, or new; {AGAIN}"
    except DocumentError as error:
        yield str(error)


def subject_of(test: DbtTest) -> str:
    """The id of what a test is about: dbt attaches none to a source, and a singular test may read one table alone."""
    if test.node:
        return test.node
    read = dict.fromkeys(test.depends_on)
    sources = [each for each in read if each.startswith("source.")]
    about = sources if test.kind != "singular" else list(read)
    return about[0] if len(about) == 1 else ""


def _name(item: DbtNode | DbtSource) -> str:
    return f"{item.source}.{item.name}" if isinstance(item, DbtSource) else item.name


def _same(declared: DeclaredTest, test: DbtTest, table: str) -> bool:
    """Whether the manifest's test is the declared one; what Jinja makes of a text is not known."""
    if (declared.kind, declared.table, declared.column.lower()) != (test.kind, table, test.column.lower()):
        return False
    stated = {key: value for key, value in declared.arguments.items() if "{{" not in str(value)}
    settings = {key: value for key, value in declared.settings.items() if "{{" not in value}
    found = {key: str(getattr(test, key)) for key in settings}
    return all(_plain(test.arguments.get(key)) == _plain(value) for key, value in stated.items()) and (
        {key: value.lower() for key, value in settings.items()} == {key: value.lower() for key, value in found.items()}
    )


def _plain(value: object) -> str:
    """A value without regard to the types in which two readers of YAML keep it; `ref('x')` is as it is written."""
    if isinstance(value, list | tuple):
        return ",".join(map(_plain, value))
    return str(value).strip()


def written_at(project: Project, server: Server) -> datetime | None:
    """When a DuckDB file was written; None of other servers."""
    try:
        return changed_at(server, project.root) if server.type == "duckdb" else None
    except EngineError:
        # then no clause of its tables can be told, which is said of each
        return None


def _written(project: Project, run: DbtRun) -> Iterator[str]:
    servers = {server.name: server for contract in project.contracts if (server := project.server_of(contract))}
    for server in servers.values():
        changed = written_at(project, server)
        if changed and changed > run.written + _CLOSING:
            yield (
                f"the DuckDB file of the server {server.name} was changed at {clock(changed)}, "
                f"after dbt ended at {clock(run.written)}; {AGAIN}"
            )
