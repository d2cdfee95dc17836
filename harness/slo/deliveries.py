"""What became of each slot, by the times in the data and by what earlier runs saw.

kept: it arrived by the deadline; late: after it; missed: it is known not to have come before the next was expected;
pending: it may still come in time; unknown: nothing shows that it came, and nothing that it did not.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from harness.model.audit import Arrival, Delivery, DeliveryState, Slot
from harness.slo.slots import Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a table's arrivals."""

    stamps: tuple[datetime, ...] = ()
    """Each time of arrival that the data holds; where old ones are overwritten, only the last."""
    seen: tuple[Arrival, ...] = ()
    """The newest time that each run saw."""
    answered: bool = False
    """Whether the table could be asked just now."""
    begin: datetime | None = None
    """Before it nothing was due of a table that nothing ever came to; None when the slots begin where they should."""
    append_only: bool = False
    """Whether no row is ever written again, so that a time which is not there never was."""


def deliveries(slots: Sequence[Expected], evidence: Evidence, as_of: datetime) -> tuple[Delivery, ...]:
    """The delivery of each slot; an arrival is one of the last slot that was expected by then.

    What lies in the future of `as_of` is no arrival. There are no slots before the first arrival that is known of, or
    before the beginning of the evidence when none is.
    """
    seen = [each for each in evidence.seen if each.seen <= as_of and each.stamp <= as_of]
    stamps = sorted({stamp for stamp in (*evidence.stamps, *(each.stamp for each in seen)) if stamp <= as_of})
    begins = [each.begins for each in slots]
    first: dict[int, datetime] = {}
    for stamp in stamps:
        first.setdefault(bisect_right(begins, stamp) - 1, stamp)
    known = min((stamp for stamp in evidence.stamps if stamp <= as_of), default=None)
    found = []
    for index, each in enumerate(slots):
        if stamps and index < bisect_right(begins, stamps[0]) - 1:
            continue
        if not stamps and evidence.begin and each.slot.deadline < evidence.begin:
            continue
        looks = sorted(look.seen for look in seen if look.stamp < each.begins)
        never = evidence.append_only and known is not None and known < each.begins
        gone = evidence.answered and (never or not evidence.stamps)
        found.append(_delivery(each.slot, first.get(index), looks, gone, as_of))
    return tuple(found)


def partition_deliveries(
    slots: Sequence[Expected],
    partitions: Mapping[datetime, datetime],
    as_of: datetime,
    *,
    answered: bool,
    current: bool | None = None,
    begin: datetime | None = None,
) -> tuple[Delivery, ...]:
    """The delivery of each slot, by partition: `partitions` is the beginning of each -> when it arrived.

    A slot brings the partitions that ended since the slot before, or, when they are `current`, that began since; the
    newest of them tells when it arrived. When nothing is said, they are current if most arrive within their own period.
    There are no slots before the first partition, or before `begin` when there is none.
    """
    there = {start: arrived for start, arrived in partitions.items() if arrived <= as_of}
    starts, found = sorted(there), []
    previous = [each.slot.due - each.step for each in slots[:1]] + [before.slot.due for before, _ in pairwise(slots)]
    within = sum(there[start] < start + each.step for start in starts for each in slots[:1])
    own = 2 * within > len(starts) if current is None else current
    for each, before in zip(slots, previous, strict=True):
        shift = each.step * (not own)
        first, end = bisect_right(starts, before - shift), bisect_right(starts, each.slot.due - shift)
        if (starts and not end) or (not starts and begin and each.slot.deadline < begin):
            continue
        arrived = there[starts[end - 1]] if first < end else None
        found.append(_delivery(each.slot, arrived, [], answered, as_of))
    return tuple(found)


def _delivery(slot: Slot, arrived: datetime | None, looks: Sequence[datetime], gone: bool, as_of: datetime) -> Delivery:
    """`looks` are the moments at which a run looked and found only older data; `gone` says that it never came."""
    late = looks[bisect_right(looks, slot.deadline) :]
    if arrived:
        if arrived <= slot.deadline and not late:
            return Delivery(slot, arrived, DeliveryState.KEPT)
        # a time that was written later than it says
        return Delivery(slot, max(arrived, late[-1]) if late else arrived, DeliveryState.LATE)
    if as_of <= slot.deadline:
        return Delivery(slot, None, DeliveryState.PENDING)
    return Delivery(slot, None, DeliveryState.MISSED if gone or late else DeliveryState.UNKNOWN)
