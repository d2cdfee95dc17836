"""Source: where it comes from and in which format, with which columns, how often, how much."""

from harness.model.question import Answer, Assumption, Option, Question, Said
from harness.questions.table import Table, custom_yaml, promised, sla_yaml, spoken


def origin(table: Table) -> Answer | None:
    """Of a raw table the system and format, of any other the tables that it is made of."""
    return _feed(table) if table.layer == "raw" else _parents(table)


def _feed(table: Table) -> Answer:
    if found := table.custom("source"):
        return Said(text=spoken(found[0]), at=found[1])
    return Question(
        text="Which system does it come from, who runs it, and in which format does it deliver?",
        options=(
            Option(
                answer="Write down the system, the format and who answers for it.",
                cost="an hour with the producer; from then on a change of format is somebody's promise to keep",
                write=custom_yaml("source", "{system: NAME, format: csv, contact: TEAM, delivery: FOLDER OR API}"),
            ),
            Option(
                answer="It is a copy that nobody answers for: take its columns as they are today.",
                cost="no work now; a change is found when a load breaks, and nobody can be asked",
                write=custom_yaml("source", "{system: NAME, format: csv, contact: nobody}"),
            ),
        ),
        at=table.place("source"),
    )


def _parents(table: Table) -> Answer:
    unknown = [name for name in table.above if not table.known(name)]
    at = table.place("upstream")
    if table.above and not unknown:
        return Said(text=f"made of {', '.join(table.above)}, each under contract", at=at)
    if not table.above and table.contract.custom.get("upstream") == []:
        return Said(text="made of no table: its SQL makes it", at=at)
    what = f"{', '.join(unknown)}, of which there is no contract" if unknown else "nothing that is known"
    return Question(
        text=f"It is made of {what}. What is its source?",
        options=(
            Option(
                answer="Put the source under contract, and name it.",
                cost="about half a day for a table; its changes are reviewed from then on",
                write=custom_yaml("upstream", "[TABLE]"),
            ),
            Option(
                answer="It has none: its SQL makes it, as it does a calendar.",
                cost="none, if it is so; if not, a change of the source is found in the numbers",
                write=custom_yaml("upstream", "[]"),
            ),
            Option(
                answer="Leave it undocumented until a day, with a waiver of `question-open`.",
                cost="until then nobody knows what the numbers rest on; somebody else must approve it",
                write="",
            ),
        ),
        at=at,
    )


def schema(table: Table) -> Answer | None:
    """Whether its columns are declared."""
    columns = table.schema.properties
    if columns:
        are = "column is" if len(columns) == 1 else "columns are"
        return Said(text=f"{len(columns):,} {are} declared", at=table.schema.where("properties"))
    return Question(
        text="Which columns does it have?",
        options=(
            Option(
                answer="Declare those that there are: `harness drift --patch` shows the edit.",
                cost="minutes; a change of any of them is a finding from then on",
                write="schema:\n  - name: TABLE\n    properties:\n      - {name: COLUMN, logicalType: string}",
            ),
            Option(
                answer="Declare only those that are read.",
                cost="an hour with the readers; the others may change without a word",
                write="schema:\n  - name: TABLE\n    properties:\n      - {name: COLUMN, logicalType: string}",
            ),
        ),
        at=table.schema.at,
    )


def frequency(table: Table) -> Answer | None:
    """How often data comes."""
    if sla := table.sla("frequency"):
        return Said(text=f"every {promised(sla)}" + (f" by {sla.schedule}" if sla.schedule else ""), at=sla.at)
    above = [found for parent in table.parents() if (found := parent.sla("frequency"))]
    write = sla_yaml("frequency", "1", "d", ', scheduler: cron, schedule: "0 6 * * *"')
    if above and table.layer != "raw":
        return Assumption(
            text=f"as often as what it is made of: every {promised(above[0])}",
            confidence="medium",
            because="it is built from tables that promise this",
            write="`frequency` in `slaProperties`",
        )
    return Question(
        text="How often does data come to it?",
        options=(
            Option(answer="Once a day.", cost="a delivery that is missed is found the next morning", write=write),
            Option(
                answer="Every hour.",
                cost="24 loads a day to pay and to watch",
                write=sla_yaml("frequency", "1", "h", ', scheduler: cron, schedule: "0 * * * *"'),
            ),
            Option(
                answer="Only when somebody asks for it: set the question aside until it has a schedule, with a waiver.",
                cost="no promise can be kept or broken: its readers cannot plan, and somebody else must approve it",
                write="",
            ),
        ),
        at=table.contract.where("slaProperties"),
    )


def volume(table: Table) -> Answer | None:
    """How many rows are to be expected."""
    if found := table.custom("volume"):
        return Said(text=spoken(found[0]), at=found[1])
    counted = next((rule for rule in table.schema.quality if rule.metric == "rowCount"), None)
    if counted:
        return Said(
            text=f"the number of rows has a rule, {counted.id or counted.name or counted.metric}", at=counted.at
        )
    return Assumption(
        text="about as many rows as now",
        confidence="low",
        because="no clause counts them: half of them could be missing, and nothing would say so",
        write="a rule `rowCount` in `quality`, or the customProperty `volume`",
    )
