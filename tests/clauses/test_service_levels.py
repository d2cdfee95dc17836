"""Ages of times without a zone, of fields inside objects, and of what the contract names once for all."""

import pytest

from harness.model.result import Outcome

# the clock of the tests is 2024-01-06T12:00:00Z
TABLE = """
create table t ("at" timestamp, zoned timestamptz, meta struct(loaded timestamp), every struct(loaded timestamp)[]);
insert into t values ('2024-01-06 06:30', '2024-01-06T11:30:00Z', {loaded: '2024-01-06 11:30'}, []);
"""


def contract(options=None, physical="TIMESTAMP", **fields):
    at = {"name": "at", "logicalType": "timestamp", "logicalTypeOptions": options or {}}
    inner = {"logicalType": "object", "properties": [{"name": "loaded"}]}
    properties = [
        {**at, **({"physicalType": physical} if physical else {})},
        {"name": "zoned", "logicalType": "timestamp", "physicalType": "TIMESTAMP WITH TIME ZONE"},
        {"name": "meta", **inner},
        {"name": "every", "logicalType": "array", "items": inner},
    ]
    return {"schema": [{"name": "t", "properties": properties}], **fields}


def latency(element="", value=1):
    return {"property": "latency", "value": value, "unit": "h"} | ({"element": element} if element else {})


NEW_YORK = {"defaultTimezone": "America/New_York"}


@pytest.mark.parametrize(
    ("options", "physical", "outcome", "said"),
    [
        ({}, "TIMESTAMP", Outcome.FAIL, "5 h 30 m"),
        (NEW_YORK, "TIMESTAMP", Outcome.PASS, "30 m"),
        ({**NEW_YORK, "timezone": False}, "", Outcome.PASS, "30 m"),
        ({"defaultTimezone": "Etc/UTC"}, "TIMESTAMP", Outcome.FAIL, "5 h 30 m"),
        ({"defaultTimezone": "Asia/Tokyo"}, "TIMESTAMP", Outcome.FAIL, "14 h 30 m"),
        (NEW_YORK, "", Outcome.ERROR, ""),
        ({"defaultTimezone": "Mars/Olympus"}, "TIMESTAMP", Outcome.ERROR, ""),
    ],
)
def test_the_zone_of_times_without_one(hold, options, physical, outcome, said):
    results = hold(TABLE, contract(options, physical, slaProperties=[latency("t.at")]))
    age = results["t/at/sla/latency"]
    assert (age.outcome, age.actual) == (outcome, said)
    if "defaultTimezone" in options:
        assert results["t/at/defaultTimezone"].outcome is Outcome.SKIP


def test_a_time_with_a_zone_has_its_own(hold):
    results = hold(TABLE, contract(slaProperties=[latency("t.zoned")]))
    assert results["t/zoned/sla/latency"].actual == "30 m"


@pytest.mark.parametrize("element", ["t.meta.loaded", "meta.loaded"])
def test_a_field_inside_an_object(hold, element):
    results = hold(TABLE, contract(slaProperties=[latency(element)]))
    assert (results["t/meta.loaded/sla/latency"].outcome, results["t/meta.loaded/sla/latency"].actual) == (
        Outcome.PASS, "30 m",
    )  # fmt: skip


def test_a_field_inside_an_array_has_no_one_time(hold):
    results = hold(TABLE, contract(slaProperties=[latency("t.every[].loaded")]))
    (age,) = (result for check, result in results.items() if check.endswith("sla/latency"))
    assert age.outcome is Outcome.ERROR
    assert "inside an array or a map" in age.message


def test_the_element_that_is_named_once_for_all(hold):
    levels = [latency(), latency("t.at", 9), {"property": "retention", "value": 1, "unit": "d"}]
    results = hold(TABLE, contract(slaDefaultElement="t.zoned", slaProperties=levels))
    assert {check: r.outcome for check, r in results.items() if "/sla/" in check} == {
        "t/zoned/sla/latency": Outcome.PASS,
        "t/at/sla/latency": Outcome.PASS,
        "t/zoned/sla/retention": Outcome.PASS,
    }
