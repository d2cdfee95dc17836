"""bounds-contradict agrees with trying out the values one by one."""

from hypothesis import given
from hypothesis import strategies as st

from harness.model.contract import Contract, Property, Schema
from harness.model.location import Location
from harness.rules.lint.bounds_contradict import bounds_contradict
from harness.rules.rule import Context

AT = Location("contract.odcs.yaml")
SMALL = st.integers(-8, 8)
TEXTS = st.text("0123456789.-+einfa", max_size=6)
HALVES = SMALL.map(lambda n: n / 2)
LOWER = st.sampled_from(["minimum", "exclusiveMinimum"])
UPPER = st.sampled_from(["maximum", "exclusiveMaximum"])


def findings(project, logical_type, options):
    item = Property(at=AT, name="a", logical_type=logical_type, options=options)
    contract = Contract(at=AT, id="c", schemas=(Schema(at=AT, name="t", properties=(item,)),))
    return list(bounds_contradict.find(Context(project=project, contract=contract)))


def satisfies(value, low, lower, high, upper):
    above = value > lower if low == "exclusiveMinimum" else value >= lower
    below = value < upper if high == "exclusiveMaximum" else value <= upper
    return above and below


@given(low=LOWER, lower=SMALL | HALVES, high=UPPER, upper=SMALL | HALVES)
def test_whole_numbers(project_of, low, lower, high, upper):
    possible = any(satisfies(value, low, lower, high, upper) for value in range(-10, 11))
    assert bool(findings(project_of({}), "integer", {low: lower, high: upper})) is not possible


@given(low=LOWER, lower=SMALL | HALVES, high=UPPER, upper=SMALL | HALVES)
def test_numbers(project_of, low, lower, high, upper):
    # between two halves there is always a quarter
    possible = any(satisfies(quarter / 4, low, lower, high, upper) for quarter in range(-40, 41))
    assert bool(findings(project_of({}), "number", {low: lower, high: upper})) is not possible


@given(lower=st.dates(), upper=st.dates())
def test_dates(project_of, lower, upper):
    options = {"minimum": lower.isoformat(), "maximum": upper.isoformat()}
    assert bool(findings(project_of({}), "date", options)) is (lower > upper)


@given(options=st.dictionaries(LOWER | UPPER, st.none() | st.booleans() | TEXTS | st.floats() | st.lists(SMALL)))
def test_never_breaks(project_of, options):
    findings(project_of({}), "integer", options)
