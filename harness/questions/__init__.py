"""The six questions of a data engineer, held against a contract: one function for each point, one file for each topic.

A point is said, or decided by default and called an assumption, or asked. What others would pay for is never assumed:
an unknown source, how old data may be, how long it is kept, who reads it, what it may cost.
"""

from collections.abc import Callable, Iterator

from harness.model.contract import Contract
from harness.model.lineage import Lineage
from harness.model.project import Project
from harness.model.question import Answer, Answered, Topic
from harness.questions import destination, operations, performance, quality, source, transformation
from harness.questions.table import Table

Point = Callable[[Table], Answer | None]
"""None where the point does not arise."""
POINTS: tuple[tuple[str, Topic, Point], ...] = (
    ("origin", "source", source.origin),
    ("schema", "source", source.schema),
    ("frequency", "source", source.frequency),
    ("volume", "source", source.volume),
    ("consumers", "destination", destination.consumers),
    ("query-patterns", "destination", destination.query_patterns),
    ("latency", "destination", destination.latency),
    ("retention", "destination", destination.retention),
    ("logic", "transformation", transformation.logic),
    ("history", "transformation", transformation.history),
    ("late-data", "transformation", transformation.late_data),
    ("grain", "quality", quality.grain),
    ("thresholds", "quality", quality.thresholds),
    ("failing-rows", "quality", quality.failing_rows),
    ("partitioning", "performance", performance.partitioning),
    ("cost", "performance", performance.cost),
    ("monitoring", "operations", operations.monitoring),
    ("alerting", "operations", operations.alerting),
    ("backfill", "operations", operations.backfill),
    ("incidents", "operations", operations.incidents),
)
"""Id, topic and function, in the order in which they are asked."""


def answered(project: Project, contract: Contract, lineage: Lineage) -> Iterator[Answered]:
    """Every point of every table of the contract."""
    for schema in contract.schemas:
        table = Table(project, contract, schema, lineage)
        for name, topic, point in POINTS:
            answer = point(table)
            if answer:
                yield Answered(id=name, topic=topic, contract=contract, schema=schema, answer=answer)
