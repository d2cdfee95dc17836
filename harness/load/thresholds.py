"""A target and its alert held against one another; both come from a file, so a contradiction is found while loading."""

from itertools import pairwise

from harness.model.threshold import Threshold


def clash_of(target: Threshold, alert: Threshold) -> str:
    """What is wrong with an alert beside this target, or "".

    An alert says how far a number may miss the target before a warning becomes an error. One that also holds where the
    target is met, or at a single number, was meant the other way round, and would soften the worst failures.
    """
    if alert.operator == "=":
        return f"the alert `{alert.text()}` holds at one number only; write it as in `> {alert.value}`"
    if any(target.meets(number) and alert.meets(number) for number in _samples(target, alert)):
        return f"the alert `{alert.text()}` also holds where the target `{target.text()}` is met; turn it round"
    return ""


def _samples(*thresholds: Threshold) -> list[float]:
    """Each bound, and a number on either side of it: enough to meet every stretch that two comparisons can share."""
    bounds = sorted({float(bound) for t in thresholds for bound in (t.value, t.upper) if bound is not None})
    between = [(low + high) / 2 for low, high in pairwise(bounds)]
    return [bounds[0] - 1, *bounds, *between, bounds[-1] + 1]
