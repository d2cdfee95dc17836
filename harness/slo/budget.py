"""How much of what may go wrong has gone wrong, and how fast. Counted in deliveries, not in minutes.

Source: The Site Reliability Workbook, chapter 5, "Alerting on SLOs".
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from harness.model.audit import Budget, BudgetState, Delivery, DeliveryState
from harness.slo.terms import MINIMUM, Window

LONG = 14
"""Deliveries in the long window of the burn rate; the short one is a twelfth of it, at least one."""
_KNOWN = (DeliveryState.KEPT, DeliveryState.LATE, DeliveryState.MISSED)


def budget_of(
    deliveries: Sequence[Delivery], objective: float, window: Window, as_of: datetime, minimum: int = MINIMUM
) -> Budget:
    """The error budget of the deliveries that are due in the window before `as_of`; pending ones do not count yet.

    An unknown delivery is neither kept nor bad: while it could be what spends the budget, the state is `unknown`, and
    nobody knows what is left. Spent means that more went wrong than is allowed.
    """
    counted = [each for each in in_window(deliveries, window, as_of) if each.state is not DeliveryState.PENDING]
    counts = Counter(each.state for each in counted)
    known = [each for each in counted if each.state in _KNOWN]
    share = round((100 - objective) / 100, 9)
    allowed, bad = round(share * len(counted), 9), len(known) - counts[DeliveryState.KEPT]
    long, short = known[-LONG:], known[-max(1, LONG // 12) :]
    burn_long, burn_short = (_burn(long, share), _burn(short, share)) if len(known) >= minimum else (None, None)
    state = _state(len(known), minimum, bad, counts[DeliveryState.UNKNOWN], allowed, (burn_long, burn_short))
    return Budget(
        objective=objective,
        window=window.text,
        expected=len(counted),
        delivered=counts[DeliveryState.KEPT] + counts[DeliveryState.LATE],
        kept=counts[DeliveryState.KEPT],
        late=counts[DeliveryState.LATE],
        missed=counts[DeliveryState.MISSED],
        unknown=counts[DeliveryState.UNKNOWN],
        allowed=allowed,
        left=_left(bad, allowed) if known and state != "unknown" else None,
        burn_long=burn_long,
        burn_short=burn_short,
        state=state,
    )


def in_window(deliveries: Sequence[Delivery], window: Window, as_of: datetime) -> Sequence[Delivery]:
    """The deliveries that the window holds, with the pending ones; of a number of deliveries, those are not counted."""
    if window.period:
        begin = window.period.before(as_of)
        return [each for each in deliveries if begin < each.slot.due <= as_of]
    settled = [each for each in deliveries if each.slot.due <= as_of and each.state is not DeliveryState.PENDING]
    oldest = settled[-window.count :][:1]
    return [each for each in deliveries if oldest and oldest[0].slot.due <= each.slot.due <= as_of]


def _left(bad: int, allowed: float) -> float:
    if not allowed:
        return 0.0 if bad else 1.0
    return round(1 - bad / allowed, 6)


def _burn(deliveries: Sequence[Delivery], share: float) -> float | None:
    """How many times as fast as allowed; None where nothing at all is allowed, and something went wrong."""
    bad = sum(each.state is not DeliveryState.KEPT for each in deliveries)
    if not share:
        return None if bad else 0.0
    return round(bad / len(deliveries) / share, 6)


def _state(
    known: int, minimum: int, bad: int, unknown: int, allowed: float, burns: tuple[float | None, ...]
) -> BudgetState:
    if not known and unknown:
        return "unknown"
    if known + unknown >= minimum:
        if bad > allowed:
            return "spent"
        # too few are known only because too many are not
        if bad + unknown > allowed:
            return "unknown"
    if known < minimum:
        return "too-few"
    # both must burn: the long one says that it matters, the short one that it has not stopped
    return "burning" if all(burn is not None and burn > 1 for burn in burns) else "ok"
