"""Operations: who watches it, who is told, how it is loaded anew, and how soon it is mended."""

from harness.model.location import Location
from harness.model.question import Answer, Assumption, Option, Question, Said
from harness.questions.table import Table, is_answer, promised, spoken


def monitoring(table: Table) -> Answer | None:
    """What looks at it between two releases."""
    if table.project.audit.schedule:
        text = f"audited by {table.project.audit.schedule}, {table.project.audit.timezone}"
        return Said(text=text, at=Location(table.project.file))
    return Assumption(
        text="held against its contract at each `harness verify`, and by nobody in between",
        confidence="medium",
        because="harness.yaml has no `audit`",
        write="`audit: {schedule: ...}` in harness.yaml",
    )


def alerting(table: Table) -> Answer | None:
    """Who is told when it fails."""
    channels = [channel for channel in table.contract.channels if is_answer(channel)]
    if channels:
        return Said(text=", ".join(channels), at=table.contract.where("support"))
    if is_answer(table.contract.owner):
        return Assumption(
            text=f"its owner, {table.contract.owner}",
            confidence="medium",
            because="the contract has no `support`, so nobody is told by a machine",
            write="`support`",
        )
    return Question(
        text="Who is told when it fails?",
        options=(
            Option(
                answer="A team, in its channel.",
                cost="a channel that somebody reads",
                write="support:\n  - {channel: '#CHANNEL', tool: slack, scope: issues}",
            ),
            Option(
                answer="One person.",
                cost="none; nobody, while that person is away",
                write="team:\n  name: TEAM\n  members:\n    - {username: NAME, role: owner}",
            ),
        ),
        at=table.contract.where("support"),
    )


def backfill(table: Table) -> Answer | None:
    """How a part of it is loaded anew."""
    if found := table.custom("backfill"):
        return Said(text=spoken(found[0]), at=found[1])
    by_layer = table.project.publishing.backfill
    if command := by_layer.get(table.layer, by_layer.get("*", "")):
        return Said(text=command, at=Location(table.project.file))
    return Assumption(
        text="by building all of it anew",
        confidence="low",
        because="no command is declared, neither for it nor for its layer",
        write="`publish: {backfill: ...}` in harness.yaml, or the customProperty `backfill`",
    )


def incidents(table: Table) -> Answer | None:
    """How soon it is mended."""
    if sla := table.sla("timeToRepair", "timeToDetect", "timeToNotify"):
        return Said(text=f"{sla.property} {promised(sla)}", at=sla.at)
    return Assumption(
        text="by the next working day, by its runbook",
        confidence="medium" if is_answer(table.contract.owner) else "low",
        because="no time is promised",
        write="`timeToRepair` in `slaProperties`",
    )
