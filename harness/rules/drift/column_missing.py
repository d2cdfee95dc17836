"""The rule `column-missing`."""

from collections.abc import Iterator

from harness.model.fields import Each, closed, fields_of, text_of
from harness.model.result import Dimension, Severity
from harness.rules.observed import names_inside, value_at
from harness.rules.rule import Context, Finding, rule


@rule("column-missing", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def column_missing(context: Context) -> Iterator[Finding]:
    """A declared column, or a field inside one, is not in the table.

    *Why*: whoever selects it gets an error, and every check of it is blind. The fields of objects, also of those in
    arrays and maps, are looked up in the type that the catalog gives the column.

    *Bad*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}]
    ```

    *Good*

    ```yaml
    contract: [{name: id, physicalType: BIGINT}, {name: email, physicalType: VARCHAR}]
    table: [{name: id, type: BIGINT}, {name: email, type: VARCHAR}]
    ```
    """
    if not context.declared or not context.observed:
        return
    columns = context.observed.properties
    for field in fields_of(context.declared):
        *above, last = field.path
        if closed(field) or isinstance(last, Each) or value_at(columns, field.path, context.dialect):
            continue
        if above and not value_at(columns, tuple(above), context.dialect):
            continue
        kind, holder = ("field", text_of(tuple(above))) if above else ("column", context.declared.table)
        names = names_inside(columns, tuple(above), context.dialect) if above else tuple(item.name for item in columns)
        cased = next((name for name in names if name.lower() == last.lower()), "")
        yield Finding(
            message=f"the {kind} {last} is declared, but {holder} does not have it"
            + (f"; it has {cased}, spelt otherwise" if cased else ""),
            at=field.item.at,
            table=context.declared.name,
            column=field.column,
            expected=field.item.physical_type or field.item.logical_type or "present",
            actual="absent",
        )
