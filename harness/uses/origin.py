"""Where the project was in an earlier commit, and the policy that it was under."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from harness.load.git_files import contents, git_files
from harness.load.project import judging_in
from harness.load.revision import left_out, place_in, texts, tree
from harness.load.settings import FILE
from harness.model.errors import HistoryError, ProjectError
from harness.model.governance import Governance
from harness.model.location import Location
from harness.model.project import Policy, Project, Violation
from harness.rules import breaking

_RULES = [rule.id for rule in (*breaking.RULES, *breaking.VERSION_RULES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The project as a commit has it."""

    top: Path
    """Of the repository."""
    commit: str
    folder: str
    """From `top`: `data/`, or "" for all of it. Where it is now, when it was nowhere."""
    contracts_dir: str
    policy: Policy
    governance: Governance | None = None
    """The house rules that it had; those of today where nobody can tell, and where it had none."""
    is_known: bool = True
    """Whether it was anywhere."""
    problem: Violation | None = None
    """Why its policy is that of today."""
    notes: tuple[str, ...] = ()
    """What a reader should know of it."""


def origin_of(project: Project, commit: str) -> Origin:
    """That of the commit: a change is judged by the policy that it found, not by one that it brings along.

    Raises HistoryError when several projects moved and nobody can tell which of them this one was.
    """
    top, here = place_in(project.root)
    file = git_files(top, commit, here, FILE, (FILE,))
    folder = here
    if not file and (gone := _gone(top, commit)):
        folder = _its_own(gone, project, top, commit)
        file = git_files(top, commit, folder, FILE, (FILE,))
    notes = [] if folder == here else [f"the project was in {_called(folder)}"]
    contracts_dir, policy, house, problem = project.contracts_dir, project.policy, project.governance, None
    if not file:
        policy = judging_in(_SILENT).policy
        notes += [f"{FILE} is new; the contracts are judged by the policy that needs none"] * _differ(project, policy)
    else:
        try:
            before = judging_in(contents(file)[FILE].decode("utf-8"))
            contracts_dir, policy, house = before.contracts_dir, before.policy, before.governance or house
            differ = f"the policy in {FILE} changes too; the contracts are judged by the policy as it was"
            notes += [differ] * _differ(project, policy)
        except (ProjectError, UnicodeDecodeError) as error:
            unread = f"{FILE} of {commit[:12]} cannot be read ({error}), so nobody knows the policy of before"
            problem = Violation(Location(FILE), "", unread, "merge one that can be read first; this is that of today")
    return Origin(
        top=top,
        commit=commit,
        folder=folder,
        contracts_dir=contracts_dir,
        policy=policy,
        governance=house,
        is_known=bool(file),
        problem=problem,
        notes=tuple(notes),
    )


_SILENT = "version: 1\nname: one that says nothing of changes\n"


def projects_in(paths: Iterable[str]) -> list[str]:
    """The folders of the projects among these files: `data/`, or "" for the top."""
    return [path.removesuffix(FILE) for path in paths if path == FILE or path.endswith(f"/{FILE}")]


def _gone(top: Path, commit: str) -> list[str]:
    """The folders of projects that the work tree has no more."""
    listed = tree(top, commit, ".").keys() - left_out(top)
    files = {folder: top / folder / FILE for folder in sorted(projects_in(listed))}
    # a link that leads to where it is now does not keep it there
    return [folder for folder, file in files.items() if not file.is_file() or file.parent.resolve() != file.parent]


def _its_own(gone: list[str], project: Project, top: Path, commit: str) -> str:
    if len(gone) == 1:
        return gone[0]
    files = tree(top, commit, *(folder + FILE for folder in gone))
    found = texts(top, commit, files)
    own = [folder for folder in gone if _name_in(found[folder + FILE]) == project.name]
    if len(own) == 1:
        return own[0]
    names = " and ".join(map(_called, gone))
    hint = "move one project at a time, or keep the `name` in harness.yaml"
    raise HistoryError(f"the projects in {names} are gone, and nobody can tell which of them this one was", hint=hint)


def _name_in(content: bytes) -> str:
    try:
        return judging_in(content.decode("utf-8")).name
    except (ProjectError, UnicodeDecodeError):
        return ""


def _called(folder: str) -> str:
    return folder.rstrip("/") or "the top of the repository"


def _differ(project: Project, policy: Policy) -> bool:
    return _said(policy) != _said(project.policy)


def _said(policy: Policy) -> tuple[object, ...]:
    """What a policy says of changes."""
    severities = {rule: policy.severities[rule] for rule in _RULES if rule in policy.severities}
    by_contract = list(policy.contract_compatibility.items())
    return severities, policy.classifications, policy.compatibility, by_contract
