"""docs/tables/<table>.md: what a table is, where it comes from, what it refers to, and who reads it."""

from collections.abc import Mapping

from harness.model.lineage import words_of
from harness.model.question import Assumption, Question
from harness.publish.diagrams import lineage, relationships
from harness.publish.markdown import document, grid, link, name, notes, text
from harness.publish.platform import Platform, Reference, Told
from harness.publish.words import dictionary, elements, levels, people, place, readers, schedule
from harness.reporters.escape import spoken

_LONG = 2_000
"""Characters of what is said of an assumption."""


def table_page(platform: Platform, table: Told) -> str:
    """The page, without what people wrote in it."""
    contract = table.contract
    drawn = relationships(platform, table)
    return document(
        f"# {text(table.name, 200)}",
        f"In one sentence: {text(table.schema.description)}",
        grid(("fact", "is"), _facts(table)),
        *(f"**{word.capitalize()}.** {text(said)}" for word, said in _in_order(contract.description) if said),
        "## Columns",
        dictionary(platform, table) or "Its contract declares no column.",
        "## Relationships",
        drawn,
        grid(("column", "refers to"), (_reference(each) for each in platform.refers(table)))
        or ("It refers to nothing." if drawn else "It refers to nothing, and nothing refers to it."),
        "## Lineage",
        lineage(platform, table) or "Nothing is known of what it comes from or goes into.",
        _gaps(platform, table),
        "## Assumptions",
        _assumptions(table),
        _open(table),
        "## Service levels",
        grid(
            ("level", "value", "of", "schedule", "says"),
            ((text(s.property), levels(s), elements(s), schedule(s), text(s.description)) for s in table.sla),
        )
        or "Its contract promises none.",
        "## Consumers",
        readers(table),
        "## People",
        people(table),
        notes("What is worth knowing of this table that its contract cannot say."),
    )


def _in_order(description: Mapping[str, str]) -> list[tuple[str, str]]:
    """Purpose, usage and limitations."""
    return [(word, description[word]) for word in ("purpose", "usage", "limitations") if word in description]


def _facts(table: Told) -> list[tuple[str, str]]:
    contract, schema = table.contract, table.schema
    return [
        ("layer", text(table.layer)),
        ("in the warehouse", name(table.key)),
        ("server", f"{name(table.server)} ({text(table.server_type)}): {place(contract)}" if table.server else "none"),
        ("granularity", text(schema.granularity)),
        ("primary key", ", ".join(name(item.name) for item in schema.primary_key) or "none"),
        ("contract", f"{name(contract.id)} {text(contract.version)}, {text(contract.status)}"),
        ("written in", name(contract.at.file, 400)),
        ("clauses", f"{len(table.checks):,}; `harness plan --select` shows each with its SQL"),
        ("tags", text(", ".join((*contract.tags, *schema.tags)))),
        ("runbook", f"[when it fails](../runbooks/{table.page}.md)"),
    ]


def _reference(each: Reference) -> tuple[str, str]:
    there = link(each.target, "") if each.target else f"{name(each.target_name)}, which no contract declares"
    columns = ", ".join(map(name, each.target_columns))
    return ", ".join(map(name, each.columns)), f"{there}{f' ({columns})' if columns else ''}"


def _assumptions(table: Told) -> str:
    found = [(each.id, each.answer) for each in table.points if isinstance(each.answer, Assumption)]
    rows = [
        (about, spoken(it.text, _LONG), it.confidence, spoken(it.because, _LONG), spoken(it.write, _LONG))
        for about, it in found
    ]
    return (
        grid(("about", "assumed is", "confidence", "because", "to say otherwise"), rows) or "Nothing is assumed of it."
    )


def _open(table: Told) -> str:
    lines = [f"- {each.id}: {text(each.answer.text)}" for each in table.points if isinstance(each.answer, Question)]
    return (
        "What must be asked (`harness questions` has options, and what each costs):\n\n" + "\n".join(lines)
        if lines
        else ""
    )


def _gaps(platform: Platform, table: Told) -> str:
    lines = [
        f"- {name(words_of(gap, columns), 400)}: {text(gap.reason)}" for gap, columns in platform.gaps(table).items()
    ]
    return "What could not be resolved:\n\n" + "\n".join(lines) if lines else ""
