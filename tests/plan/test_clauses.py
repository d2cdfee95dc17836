"""Each clause of a contract becomes exactly one check: with its decider, or the reason why there is none."""

from datetime import UTC, datetime

import pytest

from harness.model.check import TableName
from harness.model.contract import Server
from harness.model.location import Location
from harness.model.result import Dimension, Severity
from harness.model.threshold import Threshold

NONE = Threshold("=", 0)
WHOLE = {
    "apiVersion": "v3.2.0",
    "customProperties": [{"property": "layer", "value": "marts"}],
    "schema": [
        {
            "name": "flights",
            "physicalName": "marts.fct_flights",
            "properties": [
                {
                    "name": "id",
                    "physicalName": "flight_id",
                    "logicalType": "integer",
                    "physicalType": "BIGINT",
                    "primaryKey": True,
                    "primaryKeyPosition": 2,
                    "required": True,
                    "unique": True,
                    "logicalTypeOptions": {"minimum": 1, "maximum": 9, "multipleOf": 2},
                    "quality": [{"metric": "nullValues", "mustBe": 0}],
                },
                {"name": "day", "primaryKey": True, "primaryKeyPosition": 1},
                {
                    "name": "carrier",
                    "logicalType": "string",
                    "enum": [{"value": "UA"}],
                    "logicalTypeOptions": {"minLength": 2, "maxLength": 2, "pattern": "^..$", "format": "uri"},
                    "relationships": [{"to": "carriers.code"}],
                },
                {
                    "name": "stops",
                    "logicalType": "array",
                    "items": {"logicalType": "object", "properties": [{"name": "airport", "required": True}]},
                },
                {"name": "delay", "logicalTypeOptions": {"exclusiveMinimum": -9, "exclusiveMaximum": 9}},
            ],
            "quality": [
                {"metric": "rowCount", "mustBeGreaterThan": 0},
                {"metric": "duplicateValues", "arguments": {"properties": ["id", "day"]}, "mustBe": 0},
                {"type": "sql", "query": "select count(*) from ${object}", "mustBe": 0},
                {"type": "text", "description": "plausible"},
                {"type": "custom", "engine": "soda", "implementation": "row_count:"},
                {"type": "custom", "engine": "greatExpectations", "implementation": "x"},
            ],
            "relationships": [{"from": ["flights.id", "day"], "to": ["carriers.code", "carriers.day"]}],
        },
        {"name": "carriers", "properties": [{"name": "code"}, {"name": "day"}]},
    ],
    "slaProperties": [
        {"property": "latency", "value": 1, "unit": "d", "element": "flights.day"},
        {"property": "retention", "value": 1, "unit": "y", "element": "flights.day"},
        {"property": "frequency", "value": 1, "unit": "d"},
    ],
}
EXPECTED = {
    # check: who decides it, or why nobody does
    "flights/id/present": "column-missing",
    "flights/id/type": "type-changed",
    "flights/id/required": "required",
    "flights/id/unique": "unique",
    "flights/id/minimum": "minimum",
    "flights/id/maximum": "maximum",
    "flights/id/multipleOf": "multipleOf",
    "flights/id/nullValues": "nullValues",
    "flights/day/present": "column-missing",
    "flights/carrier/present": "column-missing",
    "flights/carrier/type": "type-changed",
    "flights/carrier/enum": "enum",
    "flights/carrier/minLength": "minLength",
    "flights/carrier/maxLength": "maxLength",
    "flights/carrier/pattern": "pattern",
    "flights/carrier/format": "format",
    "flights/carrier/relationship/carriers": "relationship",
    "flights/stops/present": "column-missing",
    "flights/stops/type": "type-changed",
    "flights/stops[]/type": "type-changed",
    "flights/stops[].airport/present": "column-missing",
    "flights/stops[].airport/required": "required",
    "flights/delay/present": "column-missing",
    "flights/delay/exclusiveMinimum": "exclusiveMinimum",
    "flights/delay/exclusiveMaximum": "exclusiveMaximum",
    "flights/primaryKey": "primaryKey",
    "flights/relationship/carriers": "relationship",
    "flights/rowCount": "rowCount",
    "flights/duplicateValues": "duplicateValues",
    "flights/sql": "sql",
    "flights/text": "skip: a text rule is for people; nothing can measure it",
    "flights/soda/row_count": "soda",
    "flights/custom": "skip: rules of the engine 'greatExpectations' are not run",
    "flights/day/sla/latency": "freshness",
    "flights/day/sla/retention": "retention",
    "flights/sla/frequency": "skip: frequency on a table without a partition column is judged by `harness audit`, "
    "which knows what was due",
    "carriers/code/present": "column-missing",
    "carriers/day/present": "column-missing",
}


def test_every_clause_is_one_check(planned):
    checks = planned(WHOLE)
    assert {key: f"skip: {c.skip}" if c.skip else c.rule for key, c in checks.items()} == EXPECTED
    assert [key for key, c in checks.items() if c.problem] == []


def test_a_check_knows_its_table_columns_and_clause(planned):
    checks = planned(WHOLE)
    minimum = checks["flights/id/minimum"]
    assert (minimum.table, minimum.server, minimum.column) == (TableName("marts", "fct_flights"), "w", "flight_id")
    assert (minimum.arguments, minimum.target) == ({"bound": 1, "logicalType": "integer"}, NONE)
    assert minimum.at.file == "contracts/1.odcs.yaml"
    assert minimum.contract.id == "c1"
    assert checks["flights/primaryKey"].columns == ("day", "flight_id")
    assert checks["flights/duplicateValues"].columns == ("flight_id", "day")
    assert checks["carriers/code/present"].table == TableName("main", "carriers")
    composite = checks["flights/relationship/carriers"]
    assert composite.columns == ("flight_id", "day")
    assert composite.arguments == {"target_table": TableName("main", "carriers"), "target_columns": ("code", "day")}
    assert checks["flights/sql"].arguments["query"] == 'select count(*) from "marts"."fct_flights"'
    assert checks["flights/day/sla/latency"].target == Threshold("<=", 86400)


def test_every_metric_of_a_clause_has_its_dimension(planned):
    dimensions = {key: check.dimension for key, check in planned(WHOLE).items()}
    assert dimensions["flights/id/present"] is Dimension.VALIDITY
    assert dimensions["flights/id/required"] is Dimension.COMPLETENESS
    assert dimensions["flights/primaryKey"] is Dimension.UNIQUENESS
    assert dimensions["flights/day/sla/latency"] is Dimension.FRESHNESS
    assert dimensions["flights/sql"] is Dimension.ACCURACY


def test_exclusive_flags_of_3_0_sharpen_the_bounds(planned):
    options = {"minimum": 5, "exclusiveMinimum": True, "exclusiveMaximum": False, "maximum": 9}
    checks = planned(
        {
            "apiVersion": "v3.0.2",
            "schema": [{"name": "t", "properties": [{"name": "a", "logicalTypeOptions": options}]}],
        }
    )
    assert checks["t/a/exclusiveMinimum"].arguments["bound"] == 5
    assert checks["t/a/exclusiveMaximum"].skip == "`exclusiveMaximum: False` bounds nothing here"
    assert checks["t/a/maximum"].arguments["bound"] == 9


def on_column(**rule):
    return {"schema": [{"name": "t", "properties": [{"name": "a", "quality": [rule]}]}]}


def on_table(**rule):
    return {"schema": [{"name": "t", "properties": [{"name": "a"}, {"name": "b"}], "quality": [rule]}]}


def linked(**link):
    own = {"name": "t", "properties": [{"name": "a", "relationships": [link]}, {"name": "b"}]}
    return {"schema": [own, {"name": "u", "properties": [{"name": "x"}]}]}


SQL_OF_EACH = {"type": "sql", "query": "select {property}", "mustBe": 0}
PROBLEMS = [
    # contract, what is said
    (on_column(metric="nulValues", mustBe=0), "the metric 'nulValues' is not known"),
    (on_column(metric="freshness", mustBe=0), "the metric 'freshness' is not known"),
    (on_column(mustBe=0), "the metric '' is not known"),
    (on_column(metric="rowCount"), "the rule states no threshold, and the project has no default for it"),
    (on_column(type="sql", query="select 1"), "the rule states no threshold"),
    (on_column(metric="nullValues", mustBe="none"), "mustBe needs a number, not 'none'"),
    (on_column(metric="nullValues", mustBe=True), "mustBe needs a number, not True"),
    (on_column(metric="nullValues", mustBe=None), "mustBe needs a number, not None"),
    (on_column(metric="nullValues", mustBeBetween=[5]), "mustBeBetween needs two numbers, not [5]"),
    (on_column(metric="nullValues", mustBeBetween=[5, 1]), "needs the smaller number first"),
    (on_table(type="sql", query="select '${nothing}'", mustBe=0), "the placeholder ${nothing} is not known"),
    (on_table(type="sql", query="select ${property}", mustBe=0), "the rule is about a table, not about a property"),
    (on_table(type="sql", query="select {column}", mustBe=0), "the placeholder {column} stands for nothing here"),
    (on_table(type="sql", query="select 1", arguments={"x": 1}, mustBe=0), "a query has no `arguments`"),
    (on_column(metric="nullValues", mustBeLessThan=5, unit="percnt"), "nullValues cannot be given in 'percnt'"),
    (on_column(metric="nullValues", mustBeLessThan=5, unit="hours"), "nullValues cannot be given in 'hours'"),
    (on_table(metric="rowCount", mustBeLessThan=5, unit="percent"), "rowCount cannot be given in 'percent'"),
    (on_table(metric="nullValues", mustBe=0), "nullValues on a table needs `arguments.properties`"),
    (on_table(metric="nullValues", mustBe=0, arguments={"properties": "a"}), "a list of columns"),
    (on_table(metric="nullValues", mustBe=0, arguments={"properties": []}), "a list of columns"),
    (on_table(metric="duplicateValues", mustBe=0, arguments={"properties": ["a", 5]}), "a list of columns"),
    (on_table(metric="nullValues", mustBe=0, arguments={"properties": ["a", "b"]}), "looks at one column"),
    (
        on_column(metric="missingValues", mustBe=0, arguments={"missingvalues": [""]}),
        "missingValues has no argument 'missingvalues' here; did you mean `missingValues`?",
    ),
    (
        on_column(metric="duplicateValues", mustBe=0, arguments={"properties": ["a", "b"]}),
        "duplicateValues has no argument 'properties' here",
    ),
    (
        {"schema": [{"name": "t", "properties": [{"name": "a", "items": {"quality": [SQL_OF_EACH]}}]}]},
        "the placeholder {property} stands for nothing here: a row may have several values of it",
    ),
    ({"id": "orders"}, "nothing here can be checked: it declares no table"),
    ({"id": "orders", "schema": []}, "nothing here can be checked: it declares no table"),
    ({"schema": [{"name": "t"}]}, "nothing here can be checked: it declares no column and no rule"),
    (
        {"slaProperties": [{"property": "latency", "value": 1, "unit": "d"}]},
        "nothing here can be checked: it declares no table",
    ),
]


@pytest.mark.parametrize(("contract", "said"), PROBLEMS)
def test_a_clause_that_is_written_wrong_is_a_problem(planned, contract, said):
    found = [check for check in planned(contract).values() if check.problem]
    assert len(found) == 1
    assert said in found[0].problem
    assert found[0].skip == ""


BROKEN_LINKS = [
    # the key, what is said
    (linked(to="nowhere.x"), "no contract declares 'nowhere'"),
    (linked(to=["u.x", "u.y"]), "its two sides differ in their number of columns"),
    (linked(to=["u.x", "v.x"]), "no contract declares 'u and v'"),
    (linked(to=[]), "its two sides differ in their number of columns"),
    (linked(to="u.x", customProperties=[{"property": "target", "value": "few"}]), "'few' is no threshold"),
    (linked(to="u.x", customProperties=[{"property": "target", "value": "< 2 h"}]), "the threshold in seconds"),
    (linked(to="u.y"), "u declares no column 'y'"),
]


@pytest.mark.parametrize(("contract", "said"), BROKEN_LINKS)
def test_a_key_that_leads_nowhere_is_a_problem(planned, contract, said):
    (check,) = (check for check in planned(contract).values() if check.problem)
    assert said in check.problem
    assert (check.rule, check.columns, check.skip) == ("relationship", ("a",), "")
    assert check.id.startswith("t/a/relationship/")


def test_a_key_is_described_by_its_reason(planned):
    reason = [{"property": "reason", "value": "until March"}]
    assert planned(linked(to="u.x", customProperties=reason))["t/a/relationship/u"].description == "until March"
    assert planned(linked(to="u.x"))["t/a/relationship/u"].description == ""


@pytest.mark.parametrize("table", ["u", "main.u"])
def test_a_key_may_refer_to_a_field_inside_a_column(planned, table):
    contract = linked(to=f"{table}.place.geo.lat")
    geo = {"name": "geo", "properties": [{"name": "lat", "physicalName": "latitude"}]}
    contract["schema"][1]["properties"].append({"name": "place", "properties": [geo]})
    (check,) = (check for check in planned(contract).values() if check.rule == "relationship")
    assert check.arguments["target_columns"] == ("place.geo.latitude",)
    assert check.arguments["target_paths"] == {"place.geo.latitude": ("place", "geo", "latitude")}
    assert str(check.arguments["target_table"]) == "main.u"


def test_a_rule_of_a_table_may_be_about_one_column(planned):
    rule = {"metric": "nullValues", "mustBe": 0, "arguments": {"properties": ["b"]}, "name": "whole"}
    check = planned(on_table(**rule))["t/nullValues/whole"]
    assert (check.columns, check.problem, check.description) == (("b",), "", "whole")
    misplaced = planned(on_column(**rule))["t/a/nullValues/whole"]
    assert (misplaced.columns, bool(misplaced.problem)) == (("a",), True)
    undeclared = rule | {"arguments": {"properties": ["there"]}}
    assert planned(on_table(**undeclared))["t/nullValues/whole"].columns == ("there",)


def test_a_key_may_name_its_table_as_the_warehouse_does(planned):
    there = {"schema": [{"name": "customers", "physicalName": "raw.crm", "properties": [{"name": "x"}]}]}
    check = planned(linked(to="crm.x"), there)["t/a/relationship/crm"]
    assert (str(check.arguments["target_table"]), check.problem) == ("raw.crm", "")
    assert (check.counts, check.unit) == ("rows", "rows")


ARGUMENTS = [
    # the metric of a column, and an argument that the standard gives it
    ("missingValues", {"missingValues": ["", "n/a"]}),
    ("invalidValues", {"validValues": ["x"]}),
    ("invalidValues", {"pattern": "^x"}),
]


@pytest.mark.parametrize(("metric", "arguments"), ARGUMENTS)
def test_the_arguments_of_the_library_reach_their_metric(planned, metric, arguments):
    check = planned(on_column(metric=metric, arguments=arguments, mustBe=0))[f"t/a/{metric}"]
    assert (check.rule, dict(check.arguments), check.problem) == (metric, arguments, "")


UNKNOWN_RULES = [
    # rule: the check
    ({"mustBe": 0}, "unknown", "t/a/unknown"),
    ({"metric": "nulValues", "mustBe": 0, "name": "no"}, "nulValues", "t/a/nulValues/no"),
    ({"type": "text", "description": "d"}, "text", "t/a/text"),
    ({"type": "custom", "engine": "x", "implementation": "y"}, "custom", "t/a/custom"),
]


@pytest.mark.parametrize(("rule", "kind", "id"), UNKNOWN_RULES)
def test_a_rule_that_nobody_decides_keeps_its_place(planned, rule, kind, id):
    (check,) = (check for key, check in planned(on_column(**rule)).items() if key != "t/a/present")
    assert (check.rule, check.id, check.columns, bool(check.problem or check.skip)) == (kind, id, ("a",), True)


def test_a_schema_relationship_without_columns_is_a_problem(planned):
    contract = {"schema": [{"name": "t", "relationships": [{"from": [], "to": []}]}]}
    (check,) = planned(contract).values()
    assert (check.rule, check.id, check.problem) == ("relationship", "t/relationship/t", "it names no column")


PARENTS = {
    # what the key refers to: the table that is meant, or why none is
    "u.x": "main.u",
    "v.x": "'v' may be marts.v of marts and raw.v of raw; name its schema too",
    "raw.v.x": "raw.v",
    "marts.v.x": "marts.v",
    "staging.v.x": "no contract declares 'staging.v'",
    "main.u.x": "main.u",
    "raw.u.x": "no contract declares 'raw.u'",
    "deep.x": "db.raw.d",
    "d.x": "db.raw.d",
    "db.raw.d.x": "db.raw.d",
    "raw.d.x": "no contract declares 'raw.d'",
    "only.x": "raw.only",
    "schema/v/properties/x": "'v' may be marts.v of marts and raw.v of raw; name its schema too",
    # the contracts are 1 (marts), 2 (its own) and 3 (raw)
    "3.odcs.yaml#/schema/v/properties/x": "raw.v",
    "../contracts/1.odcs.yaml#/schema/v/properties/x": "marts.v",
    "../1.odcs.yaml#/schema/v/properties/x": "marts.v",
    "./1.odcs.yaml#/schema/v/properties/x": "marts.v",
    "https://example.com/2.yaml#/schema/v/properties/x": "no contract declares 'v' in https://example.com/2.yaml",
    "https://example.com/main/contracts/3.odcs.yaml#/schema/v/properties/x": "raw.v",
    "https://example.com/2024/3.odcs.yaml#/schema/v/properties/x": "raw.v",
    "2.odcs.yaml#/schema/u/properties/x": "main.u",
    "1.odcs.yaml#/schema/u/properties/x": "marts.u",
    "3.odcs.yaml#/schema/u/properties/x": "no contract declares 'u' in 3.odcs.yaml",
    "old/3.odcs.yaml#/schema/v/properties/x": "no contract declares 'v' in old/3.odcs.yaml",
}


@pytest.mark.parametrize("to", PARENTS)
def test_a_key_refers_to_the_table_that_it_names(planned, to):
    def there(id, *names):
        columns = [{"name": "x"}]
        return {"id": id, "schema": [{"name": n, "physicalName": f"{id}.{n}", "properties": columns} for n in names]}

    own = linked(to=to) | {"id": "own"}
    deep = {"schema": [{"name": "deep", "physicalName": "db.raw.d", "properties": [{"name": "x"}]}]}
    checks = planned(there("marts", "u", "v"), own, there("raw", "v", "only"), deep).values()
    (check,) = (check for check in checks if check.rule == "relationship")
    assert check.problem or str(check.arguments["target_table"]) == PARENTS[to]
    assert check.problem in ("", PARENTS[to])


def test_of_two_contracts_of_one_table_the_key_may_name_either(planned):
    def there(*columns):
        return {"schema": [{"name": "v", "properties": [{"name": name} for name in columns]}]}

    for file, column in {"2.odcs.yaml": "old", "3.odcs.yaml": "new"}.items():
        own = linked(to=f"{file}#/schema/v/properties/{column}")
        (check,) = (c for c in planned(own, there("old"), there("new")).values() if c.rule == "relationship")
        assert (check.problem, check.arguments["target_columns"]) == ("", (column,))


def test_a_target_on_another_server_is_skipped(planned):
    servers = {n: Server(at=Location("harness.yaml"), name=n, type="duckdb") for n in ("w", "other")}
    there = {"schema": [{"name": "u", "properties": [{"name": "x"}]}], "servers": [{"server": "other"}]}
    here = {"schema": [{"name": "t", "properties": [{"name": "a", "relationships": [{"to": "u.x"}]}]}]}
    checks = planned(here, there, servers=servers)
    check = checks["t/a/relationship/u"]
    assert (check.rule, check.skip, check.problem) == ("relationship", "u is on another server", "")


PLACES = [
    # physicalName, schema of the contract's server, of the project's server: table
    (None, None, None, TableName("main", "flights")),
    (None, None, "marts", TableName("marts", "flights")),
    (None, "raw", "marts", TableName("raw", "flights")),
    ("gold.fct", "raw", "marts", TableName("gold", "fct")),
    ("fct", "raw", None, TableName("raw", "fct")),
    ("db.gold.fct", None, None, TableName("db.gold", "fct")),
]


@pytest.mark.parametrize(("physical", "own", "shared", "table"), PLACES)
def test_where_a_table_is(planned, physical, own, shared, table):
    schema = {"name": "flights", "properties": [{"name": "a"}]} | ({"physicalName": physical} if physical else {})
    stated = [{"server": "w", "type": "duckdb", "database": "x"} | ({"schema": own} if own else {})]
    settings = {"database": "w.duckdb"} | ({"schema": shared} if shared else {})
    server = Server(at=Location("harness.yaml"), name="w", type="duckdb", settings=settings)
    (check,) = planned({"schema": [schema], "servers": stated}, servers={"w": server}).values()
    assert check.table == table


SERVERS = [
    {"server": "dev", "type": "duckdb", "database": "dev.duckdb", "schema": "d"},
    {"server": "prod", "type": "duckdb", "database": "prod.duckdb", "schema": "p"},
]


@pytest.mark.parametrize(
    ("default", "server", "place", "other"),
    [("prod", "prod", "p.t", "dev"), ("dev", "dev", "d.t", "prod"), ("w", "dev", "d.t", "prod")],
)
def test_of_several_servers_one_is_looked_at_and_the_others_are_told(planned, default, server, place, other):
    contract = {"servers": SERVERS, "schema": [{"name": "t", "properties": [{"name": "a"}]}]}
    checks = planned(contract, default_server=default)
    assert (checks["t/a/present"].server, str(checks["t/a/present"].table)) == (server, place)
    told = checks.pop(f"t/server/{other}")
    assert f"only {server} is looked at" in told.skip
    assert told.at.line
    assert not [each for each in checks if "/server/" in each]


def test_without_a_server(planned):
    check, sql = planned(on_column(type="sql", query="select 1", mustBe=1), servers={}, default_server="").values()
    assert (check.server, check.table, check.target) == ("", TableName("", "t"), None)
    assert (sql.arguments["dialect"], sql.problem) == ("", "")


@pytest.mark.parametrize(("contract", "name"), [({"id": "orders"}, "orders"), ({"id": ""}, "contracts/1.odcs.yaml")])
def test_a_contract_without_tables_is_an_error_where_they_would_stand(planned, contract, name):
    (check,) = planned(contract | {"schema": []}).values()
    assert (check.id, check.schema.name, check.rule) == (f"{name}/schema", name, "unknown")
    assert check.at == check.contract.keys["schema"]
    (absent,) = planned(contract).values()
    assert absent.at == absent.contract.at


THRESHOLDS = [
    # rule, customProperties: target, alert, unit
    ({"mustBe": 0}, {}, "= 0", None, "rows"),
    ({"mustBe": 0, "unit": "rows"}, {}, "= 0", None, "rows"),
    ({"mustBe": 0, "unit": "row"}, {}, "= 0", None, "rows"),
    ({}, {"target": "> 3 %", "alert": "< 2 %"}, "> 3", "< 2", "percent"),
    ({"mustBeLessThan": 5, "unit": "percent"}, {}, "< 5", None, "percent"),
    ({"mustBeLessThan": 5, "unit": "%"}, {}, "< 5", None, "percent"),
    ({"mustBeLessThan": 5, "unit": "Percent"}, {"alert": "> 9 %"}, "< 5", "> 9", "percent"),
    ({"mustBeLessThan": 5, "unit": "percent"}, {"alert": "> 9"}, "< 5", "> 9", "percent"),
    ({"mustBeLessThan": 5}, {"alert": "> 9 rows"}, "< 5", "> 9", "rows"),
    ({"mustBe": 0}, {"alert": "> 9 %"}, "= 0", "> 9", "percent"),
    ({}, {"target": "< 3 %"}, "< 3", None, "percent"),
    ({}, {"target": "< 3 %", "alert": "> 5 %"}, "< 3", "> 5", "percent"),
    ({}, {}, "> 99", "< 95", "percent kept"),
    ({"dimension": "uniqueness"}, {}, "= 100", "< 100", "percent kept"),
    ({"dimension": "conformity"}, {}, "> 99", "< 95", "percent kept"),
]


@pytest.mark.parametrize(("rule", "custom", "target", "alert", "unit"), THRESHOLDS)
def test_thresholds(planned, rule, custom, target, alert, unit):
    properties = [{"property": name, "value": value} for name, value in custom.items()]
    check = planned(on_column(metric="nullValues", customProperties=properties, **rule))["t/a/nullValues"]
    assert check.problem == ""
    assert (check.target.text(), check.alert.text() if check.alert else None, check.unit) == (target, alert, unit)


PLAIN = [
    # rule, customProperties: target and alert of a number that counts no violating rows
    ({"metric": "rowCount", "mustBeGreaterThan": 5}, {}, "> 5", None),
    ({"metric": "rowCount"}, {"target": "> 5 rows", "alert": "< 3"}, "> 5", "< 3"),
    ({"type": "sql", "query": "select 1", "mustBeLessThan": 5, "unit": "hours"}, {}, "< 5", None),
    ({"type": "sql", "query": "select 1"}, {"target": "< 5"}, "< 5", None),
]


@pytest.mark.parametrize(("rule", "custom", "target", "alert"), PLAIN)
def test_thresholds_of_plain_numbers(planned, rule, custom, target, alert):
    properties = [{"property": name, "value": value} for name, value in custom.items()]
    checks = planned(on_table(customProperties=properties, **rule)).values()
    (check,) = (check for check in checks if check.rule in ("rowCount", "sql"))
    assert (check.problem, check.counts, check.unit, check.columns) == ("", "number", "", ())
    assert (check.target.text(), check.alert.text() if check.alert else None) == (target, alert)


CONTRADICTIONS = [
    ({"mustBeLessThan": 100}, {"alert": "> 5 %"}, "differ in unit: rows and percent"),
    ({"mustBeLessThan": 5, "unit": "percent"}, {"alert": "> 9 rows"}, "differ in unit: percent and rows"),
    ({"mustBeLessThan": 5}, {"alert": "> 2 h"}, "the number is in rows, and the threshold in seconds"),
    ({"mustBeLessThan": 5}, {"alert": "< 9"}, "turn it round"),
    ({"mustBeLessThan": 5}, {"alert": "= 9"}, "holds at one number only"),
    ({}, {"target": "< 3 %", "alert": "> 5 rows"}, "differ in unit: percent and rows"),
    ({}, {"alert": "> 5 %"}, "the rule states an alert, but no threshold"),
    ({"dimension": "timeliness"}, {}, "the project has no default for it"),
]


@pytest.mark.parametrize(("rule", "custom", "said"), CONTRADICTIONS)
def test_thresholds_that_contradict_one_another(planned, rule, custom, said):
    properties = [{"property": name, "value": value} for name, value in custom.items()]
    check = planned(on_column(metric="nullValues", customProperties=properties, **rule))["t/a/nullValues"]
    assert said in check.problem


def test_a_percentage_of_a_query_is_its_own(planned):
    check = planned(on_table(type="sql", query="select 1", mustBeLessThan=5, unit="percent"))["t/sql"]
    assert (check.counts, check.unit, check.target) == ("number", "percent", Threshold("<", 5))


SEVERITIES = {
    **dict.fromkeys(("", "error", "critical", "wrning"), Severity.ERROR),
    **dict.fromkeys(("Warning", " warn ", "medium", "minor", "low"), Severity.WARNING),
    **dict.fromkeys(("info", "Trivial"), Severity.INFO),
}


@pytest.mark.parametrize("word", SEVERITIES)
def test_a_word_that_is_no_severity_closes_the_gate(planned, word):
    check = planned(on_column(metric="nullValues", mustBe=0, severity=word))["t/a/nullValues"]
    assert check.severity is SEVERITIES[word]


FILLED = {
    "select count(*) from ${object}": 'select count(*) from "main"."t"',
    "select count(*) from ${table} where ${property} < 0": 'select count(*) from "main"."t" where "a ""b""" < 0',
    "select max(${column}) from ${model}": 'select max("a ""b""") from "main"."t"',
    "select max({property}) from {object}": 'select max("a ""b""") from "main"."t"',
    "select max(${field}) from {schema}": 'select max("a ""b""") from "main"."t"',
    "select {'x': 1}, {x: 1}, {x}": "select {'x': 1}, {x: 1}, {x}",
    "select $object": "select $object",
}


@pytest.mark.parametrize("query", FILLED)
def test_placeholders(planned, query):
    rule = {"type": "sql", "query": query, "mustBe": 0}
    contract = {"schema": [{"name": "t", "properties": [{"name": 'a "b"', "quality": [rule]}]}]}
    assert planned(contract)['t/a "b"/sql'].arguments["query"] == FILLED[query]


def test_the_name_of_a_table_is_quoted(planned):
    rule = {"type": "sql", "query": "select count(*) from ${object}", "mustBe": 0}
    table = {"name": 'odd "t"', "properties": [{"name": "a"}], "quality": [rule]}
    (check,) = (c for c in planned({"schema": [table]}).values() if c.rule == "sql")
    assert check.arguments["query"] == 'select count(*) from "main"."odd ""t"""'


def test_several_comparators_are_a_check_each(planned):
    checks = planned(on_column(metric="nullValues", name="few", mustBeGreaterThan=0, mustBeLessThan=5))
    text = planned(on_column(type="text", mustBeGreaterThan=0, mustBeLessThan=5))
    assert list(text)[1:] == ["t/a/text/mustBeGreaterThan", "t/a/text/mustBeLessThan"]
    found = {key: check.target.text() for key, check in checks.items() if check.rule == "nullValues"}
    assert found == {"t/a/nullValues/few/mustBeGreaterThan": "> 0", "t/a/nullValues/few/mustBeLessThan": "< 5"}


ANSWERS = {"mustBe": ({True, False, "x"}, "= 1"), "mustNotBe": ({True, "x"}, "= 0")}


@pytest.mark.parametrize("word", ANSWERS)
def test_a_query_may_give_another_value_than_a_number(planned, word):
    values, target = ANSWERS[word]
    for value in values:
        check = planned(on_table(type="sql", query="select 1", **{word: value}))["t/sql"]
        assert (check.arguments["answer"], check.target.text(), check.problem) == (value, target, "")
        assert (check.rule, check.counts, check.unit) == ("sql", "number", "")
        assert check.arguments["dialect"] == "duckdb"
        assert check.description == f"1 when the query gives {value!r}, else 0"
    number = planned(on_table(type="sql", query="select 1", **{word: 5}))["t/sql"]
    assert ("answer" in number.arguments, number.target.text()) == (False, "= 5" if word == "mustBe" else "!= 5")


@pytest.mark.parametrize("word", ["x", True])
def test_only_equality_can_be_asked_of_another_value(planned, word):
    check = planned(on_table(type="sql", query="select 1", mustBeLessThan=word))["t/sql"]
    assert "mustBeLessThan needs a number" in check.problem


OLD_RULES = {
    # the rule of ODCS 3.0, and what stands beside it: metric, arguments, target
    "duplicateCount": ({"mustBe": 0}, "duplicateValues", {}, "= 0"),
    "nullCheck": ({"mustBeLessThan": 5}, "nullValues", {}, "< 5"),
    "validValues": ({"validValues": ["x"]}, "invalidValues", {"validValues": ["x"]}, "= 0"),
    "rowCount": ({"mustBeGreaterThan": 0}, "rowCount", {}, "> 0"),
}


@pytest.mark.parametrize("old", OLD_RULES)
def test_the_rules_of_3_0_have_their_metrics(planned, old):
    beside, metric, arguments, target = OLD_RULES[old]
    of = on_table if metric == "rowCount" else on_column
    checks = planned({"apiVersion": "v3.0.2", **of(rule=old, type="library", **beside)})
    (check,) = (check for check in checks.values() if check.rule == metric)
    assert (dict(check.arguments), check.target.text(), check.problem) == (arguments, target, "")


def sla(element=None, table="flights", **fields):
    entry = {"property": "latency", "value": 1, "unit": "d", **fields} | ({"element": element} if element else {})
    columns = [{"name": "at"}, {"name": "loadedAt", "physicalName": "loaded_at"}]
    return {
        "slaProperties": [entry],
        "schema": [{"name": table, "physicalName": f"marts.{table}", "properties": columns}],
    }


ELEMENTS = {
    # element: ids of the checks with the columns that they read
    "flights.at": {"flights/at/sla/latency": ("at",)},
    "at": {"flights/at/sla/latency": ("at",)},
    "loadedAt": {"flights/loadedAt/sla/latency": ("loaded_at",)},
    "loaded_at": {"flights/loadedAt/sla/latency": ("loaded_at",)},
    "marts.flights.at": {"flights/at/sla/latency": ("at",)},
    "flights.at, flights.loadedAt": {"flights/at/sla/latency": ("at",), "flights/loadedAt/sla/latency": ("loaded_at",)},
    " flights.at ,": {"flights/at/sla/latency": ("at",)},
}


@pytest.mark.parametrize("element", ELEMENTS)
def test_elements_of_a_service_level(planned, element):
    checks = [check for check in planned(sla(element)).values() if check.rule == "freshness"]
    assert {check.id: check.columns for check in checks} == ELEMENTS[element]
    assert {check.problem for check in checks} == {""}


LOST = {
    None: "the latency names no column; write `element: flights.<column>`",
    "flights": "the latency names no column; write `element: flights.<column>`",
    "flights.": "names 'flights.', which is no column of this contract",
    "flight.at": "names 'flight.at', which is no column of this contract",
    "flights.att": "names 'flights.att', which is no column of this contract",
    "nothing": "names 'nothing', which is no column of this contract",
}


@pytest.mark.parametrize("element", LOST)
def test_an_element_that_is_not_there_is_never_measured_elsewhere(planned, element):
    (check,) = (check for check in planned(sla(element)).values() if check.rule == "freshness")
    assert LOST[element] in check.problem


@pytest.mark.parametrize("element", [None, "at"])
def test_with_several_tables_an_element_names_its_own(planned, element):
    contract = sla(element)
    contract["schema"].append({"name": "other", "properties": [{"name": "at"}]})
    (check,) = (check for check in planned(contract).values() if check.rule == "freshness")
    assert check.problem


@pytest.mark.parametrize("name", ["freshness", "Freshness", "fr", "FR", "latency", "LATENCY", "ly", " Ly "])
def test_the_names_of_freshness(planned, name):
    (check,) = (check for check in planned(sla("at", property=name)).values() if "/sla/" in check.id)
    assert check.rule == "freshness"
    assert check.arguments == {"as_of": datetime(2024, 1, 6, tzinfo=UTC)}


AGES = [
    # value, unit, customProperties: target, alert in seconds
    (1, "d", {}, "<= 86400", None),
    (1.5, "h", {}, "<= 5400", None),
    ("2", "hours", {}, "<= 7200", None),
    ("PT1H30M", "", {}, "<= 5400", None),
    ("P2W", "", {}, "<= 1209600", None),
    ("P1DT1S", "d", {}, "<= 86401", None),
    (1, "d", {"alert": "> 2 d"}, "<= 86400", "> 172800"),
    (1, "d", {"alert": "> 2"}, "<= 86400", "> 172800"),
    (1, "d", {"alert": "> 49 h"}, "<= 86400", "> 176400"),
]


@pytest.mark.parametrize(("value", "unit", "custom", "target", "alert"), AGES)
def test_ages(planned, value, unit, custom, target, alert):
    properties = [{"property": name, "value": text} for name, text in custom.items()]
    checks = planned(sla("at", value=value, unit=unit, customProperties=properties))
    check = checks["flights/at/sla/latency"]
    assert check.problem == ""
    assert check.target == Threshold("<=", int(target.split()[1]))
    assert check.alert == (Threshold(">", int(alert.split()[1])) if alert else None)
    assert check.unit == "seconds"


NO_AGES = [
    (1, "", {}), (1, "moons", {}), (None, "d", {}), (True, "d", {}), ("soon", "d", {}), ("inf", "d", {}),
    ("nan", "d", {}), ("1e400", "d", {}), ("9" * 400, "d", {}), ("PT", "", {}), ("pt1h", "", {}),
    ([1], "d", {}), (1, "d", {"alert": "> 5 %"}), (1, "d", {"alert": "> 9 rows"}), (1, "d", {"alert": "> 1 h"}),
    (1, "d", {"alert": "late"}), (1, "d", {"alert": "< 2 d"}), (1, "d", {"target": "< 5 %"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "unit", "custom"), NO_AGES)
def test_what_is_no_age_is_a_problem(planned, value, unit, custom):
    properties = [{"property": name, "value": text} for name, text in custom.items()]
    checks = planned(sla("at", value=value, unit=unit, customProperties=properties))
    check = checks["flights/at/sla/latency"]
    assert check.problem.startswith("the service level cannot be read: ")
