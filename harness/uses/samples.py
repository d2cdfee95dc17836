"""Which failures get examples of their rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from harness.engines import engine_for
from harness.model.check import Check
from harness.model.project import Project
from harness.model.result import Outcome, Result
from harness.plan.disclosure import disclosure
from harness.runners.samples import Sampler
from harness.uses.observe import Session
from harness.uses.secrets import masking


def with_samples(
    project: Project, checks: Sequence[Check], sessions: Mapping[str, Session], results: Iterable[Result], limit: int
) -> list[Result]:
    """The results, each failure that counts rows with up to `limit` of them; nothing else about a result changes."""
    by_id = {check.id: check for check in checks}
    why_hidden, masked = disclosure(project), masking(project.secrets)

    def sampled(result: Result) -> Result:
        if result.outcome is not Outcome.FAIL or not result.failed_rows:
            return result
        check = by_id[result.check]
        session = sessions[check.server]
        assert session.engine is not None  # noqa: S101 - without one nothing could fail
        sampler = Sampler(
            engine=session.engine,
            dialect=session.dialect,
            default_schema=engine_for(session.server).DEFAULT_SCHEMA,
            limit=limit,
            why_hidden=why_hidden,
            masked=masked,
        )
        real = [item.name for item in session.catalog.get(check.table, ())]
        return replace(result, sample=sampler.sample(check, real))

    return [sampled(result) for result in results]
