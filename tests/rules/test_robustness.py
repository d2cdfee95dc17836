"""A contract from a stranger may have anything anywhere; a rule finds or keeps silent, but never breaks."""

import copy
import json

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.rules import antipatterns, governance, lint

RULES = (*lint.RULES, *governance.RULES, *antipatterns.RULES)

RICH = yaml.safe_load("""
apiVersion: v3.1.0
kind: DataContract
id: flights
name: Flights
version: 1.0.0
status: active
description: {purpose: Punctuality.}
team: {name: operations, members: [{username: maria, role: owner}]}
servers: [{server: warehouse, type: duckdb, database: x.duckdb, schema: marts}]
customProperties:
  - {property: layer, value: marts}
  - {property: upstream, value: [planes, {id: planes}]}
schema:
  - name: fct_flights
    physicalName: marts.fct_flights
    description: One row for each flight.
    relationships: [{from: [fct_flights.carrier], to: [fct_flights.carrier]}]
    quality:
      - {id: rows, metric: rowCount, mustBeBetween: [1, 10]}
      - {type: sql, query: SELECT 1, mustBe: 0, customProperties: [{property: alert, value: "> 5"}]}
    customProperties: [{property: noKeyReason, value: none}]
    properties:
      - name: carrier
        description: Who flies.
        classification: public
        logicalType: string
        logicalTypeOptions: {minLength: 1, maxLength: 2, pattern: '^[A-Z]+$'}
        primaryKey: true
        transformSourceObjects: [stg_nycflights__flights.carrier]
        relationships: [{to: fct_flights.carrier}]
        quality: [{metric: invalidValues, mustBe: 0, arguments: {validValues: [AA], pattern: A}}]
      - {name: month, logicalType: integer, logicalTypeOptions: {minimum: 1, exclusiveMaximum: 13}}
      - {name: tags, logicalType: array, items: {logicalType: object, properties: [{name: a}]}}
slaProperties:
  - {property: latency, value: 1, unit: h, element: fct_flights.carrier}
""")
ODD = [None, True, -1, 1e308, "", " ", "a.b.c", "/", [], [[]], [None], {}, {"a": 1}]
SETTING = {"catalog": ["marts.fct_flights"], "project": {"classifications": ["public"], "required_sla": ["retention"]}}


def paths(value, path=()):
    yield path
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


def with_odd(path, odd):
    contract = copy.deepcopy(RICH)
    if not path:
        return odd
    parent = contract
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = odd
    return contract


def test_the_rich_contract_is_clean(find):
    case = {**SETTING, "project": {}, "contracts": {"a.odcs.yaml": json.dumps(RICH)}}
    assert {rule.id for rule in lint.RULES if find(rule, case)} <= {"description-missing"}


@settings(max_examples=50)
@given(path=st.sampled_from(tuple(paths(RICH))), odd=st.sampled_from(ODD))
def test_odd_values_anywhere(project_of, contexts_of, path, odd):
    project = project_of({**SETTING, "contracts": {"a.odcs.yaml": json.dumps(with_odd(path, odd))}})
    for rule in RULES:
        for context in contexts_of(rule, project, SETTING):
            list(rule.find(context))
