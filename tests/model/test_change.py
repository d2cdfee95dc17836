"""What several effects come to: the least that is as grave as each of them."""

from itertools import product

import pytest

from harness.model.change import BUMPS, IMPACTS, Change, Effect, impact_of, together

SIDES = ("consumers", "producers")


def gravity(effect, side):
    impact, bump = impact_of(Change(effect=effect, path=""), side)
    return len(IMPACTS) - IMPACTS.index(impact), BUMPS.index(bump)


@pytest.mark.parametrize(("one", "other"), list(product(Effect, Effect)))
def test_neither_side_is_told_less(one, other):
    both = together((one, other))
    assert both is together((other, one))
    assert all(gravity(both, side) >= max(gravity(one, side), gravity(other, side)) for side in SIDES)


@pytest.mark.parametrize(
    ("effects", "come_to"),
    [
        ((), Effect.SAME),
        *(((effect,), effect) for effect in Effect),
        ((Effect.SAME, Effect.NOTES), Effect.NOTES),
        ((Effect.WIDENS, Effect.TIGHTENS), Effect.BOTH),
        ((Effect.WIDENS, Effect.LOOSENS), Effect.LOOSENS),
        ((Effect.WIDENS, Effect.UNDETERMINED), Effect.UNDETERMINED),
        ((Effect.LOOSENS, Effect.TIGHTENS), Effect.BOTH),
        ((Effect.UNDETERMINED, Effect.TIGHTENS), Effect.BOTH),
    ],
)
def test_and_no_more_than_it_takes(effects, come_to):
    assert together(effects) is come_to
