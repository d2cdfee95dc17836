"""Which columns a report may show values of; in doubt none."""

import pytest

from harness.load.contract import parse_contract
from harness.model.check import TableName
from harness.model.project import Policy
from harness.plan.disclosure import disclosure

PII = {"classification": "pii"}
SPOT = "a field that is classified"
MAIL = "mail is classified pii"
CASES = {
    # the asked column `a` of the table `t`, and other columns of `t`: why `a` (or what is asked) may not be shown
    "of no classification": ({}, [], "a", ""),
    "public": ({"classification": "public"}, [], "a", ""),
    "in other letters": ({"classification": " Public "}, [], "a", ""),
    "classified": (PII, [], "a", "a is classified pii"),
    "asked in other letters": (PII, [], "A", "a is classified pii"),
    "by the warehouse's name": ({"physicalName": "A_1", **PII}, [], "a_1", "A_1 is classified pii"),
    "not declared": ({}, [], "b", "b is not declared"),
    "declared twice": ({}, [{"name": "again", "physicalName": "A", **PII}], "a", "A is classified pii"),
    "a field inside": ({"properties": [{"name": "x", **PII}]}, [], "a", f"a holds {SPOT}"),
    "a field deep inside": ({"properties": [{"name": "x", "items": PII}]}, [], "a", f"a holds {SPOT}"),
    "an element": ({"items": PII}, [], "a", f"a holds {SPOT}"),
    "beside a classified field": ({"properties": [{"name": "x"}, {"name": "y", **PII}]}, [], "a.x", ""),
    "inside": ({"properties": [{"name": "x"}], **PII}, [], "a.x", "a.x is inside something that is classified"),
    "refers to one": ({"relationships": [{"to": "p.mail"}]}, [], "a", f"a holds values of another column: {MAIL}"),
    "refers to an open one": ({"relationships": [{"to": "p.id"}]}, [], "a", ""),
    "refers to no table": ({"relationships": [{"to": "nowhere.mail"}]}, [], "a", ""),
    "a field refers to one": (
        {"properties": [{"name": "x", "relationships": [{"to": "p.mail"}]}]}, [], "a",
        f"a holds values of another column: {MAIL}",
    ),
    "is made of one": (
        {"transformSourceObjects": ["p.mail"]}, [], "a", f"a holds values of another column: {MAIL}",
    ),
    "is made of an open one": ({"transformSourceObjects": ["p.id", "mail", "nowhere.mail"]}, [], "a", ""),
    "is made of a table with one": (
        {"transformSourceObjects": ["p"]}, [], "a", f"a holds values of another column: {MAIL}",
    ),
    "is made of a table of another schema": (
        {"transformSourceObjects": ["raw.q"]}, [], "a", f"a holds values of another column: {MAIL}",
    ),
    "is made of an open table": ({"transformSourceObjects": ["o"]}, [], "a", ""),
    "is made of one of another schema": (
        {"transformSourceObjects": ["raw.q.mail"]}, [], "a", f"a holds values of another column: {MAIL}",
    ),
    "refers to more columns than it has": ({"relationships": [{"to": ["p.id", "p.mail"]}]}, [], "a", ""),
    "by way of another": (
        {"relationships": [{"to": "t.b"}]}, [{"name": "b", "relationships": [{"to": "p.mail"}]}], "a",
        f"a holds values of another column: b holds values of another column: {MAIL}",
    ),
    "by way of the second": (
        {"transformSourceObjects": ["p.id", "p.mail"]}, [], "a", f"a holds values of another column: {MAIL}",
    ),
    "in a circle": (
        {"relationships": [{"to": "t.b"}]}, [{"name": "b", "relationships": [{"to": "t.a"}]}], "a", "",
    ),
    "in a circle that leads out": (
        {"relationships": [{"to": "t.b"}]},
        [{"name": "b", "relationships": [{"to": "t.a"}], "transformSourceObjects": ["p.mail"]}], "a",
        f"a holds values of another column: b holds values of another column: {MAIL}",
    ),
}  # fmt: skip
PEOPLE = {
    "id": "people",
    "schema": [
        {"name": name, "physicalName": there, "properties": [{"name": "id"}, {"name": "mail", **PII}]}
        for name, there in {"p": "p", "q": "raw.q"}.items()
    ]
    + [{"name": "o", "properties": [{"name": "id"}]}],
}


def table(*columns, **fields):
    return {"schema": [{"name": "t", "properties": list(columns), **fields}]}


@pytest.fixture
def why(project_of):
    """Why a column of the table `main.t`, as the first contract declares it, may not be shown."""

    def of(column, *contracts, **fields):
        project = project_of(*contracts, **fields)
        return disclosure(project)(project.contracts[0].schemas[0], TableName("main", "t"), column)

    return of


@pytest.mark.parametrize("case", CASES)
def test_a_column_is_shown_when_nothing_says_otherwise(why, case):
    own, others, asked, said = CASES[case]
    assert why(asked, table({"name": "a", **own}, *others), PEOPLE) == said


def test_a_key_of_the_table_closes_the_columns_it_pairs(why):
    key = [{"from": ["t.a", "t.b"], "to": ["p.id", "p.mail"]}]
    contract = table({"name": "a"}, {"name": "b"}, {"name": "c"}, relationships=key)
    assert why("a", contract, PEOPLE) == why("c", contract, PEOPLE) == ""
    assert why("b", contract, PEOPLE) == f"b holds values of another column: {MAIL}"


def test_every_contract_of_the_table_is_heard(why):
    other = {"schema": [{"name": "again", "physicalName": "MAIN.T", "properties": [{"name": "a", **PII}]}]}
    elsewhere = {"schema": [{"name": "t", "physicalName": "raw.t", "properties": [{"name": "b", **PII}]}]}
    contract = table({"name": "a"}, {"name": "b"})
    assert why("a", contract, other) == "a is classified pii"
    assert why("b", contract, elsewhere) == ""


def test_the_project_says_which_classifications_are_open(why):
    policy = Policy(sample_classifications=(" PII ",))
    assert why("a", table({"name": "a", **PII}), policy=policy) == ""
    assert why("a", table({"name": "a", "classification": "public"}), policy=policy) == "a is classified public"


def test_a_contract_that_breaks_its_schema_shows_nothing_of_its_own(why):
    broken = table({"name": "a", "classification": ["pii"]})
    assert why("a", broken) == "a is declared in contracts/1.odcs.yaml, which breaks its JSON Schema"
    assert why("a", table({"name": "a"}), broken | {"id": "other"}).endswith("which breaks its JSON Schema")


def test_a_contract_that_cannot_be_read_may_classify_anything(project_of):
    project = project_of(table({"name": "a"}))
    project = project_of(documents=(*project.documents, parse_contract("schema: [", "contracts/x.odcs.yaml")))
    said = disclosure(project)(project.contracts[0].schemas[0], TableName("main", "t"), "a")
    assert said == "a may be classified by contracts/x.odcs.yaml, which cannot be read"
