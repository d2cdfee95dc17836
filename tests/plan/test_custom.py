"""Rules `type: custom`: each Soda check in them is one Check, and one that is written wrong is an error."""

import pytest
import yaml


def planned_rules(planned, *rules, at="x"):
    column = {"name": "x", "quality": list(rules) if at == "x" else []}
    table = {"name": "t", "properties": [column], "quality": list(rules) if at == "t" else []}
    return {key: check for key, check in planned({"schema": [table]}).items() if "present" not in key}


def soda(implementation, **fields):
    return {"type": "custom", "engine": "soda", "implementation": implementation, **fields}


GOOD = [
    # where, rule: the checks
    ("x", soda("missing:"), ["t/x/soda/missing"]),
    ("x", soda({"missing": None}), ["t/x/soda/missing"]),
    ("x", soda([{"missing": None}, {"duplicate": None}]), ["t/x/soda/missing", "t/x/soda/duplicate"]),
    ("x", soda("- missing:\n- missing:\n"), ["t/x/soda/missing", "t/x/soda/missing#2"]),
    ("x", soda("invalid: {qualifier: q, valid_min: 1}"), ["t/x/soda/invalid/q"]),
    ("t", soda("row_count:"), ["t/soda/row_count"]),
    ("t", soda({"failed_rows": {"query": "select * from t where x // 2 = 1"}}), ["t/soda/failed_rows"]),
    ("t", soda("row_count:", name="Enough rows"), ["t/soda/enough-rows/row_count"]),
    ("t", soda([{"row_count": None}, {"failed_rows": {"expression": "x < 0"}}], engine="Soda"),
     ["t/soda/row_count", "t/soda/failed_rows"]),
]  # fmt: skip


@pytest.mark.parametrize(("at", "rule", "expected"), GOOD)
def test_each_implementation_is_one_check(planned, at, rule, expected):
    checks = planned_rules(planned, rule, at=at)
    assert list(checks) == expected
    assert not any(check.problem or check.skip for check in checks.values())


BAD = [
    # where, rule, part of what is said
    ("x", soda("{"), "cannot be read"),
    ("x", soda([]), "holds no check"),
    ("x", soda("misssing:"), "did you mean `missing`?"),
    ("x", soda("missing: {treshold: {must_be: 0}}"), "did you mean `threshold`?"),
    ("x", soda("row_count:"), "`row_count` belongs to a table"),
    ("t", soda("missing:"), "`missing` belongs to a column"),
    ("t", soda("type: duplicate_percent\nmust_be_less_than: 1\n"), "a check is one key, its type"),
    ("t", soda("no check"), "a check is one key, its type"),
    ("t", soda("schema:"), "needs the columns of a Soda file"),
    ("t", soda([5]), "a check is one key, its type"),
    ("t", soda({"row_count": None, "failed_rows": None}), "a check is one key, its type"),
    ("t", soda({"a": 1, "b": 2}, mustBe=0, mustBeLessThan=3), "write mustBe, mustBeLessThan there"),
    ("t", soda(""), "holds no check"),
    ("t", soda([]), "holds no check"),
    ("t", {"type": "custom", "engine": "soda"}, "holds no check"),
    ("t", soda("{"), "cannot be read"),
    ("t", soda("a: 1\na: 2"), "cannot be read"),
    ("t", soda("row_count:", mustBe=0), "write mustBe there"),
    ("t", soda({"failed_rows": {"expression": "x < ${env.HOME}"}}), "perhaps a secret"),
    ("t", soda({"failed_rows": {"query": "delete from t"}}), "`query`: one SELECT is needed"),
    ("x", soda({"missing": {"filter": "getenv('HOME') = x"}}), "`filter`: a check may read tables only"),
]


@pytest.mark.parametrize(("at", "rule", "said"), BAD)
def test_what_is_written_wrong_is_one_error(planned, at, rule, said):
    (check,) = planned_rules(planned, rule, at=at).values()
    assert (check.rule, check.columns) == ("soda", ("x",) if at == "x" else ())
    assert check.id.startswith("t/x/soda" if at == "x" else "t/soda")
    assert said in check.problem


def test_the_contract_says_how_much_it_matters(planned):
    rule = soda("missing: {attributes: {severity: info}}", severity="warning", dimension="accuracy", description="d")
    (check,) = planned_rules(planned, rule).values()
    assert (check.severity.value, check.dimension.value, check.description) == ("warning", "accuracy", "d")
    (check,) = planned_rules(planned, soda("missing: {attributes: {severity: info}}")).values()
    assert (check.severity.value, check.dimension.value) == ("info", "completeness")


def test_what_is_refused_matters_as_much_as_the_contract_says(planned):
    rule = soda("none", name="Odd One!", severity="warning", dimension="accuracy", description="d")
    (check,) = planned_rules(planned, rule).values()
    assert (check.id, check.columns) == ("t/x/soda/odd-one", ("x",))
    assert (check.severity.value, check.dimension.value, check.description) == ("warning", "accuracy", "d")
    (named,) = planned_rules(planned, soda("none", name="Odd One!"), at="t").values()
    assert (named.id, named.columns, named.severity.value, named.description) == (
        "t/soda/odd-one", (), "error", "Odd One!",
    )  # fmt: skip


def test_it_is_described_by_the_contract_before_soda(planned):
    names = {"d": {"description": "d", "name": "n"}, "n": {"name": "n"}, "of soda": {}}
    for said, fields in names.items():
        (check,) = planned_rules(planned, soda("missing: {name: of soda}", **fields)).values()
        assert check.description == said


def test_each_is_given_to_soda_as_a_file_of_its_own(planned):
    rules = soda([{"missing": None}, {"invalid": {"valid_values": ["a", "b"]}}]), soda([{"missing": None}])
    checks = list(planned_rules(planned, *rules).values())
    documents = [check.arguments["document"] for check in checks]
    assert [document.data for document in documents] == [
        {"dataset": "w/main/t", "columns": [{"name": "x", "checks": [written]}]}
        for rule in rules for written in rule["implementation"]
    ]  # fmt: skip
    assert [check.arguments["file"] for check in checks] == [document.file for document in documents]
    assert len({document.file for document in documents}) == 3
    assert [yaml.safe_load(yaml.safe_dump(document.data)) for document in documents] == [d.data for d in documents]
    assert [check.arguments["key"] for check in checks] == ["soda/x/missing", "soda/x/invalid", "soda/x/missing"]
    assert [(check.columns, check.arguments["error"]) for check in checks] == [(("x",), "")] * 3


def test_a_rule_that_several_columns_share_by_an_alias_is_a_file_for_each(planned):
    shared = [soda("missing:")]
    table = {"name": "t", "properties": [{"name": name, "quality": shared} for name in ("x", "y")]}
    checks = [check for check in planned({"schema": [table]}).values() if check.rule == "soda"]
    assert len({str(check.at) for check in checks}) == 1
    assert len({check.arguments["file"] for check in checks}) == 2
    assert [check.arguments["document"].data["columns"][0]["name"] for check in checks] == ["x", "y"]


def test_a_table_is_named_with_its_schema_and_a_column_as_the_warehouse_calls_it(planned):
    column = {"name": "x", "physicalName": "x_1", "quality": [soda("missing:")]}
    table = {"name": "t", "physicalName": "raw.t_1", "properties": [column], "quality": [soda("row_count:")]}
    checks = planned({"schema": [table]})
    own, whole = checks["t/x/soda/missing"], checks["t/soda/row_count"]
    assert (own.columns, whole.columns) == (("x_1",), ())
    assert own.arguments["document"].data["columns"][0]["name"] == "x_1"
    assert whole.arguments["document"].data == {"dataset": "w/raw/t_1", "checks": [{"row_count": None}]}


def test_a_column_that_soda_cannot_name_is_a_problem(planned):
    column = {"name": 'a "b"', "quality": [soda("missing:")]}
    (check,) = (c for c in planned({"schema": [{"name": "t", "properties": [column]}]}).values() if c.rule == "soda")
    assert "without quotation marks" in check.problem


def test_every_fault_of_an_implementation_is_told(planned):
    (check,) = planned_rules(planned, soda("missing: {treshold: 1, qualifierr: 2}")).values()
    assert "treshold" in check.problem
    assert "qualifierr" in check.problem
    assert check.arguments["error"] == check.problem


def test_another_engine_is_skipped_with_the_reason(planned):
    rule = {"type": "custom", "engine": "greatExpectations", "implementation": "x"}
    (check,) = planned_rules(planned, rule, at="t").values()
    assert (check.skip, check.problem) == ("rules of the engine 'greatExpectations' are not run", "")
