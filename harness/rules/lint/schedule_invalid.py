"""schedule-invalid."""

from collections.abc import Iterator

from harness.model.result import Severity
from harness.rules.rule import Context, Finding, rule
from harness.rules.written import wrong_terms
from harness.slo.schedule import cron_of


@rule("schedule-invalid", severity=Severity.ERROR)
def schedule_invalid(context: Context) -> Iterator[Finding]:
    """The schedule of a service level is no cron schedule, or what goes with it means nothing.

    *Why*

    `schedule` says when each delivery is due, in five fields of cron, as long as `scheduler` is `cron` or is not
    written. One that cannot be read, or never comes (31 February), expects nothing, so nothing could be missed. With it
    go the customProperties `since` and `until` (the days on which it begins and ends), `complete` (whether a partition
    has arrived with its last row) and `delivers` (which partition a delivery brings: the `previous` or the `current`
    one), for which a contract needs `apiVersion: v3.2.0`.

    *Bad*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        scheduler: cron
        schedule: every morning
    ```

    *Good*

    ```yaml
    apiVersion: v3.1.0
    kind: DataContract
    id: flights
    version: 1.0.0
    status: active
    slaProperties:
      - property: frequency
        value: 1
        unit: d
        scheduler: cron
        schedule: 0 11 * * mon-fri
    ```
    """
    contract = context.contract
    for sla in contract.sla if contract else ():
        if sla.schedule and sla.scheduler.lower() in ("", "cron"):
            try:
                cron_of(sla.schedule)
            except ValueError as error:
                yield Finding(message=str(error), at=sla.where("schedule"), key=f"{sla.property} {sla.schedule}")
    yield from wrong_terms(contract, "since", "until", "complete", "delivers")
