"""The flags of a column and of what is inside it: what each reads, and what its number counts."""

import pytest

from harness.model.result import Dimension


def planned_of(planned, **column):
    return planned({"apiVersion": "v3.2.0", "schema": [{"name": "t", "properties": [{"name": "a", **column}]}]})


def test_each_flag_reads_its_own_column(planned):
    checks = planned_of(
        planned, physicalName="a_1", logicalType="string", required=True, unique=True, enum=[{"value": "x"}]
    )
    assert list(checks) == ["t/a/present", "t/a/type", "t/a/required", "t/a/unique", "t/a/enum"]
    assert {check.columns for check in checks.values()} == {("a_1",)}
    assert {check.dimension for check in list(checks.values())[:2]} == {Dimension.VALIDITY}
    enum, unique = checks["t/a/enum"], checks["t/a/unique"]
    assert enum.arguments.keys() == {"values", "logicalType"}
    assert (list(enum.arguments["values"]), enum.arguments["logicalType"]) == (["x"], "string")
    assert (unique.counts, unique.unit) == ("rows", "rows")


def test_inside_an_array_the_values_are_counted(planned):
    item = {"unique": True, "required": True, "logicalType": "string"}
    checks = planned_of(planned, logicalType="array", items=item)
    assert {check.columns for key, check in checks.items() if key.startswith("t/a[]")} == {("a[]",)}
    assert all(check.paths for key, check in checks.items() if key.startswith("t/a[]"))
    unique, required = checks["t/a[]/unique"], checks["t/a[]/required"]
    assert (unique.counts, unique.unit) == ("number", "values")
    assert (required.counts, required.unit) == ("rows", "rows")


def test_a_rule_inside_an_array_counts_values_where_its_metric_does(planned):
    rules = [{"metric": "duplicateValues", "mustBe": 0}, {"metric": "nullValues", "mustBe": 0}]
    checks = planned_of(planned, logicalType="array", items={"quality": rules})
    units = {key: (check.counts, check.unit) for key, check in checks.items() if key.endswith("Values")}
    assert units == {"t/a[]/duplicateValues": ("number", "values"), "t/a[]/nullValues": ("rows", "rows")}
    share = [{"metric": "duplicateValues", "mustBeLessThan": 5, "unit": "percent"}]
    (check,) = (c for c in planned_of(planned, logicalType="array", items={"quality": share}).values() if c.problem)
    assert check.problem.startswith("inside an array or a map the values are counted")
    unread = [{"metric": "duplicateValues", "mustBeLessThan": "few"}]
    (check,) = (c for c in planned_of(planned, logicalType="array", items={"quality": unread}).values() if c.problem)
    assert check.problem == "the threshold cannot be read: mustBeLessThan needs a number, not 'few'"
    plain = planned_of(planned, quality=share)["t/a/duplicateValues"]
    assert (plain.counts, plain.unit, plain.problem) == ("rows", "percent", "")


def test_a_key_inside_an_array_counts_values(planned):
    def of(links):
        own = {"name": "t", "properties": [{"name": "a", "logicalType": "array", "items": {"relationships": links}}]}
        checks = planned({"schema": [own, {"name": "u", "properties": [{"name": "x"}]}]})
        return next(check for check in checks.values() if check.rule == "relationship")

    check = of([{"to": "u.x"}])
    assert (check.counts, check.unit, check.columns) == ("number", "values", ("a[]",))
    share = [{"property": "target", "value": "< 5 %"}]
    assert "inside an array or a map" in of([{"to": "u.x", "customProperties": share}]).problem


CLAUSES = {"required": True, "unique": True, "primaryKey": True, "quality": [{"metric": "nullValues", "mustBe": 0}]}
CLOSED = [
    # the column `a`, the clauses of it or of the field inside it, why none of them can be measured
    (
        {"semanticType": "measure", **CLAUSES},
        {"t/a/present", "t/a/required", "t/a/unique", "t/a/nullValues", "t/primaryKey"},
        "a measure is computed by its `transformLogic`; it is no column",
    ),
    (
        {"physicalType": "JSON", "properties": [{"name": "x", **CLAUSES}]},
        {"t/a.x/present", "t/a.x/required", "t/a.x/unique", "t/a.x/nullValues", "t/primaryKey"},
        "a is a JSON document, whose fields the warehouse does not know",
    ),
]


@pytest.mark.parametrize(("column", "ids", "reason"), CLOSED)
def test_what_the_warehouse_does_not_have_is_skipped_with_the_reason_clause_by_clause(planned, column, ids, reason):
    checks = planned_of(planned, **column)
    assert {key: check.skip for key, check in checks.items() if check.skip} == dict.fromkeys(ids, reason)
    assert all(isinstance(check.skip, str) for check in checks.values())


def test_a_key_inside_an_array_is_skipped_and_no_part_of_the_key_of_the_table(planned):
    checks = planned_of(planned, logicalType="array", items={"logicalType": "string", "primaryKey": True})
    check = checks["t/a[]/primaryKey"]
    assert (check.rule, check.columns, list(check.paths)) == ("primaryKey", ("a[]",), ["a[]"])
    assert "does not say what a primary key inside an array or a map is a key of" in check.skip
    (item,) = (column.items for column in check.schema.properties)
    assert check.at == item.keys["primaryKey"]
    assert "t/primaryKey" not in checks
    (own,) = (c for c in planned_of(planned, primaryKey=True).values() if c.rule == "primaryKey")
    assert (own.id, own.skip, own.problem) == ("t/primaryKey", "", "")
