"""Changes of contracts for people at a terminal."""

from collections.abc import Sequence

from harness.model.change import Bump, Judged
from harness.model.project import Violation
from harness.model.version import VersionNeed


def render(
    breaking: bool,
    bump: Bump,
    changes: Sequence[Judged],
    problems: Sequence[Violation],
    versions: Sequence[tuple[str, VersionNeed]],
) -> str:
    """The verdict first, then each change with its place."""
    lines = [_verdict(breaking, bump, changes)]
    for each in changes:
        lines.append(f"{each.impact:9} {each.at.file}:{each.at.line}  {each.message}  [{each.rule}]")
        if each.impact == "breaking" and each.change.instead:
            lines.append(f"{'':9} instead: {each.change.instead}")
    lines += [_version(file, need) for file, need in versions if not need.enough and need.after]
    lines += [f"unclear   {each.at.file}:{each.at.line}  {each.message}" for each in problems]
    return "\n".join(lines) + "\n"


def _verdict(breaking: bool, bump: Bump, changes: Sequence[Judged]) -> str:
    if not changes:
        return "no promise changed"
    counts = {impact: sum(each.impact == impact for each in changes) for impact in ("breaking", "risky", "safe")}
    said = ", ".join(f"{count} {impact}" for impact, count in counts.items() if count)
    version = f"it calls for a {bump} version" if bump != "none" else "it calls for no new version"
    return f"{'breaking' if breaking else 'compatible'}: {said}; {version}"


def _version(file: str, need: VersionNeed) -> str:
    done = f"goes from {need.before} to {need.after}" if need.before != need.after else f"stays {need.after}"
    todo = f"; write {need.write}" if need.write else ""
    return f"version   {file}  it {done}, but the changes ask for a {need.required} version{todo}"
