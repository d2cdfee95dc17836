"""Quality: what one row is, how good is good enough, and what becomes of a row that is not."""

from harness.model.question import Answer, Assumption, Said
from harness.questions.table import Table, spoken


def grain(table: Table) -> Answer | None:
    """What one row stands for."""
    key = [item.name for item in table.schema.primary_key]
    if key:
        return Said(text=f"one row for each {', '.join(key)}", at=table.schema.primary_key[0].at)
    if table.schema.granularity:
        return Said(text=table.schema.granularity, at=table.schema.where("dataGranularityDescription"))
    if found := table.custom("noKeyReason"):
        return Said(text=spoken(found[0]), at=found[1])
    return Assumption(
        text="any number of rows alike",
        confidence="low",
        because="no key is declared, so nothing notices what is loaded twice",
        write="`primaryKey: true`, or `dataGranularityDescription`",
    )


def thresholds(table: Table) -> Answer | None:
    """How much of it may be wrong."""
    rules = [*table.schema.quality, *(rule for item in table.schema.properties for rule in item.quality)]
    if rules:
        count = "1 rule" if len(rules) == 1 else f"{len(rules):,} rules"
        return Said(text=f"{count} of its own; the goals of the project for the rest", at=rules[0].at)
    goals = ", ".join(
        f"{name.value} {goal.target.text(goal.unit)}" for name, goal in table.project.policy.goals.items()
    )
    return Assumption(
        text=f"the goals of the project: {goals}",
        confidence="high",
        because="harness.yaml holds for every contract that does not say otherwise",
        write="`quality` of the table or its columns",
    )


def failing_rows(table: Table) -> Answer | None:
    """What becomes of a row that breaks a rule."""
    if found := table.custom("failingRows"):
        return Said(text=spoken(found[0]), at=found[1])
    return Assumption(
        text="it stays where it is, and the gate stays shut until the load or the rule is mended",
        confidence="high",
        because="nothing in the platform moves rows aside",
        write="the customProperty `failingRows`",
    )
