"""The review for a pull request: the verdict, what breaks, who must be asked; the rest folded, and never too long."""

import re
from collections.abc import Iterable, Sequence

from harness.model.affected import Affected
from harness.model.change import Impact
from harness.model.result import VerdictOutcome
from harness.model.review import DataReview, Review
from harness.reporters.escape import code, prose, spoken
from harness.reporters.plain import inert, plain, plain_lines
from harness.reporters.review import words
from harness.reporters.review.graph import graph
from harness.reporters.words import plural

_HEADLINE = {
    VerdictOutcome.PASS: "✅ PASS",
    VerdictOutcome.FAIL: "❌ FAIL",
    VerdictOutcome.UNDECIDED: "❓ UNDECIDED",
}
_TITLES: dict[Impact, str] = {"breaking": "Breaking", "risky": "Risky: it needs a reader", "safe": "safe change"}
# a comment on GitHub holds 65,536 characters: each part has its room, and all of them together stay under it
_ROOM = {
    "contracts": 4_500, "breaking": 15_000, "risky": 8_000, "safe": 6_000, "problems": 3_000, "asked": 6_000,
    "hits": 5_000, "graph": 5_000, "unknown": 2_500, "drafts": 2_500, "suggestions": 2_500, "data": 3_000,
}  # fmt: skip
_ELSEWHERE = "more; `harness review --format json` has all"


def render(review: Review) -> str:
    """The comment; every text of a contract in it is escaped, and mentions nobody."""
    parts = [
        marker(review.project),
        f"## {_HEADLINE[review.outcome]}: {prose(review.reason.rstrip('. '), 400)}",
        _facts(review),
        _contracts(review),
        _changes(review, "breaking"),
        _problems(review),
        _asked(review),
        _changes(review, "risky"),
        _folded(review),
        _hits(review.affected),
        _suggestions(review),
        _drafts(review),
        _data(review.data),
        _footer(review),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def marker(project: str) -> str:
    """Hidden in every review of a project, so that a bot finds its comment again; not that of `harness verify`."""
    name = re.sub(r"[^\w.]+", "-", plain(project, 100))
    return f"<!-- contract-harness-review:{name} -->"


def _facts(review: Review) -> str:
    against = code(review.against.ref, 100)
    commit = f" at {code(review.against.commit[:12], 12)}" if review.against.commit else ""
    notes = "".join(f" {spoken(note[:1].upper() + note[1:].rstrip('.'), 200)}." for note in review.notes[:5])
    project = prose(review.project, 80) or "Contracts"
    return f"{project} against {against}{commit}: {words.contracts(review)}, {words.tally(review)}.{notes}"


def _contracts(review: Review) -> str:
    if not review.contracts:
        return ""
    rows = [
        (
            "❌" if each.blocking else "❗" if each.breaking else "",
            f"{code(each.contract, 100)}<br>{code(each.file, 160)}",
            prose(f"{each.state}, {words.versions(each)}".rstrip(", "), 80),
            prose(words.calls_for(each), 60),
            prose(each.owner, 80) or "nobody",
        )
        for each in review.contracts
    ]
    return _table(("", "Contract", "Version", "Calls for", "Owner"), rows, _ROOM["contracts"])


def _changes(review: Review, impact: Impact) -> str:
    rows = _rows(review, impact)
    if not rows:
        return ""
    head = ("", "What", "Before → after", "Where") if impact == "breaking" else ("What", "Before → after", "Where")
    cut = rows if impact == "breaking" else [row[1:] for row in rows]
    return f"### {_TITLES[impact]}\n\n{_table(head, cut, _ROOM[impact])}"


def _rows(review: Review, impact: Impact) -> list[tuple[str, ...]]:
    return [
        (
            "" if change.id in contract.covered else "❌",
            f"{spoken(change.message, 300)}{_said(words.notes(contract, change))}<br>{code(change.rule, 60)}",
            prose(words.became(change), 160),
            code(f"{change.at.file}:{change.at.line}", 160),
        )
        for contract, change in words.of_impact(review, impact)
    ]


def _said(notes: Iterable[str]) -> str:
    return "".join(f"<br>{spoken(note[:1].upper() + note[1:], 240)}" for note in notes)


def _folded(review: Review) -> str:
    rows = [row[1:] for row in _rows(review, "safe")]
    if not rows:
        return ""
    body = _table(("What", "Before → after", "Where"), rows, _ROOM["safe"])
    return _details(plural(len(rows), _TITLES["safe"]), body)


def _problems(review: Review) -> str:
    if not review.problems:
        return ""
    rows = [(spoken(each.message, 300), code(f"{each.at.file}:{each.at.line}", 160)) for each in review.problems]
    return f"### Could not be told\n\n{_table(('What', 'Where'), rows, _ROOM['problems'])}"


def _asked(review: Review) -> str:
    found = review.affected
    if found is None or not (found.asked or found.unknown):
        return ""
    rows = [
        (
            prose(each.name, 80),
            words.PARTS[each.part],
            code(words.of_what(each), 120),
            prose(each.contact, 80),
            prose(each.note, 200),
        )
        for each in found.asked
    ]
    people = _table(("Who", "Why", "Of what", "Contact", ""), rows, _ROOM["asked"]) if rows else "Nobody is named."
    return f"### Who must be asked\n\n{people}{_unknown(found)}"


def _unknown(found: Affected) -> str:
    if not found.unknown:
        return ""
    lines = _fitting([f"- {spoken(each, 240)}" for each in found.unknown], _ROOM["unknown"])
    more = len(found.unknown) - len(lines)
    lines += [f"- … and {more:,} {_ELSEWHERE}"] if more else []
    return "\n\n**This is not everybody**, for not everything is known:\n\n" + "\n".join(lines)


def _hits(found: Affected | None) -> str:
    if found is None or not found.starts:
        return ""
    if not found.hits:
        return words.NOBODY if found.complete else ""
    rows = [
        (
            code(words.hit_name(each), 160),
            prose(", ".join(map(str, each.through)), 160),
            prose(each.owner, 60) or ("a check" if each.kind == "check" else "nobody is named"),
            prose(", ".join(each.consumers or ()), 120),
        )
        for each in found.hits
    ]
    table = _table(("Made of it", "Through", "Owner", "Read by"), rows, _ROOM["hits"])
    drawn = graph(found, _ROOM["graph"])
    cut = f"\n\nOf the graph, {drawn.left_out}." if drawn.left_out else ""
    return _details(
        f"{plural(len(rows), 'table or check', 'tables and checks')} made of what changes",
        f"{table}\n\n```mermaid\n{drawn.text}```{cut}",
    )


def _suggestions(review: Review) -> str:
    blocks = [
        f"{spoken(each.message, 300)}\n\n{_block(each.yaml)}" if each.yaml else spoken(each.message, 300)
        for contract in review.contracts
        for each in contract.suggestions
    ]
    return _blocks("compatible instead", blocks, _ROOM["suggestions"])


def _drafts(review: Review) -> str:
    drafts = [_block(each.draft) for contract in review.contracts for each in contract.approvals if each.draft]
    head = "Append to `waivers.yaml`, with the approval of an owner of each contract:"
    return _blocks("the waiver that would let it pass", [head, *drafts] if drafts else [], _ROOM["drafts"])


def _blocks(summary: str, blocks: Sequence[str], room: int) -> str:
    if not blocks:
        return ""
    shown = _fitting(blocks, room)
    more = len(blocks) - len(shown)
    return _details(summary, "\n\n".join([*shown, *([f"… and {more:,} {_ELSEWHERE}."] if more else [])]))


def _block(yaml: str) -> str:
    """Lines of code in a fence that none of them can end."""
    lines = inert("".join(f"{line}\n" for line in plain_lines(yaml)))
    ticks = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", lines)), 3)
    return f"{ticks}yaml\n{lines}{ticks}"


def _data(data: DataReview | None) -> str:
    if data is None:
        return ""
    head = f"### Today's data: {prose(data.verdict.outcome.value, 20)}\n\n{prose(data.verdict.reason, 300)}."
    rows = [
        (
            code(".".join(filter(None, (each.table, each.column))), 120),
            prose(each.message, 240),
            prose(each.actual, 100),
        )
        for each in (*data.failing, *data.undecided)
    ]
    return head + (
        f"\n\n{_table(('What', 'Fails from the first minute', 'Actual'), rows, _ROOM['data'])}" if rows else ""
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> str:
    """As many rows as there is room for, and how many more there are. A column that nothing fills is left out."""
    used = [index for index in range(len(head)) if any(row[index] for row in rows)]
    lines = [f"| {' | '.join(row[index] for index in used)} |" for row in rows]
    shown = _fitting(lines, room)
    top = [f"| {' | '.join(head[index] for index in used)} |", f"|{'---|' * len(used)}"]
    more = len(lines) - len(shown)
    return "\n".join([*top, *shown]) + (f"\n\n… and {more:,} {_ELSEWHERE}." if more else "")


def _fitting(texts: Iterable[str], room: int) -> list[str]:
    """The first of the texts that fit together."""
    shown: list[str] = []
    for text in texts:
        room -= len(text) + 1
        if room < 0:
            break
        shown.append(text)
    return shown


def _details(summary: str, body: str) -> str:
    # Markdown inside needs the empty lines
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"


def _footer(review: Review) -> str:
    exit_code, meaning = words.EXITS[review.outcome]
    return f"<sub>Exit code {exit_code}: {meaning}. contract-harness {prose(review.harness_version, 40)}.</sub>"
