"""Performance: how it is cut, and what it may cost."""

from harness.model.question import Answer, Assumption, Option, Question, Said
from harness.questions.table import Table, custom_yaml, spoken


def partitioning(table: Table) -> Answer | None:
    """By what it is cut into parts."""
    if found := table.custom("partition"):
        return Said(text=spoken(found[0]), at=found[1])
    cut = [item for item in table.schema.properties if item.partitioned]
    if cut:
        return Said(text=f"by {', '.join(item.name for item in cut)}", at=cut[0].at)
    return Assumption(
        text="not at all: each query may read the whole table",
        confidence="medium",
        because="no partition is declared, which is right for a small table",
        write="`partitioned: true`, or the customProperty `partition`",
    )


def cost(table: Table) -> Answer | None:
    """What it may cost. The layers below the marts are paid for by the marts that are made of them."""
    if found := table.custom("costLimit"):
        return Said(text=spoken(found[0]), at=found[1])
    paid = any(each.layer == "marts" and each.custom("costLimit") for each in table.further)
    if paid and table.layer in ("raw", "staging", "intermediate"):
        return Assumption(
            text="within the limits of the marts that are made of it",
            confidence="medium",
            because="it is built for them alone, as far as lineage tells",
            write="the customProperty `costLimit`",
        )
    return Question(
        text="What may it cost to build, to keep and to ask, and who is told when it costs more?",
        options=(
            Option(
                answer="A limit for each month, above which its owner is told.",
                cost="somebody must look at the bill by table; a limit that is too low stops good questions",
                write=custom_yaml("costLimit", "{amount: 50, currency: EUR, per: month, covers: build and queries}"),
            ),
            Option(
                answer="A limit of time or of bytes for each build, held by the scheduler.",
                cost="a build that grows beyond it fails, and with it the promise of that day",
                write=custom_yaml("costLimit", "{runtime: 15 min, per: build}"),
            ),
            Option(
                answer="No limit: it runs on a machine that is paid for anyway.",
                cost="none now; whoever moves it to a server that bills by use must ask again",
                write=custom_yaml("costLimit", "{amount: unlimited, because: runs on a machine of its own}"),
            ),
        ),
        at=table.place("costLimit"),
    )
