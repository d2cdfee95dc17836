"""Changes of contracts for people at a terminal."""

from collections.abc import Sequence

from harness.model.change import Bump, Judged
from harness.model.project import Violation


def render(breaking: bool, bump: Bump, changes: Sequence[Judged], problems: Sequence[Violation]) -> str:
    """The verdict first, then each change with its place."""
    lines = [_verdict(breaking, bump, changes)]
    for each in changes:
        lines.append(f"{each.impact:9} {each.at.file}:{each.at.line}  {each.message}  [{each.rule}]")
        if each.impact == "breaking" and each.change.instead:
            lines.append(f"{'':9} instead: {each.change.instead}")
    lines += [f"unclear   {each.at.file}:{each.at.line}  {each.message}" for each in problems]
    return "\n".join(lines) + "\n"


def _verdict(breaking: bool, bump: Bump, changes: Sequence[Judged]) -> str:
    if not changes:
        return "no promise changed"
    counts = {impact: sum(each.impact == impact for each in changes) for impact in ("breaking", "risky", "safe")}
    said = ", ".join(f"{count} {impact}" for impact, count in counts.items() if count)
    version = f"it calls for a {bump} version" if bump != "none" else "it calls for no new version"
    return f"{'breaking' if breaking else 'compatible'}: {said}; {version}"
