"""The rule `type-changed`."""

from collections.abc import Iterator
from dataclasses import replace

from harness.lattice import Comparison, Kind, Type, compare, parse_type
from harness.lattice.logical import misfit
from harness.model.fields import is_written
from harness.model.location import Location
from harness.model.result import Dimension, Outcome, Severity
from harness.rules.drift.levels import Seen, levels
from harness.rules.rule import Context, Finding, rule

_WORDS = {
    Kind.WIDENED: "wider than the declared",
    Kind.NARROWED: "narrower than the declared",
    Kind.OTHER: "not the declared",
}


@rule("type-changed", severity=Severity.ERROR, scope="table", needs=("observed",), dimension=Dimension.VALIDITY)
def type_changed(context: Context) -> Iterator[Finding]:
    """The type of a column, or of a field inside one, is not the declared one.

    *Why*: readers' casts, joins and arithmetic were written for the declared type. A `physicalType` is compared
    exactly, by meaning and not by spelling (`int8` is `BIGINT`); a `logicalType` as the family it names. The finding
    says what became of the type: *wider* (every old value still fits, and new ones do), *narrower*, or another one,
    and why, field by field. Defaults and comments of columns are no matter.

    *Bad*

    ```yaml
    contract: [{name: amount, logicalType: number, physicalType: "DECIMAL(10,2)"}]
    table: [{name: amount, type: VARCHAR}]
    ```

    *Good*

    ```yaml
    contract: [{name: amount, logicalType: number, physicalType: "NUMERIC(10, 2)"}]
    table: [{name: amount, type: "DECIMAL(10,2)"}]
    ```
    """
    for level in levels(context):
        for each in level.seen:
            if each.state == "there" and (each.item.physical_type or each.item.logical_type):
                yield from _compare(context, each)


def _compare(context: Context, each: Seen) -> Iterator[Finding]:
    item = each.item
    at = item.where("physicalType" if item.physical_type else "logicalType")
    said = f"; {each.remark}" if each.remark else ""
    if each.untold and context.declared and context.declared.custom.get("mayBeEmpty") is not True:
        message = f"the type of {each.path} cannot be told: {each.untold}"
        yield _finding(context, each, message, at, outcome=Outcome.ERROR)
        return
    try:
        found = _comparison(each, context.dialect)
        if found.kind is not Kind.SAME:
            message = f"{each.path} is {each.spelled}, {_WORDS[found.kind]} {item.physical_type}: {found.why}{said}"
            yield _finding(context, each, message, at)
        elif why := _misfit(each, context.dialect):
            message = f"{each.path} is {each.spelled}, {why}{said}"
            yield replace(_finding(context, each, message, item.where("logicalType")), expected=item.logical_type)
    except ValueError as error:
        yield _finding(context, each, f"{each.path}: {error}", at, outcome=Outcome.ERROR)


def _misfit(each: Seen, dialect: str) -> str:
    """Why the type is not of the declared family, or ""."""
    item = each.item
    # a date or time may be stored as a text, if the contract says so and in which format
    written = item.logical_type in ("date", "timestamp", "time") and is_written(item) and "format" in item.options
    return misfit(item.logical_type, _type(each, dialect)) if item.logical_type and not written else ""


def _comparison(each: Seen, dialect: str) -> Comparison:
    declared = each.item.physical_type
    # one name is one type, also where nobody knows which
    if not declared or declared.casefold() in (each.spelled.casefold(), *_names(each.called.casefold())):
        return Comparison(())
    return compare(declared, each.spelled, dialect)


def _names(called: str) -> tuple[str, ...]:
    """The name of a type of the warehouse's own, with and without its schema."""
    return (called, called.rpartition(".")[2]) if called else ()


def _type(each: Seen, dialect: str) -> Type:
    return each.type or parse_type(each.spelled, dialect)


def _finding(context: Context, each: Seen, message: str, at: Location, outcome: Outcome = Outcome.FAIL) -> Finding:
    return Finding(
        message=message,
        at=at,
        table=context.declared.name if context.declared else "",
        column=each.path,
        expected=each.item.physical_type or each.item.logical_type,
        actual=each.spelled,
        outcome=outcome,
    )
