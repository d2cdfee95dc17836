"""The whole plan: its order, selection, and ids that stay what they are."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def layer(name):
    return [{"property": "layer", "value": name}]


def table(name, *columns, **fields):
    return {"name": name, "properties": [{"name": column} for column in columns], **fields}


SHOP = [
    {
        "id": "orders-raw",
        "customProperties": layer("raw"),
        "schema": [table("orders", "id", physicalName="raw.orders")],
    },
    {"id": "fct", "name": "Facts", "customProperties": layer("marts"), "schema": [table("fct_orders", "id", "day")]},
    {"id": "stg", "customProperties": layer("staging"), "schema": [table("stg_orders", "id")]},
    {"id": "odd", "schema": [table("odd", "id")]},
]


def test_in_the_order_in_which_data_flows(planned):
    assert list(planned(*SHOP)) == [
        "orders/id/present", "stg_orders/id/present", "fct_orders/id/present", "fct_orders/day/present",
        "odd/id/present",
    ]  # fmt: skip


SELECTIONS = [
    # layers, patterns: checks
    (["marts"], [], ["fct_orders/id/present", "fct_orders/day/present"]),
    (["raw", "staging"], [], ["orders/id/present", "stg_orders/id/present"]),
    ([], ["fct_*"], ["fct_orders/id/present", "fct_orders/day/present"]),
    ([], ["fct"], ["fct_orders/id/present", "fct_orders/day/present"]),
    ([], ["Facts"], ["fct_orders/id/present", "fct_orders/day/present"]),
    ([], ["*/day/*"], ["fct_orders/day/present"]),
    ([], ["odd", "stg*"], ["stg_orders/id/present", "odd/id/present"]),
    (["raw"], ["fct_*"], []),
    ([], ["FCT_*"], []),
    ([], ["nothing"], []),
    (["intermediate"], [], []),
]


@pytest.mark.parametrize(("layers", "patterns", "expected"), SELECTIONS)
def test_selection(planned, layers, patterns, expected):
    assert list(planned(*SHOP, layers=layers, select=patterns)) == expected


def test_ids_do_not_depend_on_the_selection(planned):
    twice = {"id": "a", "schema": [table("t", "x", quality=[{"metric": "rowCount", "mustBe": n} for n in (1, 2)])]}
    everything = planned(twice, *SHOP)
    for pattern in ("t/rowCount*", "t", "fct_*"):
        assert planned(twice, *SHOP, select=[pattern]).keys() <= everything.keys()
    assert list(planned(twice, select=["t/rowCount#2"])) == ["t/rowCount#2"]


def test_two_contracts_with_a_table_of_one_name(planned):
    checks = planned({"id": "a", "schema": [table("t", "x")]}, {"id": "b", "schema": [table("t", "x")]})
    assert list(checks) == ["a:t/x/present", "b:t/x/present"]


def test_two_contracts_with_one_id_and_one_table(planned):
    """A mistake that lint reports; here it must not lose a check."""
    checks = planned(
        {"id": "a", "schema": [table("t", "x", physicalName="one")]},
        {"id": "a", "schema": [table("t", "x", physicalName="two")]},
    )
    assert {key: check.table.name for key, check in checks.items()} == {"t/x/present": "one", "t/x/present#2": "two"}


def test_ids_that_look_like_numbered_ones(planned):
    links = [{"to": "u.x"}, {"to": "u.x"}, {"to": "u#2.x"}]
    own = {"name": "t", "properties": [{"name": "a", "relationships": links}]}
    checks = planned({"schema": [own, table("u", "x"), table("u#2", "x")]})
    found = {key: check.arguments["target_table"].name for key, check in checks.items() if check.rule == "relationship"}
    assert sorted(found.values()) == ["u", "u", "u#2"]


def test_rules_are_told_apart_by_their_own_id_or_name(planned):
    rules = [
        {"metric": "nullValues", "mustBe": 0},
        {"metric": "nullValues", "mustBe": 0, "id": "Strict One!"},
        {"metric": "nullValues", "mustBe": 0, "name": "for Finance"},
        {"type": "sql", "query": "select 1", "mustBe": 0, "name": "sum"},
    ]
    checks = planned({"schema": [{"name": "t", "properties": [{"name": "a", "quality": rules}]}]})
    assert list(checks) == [
        "t/a/present", "t/a/nullValues", "t/a/nullValues/strict-one", "t/a/nullValues/for-finance", "t/a/sql/sum",
    ]  # fmt: skip


RULES = st.fixed_dictionaries(
    {"metric": st.sampled_from(["nullValues", "duplicateValues", "rowCount"]), "mustBe": st.integers(0, 3)},
    optional={"name": st.sampled_from(["one", "two"])},
)
COLUMNS = st.lists(
    st.fixed_dictionaries(
        {"name": st.sampled_from(["a", "b", "c", "d"])},
        optional={
            "required": st.booleans(),
            "unique": st.booleans(),
            "primaryKey": st.booleans(),
            "logicalType": st.just("string"),
            "logicalTypeOptions": st.dictionaries(st.sampled_from(["minLength", "pattern", "format"]), st.just("1")),
            "quality": st.lists(RULES, max_size=3),
            "relationships": st.lists(st.sampled_from([{"to": "t.a"}, {"to": "u.x"}, {"to": "v.x"}]), max_size=2),
        },
    ),
    max_size=4,
    unique_by=lambda column: column["name"],
)


@settings(max_examples=60)
@given(columns=COLUMNS, rules=st.lists(RULES, max_size=3), more=COLUMNS, later=st.lists(RULES, max_size=3))
def test_what_is_added_behind_changes_no_id(planned, columns, rules, more, later):
    """The clauses of before keep their ids and what they ask, whatever columns and rules are added after them."""
    known = {column["name"] for column in columns}
    grown = [*columns, *(column for column in more if column["name"] not in known)]
    before = planned({"schema": [{"name": "t", "properties": columns, "quality": rules}]})
    after = planned({"schema": [{"name": "t", "properties": grown, "quality": [*rules, *later]}, table("z", "x")]})
    for key, check in before.items():
        if check.rule not in ("primaryKey", "unknown"):
            assert (after[key].rule, after[key].columns, after[key].target) == (check.rule, check.columns, check.target)


@settings(max_examples=60)
@given(columns=COLUMNS, rules=st.lists(RULES, max_size=3))
def test_every_check_can_be_decided_or_says_why_not(planned, columns, rules):
    contract = {"schema": [{"name": "t", "properties": columns, "quality": rules}]}
    for check in planned(contract).values():
        decided_by_number = check.counts != ""
        assert check.skip or check.problem or not decided_by_number or check.target
        assert not (check.skip and check.problem)
