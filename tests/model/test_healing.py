"""Which failure a remedy is for."""

import pytest

from harness.model.healing import Remedy, cause_of
from harness.model.location import Location
from harness.model.result import Outcome, Result, Severity

FAIL, ERROR = Outcome.FAIL, Outcome.ERROR


def result(rule, outcome=FAIL, **fields):
    places = {"table": "fct_orders", "layer": "marts", "contract": "orders"}
    return Result(id="r", rule=rule, outcome=outcome, severity=Severity.ERROR, message="", **{**places, **fields})


@pytest.mark.parametrize(
    ("found", "exact", "causes"),
    [
        (result("minimum"), "failed", {"failed"}),
        (result("freshness"), "stale", {"stale", "failed"}),
        (result("partition"), "missing-partition", {"missing-partition", "failed"}),
        (result("frequency"), "missing-partition", {"missing-partition", "failed"}),
        (result("minimum", ERROR), "undecided", {"undecided"}),
        (result("freshness", ERROR), "undecided", {"undecided"}),
        (result("partition", ERROR), "undecided", {"undecided"}),
        (result("minimum", ERROR, unanswered=True), "transient", {"transient", "undecided"}),
    ],
)
def test_the_causes_of_a_result(found, exact, causes):
    every = ("transient", "undecided", "stale", "missing-partition", "failed")
    assert cause_of(found) == exact
    assert {when for when in every if Remedy(at=Location("x"), when=when).is_for(found)} == causes


@pytest.mark.parametrize(
    ("narrowed", "is_for"),
    [
        ({"rules": ("min*",)}, True),
        ({"rules": ("minimum", "maximum")}, True),
        ({"rules": ("max*",)}, False),
        ({"tables": ("fct_*",), "layers": ("marts",), "contracts": ("orders",)}, True),
        ({"tables": ("fct_*",), "layers": ("raw",)}, False),
        ({"contracts": ("customers",)}, False),
        ({"tables": ("FCT_*",)}, False),
    ],
)
def test_patterns_narrow_it(narrowed, is_for):
    assert Remedy(at=Location("x"), when="failed", **narrowed).is_for(result("minimum")) is is_for
