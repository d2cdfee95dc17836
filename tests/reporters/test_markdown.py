import re
from dataclasses import fields, replace
from datetime import date
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from harness.model.location import Location
from harness.model.result import Outcome, Result, Sample, Severity, Verdict, VerdictOutcome, coverage_of
from harness.model.waiver import Waiver, WaiverUse
from harness.reporters.escape import code, prose
from harness.reporters.markdown import marker, render

OURS = {"h2", "p", "code", "br", "sub", "strong", "details", "summary", "table", "thead", "tbody", "tr", "th", "td"}


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


@pytest.mark.parametrize("name", ["report", "passing", "healed", "empty", "hostile"])
def test_the_page_holds_our_markup_only(name, request):
    assert Page(render(request.getfixturevalue(name))).tags <= OURS


def test_a_contract_cannot_write_markup_or_mention_anyone(hostile):
    text = render(hostile)

    assert "<script" not in text
    assert text.count("<!--") == 1
    assert not re.search(r"[@#](?=[A-Za-z])|://|www\.", text)
    assert "<script>alert('x')</script>" in Page(text).text


def test_every_row_of_a_table_has_the_cells_of_its_head(report, hostile):
    for text in (render(report), render(hostile)):
        for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
            assert len({row.count("|") for row in table.splitlines()}) == 1


def test_a_bot_finds_its_comment_and_a_reader_the_verdict(report):
    lines = render(report).splitlines()

    assert lines[0] == marker(report.project) == "<!-- contract-harness:nycflights -->"
    assert lines[2] == "## ❌ FAIL: 3 violations block; 3 more could not be told; 1 failure is waived"


@pytest.mark.parametrize(
    ("project", "expected"),
    {"a -->b": "a-b", "продажи 2": "продажи-2", "--><script>": "-script-", "x--!>y": "x-y"}.items(),
)
def test_a_marker_is_one_comment_whatever_the_project_is_called(project, expected):
    assert marker(project) == f"<!-- contract-harness:{expected} -->"


def test_a_link_leads_to_the_full_report(report):
    text = render(replace(report, url="https://ci.example/job/7?a=(b)"))

    assert "[Full report](<https://ci.example/job/7?a=(b)>)." in text
    assert Page(text).tags <= OURS | {"a"}


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://x> y", "http://x\n", "https://x|y"])
def test_what_is_no_address_is_no_link(report, url):
    assert "Full report" not in render(replace(report, url=url))


def test_ten_rows_are_shown_and_the_rest_is_counted(report):
    crowd = tuple(replace(report.results[0], id=f"n{i}", column=f"c{i:02}") for i in range(25))
    text = render(replace(report, results=crowd, verdict=replace(report.verdict, blocking=tuple(r.id for r in crowd))))

    assert text.count("| fails |") == 10
    assert "… and 15 more in the full report." in text


@pytest.mark.parametrize("filling", ["|", "&", "_ ", "@a", "\U0001f469\u200d", "long", "`<"])
def test_it_stays_bounded_whatever_the_input(filling, report):
    text = filling * 20_000
    ours = {"id", "outcome", "severity", "dimension", "line", "failed_rows", "total_rows", "seconds", "sample"}
    # values come cut short
    sample = Sample(columns=(filling * 99,) * 9, rows=((filling * 99,) * 9,) * 9, hidden=(text,), note=text)
    names = [field.name for field in fields(Result) if field.name not in ours]
    results = [
        replace(
            report.results[0],
            **dict.fromkeys(names, f"{n} {text}"),
            id=str(n),
            outcome=outcome,
            severity=severity,
            sample=sample,
        )
        for n, (outcome, severity) in enumerate([(o, s) for o in Outcome for s in Severity] * 30)
    ]
    waived = tuple(r.id for r in results[::5])
    blocking = tuple(r.id for r in results if r.outcome is Outcome.FAIL and r.severity is Severity.ERROR)
    people = dict.fromkeys(["fingerprint", "rule", "path", "reason", "approver", "author"], text)
    waiver = Waiver(at=Location(text), expires=date(2026, 3, 31), **people)
    verdict = Verdict(
        outcome=VerdictOutcome.FAIL,
        reason=text,
        waived=waived,
        blocking=blocking,
        expired=blocking,
        waivers=(WaiverUse(waiver=waiver, days_left=9, failures=tuple(r.id for r in results)),) * 50,
    )
    huge = replace(report, project=text, run_id=text, command=text, harness_version=text)

    assert len(render(replace(huge, results=tuple(results), coverage=coverage_of(results), verdict=verdict))) < 60_000


def test_names_stay_readable_before_they_are_rendered():
    assert code("fct_flights.tail_number", 40) == "`fct_flights.tail_number`"
    assert prose("stg_nycflights__flights is late", 40) == "stg_nycflights__flights is late"


def test_no_entity_is_cut_in_two():
    assert prose("||||||||", 15) == "&#124;&#124;…"
