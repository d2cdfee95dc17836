"""Whatever a run finds out, every form can be read back and says the same."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator, Draft202012Validator

from harness.model.location import Location
from harness.model.result import (
    Dimension,
    Outcome,
    Report,
    Result,
    Severity,
    Verdict,
    VerdictOutcome,
    coverage_of,
)
from harness.model.waiver import Waiver, WaiverUse
from harness.reporters.forms import REPORTERS
from harness.reporters.json import schema
from harness.reporters.pages import pages
from harness.reporters.summary import Standing, by_standing

SCHEMA = Draft202012Validator(schema())
_SCHEMAS = Path(__file__).parent / "schemas"
GITLAB = Draft202012Validator(json.loads((_SCHEMAS / "gitlab-code-quality.json").read_text("utf-8")))
SARIF = Draft4Validator(json.loads((_SCHEMAS / "sarif-2.1.0.json").read_text("utf-8")))

# lone surrogates too: a YAML escape can write one
words = st.text(st.characters(codec=None), max_size=30) | st.sampled_from(
    ["", "<script>", "a|b`c", "@all", "]]>", "\x00", "x\n ::stop-commands::y", "##[add-mask]", "##vso[x]", "](y)"]
)
counts = st.none() | st.integers(0, 10**12)
moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the strategy adds the offset
    datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30)), timezone(timedelta(hours=14))]),
)
results = st.builds(
    Result,
    id=st.text("0123456789abcdef", min_size=1, max_size=2),
    rule=words.filter(bool),
    check=words,
    outcome=st.sampled_from(Outcome),
    severity=st.sampled_from(Severity),
    dimension=st.none() | st.sampled_from(Dimension),
    contract=words,
    version=words,
    layer=st.sampled_from(["", "raw", "staging", "intermediate", "marts"]) | words,
    table=words,
    column=words,
    file=words,
    line=st.integers(0, 10**6),
    message=words,
    expected=words,
    actual=words,
    failed_rows=counts,
    total_rows=counts,
    query=words,
    seconds=st.floats(0, 10**6),
    owner=words,
)


@st.composite
def reports(draw):
    found = tuple(draw(st.lists(results, max_size=12)))
    ids = st.lists(st.sampled_from([r.id for r in found]), unique=True).map(tuple) if found else st.just(())
    waived = draw(ids)
    waivers = st.builds(
        Waiver,
        at=st.builds(Location, words.filter(bool), st.integers(1, 10**6)),
        fingerprint=words,
        rule=words,
        path=words,
        reason=words.filter(bool),
        approver=words.filter(bool),
        author=words.filter(bool),
        created=st.none() | st.dates(),
        expires=st.dates(),
    )
    uses = st.builds(
        WaiverUse, waiver=waivers, days_left=st.integers(-(10**5), 10**5), failures=ids, undecided=st.integers(0, 9)
    )
    verdict = st.builds(
        Verdict,
        outcome=st.sampled_from(VerdictOutcome),
        reason=words,
        blocking=ids,
        undecided=ids,
        waived=st.just(waived),
        expired=ids,
        waivers=st.lists(uses, max_size=4).map(tuple),
    )
    return draw(
        st.builds(
            Report,
            run_id=st.uuids().map(str),
            command=st.sampled_from(["verify", "lint"]),
            started=moments,
            finished=moments,
            as_of=moments,
            project=words,
            harness_version=st.just("0.1.0"),
            results=st.just(found),
            coverage=st.just(coverage_of(found, waived)),
            verdict=verdict,
        )
    )


@given(reports())
def test_json_is_valid_and_its_coverage_adds_up(report):
    document = json.loads(REPORTERS["json"](report))

    SCHEMA.validate(document)
    assert not any(r["waiver"] and r["outcome"] != "fail" for r in document["results"])
    declared = document["coverage"].pop("declared")
    assert declared == sum(document["coverage"].values()) == sum(r["check"] is not None for r in document["results"])


@given(reports())
def test_junit_parses_and_an_undecided_gate_is_never_green(report):
    root = ET.fromstring(REPORTERS["junit"](report))

    assert int(root.get("tests")) == len(root.findall(".//testcase")) >= len(report.results)
    if report.verdict.outcome is not VerdictOutcome.PASS:
        assert int(root.get("failures")) + int(root.get("errors")) > 0


@given(reports())
def test_markdown_is_bounded_and_holds_no_script(report):
    text = REPORTERS["markdown"](report)

    assert len(text.encode("utf-8")) < 60_000
    assert "<script" not in text


@given(reports())
def test_text_ends_with_the_verdict_and_cannot_steer_the_terminal(report):
    text = REPORTERS["text"](report)

    assert f"{report.verdict.outcome.name}: " in text.splitlines()[-1]
    assert not any(ord(char) < 32 and char != "\n" for char in text)


@settings(max_examples=50)
@given(reports())
def test_sarif_is_valid_and_holds_all_that_did_not_pass(report):
    document = json.loads(REPORTERS["sarif"](report))

    (run,) = document["runs"]
    # the pages are the same every time, and test_sarif.py validates them
    del run["tool"]["driver"]["rules"][: len(pages())]
    SARIF.validate(document)
    assert len(run["results"]) == expected_findings(report)
    told = [r["properties"]["outcome"] for r in run["results"] if "outcome" in r["properties"]]
    assert sorted(told) == sorted(r.outcome.value for r in report.results if r.outcome.value in ("fail", "error"))
    assert all("suppressions" in r for r in run["results"] if r["properties"]["standing"] == "waived")
    assert all(r["level"] == "error" for r in run["results"] if r["properties"].get("outcome") == "error")


@given(reports())
def test_gitlab_is_valid_and_holds_all_that_did_not_pass(report):
    issues = json.loads(REPORTERS["gitlab"](report))

    GITLAB.validate(issues)
    assert len(issues) == len({issue["fingerprint"] for issue in issues}) == expected_findings(report)


def expected_findings(report):
    groups = by_standing(report)
    shown = sum(len(groups[each]) for each in Standing if each not in (Standing.PASSED, Standing.SKIPPED))
    blamed = groups[Standing.BLOCKS] or groups[Standing.UNDECIDED]
    return shown + (report.verdict.outcome is not VerdictOutcome.PASS and not blamed)


@given(reports())
def test_github_has_annotations_only_and_an_error_when_the_gate_is_shut(report):
    text = REPORTERS["github"](report)

    assert re.fullmatch(r"(::(error|warning|notice) [^\r\n]*::[^\r\n]*\n)+", text)
    assert text.startswith("::error ") or report.verdict.outcome is VerdictOutcome.PASS


@pytest.mark.parametrize("form", [form for form in REPORTERS if form != "github"])
@settings(max_examples=30)
@given(report=reports())
def test_no_text_of_a_contract_is_a_command_to_the_ci_server_that_prints_it(form, report):
    text = REPORTERS[form](report)

    assert not re.search(r"##\w*\[", text)
    assert not any(line.lstrip().startswith("::") for line in re.split(r"[\r\n]", text))
