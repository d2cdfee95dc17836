"""What the command line selects, held against what there is."""

from collections.abc import Callable, Iterable

from harness.model.project import Project
from harness.model.result import Outcome, Result, Severity, fingerprint


def selection_of(layers: Iterable[str], patterns: Iterable[str]) -> str:
    """What a run was narrowed to, the same in any order; "" when it was not."""
    words = [f"--layer {layer}" for layer in sorted(set(layers))]
    return " ".join(words + [f"--select {pattern}" for pattern in sorted(set(patterns))])


def empty_selections(
    project: Project, layers: Iterable[str], patterns: Iterable[str], matches: Callable[[str], bool]
) -> list[Result]:
    """An ERROR for each layer or pattern that selects nothing: whoever wrote it believes that it was checked."""
    present = {contract.layer for contract in project.contracts}
    words = [f"--layer {layer}" for layer in layers if layer not in present]
    words += [f"--select {pattern}" for pattern in patterns if not matches(pattern)]
    return [
        Result(
            id=fingerprint("selection", word),
            rule="selection",
            outcome=Outcome.ERROR,
            severity=Severity.ERROR,
            message=f"could not tell: {word} selects nothing",
        )
        for word in words
    ]
