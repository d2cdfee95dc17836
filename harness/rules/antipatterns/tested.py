"""The tests of a dbt project, as rules speak of them."""

from collections.abc import Iterator

from harness.model.contract import Contract, Schema
from harness.model.dbt import DbtTest
from harness.rules.antipatterns.code import contract_of
from harness.rules.rule import Context, Finding


def tests_of(context: Context) -> Iterator[DbtTest]:
    """The tests of the project itself that are run."""
    if context.dbt:
        yield from (test for test in context.dbt.tests if test.enabled and test.package == context.dbt.name)


def finding_of(test: DbtTest, fault: str, context: Context, **more: object) -> Finding:
    """That a test has a fault, of the contract of the table that it tests."""
    contract, schema = _contract(test, context) or (None, None)
    table = schema.name if schema else _table(test, context)
    what = f"`{table}.{test.column}`" if table and test.column else f"`{table}`" if table else "the project"
    kind = "the test" if test.kind == "singular" else f"the test {test.kind}"
    return Finding(
        message=f"{kind} of {what} (`{test.name}`) {fault}",
        at=test.at,
        table=table,
        column=test.column if schema and schema.property(test.column) else "",
        key=test.name,
        contract=contract,
        **more,  # type: ignore[arg-type]
    )


def _table(test: DbtTest, context: Context) -> str:
    known = context.dbt.nodes.get(test.node) or context.dbt.sources.get(test.node) if context.dbt else None
    return known.name if known else ""


def _contract(test: DbtTest, context: Context) -> tuple[Contract, Schema] | None:
    known = context.dbt.nodes.get(test.node) or context.dbt.sources.get(test.node) if context.dbt else None
    return contract_of(known.relation, context.project) if known else None
