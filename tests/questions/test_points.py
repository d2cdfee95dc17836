"""Each point of the six questions: what a contract says, what is assumed then, and what must be asked."""

import re
from pathlib import Path

import pytest
import yaml

from harness.load.lineage import read_sources
from harness.load.project import load_project
from harness.model.question import Assumption, Question, Said
from harness.questions import POINTS, answered
from harness.questions.table import is_answer
from harness.uses.lineage import lineage_of

KINDS = {Said: "said", Assumption: "assumed", Question: "asked"}
SETTINGS = "version: 1\nname: shop\nserver: w\nservers: {w: {type: duckdb, database: w.duckdb}}\n"
# what of a contract -> the layer, then for each point its kind and a part of its text
CASES = [
    ("raw", {}, "origin", "asked", "Which system"),
    ("raw", {"customProperties": {"source": {"system": "shop", "format": "csv"}}}, "origin", "said", "system shop"),
    ("marts", {"customProperties": {"upstream": []}}, "origin", "said", "made of no table"),
    ("marts", {}, "origin", "asked", "nothing that is known"),
    ("raw", {"schema": {"properties": []}}, "schema", "asked", "Which columns"),
    ("raw", {}, "schema", "said", "2 columns"),
    ("raw", {"slaProperties": [{"property": "fy", "value": 1, "unit": "h"}]}, "frequency", "said", "every 1 h"),
    ("raw", {}, "frequency", "asked", "How often"),
    ("raw", {}, "volume", "assumed", "as many rows as now"),
    ("raw", {"customProperties": {"volume": {"tolerance": "30 %"}}}, "volume", "said", "tolerance 30 %"),
    ("raw", {"schema": {"quality": [{"metric": "rowCount", "mustBeGreaterThan": 0}]}}, "volume", "said", "rowCount"),
    ("marts", {"customProperties": {"consumers": []}}, "consumers", "said", "nobody reads it"),
    ("marts", {"customProperties": {"consumers": [{"name": "b", "use": "c"}]}}, "consumers", "said", "b (c)"),
    ("marts", {"customProperties": {"consumers": ["TBD"]}}, "consumers", "asked", "does not say"),
    ("staging", {}, "consumers", "asked", "does not say"),
    ("marts", {"description": {"usage": "Filter on day."}}, "query-patterns", "said", "Filter on day."),
    ("marts", {"description": {"usage": "tbd"}}, "query-patterns", "assumed", "filtered by day and joined on id"),
    ("marts", {"customProperties": {"queryPatterns": ["by month"]}}, "query-patterns", "said", "by month"),
    ("marts", {"schema": {"properties": [{"name": "a"}]}}, "query-patterns", "assumed", "read whole"),
    ("marts", {"slaProperties": [{"property": "ly", "value": 26, "unit": "h"}]}, "latency", "said", "ly 26 h"),
    ("marts", {}, "latency", "asked", "How old"),
    ("staging", {}, "latency", "asked", "How old"),
    ("marts", {"slaProperties": [{"property": "re", "value": 2, "unit": "y"}]}, "retention", "said", "kept for 2 y"),
    ("raw", {}, "retention", "asked", "How long"),
    ("raw", {}, "logic", "assumed", "as they were received"),
    ("marts", {}, "logic", "asked", "What makes it"),
    ("marts", {"schema": {"properties": [{"name": "a", "transformLogic": "b"}]}}, "logic", "said", "1 of 1 columns"),
    ("marts", {"schema": {"name": "dim_a"}}, "history", "assumed", "overwrites"),
    ("marts", {"schema": {"name": "dim_a"}, "customProperties": {"scd": {"type": 2}}}, "history", "said", "type 2"),
    ("marts", {}, "late-data", "assumed", "none comes late"),
    ("marts", {"schema": {"properties": [{"name": "a"}]}}, "late-data", "assumed", "with the next load"),
    ("marts", {"customProperties": {"late": {"allowance": "5 d"}}}, "late-data", "said", "allowance 5 d"),
    ("marts", {}, "grain", "said", "one row for each id"),
    ("marts", {"schema": {"properties": [{"name": "a"}]}}, "grain", "assumed", "rows alike"),
    ("marts", {}, "thresholds", "assumed", "completeness > 99 %"),
    ("marts", {"schema": {"quality": [{"metric": "rowCount", "mustBe": 1}]}}, "thresholds", "said", "1 rule of its"),
    ("marts", {}, "failing-rows", "assumed", "the gate stays shut"),
    ("marts", {"customProperties": {"failingRows": "moved aside"}}, "failing-rows", "said", "moved aside"),
    ("marts", {}, "partitioning", "said", "by day"),
    ("marts", {"schema": {"properties": [{"name": "a"}]}}, "partitioning", "assumed", "not at all"),
    ("marts", {}, "cost", "asked", "What may it cost"),
    ("staging", {}, "cost", "asked", "What may it cost"),
    ("marts", {"customProperties": {"costLimit": {"amount": 0, "currency": "EUR"}}}, "cost", "said", "amount 0"),
    ("marts", {}, "monitoring", "assumed", "at each `harness verify`"),
    ("marts", {}, "alerting", "asked", "Who is told"),
    ("marts", {"team": {"name": "sales"}}, "alerting", "assumed", "its owner, sales"),
    ("marts", {"support": [{"channel": "#sales"}]}, "alerting", "said", "#sales"),
    ("marts", {}, "backfill", "assumed", "all of it anew"),
    ("marts", {"customProperties": {"backfill": "make it"}}, "backfill", "said", "make it"),
    ("marts", {}, "incidents", "assumed", "next working day"),
    ("marts", {"slaProperties": [{"property": "tr", "value": 1, "unit": "d"}]}, "incidents", "said", "tr 1 d"),
]  # fmt: skip


def contract(layer, parts, name="fct_a"):
    customs = {"layer": layer, **parts.get("customProperties", {})}
    properties = [{"name": "id", "primaryKey": True}, {"name": "day", "partitioned": True}]
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": f"c-{name}", "version": "1.0.0", "status": "active",
        **{key: value for key, value in parts.items() if key not in ("customProperties", "schema")},
        "customProperties": [{"property": key, "value": value} for key, value in customs.items()],
        "schema": [{"name": name, "physicalName": name, "properties": properties, **parts.get("schema", {})}],
    }  # fmt: skip


def asked(root: Path, *contracts, settings=""):
    """Table and point -> the answer."""
    (root / "contracts").mkdir()
    (root / "harness.yaml").write_text(SETTINGS + settings)
    for number, data in enumerate(contracts):
        (root / "contracts" / f"{number}.odcs.yaml").write_text(yaml.safe_dump(data))
    project = load_project(root, {})
    assert all(not document.violations and document.contract for document in project.documents)
    lineage = lineage_of(project, read_sources(project, built=False))
    every = [point for each in project.contracts for point in answered(project, each, lineage)]
    return {(point.schema.name, point.id): point.answer for point in every}


@pytest.mark.parametrize(("layer", "parts", "point", "kind", "text"), CASES)
def test_a_point(tmp_path, layer, parts, point, kind, text):
    data = contract(layer, parts)
    name = data["schema"][0]["name"]
    answer = asked(tmp_path, data)[name, point]
    assert (KINDS[type(answer)], text in answer.text) == (kind, True), answer


def test_every_point_is_asked_answered_or_assumed_in_a_case():
    assert {case[2] for case in CASES} == {name for name, _, _ in POINTS}


def test_the_project_may_say_it(tmp_path):
    settings = "audit: {schedule: '0 6 * * *'}\npublish: {backfill: {marts: make marts}}\n"
    found = asked(tmp_path, contract("marts", {}), settings=settings)
    assert found["fct_a", "monitoring"].text == "audited by 0 6 * * *, UTC"
    assert found["fct_a", "backfill"].text == "make marts"


@pytest.fixture
def chain(tmp_path):
    """A staging table, and a mart that is made of it and promises what the staging table does not."""
    promises = [{"property": "latency", "value": 26, "unit": "h"}]
    made = {"name": "id", "transformSourceObjects": ["stg_a.id"]}
    mart = contract(
        "marts",
        {"slaProperties": promises, "schema": {"properties": [made]}, "customProperties": {"costLimit": "unlimited"}},
    )
    return asked(tmp_path, contract("staging", {}, "stg_a"), mart)


def test_what_is_inside_the_platform_is_as_the_marts_need_it(chain):
    assert chain["stg_a", "latency"].text == "no older than the marts made of it may be: 26 h"
    assert chain["stg_a", "cost"].text == "within the limits of the marts that are made of it"
    assert chain["stg_a", "consumers"].text == "read by fct_a alone"
    assert chain["stg_a", "consumers"].confidence == "high"
    assert chain["fct_a", "origin"].text == "made of main.stg_a, each under contract"


def test_nobody_reads_it_and_a_table_is_made_of_it(tmp_path):
    made = {"name": "id", "transformSourceObjects": ["stg_a.id"]}
    staging = contract("staging", {"customProperties": {"consumers": []}}, "stg_a")
    answer = asked(tmp_path, staging, contract("marts", {"schema": {"properties": [made]}}))["stg_a", "consumers"]
    assert isinstance(answer, Question)
    assert "says nobody, yet fct_a is made of it" in answer.text


def test_a_contract_may_be_named_by_its_id(tmp_path):
    mart = contract("marts", {"customProperties": {"upstream": ["c-stg_a"]}})
    assert asked(tmp_path, contract("staging", {}, "stg_a"), mart)["fct_a", "origin"].text.startswith("made of c-stg_a")


def test_how_often_is_taken_from_what_it_is_made_of(tmp_path):
    every = [{"property": "frequency", "value": 1, "unit": "d"}]
    staging = contract("staging", {"slaProperties": every}, "stg_a")
    mart = contract("marts", {"customProperties": {"upstream": ["stg_a"]}})
    answer = asked(tmp_path, staging, mart)["fct_a", "frequency"]
    assert (answer.text, answer.confidence) == ("as often as what it is made of: every 1 d", "medium")


def test_every_question_has_two_or_three_options_with_a_cost(tmp_path):
    found = asked(tmp_path, contract("marts", {"schema": {"properties": []}}), contract("raw", {}, "b"))
    questions = [answer for answer in found.values() if isinstance(answer, Question)]
    assert len({question.text for question in questions}) == 10
    for question in questions:
        assert 2 <= len(question.options) <= 3
        assert all(option.answer and option.cost for option in question.options)
        assert any(option.write for option in question.options)


BLANK = re.compile(r"\b(?!EUR\b)[A-Z]{3,}( [A-Z]+)*\b")


def test_a_table_is_no_source_of_its_own(tmp_path):
    answer = asked(tmp_path, contract("marts", {"customProperties": {"upstream": ["fct_a"]}}))["fct_a", "origin"]
    assert isinstance(answer, Question)


def test_the_written_answers_are_answers(tmp_path):
    """What an option writes closes the question when its blanks are filled in, and not before."""
    (tmp_path / "before").mkdir()
    found = asked(tmp_path / "before", contract("marts", {}))
    for (_, point), question in found.items():
        if not isinstance(question, Question):
            continue
        for number, option in enumerate(question.options):
            written = yaml.safe_load(option.write.replace(", element: TABLE.COLUMN", "")) if option.write else {}
            if "properties" in written or "team" in written or not written:
                continue
            filled = yaml.safe_load(BLANK.sub("stg_b", yaml.safe_dump(written)))
            for name, data in (("filled", filled), ("blank", written)):
                parts = {key: value for key, value in data.items() if key != "customProperties"}
                parts["customProperties"] = {e["property"]: e["value"] for e in data.get("customProperties", [])}
                root = tmp_path / f"{point}-{number}-{name}"
                root.mkdir()
                answer = asked(root, contract("marts", parts), contract("staging", {}, "stg_b"))["fct_a", point]
                assert isinstance(answer, Said) is (name == "filled" or filled == written), (point, option)


@pytest.mark.parametrize(
    "value",
    [
        "", " ", "TBD", "tbd.", "Todo", "?", "N/A", None, [None], {"a": "TBD"}, ["unknown"], ".", "-- ", "xxx",
        "Unknown yet", "TBD by finance", "(TBD)", "to be decided", "To be agreed with Bob.", "not yet known",
        "we don't know", "later",
        "pending", "see above", "TABLE", {"system": "NAME", "format": "csv"}, {"name": "board", "use": "WHAT FOR"},
    ],
)  # fmt: skip
def test_no_answers(value):
    assert not is_answer(value)


@pytest.mark.parametrize(
    "value",
    [
        0,
        False,
        [],
        -1,
        "none of it",
        {"a": "TBD", "b": 1},
        "5 y",
        "Open Data Portal",
        "Later.com",
        "todos",
        "name",
        "no limit",
    ],
)
def test_answers(value):
    assert is_answer(value)
