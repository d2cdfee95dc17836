"""Open questions and assumptions, as text, Markdown and JSON: each once, with all tables that it is asked of."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.model.question import Answered, Assumption, Option, Question, Said
from harness.model.waiver import WaiverUse
from harness.reporters.escape import code, prose
from harness.reporters.plain import inert, plain, plain_lines
from harness.reporters.words import plural

Waived = Mapping[str, WaiverUse]
"""Id of a question's finding -> the waiver that sets it aside."""
Named = tuple[Answered, str]
"""A point, and the id of its finding."""
_RANKS = {"low": 0, "medium": 1, "high": 2}


@dataclass(frozen=True, slots=True)
class _Asked:
    """One open question of one table."""

    point: Answered
    question: Question
    name: str


def as_text(points: Iterable[Named], waived: Waived) -> str:
    """The open questions with their options, then what is waived, then the assumptions; the least sure first."""
    every = list(points)
    lines = [_summary(every, waived), ""]
    for group in _grouped(_open(every, waived)):
        first = group[0]
        lines.append(f"? {first.point.id} ({first.point.topic}): {plain(first.question.text)}")
        lines += [f"    {_place(each)}" for each in group]
        for number, option in enumerate(first.question.options, 1):
            lines += [f"    {number}. {plain(option.answer)}", f"       costs: {plain(option.cost)}"]
            lines += [f"       | {line}" for line in plain_lines(option.write)]
        lines.append("")
    for point, use in _set_aside(every, waived):
        lines.append(f"- {point.id} of {plain(point.schema.name)} is waived: {plain(_until(use))}")
    if assumed := _assumptions(every):
        lines += ["ASSUMED, unless somebody says otherwise"]
    for (name, it), tables in assumed:
        lines.append(f"  {it.confidence:6} {name}: {plain(it.text)}")
        lines.append(f"         because {plain(it.because)}; to say otherwise: {plain(it.write)}")
        lines.append(f"         {plain(', '.join(tables), 2000)}")
    return inert("\n".join(lines).rstrip("\n")) + "\n"


def _place(asked: _Asked) -> str:
    hold = "blocks the hand-off" if asked.point.blocks else "open"
    owner = plain(asked.point.contract.owner) or "nobody"
    at = asked.question.at
    return f"{plain(asked.point.schema.name)}  {hold}  {at.file}:{at.line}  owner {owner}  id {asked.name}"


def as_markdown(points: Iterable[Named], waived: Waived) -> str:
    """The same for an issue or a page."""
    every = list(points)
    parts = ["# Open questions", prose(_summary(every, waived), 400)]
    for group in _grouped(_open(every, waived)):
        first = group[0]
        parts += [f"## {first.point.topic}: {first.point.id}", prose(first.question.text, 1000)]
        parts.append(
            "\n".join(["| table | | clause | owner | id |", "| --- | --- | --- | --- | --- |", *map(_row, group)])
        )
        parts += [_option(number, option) for number, option in enumerate(first.question.options, 1)]
    aside = [
        f"- {point.id} of {code(point.schema.name, 200)}: {prose(_until(use), 600)}"
        for point, use in _set_aside(every, waived)
    ]
    parts += ["## Waived", "\n".join(aside)] if aside else []
    rows = [
        f"| {it.confidence} | {name} | {prose(it.text, 1000)} | {prose(it.because, 1000)} | {_codes(tables)} |"
        for (name, it), tables in _assumptions(every)
    ]
    head = ["| confidence | point | assumed | because | tables |", "| --- | --- | --- | --- | --- |"]
    parts += ["## Assumed", "\n".join([*head, *rows])] if rows else []
    return inert("\n\n".join(parts)) + "\n"


def _row(asked: _Asked) -> str:
    cells = (
        code(asked.point.schema.name, 200),
        "**blocks the hand-off**" if asked.point.blocks else "open",
        code(f"{asked.question.at.file}:{asked.question.at.line}", 400),
        prose(asked.point.contract.owner or "nobody", 200),
        code(asked.name, 20),
    )
    return f"| {' | '.join(cells)} |"


def _option(number: int, option: Option) -> str:
    said = f"{number}. {prose(option.answer, 1000)} *Costs:* {prose(option.cost, 1000)}"
    block = "\n".join(f"   {line}" for line in ["```yaml", *plain_lines(option.write), "```"])
    return f"{said}\n\n{block}" if option.write else said


def _codes(names: Sequence[str]) -> str:
    return ", ".join(code(name, 200) for name in names)


def as_json(points: Iterable[Named], waived: Waived) -> str:
    """Everything, what is said too; described by `questions.schema.json`, which ships with the package."""
    every = list(points)
    asked = _open(every, waived)
    count = {
        "open": len(asked),
        "blocking": sum(each.point.blocks for each in asked),
        "waived": len(_set_aside(every, waived)),
        "assumptions": sum(isinstance(point.answer, Assumption) for point, _ in every),
        "said": sum(isinstance(point.answer, Said) for point, _ in every),
    }
    data = {"schema": "1.0", "summary": count, "points": [_point(point, name, waived) for point, name in every]}
    return inert(json.dumps(data, indent=2, ensure_ascii=False), hash="\\u0023") + "\n"


def _point(point: Answered, name: str, waived: Waived) -> dict[str, Any]:
    head = {
        "table": point.schema.name,
        "contract": point.contract.id,
        "layer": point.contract.layer or None,
        "topic": point.topic,
        "point": point.id,
    }
    match point.answer:
        case Said() as it:
            return {**head, "kind": "said", "text": it.text, "file": it.at.file, "line": it.at.line}
        case Assumption() as it:
            said = {"text": it.text, "confidence": it.confidence, "because": it.because, "write": it.write}
            return {**head, "kind": "assumption", **said}
        case Question() as it:
            use = waived.get(name)
            return {
                **head,
                "kind": "question",
                "id": name,
                "text": it.text,
                "blocks": point.blocks and not use,
                "waived": {"by": use.waiver.approver, "until": use.waiver.expires.isoformat()} if use else None,
                "file": it.at.file,
                "line": it.at.line,
                "options": [{"answer": o.answer, "cost": o.cost, "write": o.write or None} for o in it.options],
            }


def _summary(every: Sequence[Named], waived: Waived) -> str:
    asked = _open(every, waived)
    blocking = sum(each.point.blocks for each in asked)
    aside = len(_set_aside(every, waived))
    assumed = sum(isinstance(point.answer, Assumption) for point, _ in every)
    more = f"; {aside:,} waived" if aside else ""
    tables = len({id(point.schema) for point, _ in every})
    return (
        f"{plural(len(asked), 'open question')} of {plural(tables, 'table')}, of which {blocking:,} "
        f"{'blocks' if blocking == 1 else 'block'} the hand-off{more}; {plural(assumed, 'assumption')}"
    )


def _open(every: Sequence[Named], waived: Waived) -> list[_Asked]:
    """The open questions; those that block first."""
    found = [
        _Asked(point, point.answer, name)
        for point, name in every
        if isinstance(point.answer, Question) and name not in waived
    ]
    return sorted(found, key=lambda each: not each.point.blocks)


def _grouped(asked: Iterable[_Asked]) -> list[list[_Asked]]:
    """The same question of several tables is one."""
    found: dict[tuple[str, str], list[_Asked]] = {}
    for each in asked:
        found.setdefault((each.point.id, each.question.text), []).append(each)
    return list(found.values())


def _set_aside(every: Sequence[Named], waived: Waived) -> list[tuple[Answered, WaiverUse]]:
    return [(p, waived[name]) for p, name in every if isinstance(p.answer, Question) and name in waived]


def _until(use: WaiverUse) -> str:
    return (
        f"{use.waiver.reason}; approved by {use.waiver.approver}, until {use.waiver.expires}, {use.days_left} days left"
    )


def _assumptions(every: Iterable[Named]) -> list[tuple[tuple[str, Assumption], list[str]]]:
    """What is assumed, each once with all its tables; the least sure first."""
    found: dict[tuple[str, Assumption], list[str]] = {}
    for point, _ in every:
        if isinstance(point.answer, Assumption):
            found.setdefault((point.id, point.answer), []).append(point.schema.name)
    return sorted(found.items(), key=lambda entry: _RANKS[entry[0][1].confidence])


QUESTIONS: dict[str, Callable[[Iterable[Named], Waived], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}
"""Format -> the function that writes it."""
