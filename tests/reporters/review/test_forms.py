"""Every form of a review on the shared reviews, whole, against its golden file; and what none may let through."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft4Validator, Draft202012Validator, FormatChecker
from markdown_it import MarkdownIt

from harness.commands.common import FILES
from harness.model.change import Effect
from harness.model.result import VerdictOutcome
from harness.reporters.review import REVIEWS
from harness.reporters.review.json import SCHEMA_VERSION, schema
from harness.reporters.review.markdown import marker
from harness.rules import breaking

SUFFIXES = {
    "text": "txt", "markdown": "md", "github": "github.txt", "sarif": "sarif", "json": "json", "omds": "omds.yaml",
}  # fmt: skip
NAMES = ("review", "nothing", "nobody", "hostile_review")
SARIF = Draft4Validator(
    json.loads((Path(__file__).parents[1] / "schemas" / "sarif-2.1.0.json").read_text("utf-8")),
    format_checker=FormatChecker(),
)
OURS = {"h2", "h3", "p", "code", "pre", "br", "sub", "strong", "details", "summary", "table", "thead", "tbody"}
OURS |= {"tr", "th", "td", "ul", "li"}


def test_every_form_is_tested_here():
    assert tuple(REVIEWS) == tuple(SUFFIXES) == tuple(FILES)


def test_every_effect_is_in_the_shared_review(review):
    assert {change.change.effect for change in review.changes} == {*Effect} - {Effect.SAME}


# the hostile one is long in the others, which nobody would read; they are parsed below
@pytest.mark.parametrize(
    ("form", "name"),
    [(f, n) for f in SUFFIXES for n in NAMES if n != "hostile_review" or f in ("text", "markdown", "github")],
)
def test_golden(form, name, request, golden):
    rendered = REVIEWS[form](request.getfixturevalue(name))
    golden(f"reporters/{name}.{SUFFIXES[form]}", without_pages(rendered) if form == "sarif" else rendered)


def without_pages(rendered):
    """The pages of the rules have tests of their own, and change whenever a docstring does."""
    document = json.loads(rendered)
    (run,) = document["runs"]
    used = {result["ruleId"] for result in run["results"]}
    rules = [rule for rule in run["tool"]["driver"]["rules"] if rule["id"] in used]
    run["tool"]["driver"]["rules"] = [{"id": rule["id"], **rule["defaultConfiguration"]} for rule in rules]
    run["results"] = [{k: v for k, v in result.items() if k != "ruleIndex"} for result in run["results"]]
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("form", REVIEWS)
def test_every_form_can_be_encoded_and_ends_its_last_line(form, hostile_review):
    assert REVIEWS[form](hostile_review).encode("utf-8").endswith(b"\n")


@pytest.mark.parametrize("form", ["text", "markdown", "sarif", "json", "omds"])
def test_no_text_is_a_command_to_a_ci_server(form, review, twist):
    rendered = REVIEWS[form](twist(review, "x\n::error::no\n##vso[task.complete] ##[error]"))
    assert not re.search(r"^\s*::\w|##\w*\[", rendered, re.MULTILINE)


def test_json_is_valid_under_the_published_schema(request):
    document = schema()
    Draft202012Validator.check_schema(document)
    assert document["properties"]["schema"]["const"] == SCHEMA_VERSION
    for name in NAMES:
        Draft202012Validator(document).validate(json.loads(REVIEWS["json"](request.getfixturevalue(name))))


def test_the_json_schema_knows_every_effect():
    effects = schema()["$defs"]["change"]["properties"]["effect"]["enum"]
    assert effects == [effect.value for effect in Effect if effect is not Effect.SAME]


@pytest.mark.parametrize("name", NAMES)
def test_sarif_is_valid_and_red_exactly_when_the_gate_is_shut(name, request):
    review = request.getfixturevalue(name)
    document = json.loads(REVIEWS["sarif"](review))
    SARIF.validate(document)
    (run,) = document["runs"]
    assert any(each["level"] == "error" for each in run["results"]) is (review.outcome is not VerdictOutcome.PASS)


def test_github_annotates_the_lines_of_the_repository(review):
    lines = REVIEWS["github"](review).splitlines()
    assert sum(line.startswith("::error ") for line in lines) <= 10
    assert any(line.startswith("::error file=data/contracts/marts/orders.odcs.yaml,line=20,") for line in lines)
    assert any(line.startswith("::warning ") and "covered by version 2.0.0" in line for line in lines)


@pytest.mark.parametrize("name", NAMES)
def test_omds_has_what_the_draft_requires(name, request):
    for document in yaml.safe_load_all(REVIEWS["omds"](request.getfixturevalue(name))):
        assert document is None or set(document) >= {
            "apiVersion", "kind", "sourceKind", "source1", "source2", "impact", "diffs"
        }  # fmt: skip
        for diff in (document or {"diffs": []})["diffs"]:
            assert diff["type"] in ("ADD", "REMOVE", "CHANGE")
            assert diff["impactLevel"] in ("MAJOR", "MINOR", "PATCH")
            assert set(diff) >= {"section", "field", "path"}
            assert diff["type"] != "ADD" or "value1" not in diff
            assert diff["type"] != "REMOVE" or "value2" not in diff


def test_omds_is_never_more_lenient_than_the_table_of_the_draft(review):
    orders = next(iter(yaml.safe_load_all(REVIEWS["omds"](review))))
    levels = {diff["path"]: diff["impactLevel"] for diff in orders["diffs"]}
    assert levels["/schema[name=orders]/properties[name=amount]"] == "MAJOR"
    # for us a wider type is a minor version; the draft knows no lattice of types
    assert levels["/schema[name=orders]/properties[name=note]/physicalType"] == "MAJOR"
    assert orders["suggestedVersion"] == "2.0.0"
    assert orders["impact"] == {"major": 4, "minor": 6, "patch": 1}


class Page(HTMLParser):
    """The tags of a page, and its text."""

    def __init__(self, markdown):
        super().__init__()
        self.tags, self.text = set(), ""
        self.feed(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("name", NAMES)
def test_the_comment_holds_our_markup_only(name, request):
    text = REVIEWS["markdown"](request.getfixturevalue(name))
    assert Page(text).tags <= OURS
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        assert len({row.count("|") for row in table.splitlines()}) == 1


def test_a_contract_cannot_write_markup_or_mention_anyone(hostile_review):
    text = REVIEWS["markdown"](hostile_review)
    outside = re.sub(r"(`{3,})(?:yaml|mermaid)\n.*?\1(?!`)", "", text, flags=re.DOTALL)
    assert "<script" not in outside
    assert outside.count("<!--") == 1
    assert not re.search(r"[@#](?=[A-Za-z])|://|www\.", outside)


def test_a_draft_cannot_end_its_block(review, twist):
    text = REVIEWS["markdown"](twist(review, "```` <b>x</b>"))
    assert "b" not in Page(text).tags


def test_a_bot_finds_its_comment_and_a_reader_the_verdict(review):
    lines = REVIEWS["markdown"](review).splitlines()
    assert lines[0] == marker("shop") == "<!-- contract-harness-review:shop -->"
    assert lines[2].startswith("## ❌ FAIL: 3 breaking changes")


@pytest.mark.parametrize("filling", ["|", "&", "_ ", "@a", "\U0001f469\u200d", "long", "`<", "`", "a b`c`"])
def test_the_comment_stays_bounded_whatever_the_input(filling, review, twist):
    text = REVIEWS["markdown"](twist(review, filling * 2_000, times=60))
    assert len(text) < 65_536


def test_what_was_cut_is_said(review, twist):
    text = REVIEWS["markdown"](twist(review, "some words " * 9, times=60))
    assert re.search(r"… and \d+ more; `harness review --format json` has all", text)


def test_nobody_is_said_only_when_all_is_known(review, nobody):
    assert "Nothing is made of it" in REVIEWS["markdown"](nobody)
    assert "This is not everybody" in REVIEWS["markdown"](review)
    assert "Nothing is made of it" not in REVIEWS["markdown"](review)


def test_every_breaking_rule_brings_its_page(review):
    (run,) = json.loads(REVIEWS["sarif"](review))["runs"]
    pages = {rule["id"]: rule["help"]["markdown"] for rule in run["tool"]["driver"]["rules"]}
    assert {rule.id: rule.doc for rule in breaking.RULES} == {rule.id: pages[rule.id] for rule in breaking.RULES}
