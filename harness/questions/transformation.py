"""Transformation: what is done to the data, what becomes of history, and what of rows that come late."""

from harness.model.question import Answer, Assumption, Option, Question, Said
from harness.questions.table import Table, spoken


def logic(table: Table) -> Answer | None:
    """What makes its columns."""
    job = table.lineage.jobs.get(table.key)
    if table.key in table.lineage.derived:
        return Said(text=f"by the SQL of {job.at.file}" if job else "by SQL that lineage has read", at=table.schema.at)
    stated = [item for item in table.schema.properties if item.sources or item.transform_logic]
    if stated:
        text = f"{len(stated):,} of {len(table.schema.properties):,} columns say what they are made of"
        return Said(text=text, at=stated[0].at)
    if table.layer == "raw":
        return Assumption(
            text="none: rows are kept as they were received",
            confidence="high",
            because="it is of the layer raw",
            write="`transformLogic` of a column",
        )
    return Question(
        text="What makes it of its source?",
        options=(
            Option(
                answer="SQL in this repository: name it in `lineage` of harness.yaml.",
                cost="minutes; the origin of each column is read from it",
                write="",
            ),
            Option(
                answer="A job elsewhere: write down what each column is made of.",
                cost="an hour a table, and again at each change: nothing holds it against the job",
                write="properties:\n  - name: COLUMN\n    transformSourceObjects: [TABLE.COLUMN]",
            ),
        ),
        at=table.schema.at,
    )


def history(table: Table) -> Answer | None:
    """Whether a dimension keeps what it said before."""
    if found := table.custom("scd"):
        return Said(text=spoken(found[0]), at=found[1])
    if not table.name.startswith("dim_"):
        return None
    return Assumption(
        text="a change overwrites what was there (type 1)",
        confidence="medium",
        because="the dimension declares no history",
        write="the customProperty `scd`",
    )


def late_data(table: Table) -> Answer | None:
    """What becomes of a row that comes after its day."""
    if found := table.custom("late"):
        return Said(text=spoken(found[0]), at=found[1])
    parts = any(item.partitioned for item in table.schema.properties) or table.custom("partition")
    return Assumption(
        text="none comes late" if parts else "a late row is there with the next load",
        confidence="low" if parts else "medium",
        because="it is loaded by partition, and nothing says for how long one may still change"
        if parts
        else "no partition is declared, so each load is of the whole table",
        write="the customProperty `late`",
    )
