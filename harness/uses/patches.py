"""Drift -> for each contract file the patch that would accept it."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

from harness.load.contract import parse_contract
from harness.model.change import IMPACTS, largest
from harness.model.errors import DocumentError
from harness.model.result import Acceptance, Outcome, Patch, Result, Severity
from harness.model.version import next_version
from harness.patches.accept import Meaning, Table, accepted, meaning_of, with_version
from harness.patches.diff import unified
from harness.patches.edit import UnpatchableError
from harness.rules import drift

_RULES = frozenset(rule.id for rule in drift.RULES)
Tables = Mapping[tuple[str, str], Table]
"""By file and name."""
Read = Callable[[str], str]
"""The text of a file of the project."""
Look = Callable[[str, str], Iterable[Result]]
"""What the drift rules find when a file has another text."""


def patches_of(results: Iterable[Result], tables: Tables, read: Read, look: Look) -> tuple[Patch, ...]:
    """A Patch for each file with drift.

    What only informs needs no acceptance: a warehouse that does not enforce `required` is no reason to take a promise
    back.
    """
    by_file: dict[str, list[Result]] = {}
    for result in filter(_counts, results):
        by_file.setdefault(result.file, []).append(result)
    return tuple(_patch(file, drifts, tables, read, look) for file, drifts in by_file.items())


def _counts(result: Result) -> bool:
    return result.rule in _RULES and result.outcome is Outcome.FAIL and result.severity is not Severity.INFO


def _patch(file: str, drifts: Iterable[Result], tables: Tables, read: Read, look: Look) -> Patch:
    try:
        before = read(file)
    except DocumentError as error:
        return Patch(file=file, drifts=tuple(Acceptance(result=each.id, refused=error.message) for each in drifts))
    after, told, meanings = before, [], list[Meaning]()
    for each in drifts:
        table = tables[file, each.table]
        meaning = meaning_of(each, table.dialect)
        said = Acceptance(result=each.id, impact=meaning.impact, bump=meaning.bump, why=meaning.why)
        try:
            after = accepted(after, each, table)
            told.append(replace(said, diff=_alone(before, each, table)))
            meanings.append(meaning)
        except UnpatchableError as error:
            told.append(Acceptance(result=each.id, refused=str(error)))
    if not meanings:
        return Patch(file=file, drifts=tuple(told))
    for each in filter(_counts, look(file, after)):
        # a column that is declared by its new name has a place among the others, which may be another one
        with suppress(UnpatchableError):
            after = accepted(after, each, tables[file, each.table])
    contract = parse_contract(before, file).contract
    old, bump = contract.version if contract else "", largest(meaning.bump for meaning in meanings)
    new = next_version(old, bump)
    return Patch(
        file=file,
        diff=unified(before, with_version(after, file, new) if new else after, file),
        impact=min((meaning.impact for meaning in meanings), key=IMPACTS.index),
        bump=bump,
        version=old,
        new_version=new,
        drifts=tuple(told),
    )


def _alone(before: str, each: Result, table: Table) -> str:
    try:
        return unified(before, accepted(before, each, table), table.file)
    except UnpatchableError:
        return ""  # it only makes sense after the others
