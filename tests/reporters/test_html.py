import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.result import Patch
from harness.reporters.html import render
from harness.reporters.html.data import document
from harness.reporters.html.page import embedded

REPORTS = ("report", "passing", "healed", "empty", "hostile")
FRONTEND = Path(__file__).parents[2] / "frontend"


class Page(HTMLParser):
    """The tags of a page with their attributes, and the text of each script and style."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.inlined, self.text = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.inlined.append([tag, dict(attrs), ""])

    def handle_data(self, data):
        if self.cdata_elem:
            self.inlined[-1][2] += data
        else:
            self.text += data

    @property
    def data(self):
        [text] = [text for _, attrs, text in self.inlined if attrs.get("id") == "data"]
        return json.loads(text)


@pytest.mark.parametrize("name", REPORTS)
def test_the_page_holds_our_markup_only(name, request):
    page = Page(render(request.getfixturevalue(name)))

    head = ["html", "head", "meta", "meta", "meta", "meta", "meta", "title", "link", "style"]
    assert [tag for tag, _ in page.tags] == [*head, "body", "div", "h1", "p", "p", "script", "script"]
    assert not any(attribute.startswith("on") for _, attrs in page.tags for attribute in attrs)


@pytest.mark.parametrize("name", REPORTS)
def test_nothing_runs_but_our_script_and_nothing_is_fetched(name, request):
    page = Page(render(request.getfixturevalue(name)))
    [policy] = [attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv")]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
        for _, attrs, text in page.inlined
        if attrs.get("type") != "application/json"
    }

    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert {rules["script-src"], rules["style-src"]} == hashes
    assert set(rules) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    addresses = [value for _, attrs in page.tags for key, value in attrs.items() if key in ("src", "href")]
    assert all(address.startswith("data:") for address in addresses)


@pytest.mark.parametrize("name", REPORTS)
def test_the_data_is_read_back_as_it_was(name, request):
    report = request.getfixturevalue(name)

    # half a character is in no encoding
    assert Page(render(report)).data == json.loads(json.dumps(document(report)).replace(r"\ud800", r"\ufffd"))


@given(st.text(st.characters(codec="utf-8")) | st.sampled_from(["</script>", "<!--<script>", "]]>", "\u2028"]))
def test_any_text_can_be_embedded(text):
    inside = embedded({"x": text})

    assert json.loads(inside) == {"x": text}
    assert not re.search("[<>&#\u2028\u2029]", inside)


@pytest.mark.parametrize("name", ["report", "passing", "healed", "empty"])
def test_golden(name, request, golden):
    shown = document(request.getfixturevalue(name))

    golden(f"reporters/{name}.html.json", json.dumps(shown, indent=1, ensure_ascii=False) + "\n")


def test_the_shell_is_small(empty):
    assert len(render(empty).encode()) < 100_000


def test_the_bundle_is_that_of_the_sources():
    """`make html` builds it anew; this needs no Node.js."""
    digest = hashlib.sha256()
    names = ["build.mjs", "package-lock.json", "package.json", *(f"src/{f.name}" for f in (FRONTEND / "src").iterdir())]
    for name in sorted(names):
        digest.update(f"{name}\n".encode() + (FRONTEND / name).read_bytes())
    bundle = (FRONTEND.parent / "harness" / "reporters" / "html" / "report.js").read_text("utf-8")

    assert bundle.startswith(f"/* sources {digest.hexdigest()},"), "run `make html`"


def test_the_bundle_keeps_its_licence_and_names_no_server():
    folder = FRONTEND.parent / "harness" / "reporters" / "html"
    script, style = ((folder / name).read_text("utf-8") for name in ("report.js", "report.css"))

    assert "The MIT License (MIT)" in script
    assert "Permission is hereby granted, free of charge" in script
    # the names of XML vocabularies are no addresses
    assert set(re.findall(r"https?://[^\"'`\s]+", script + style)) <= {
        f"http://www.w3.org/{name}" for name in ("2000/svg", "1998/Math/MathML", "1999/xhtml")
    }
    assert "url(" not in style
    assert "resolved" not in (FRONTEND / "package-lock.json").read_text("utf-8")


def test_a_command_runs_one_result_again(report):
    shown = document(report)
    selections = shown["results"]["select"]

    assert "fct_flights/tail_number/nullValues" in selections["values"]
    assert shown["reproduce"]["select"] == "harness verify --as-of 2026-03-02T06:00:00+00:00 --select {}"


@pytest.mark.parametrize(
    ("check", "selection"),
    [
        ("t/a b/minimum", "'t/a b/minimum'"),
        ("t/[x]*", "'t/[[]x][*]'"),
        ("t/$(rm -rf ~)", "'t/$(rm -rf ~)'"),
        ("t/a\nb", ""),
        ("t/\u202eevil", ""),
    ],
)
def test_what_is_pasted_into_a_shell_is_one_word_or_nothing(check, selection, report):
    odd = replace(report, results=(replace(report.results[0], check=check),))

    assert document(odd)["results"]["select"]["values"] == [selection]


def test_a_waived_failure_is_counted_apart(report):
    shown = document(report)
    counts = {each["key"]: each["count"] for each in shown["standings"]}
    blocking, waived = len(report.verdict.blocking), len(report.verdict.waived)

    assert (counts["blocks"], counts["waived"]) == (blocking, waived) == (3, 1)
    assert sum(counts.values()) == len(report.results)


def test_the_graph_leads_from_what_a_table_is_made_of_to_the_table(report):
    shown = document(report)
    names = [each["name"] for each in shown["tables"]]

    assert {(names[source], names[target]) for source, target in shown["edges"]} == {
        ("nycflights_flights", "stg_nycflights__flights"),
        ("stg_nycflights__flights", "int_flights_enriched"),
        ("nycflights_weather", "int_flights_enriched"),
        ("int_flights_enriched", "fct_flights"),
    }


def test_a_result_stands_at_the_node_of_its_table(report):
    shown = document(replace(report, results=report.results[:1]))

    assert [shown["tables"][node]["name"] for node in shown["results"]["node"]] == [report.results[0].table]


def test_a_table_is_no_neighbour_of_itself_nor_of_one_that_is_gone(hostile):
    assert document(hostile)["edges"] == [(0, 1)]


def test_patches_are_shown_with_their_diff(report):
    patch = Patch(file="contracts/a.odcs.yaml", diff="--- a\n+++ b\n", impact="safe", bump="minor")
    [shown] = document(replace(report, patches=(patch,)))["patches"]

    assert shown == {
        "file": "contracts/a.odcs.yaml",
        "headline": "safe for consumers; it asks for a minor version",
        "diff": "--- a\n+++ b\n",
    }


def test_a_result_of_no_table_under_contract_has_no_node(report):
    lost = replace(report.results[0], contract="elsewhere")

    assert document(replace(report, results=(lost,)))["results"]["node"] == [-1]
