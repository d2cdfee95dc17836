"""The parts of a contract that several rules walk over, nested fields included."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from harness.model import fields as nested
from harness.model.contract import Contract, Property, QualityRule, Relationship, Schema

Clause = tuple[Schema, str, str, QualityRule]
"""A quality rule with its table, the path of its column ("" when it is about the table), and its key.

The key tells it from its neighbours and survives an edit elsewhere: its id, name, metric or query.
"""


def fields(contract: Contract) -> Iterator[tuple[Schema, str, Property]]:
    """Every column and nested field with its table and its path (`address.zip`, `orders[].id`)."""
    for schema in contract.schemas:
        for path, item in fields_of(schema):
            yield schema, path, item


def fields_of(schema: Schema) -> Iterator[tuple[str, Property]]:
    """The same of one table."""
    for field in nested.fields_of(schema):
        yield field.name, field.item


def quality_rules(contract: Contract) -> Iterator[Clause]:
    """Every quality rule of the tables and of their fields."""
    for schema in contract.schemas:
        for key, rule in _keyed(schema.quality):
            yield schema, "", key, rule
        for path, item in fields_of(schema):
            for key, rule in _keyed(item.quality):
                yield schema, path, key, rule


def relationships(contract: Contract) -> Iterator[tuple[Schema, str, Relationship]]:
    """Every relationship, likewise."""
    for schema in contract.schemas:
        for relationship in schema.relationships:
            yield schema, "", relationship
        for path, item in fields_of(schema):
            for relationship in item.relationships:
                yield schema, path, relationship


def reversed_range(value: Any) -> bool:
    """Whether `value` is a range of two numbers of which the larger stands first."""
    numbers = isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, int | float) for v in value)
    return numbers and value[0] > value[1]


def _keyed(rules: tuple[QualityRule, ...]) -> Iterator[tuple[str, QualityRule]]:
    seen: Counter[str] = Counter()
    for rule in rules:
        key = rule.id or rule.name or rule.metric or rule.query or rule.type
        seen[key] += 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}", rule
