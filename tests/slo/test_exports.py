"""OpenSLO by the rules of its specification, and Prometheus by those of its text format."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import jsonschema
import pytest
import yaml

from harness.model.audit import Budget, SlaStatus
from harness.model.result import VerdictOutcome
from harness.slo.openslo import documents
from harness.slo.prometheus import metrics

BUDGET = Budget(
    objective=99.5, window="30 d", expected=30, delivered=29, kept=28, late=1, missed=1, unknown=0,
    allowed=0.15, left=-12.333333, burn_long=14.285714, burn_short=0.0, state="spent",
)  # fmt: skip
SLA = SlaStatus(
    contract="fct_flights", version="1.0.0", layer="marts", owner='the "data" team', table="fct_flights",
    property="latency", element="fct_flights.updated_at", budget=BUDGET,
)  # fmt: skip
UNKNOWN = replace(BUDGET, left=None, burn_long=None, burn_short=None, state="unknown")
SLAS = (
    SLA,
    replace(SLA, property="frequency", element="", budget=replace(BUDGET, window="20 deliveries", objective=95)),
    replace(SLA, property="availability", budget=replace(BUDGET, objective=100)),
    replace(SLA, contract="Größe\nder Flotte", table="x" * 300, layer="", owner="", budget=UNKNOWN),
    replace(SLA, contract="Größe\nder Flotte", table="x" * 299 + "y", budget=UNKNOWN),
)

# the rules of the specification that these documents could break, in our own words
NAME: dict[str, Any] = {"type": "string", "maxLength": 63, "pattern": r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?\Z"}
LABEL = r"^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?\Z"
TEXT = {"type": "string", "minLength": 1}
METADATA = {
    "type": "object",
    "required": ["name"],
    "additionalProperties": False,
    "properties": {
        "name": NAME,
        "displayName": TEXT,
        "labels": {"additionalProperties": TEXT | {"maxLength": 63, "pattern": LABEL}},
    },
}
SOURCE = {
    "required": ["metricSource"],
    "properties": {"metricSource": {"required": ["type", "spec"], "properties": {"spec": {"type": "object"}}}},
}
SLO = {
    "required": ["service", "indicator", "budgetingMethod", "objectives"],
    "additionalProperties": False,
    "properties": {
        "description": {"type": "string", "maxLength": 1050},
        "service": NAME,
        "indicator": {
            "required": ["metadata", "spec"],
            "properties": {
                "metadata": METADATA,
                "spec": {
                    "required": ["ratioMetric"],
                    "properties": {
                        "ratioMetric": {
                            "required": ["counter", "good", "total"],
                            "additionalProperties": False,
                            "properties": {"counter": {"type": "boolean"}, "good": SOURCE, "total": SOURCE},
                        }
                    },
                },
            },
        },
        "timeWindow": {
            "maxItems": 1,
            "minItems": 1,
            "items": {
                "required": ["duration", "isRolling"],
                "properties": {"duration": {"pattern": "^[1-9][0-9]*[mhdwMQY]\\Z"}, "isRolling": {"const": True}},
            },
        },
        "budgetingMethod": {"const": "Occurrences"},
        "objectives": {
            "minItems": 1,
            "items": {"required": ["target"], "properties": {"target": {"minimum": 0, "exclusiveMaximum": 1}}},
        },
    },
}
DOCUMENT = {
    "required": ["apiVersion", "kind", "metadata", "spec"],
    "additionalProperties": False,
    "properties": {
        "apiVersion": {"const": "openslo/v1"},
        "kind": {"enum": ["Service", "SLO"]},
        "metadata": METADATA,
        "spec": {"type": "object"},
    },
    "if": {"properties": {"kind": {"const": "SLO"}}},
    "then": {"properties": {"spec": SLO}},
}


def test_openslo_is_valid():
    found = list(yaml.safe_load_all(documents(SLAS)))
    for document in found:
        jsonschema.validate(document, DOCUMENT)
    assert [document["kind"] for document in found] == ["Service", "Service", "SLO", "SLO", "SLO", "SLO"]
    names = [(document["kind"], document["metadata"]["name"]) for document in found]
    assert len(set(names)) == len(names)
    services = {document["metadata"]["name"] for document in found if document["kind"] == "Service"}
    assert {document["spec"]["service"] for document in found if document["kind"] == "SLO"} <= services


def test_openslo_says_what_was_promised():
    _, slo = yaml.safe_load_all(documents([SLA]))
    assert slo["metadata"] == {
        "name": "fct-flights-fct-flights-updated-at-latency",
        "displayName": "latency of fct_flights.updated_at (fct_flights)",
        "labels": {"layer": "marts", "owner": "the-data-team"},
    }
    assert slo["spec"]["objectives"] == [{"displayName": "kept", "target": 0.995}]
    assert slo["spec"]["timeWindow"] == [{"duration": "30d", "isRolling": True}]


def test_openslo_names_what_it_cannot_say():
    assert "# availability of fct_flights.updated_at (fct_flights): an objective of 100 %" in documents(SLAS)


@pytest.mark.parametrize(
    ("window", "duration"),
    [
        ("30 d", "30d"),
        ("12 hours", "12h"),
        ("3 months", "3M"),
        ("P1Y", "1Y"),
        ("P4W", "4w"),
        ("PT36H", None),
        ("20 deliveries", None),
    ],
)
def test_openslo_windows(window, duration):
    _, slo = yaml.safe_load_all(documents([replace(SLA, budget=replace(BUDGET, window=window))]))
    assert slo["spec"].get("timeWindow", [{"duration": None}])[0]["duration"] == duration


def test_no_service_levels():
    assert list(yaml.safe_load_all(documents([]))) == []


_NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
_LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"'
_SAMPLE = re.compile(rf"({_NAME})(?:\{{({_LABEL}(?:,{_LABEL})*)\}})? (\S+)")


def parsed(text: str) -> dict[str, dict[str, float]]:
    """By the rules of the text format: HELP and TYPE once and first, families together, no sample twice."""
    assert text.endswith("\n")
    families: dict[str, dict[str, float]] = {}
    helped, typed = set(), set()
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# "):
            _, kind, name, rest = line.split(" ", 3)
            assert name not in families
            assert name not in (helped if kind == "HELP" else typed)
            (helped if kind == "HELP" else typed).add(name)
            assert kind == "HELP" or rest == "gauge"
            continue
        found = _SAMPLE.fullmatch(line)
        assert found, line
        name, labels, value = found.groups()
        assert name in helped & typed
        assert list(families)[-1:] == [name] or name not in families
        samples = families.setdefault(name, {})
        assert labels not in samples
        samples[labels] = float(value)
    return families


def test_prometheus_is_valid_and_says_the_numbers():
    families = parsed(metrics(SLAS, datetime(2014, 1, 4, tzinfo=UTC), VerdictOutcome.FAIL))
    of = (
        'contract="fct_flights",layer="marts",owner="the \\"data\\" team",table="fct_flights",'
        'property="latency",element="fct_flights.updated_at"'
    )
    assert families["harness_audit_timestamp_seconds"] == {None: 1388793600}
    assert families["harness_audit_verdict"] == {'outcome="pass"': 0, 'outcome="fail"': 1, 'outcome="undecided"': 0}
    assert families["harness_sla_objective_ratio"][of] == 0.995
    deliveries = {
        state: families["harness_sla_deliveries"][f'{of},state="{state}"'] for state in ("kept", "late", "missed")
    }
    assert deliveries == {"kept": 28, "late": 1, "missed": 1}
    assert families["harness_sla_error_budget_remaining_ratio"][of] == -12.333333
    assert families["harness_sla_burn_rate"][f'{of},window="long"'] == 14.285714
    assert families["harness_sla_state"][f'{of},state="spent"'] == 1
    assert sum(families["harness_sla_state"].values()) == len(SLAS)


def test_prometheus_has_no_number_for_what_is_not_known():
    families = parsed(metrics([replace(SLA, budget=UNKNOWN)], datetime(2014, 1, 4, tzinfo=UTC), VerdictOutcome.PASS))
    assert not {"harness_sla_error_budget_remaining_ratio", "harness_sla_burn_rate"} & families.keys()


def test_prometheus_without_service_levels():
    assert set(parsed(metrics([], datetime(2014, 1, 4, tzinfo=UTC), VerdictOutcome.PASS))) == {
        "harness_audit_timestamp_seconds",
        "harness_audit_verdict",
    }
