"""Destination: who reads it, how they ask, how old it may be, and how long it is kept."""

from harness.model.consumer import Consumer, consumers_of
from harness.model.question import Answer, Assumption, Option, Question, Said
from harness.questions.table import Table, custom_yaml, is_answer, promised, sla_yaml, spoken


def consumers(table: Table) -> Answer | None:
    """Who reads it. Of a table inside the platform lineage tells; of a mart nobody but its owner can."""
    known = consumers_of(table.contract, table.schema)
    named = [each for each in known or () if is_answer(each.name)]
    readers = [each.name for each in table.below]
    at = table.place("consumers")
    if named:
        return Said(text=", ".join(map(_reader, named)), at=at)
    if known == () and not readers:
        return Said(text="nobody reads it", at=at)
    if readers and known is None and table.layer in ("raw", "staging", "intermediate"):
        return Assumption(
            text=f"read by {', '.join(readers)} alone",
            confidence="high",
            because="lineage names them, and it is no table for the readers outside",
            write="the customProperty `consumers`",
        )
    said = (
        f"its contract says nobody, yet {', '.join(readers)} is made of it"
        if known == ()
        else "its contract does not say"
    )
    return Question(
        text=f"Who reads it, and whom does a change of it break? ({said})",
        options=(
            Option(
                answer="Name those who read it, with a contact and what for.",
                cost="a look into the query log; from then on a review tells them before a change breaks them",
                write=custom_yaml("consumers", "[{name: DASHBOARD, contact: '#CHANNEL', use: WHAT FOR}]"),
            ),
            Option(
                answer="Nobody reads it yet.",
                cost="none; the first reader must be added before they rely on it",
                write=custom_yaml("consumers", "[]"),
            ),
            Option(
                answer="Nobody will: stop building it.",
                cost="saves its build; who read it without a word loses it",
                write="",
            ),
        ),
        at=at,
    )


def _reader(consumer: Consumer) -> str:
    return f"{consumer.name} ({consumer.use})" if consumer.use else consumer.name


def query_patterns(table: Table) -> Answer | None:
    """How it is asked: filters, joins, aggregates."""
    if found := table.custom("queryPatterns"):
        return Said(text=spoken(found[0]), at=found[1])
    if is_answer(usage := table.contract.description.get("usage")):
        return Said(text=str(usage), at=table.contract.where("description"))
    key = [item.name for item in table.schema.primary_key]
    by = [item.name for item in table.schema.properties if item.partitioned]
    text = " and ".join([*(f"filtered by {name}" for name in by), *([f"joined on {', '.join(key)}"] if key else [])])
    return Assumption(
        text=text or "read whole",
        confidence="medium" if text else "low",
        because="that is what its keys and partitions are good for" if text else "it has neither key nor partition",
        write="`description.usage`, or the customProperty `queryPatterns`",
    )


def latency(table: Table) -> Answer | None:
    """How old its newest row may be. Inside the platform the promises of the marts decide."""
    if sla := table.sla("latency", "freshness", "timeOfAvailability"):
        return Said(text=f"{sla.property} {promised(sla)}", at=sla.at)
    below = [sla for each in table.further if each.layer == "marts" and (sla := each.sla("latency", "freshness"))]
    if below and table.layer in ("raw", "staging", "intermediate"):
        return Assumption(
            text=f"no older than the marts made of it may be: {promised(below[0])}",
            confidence="medium",
            because="a mart is never fresher than what it is made of",
            write="`latency` in `slaProperties`",
        )
    return Question(
        text="How old may its newest row be before its readers must be told?",
        options=(
            Option(
                answer="A day and some slack, for decisions of the next morning.",
                cost="one build a day; a failure at night can wait for the morning",
                write=sla_yaml("latency", "26", "h", ", element: TABLE.COLUMN"),
            ),
            Option(
                answer="An hour, for decisions of the same day.",
                cost="about 24 times the builds, and somebody who answers at any hour",
                write=sla_yaml("latency", "1", "h", ", element: TABLE.COLUMN"),
            ),
            Option(
                answer="A week, for reports.",
                cost="the cheapest; the numbers of a meeting may be six days old",
                write=sla_yaml("latency", "8", "d", ", element: TABLE.COLUMN"),
            ),
        ),
        at=table.contract.where("slaProperties"),
    )


def retention(table: Table) -> Answer | None:
    """How long its rows are kept."""
    if sla := table.sla("retention"):
        return Said(text=f"kept for {promised(sla)}", at=sla.at)
    return Question(
        text="How long are its rows kept, and what becomes of them then?",
        options=(
            Option(
                answer="Two years and then deleted: this year can be compared with the last.",
                cost="storage of two years; older questions have no answer",
                write=sla_yaml("retention", "2", "y", ", element: TABLE.COLUMN"),
            ),
            Option(
                answer="As long as the law asks for business records: ten years.",
                cost="storage of ten years, and personal data needs a legal basis for all of them",
                write=sla_yaml("retention", "10", "y", ", element: TABLE.COLUMN"),
            ),
            Option(
                answer="Only as long as it is needed to build what is made of it.",
                cost="the least storage and the least risk; nothing older can be built anew",
                write=sla_yaml("retention", "90", "d", ", element: TABLE.COLUMN"),
            ),
        ),
        at=table.contract.where("slaProperties"),
    )
