"""The columns that tell the rows of a table apart, by whoever promises or enforces it."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from harness.model.contract import QualityRule, Schema
from harness.model.dbt import DbtNode, DbtSource, DbtTest
from harness.rules.antipatterns.code import codes, contract_of, named, same_table
from harness.rules.rule import Context

Key = frozenset[str]
_COLUMNS = ("combination_of_columns", "column_list", "columns")
"""The arguments of tests by which packages of dbt take the columns of a key."""


def keys_of(table: exp.Table, context: Context) -> frozenset[Key]:
    """Each key of the table that is known, in lower case."""
    name = named(table)
    found = contract_of(name, context.project)
    keys = set(_of_contract(found[1])) if found else set()
    known = context.dbt.relations.get(name) if context.dbt else None
    if known and context.dbt:
        keys |= set(_of_columns(known))
        keys |= {key for test in context.dbt.tests_of.get(known.id, ()) if test.enabled for key in _of_test(test)}
    keys |= {key for code in codes(context) if not code.node for each in code.statements for key in _of_ddl(each, name)}
    return frozenset(key for key in keys if key)


def _of_contract(schema: Schema) -> Iterator[Key]:
    yield frozenset(item.column.lower() for item in schema.primary_key)
    for item in schema.properties:
        if item.unique or any(_is_unique(rule) for rule in item.quality):
            yield frozenset((item.column.lower(),))
    for rule in schema.quality:
        columns = rule.arguments.get("properties")
        if _is_unique(rule) and isinstance(columns, list):
            items = [schema.property(str(column)) for column in columns]
            yield frozenset(item.column.lower() for item in items if item)


def _is_unique(rule: QualityRule) -> bool:
    operators: Mapping[str, object] = rule.operators
    return rule.metric == "duplicateValues" and (not operators or operators.get("mustBe") == 0)


def _of_columns(known: DbtNode | DbtSource) -> Iterator[Key]:
    enforced = isinstance(known, DbtNode) and known.contract_enforced
    for column in known.columns if enforced else ():
        if {"unique", "primary_key"} & set(column.constraints):
            yield frozenset((column.name.lower(),))


def _of_test(test: DbtTest) -> Iterator[Key]:
    if test.where:
        return
    if test.kind == "unique" and test.column:
        yield frozenset((test.column.lower(),))
    if "unique" in test.kind:
        columns = next((test.arguments[name] for name in _COLUMNS if name in test.arguments), None)
        if isinstance(columns, list):
            yield frozenset(str(column).lower() for column in columns)


def _of_ddl(statement: exp.Expr, name: str) -> Iterator[Key]:
    table = statement.find(exp.Table) if isinstance(statement, exp.Create) else None
    if not table or not same_table(named(table), name):
        return
    for column in statement.find_all(exp.ColumnDef):
        kinds = [constraint.kind for constraint in column.args.get("constraints") or ()]
        if any(isinstance(kind, exp.PrimaryKeyColumnConstraint | exp.UniqueColumnConstraint) for kind in kinds):
            yield frozenset((column.name.lower(),))
    for key in statement.find_all(exp.PrimaryKey, exp.UniqueColumnConstraint):
        yield frozenset(each.name.lower() for each in key.find_all(exp.Identifier))
