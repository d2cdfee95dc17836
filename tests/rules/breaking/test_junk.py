"""Whatever stands in a clause, its rules end with a word, and never with a traceback."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.model.threshold import OPERATORS

SCALARS = st.sampled_from([
    None, True, False, 0, 1, -3, 2.5, 10**30, "", "0", "x", "1e999", "nan", "6 h", "P1Y", "99 %", "2020-01-01",
    "09:00Z", "0000-00-00", "> 5 %", "< 3", "M", "m", "select 1", "select ((", "a: [", "24:00", "P99999999Y",
])  # fmt: skip
JUNK = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.sampled_from(["value", "a"]), SCALARS, max_size=2)
KINDS = st.sampled_from(["string", "integer", "number", "date", "timestamp", "time", "array", "object", "vector", 3])
OPTIONS = [
    "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
    "format", "minItems", "maxItems", "uniqueItems", "required", "timezone", "defaultTimezone", "dimensions",
    "elementType", "normalized",
]  # fmt: skip
QUALITY = [*OPERATORS, "type", "metric", "rule", "engine", "unit", "severity", "query", "implementation", "validValues"]
CUSTOM = st.lists(
    st.fixed_dictionaries(
        {"property": st.sampled_from(["target", "alert", "reading", "since", "objective"]), "value": JUNK}
    ),
    max_size=2,
)
SLA = ["value", "valueExt", "unit", "element", "schedule"]
NAMES = st.sampled_from(
    ["latency", "fr", "retention", "availability", "throughput", "endOfLife", "ga", "ta", "frequency", "x", 5]
)


def some(keys, values=JUNK):
    return st.dictionaries(st.sampled_from(keys), values, max_size=4)


def rules():
    return st.builds(
        lambda rule, arguments, custom: {"id": "r", **rule, "arguments": arguments, "customProperties": custom},
        some(QUALITY),
        some(["validValues", "missingValues", "pattern", "properties", "x"]) | JUNK,
        CUSTOM | JUNK,
    )


@st.composite
def contracts(draw):
    column = {
        "name": "c",
        "logicalType": draw(KINDS),
        "logicalTypeOptions": draw(some(OPTIONS)),
        "enum": draw(JUNK),
        "quality": [draw(rules())],
    }
    level = {"id": "s", "property": draw(NAMES), **draw(some(SLA)), "customProperties": draw(CUSTOM | JUNK)}
    schema = [{"name": "t", "properties": [column]}]
    return {"slaDefaultElement": draw(JUNK), "schema": schema, "slaProperties": [level]}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(contracts(), contracts())
def test_no_rule_breaks(changes_between, before, after):
    assert [change.message for change in changes_between(before, after) if change.undecided] == []
