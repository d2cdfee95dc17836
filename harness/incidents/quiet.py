"""When a message may be sent: quiet hours, and the patience with a receiver that does not answer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from harness.model.alerts import QuietHours
from harness.model.audit import Alert
from harness.model.result import Severity

MOST_ATTEMPTS = 8
"""After so many a message is given up: with the waits between them, after about three days."""
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(days=1)


def held_until(now: datetime, severity: Severity, quiet: QuietHours | None) -> datetime | None:
    """The end of the quiet hours that `now` lies in; None when it lies in none, or what is so grave breaks through."""
    if quiet is None or (quiet.breaks_through and severity.rank >= quiet.breaks_through.rank):
        return None
    zone = ZoneInfo(quiet.zone)
    local = now.astimezone(zone)
    clock, overnight = local.time(), quiet.begin > quiet.end
    inside = clock >= quiet.begin or clock < quiet.end if overnight else quiet.begin <= clock < quiet.end
    if not inside:
        return None
    day = local.date() + timedelta(days=overnight and clock >= quiet.begin)
    end = datetime.combine(day, quiet.end, zone).astimezone(UTC)
    # when the clock is put back, the end strikes twice
    return end if end > now else datetime.combine(day, quiet.end.replace(fold=1), zone).astimezone(UTC)


def failed(alert: Alert, now: datetime, error: str, retry_after: float | None = None) -> Alert:
    """The alert after an attempt that did not reach its receiver; the wait grows fourfold with each."""
    attempts = alert.attempts + 1
    wait = min(_FIRST_WAIT * 4**alert.attempts, _LONGEST_WAIT)
    asked = timedelta(seconds=min(retry_after or 0.0, _LONGEST_WAIT.total_seconds()))
    given_up = f"given up after {attempts} attempts: " if attempts >= MOST_ATTEMPTS else ""
    return replace(alert, attempts=attempts, not_before=now + max(wait, asked), error=f"{given_up}{error}")


def is_given_up(alert: Alert) -> bool:
    """Whether nobody tries any more to deliver it."""
    return alert.sent is None and alert.attempts >= MOST_ATTEMPTS
