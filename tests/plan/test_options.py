"""Each option of a logical type: what it asks of its metric, or why nothing can decide it."""

import pytest

DOCUMENT = "a is a JSON document, whose fields nobody declared"
STORED = "is stored as such and not as a text; `format` is how it is shown"
CASES = [
    # logicalType, option, value, further keys of the column: rule, arguments, skip or problem
    ("string", "minLength", 2, {}, "minLength", {"bound": 2, "logicalType": "string"}, ""),
    ("string", "maxLength", None, {}, "maxLength", {}, "skip: `maxLength: None` bounds nothing here"),
    ("string", "pattern", "^a", {}, "pattern", {"pattern": "^a", "logicalType": "string"}, ""),
    ("string", "format", "uuid", {}, "format", {"format": "uuid", "logicalType": "string"}, ""),
    ("string", "format", "", {}, "format", {}, "`format` is a text, not ''"),
    ("string", "format", 5, {}, "format", {}, "`format` is a text, not 5"),
    ("string", "format", "colour", {}, "format", {}, "skip: 'colour' is no format that is known here"),
    ("integer", "format", "i32", {}, "format", {"format": "i32", "logicalType": "integer"}, ""),
    ("date", "format", "yyyy-MM-dd", {}, "format", {}, f"skip: a date {STORED}"),
    ("date", "format", "yyyy-MM-dd", {"physicalType": "DATE"}, "format", {}, f"skip: a DATE {STORED}"),
    ("date", "format", "yyyy-MM-dd", {"physicalType": "VARCHAR(10)"}, "format",
     {"format": "yyyy-MM-dd", "logicalType": "date"}, ""),
    ("timestamp", "format", "HH:mm", {}, "format", {}, f"skip: a timestamp {STORED}"),
    ("time", "format", "HH:mm", {"physicalType": "TIME"}, "format", {}, f"skip: a TIME {STORED}"),
    ("time", "format", "HH:mm", {"physicalType": "TEXT"}, "format", {"format": "HH:mm", "logicalType": "time"}, ""),
    ("timestamp", "timezone", True, {}, "timezone-changed", {}, ""),
    ("timestamp", "timezone", False, {"physicalType": "TEXT"}, "timezone", {"timezone": False}, ""),
    ("timestamp", "timezone", "UTC", {}, "timezone", {}, "`timezone` is true or false, not 'UTC'"),
    ("time", "defaultTimezone", "UTC", {}, "defaultTimezone", {}, "skip: it says how times without a zone are read"),
    ("integer", "minimum", 0, {}, "minimum", {"bound": 0, "logicalType": "integer"}, ""),
    ("number", "exclusiveMaximum", 9, {}, "exclusiveMaximum", {"bound": 9, "logicalType": "number"}, ""),
    ("number", "multipleOf", 0.5, {}, "multipleOf", {"bound": 0.5, "logicalType": "number"}, ""),
    ("", "minLength", 2, {}, "minLength", {"bound": 2, "logicalType": ""}, ""),
    ("", "minLenght", 2, {}, "minLenght", {}, "the standard has no option 'minLenght'"),
    ("string", "minimum", 2, {}, "minimum", {}, "a string has no option 'minimum'"),
    ("string", "maxLenght", 2, {}, "maxLenght", {}, "did you mean `maxLength`?"),
    ("array", "minItems", 1, {}, "minItems", {"bound": 1, "logicalType": "array"}, ""),
    ("array", "uniqueItems", True, {}, "uniqueItems", {}, ""),
    ("array", "uniqueItems", False, {}, "uniqueItems", {}, "skip: `uniqueItems: false` asks for nothing"),
    ("object", "minProperties", 1, {"properties": [{"name": "x", "physicalName": "y"}]}, "minProperties",
     {"fields": ("y",), "bound": 1}, ""),
    ("object", "maxProperties", 1, {}, "maxProperties", {}, "counts the declared `properties`, and there are none"),
    ("object", "maxProperties", 1, {"physicalType": "JSON"}, "maxProperties", {}, f"skip: {DOCUMENT}"),
    ("object", "required", ["x", "z"], {"properties": [{"name": "x", "physicalName": "y"}]}, "requiredProperties",
     {"fields": ("y", "z")}, ""),
    ("object", "required", [], {}, "requiredProperties", {}, "is a list of its properties, not []"),
    ("object", "required", ["x", 5], {}, "requiredProperties", {}, "is a list of its properties, not ['x', 5]"),
    ("object", "required", "x", {}, "requiredProperties", {}, "is a list of its properties, not 'x'"),
    ("object", "required", ["x"], {"physicalType": "JSON"}, "requiredProperties", {}, f"skip: {DOCUMENT}"),
    ("vector", "dimensions", 3, {}, "dimensions", {"bound": 3, "logicalType": "vector"}, ""),
    ("vector", "elementType", "float32", {}, "elementType", {"elementType": "float32"}, ""),
    ("vector", "normalized", True, {}, "normalized", {}, ""),
    ("vector", "embeddingModel", "m", {}, "embeddingModel", {}, "skip: `embeddingModel` is advice to those who search"),
]  # fmt: skip


@pytest.mark.parametrize(("logical", "option", "value", "fields", "rule", "arguments", "said"), CASES)
def test_an_option_is_one_check(planned, logical, option, value, fields, rule, arguments, said):
    column = {"name": "a", "logicalTypeOptions": {option: value}, **fields} | (
        {"logicalType": logical} if logical else {}
    )
    found = planned({"apiVersion": "v3.2.0", "schema": [{"name": "t", "properties": [column]}]})
    shape = ("t/a/present", "t/a/type", "t/a.x/present")
    (check,) = (check for key, check in found.items() if key not in shape)
    assert (check.rule, check.columns, dict(check.arguments)) == (rule, ("a",), arguments)
    assert said in (f"skip: {check.skip}" if check.skip else f"problem: {check.problem}" if check.problem else "")
    assert bool(said) is bool(check.skip or check.problem)


IDS = [
    # an option that another rule decides: the id and the rule of its check
    ("object", {"required": ["x"]}, "t/a/requiredProperties", "requiredProperties"),
    ("timestamp", {"timezone": True}, "t/a/timezone", "timezone-changed"),
]


@pytest.mark.parametrize(("logical", "options", "id", "rule"), IDS)
def test_a_check_is_named_by_its_metric_or_else_by_its_option(planned, logical, options, id, rule):
    column = {"name": "a", "logicalType": logical, "logicalTypeOptions": options}
    assert planned({"apiVersion": "v3.2.0", "schema": [{"name": "t", "properties": [column]}]})[id].rule == rule


LOGICAL = ["string", "integer", "number", "date", "timestamp", "time", "object", "array", "vector"]


@pytest.mark.parametrize("logical", LOGICAL)
def test_an_option_of_no_or_another_type_is_a_problem(planned, logical):
    other = "pattern" if logical != "string" else "minimum"
    column = {"name": "a", "logicalType": logical, "logicalTypeOptions": {other: "1", "colour": "red"}}
    checks = planned({"apiVersion": "v3.2.0", "schema": [{"name": "t", "properties": [column]}]})
    for option in (other, "colour"):
        assert f"a {logical} has no option {option!r}" in checks[f"t/a/{option}"].problem


FLAGS = [
    # options of 3.0: the bounds that are left
    ({"minimum": 5, "exclusiveMinimum": True}, {"minimum": 5, "exclusiveMinimum": 5}),
    ({"maximum": 5, "exclusiveMaximum": True}, {"maximum": 5, "exclusiveMaximum": 5}),
    ({"minimum": 5, "exclusiveMinimum": False}, {"minimum": 5}),
    ({"exclusiveMaximum": True}, {}),
]


@pytest.mark.parametrize(("options", "bounds"), FLAGS)
def test_a_flag_sharpens_its_own_bound(planned, options, bounds):
    column = {"name": "a", "logicalType": "integer", "logicalTypeOptions": options}
    checks = planned({"apiVersion": "v3.0.2", "schema": [{"name": "t", "properties": [column]}]}).values()
    assert {c.rule: c.arguments["bound"] for c in checks if "bound" in c.arguments} == bounds


WRITTEN = [
    # logicalType, physicalType: what the bound has beside itself
    ("date", "DATE", {"format": "dd.MM.yyyy", "written": False}),
    ("date", "VARCHAR", {"format": "dd.MM.yyyy", "written": True}),
    ("time", "VARCHAR", {}),
]


@pytest.mark.parametrize(("logical", "physical", "more"), WRITTEN)
def test_the_bound_of_a_date_is_read_in_its_format(planned, logical, physical, more):
    column = {"name": "a", "logicalType": logical, "physicalType": physical}
    column["logicalTypeOptions"] = {"format": "dd.MM.yyyy", "minimum": "01.02.2024"}
    checks = planned({"schema": [{"name": "t", "properties": [column]}]})
    assert checks["t/a/minimum"].arguments == {"bound": "01.02.2024", "logicalType": logical, **more}
