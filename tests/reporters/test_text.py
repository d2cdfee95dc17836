import re
from dataclasses import replace

from rich.cells import cell_len

from harness.model.result import Outcome, Severity, VerdictOutcome, coverage_of
from harness.reporters.text import render

ANSI = re.compile(r"\x1b\[[\d;]*m")


def test_the_verdict_is_the_first_word_and_the_last_line(report):
    lines = render(report).splitlines()

    assert lines[0].startswith("✗ FAIL ")
    assert (
        lines[-1]
        == "✗ FAIL: 3 violations block; 3 more could not be told; 1 failure is waived. Exit code 1: a violation blocks."
    )


def test_what_blocks_comes_before_what_could_not_be_told_and_that_before_warnings(report):
    text = render(report)
    places = [
        text.index(f"\n{title} (")
        for title in ("BLOCKING", "COULD NOT TELL", "WARNINGS, WHICH DO NOT BLOCK", "WAIVED", "WAIVERS", "SKIPPED")
    ]

    assert places == sorted(places)


def test_a_violation_says_what_where_how_much_and_whose(report):
    assert (
        "✗ fct_flights.tail_number  nullValues  (marts, error)\n"
        "    tail_number is empty too often\n"
        "    expected < 1 %, actual 2.45 % (8,255 of 336,776 rows)\n"
        "    row: flight_key 2013-01-01-UA-1545, tail_number NULL\n"
        '    row: flight_key "a\\x1b ", tail_number "NULL"\n'
        f'    row: flight_key "{"ä" * 80}…", tail_number ""\n'
        "    not shown: pilot is classified internal\n"
        "    failing for 9 days (10 runs)\n"
        f"    contracts/marts/fct_flights.odcs.yaml:88  owner flight-ops  id {report.results[0].id}\n"
    ) in render(report, width=200)


def test_colour_adds_nothing_but_colour(report):
    colored = render(report, color=True)

    assert ANSI.search(colored)
    assert [line.rstrip() for line in ANSI.sub("", colored).splitlines()] == render(report).splitlines()


def test_a_contract_cannot_steer_the_terminal(hostile):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e]", render(hostile))


def test_a_contract_cannot_push_the_numbers_out_of_sight(hostile):
    head, row = re.findall(r"^(?:layer +table|marts +t ).*", render(hostile, width=80), re.MULTILINE)[:2]

    assert head.split()[2:] == ["checks", "pass", "fail", "error", "skip", "waived", "findings"]
    assert row.split()[-1] == "50"


def test_only_what_a_terminal_must_open_or_find_is_wider_than_the_terminal(report):
    wide = [line for line in render(report, width=80).splitlines() if cell_len(line) > 80]

    assert all(line.startswith(("    contracts/", "40 checks declared:", "✗ FAIL:")) for line in wide)


def test_many_failures_of_one_rule_on_one_table_are_folded(report):
    first = report.results[0]
    crowd = tuple(replace(first, id=f"n{i}", column=f"c{i:02}", line=i + 1) for i in range(25))
    text = render(replace(report, results=crowd, verdict=replace(report.verdict, blocking=tuple(r.id for r in crowd))))

    assert text.count("✗ fct_flights.c") == 20
    assert "✗ … and 5 more nullValues on fct_flights\n" in text


def test_a_report_of_thousands_of_failures_stays_readable(report):
    crowd = tuple(replace(report.results[0], id=f"n{i}", table=f"t{i:04}") for i in range(3000))
    text = render(replace(report, results=crowd, verdict=replace(report.verdict, blocking=tuple(r.id for r in crowd))))

    assert text.count("    contracts/") == 200
    assert "✗ … and more, 3,000 in all; the JSON report holds every one\n" in text


def test_of_many_tables_only_those_with_something_to_say_are_listed(report):
    passed = next(r for r in report.results if r.outcome is Outcome.PASS)
    results = [replace(passed, id=f"n{i}", table=f"t{i:02}") for i in range(40)]
    results[7] = replace(results[7], outcome=Outcome.FAIL, severity=Severity.WARNING)
    text = render(replace(report, results=tuple(results), coverage=coverage_of(results)))

    assert re.findall(r"^raw +(t\d\d)", text, re.MULTILINE) == ["t07"]
    assert "and 39 tables where every check passed\n" in text


def test_a_failure_that_does_not_block_is_never_shown_as_blocking(report):
    text = render(replace(report, verdict=replace(report.verdict, outcome=VerdictOutcome.PASS, blocking=())))

    assert "BLOCKING" not in text
    assert "WARNINGS, WHICH DO NOT BLOCK (7)" in text


def test_a_waived_failure_says_until_when_and_who_said_so(report):
    assert ("    waived until 2026-03-31 (29 days left), approved by maria: the vendor mends it in April\n") in render(
        report
    )


def test_each_waiver_says_how_much_it_covers(report):
    text = render(report)

    assert re.findall(r"^    (.*, cover.*), approved", text, re.MULTILINE) == [
        "29 days left, covers 1 failure",
        "expired 2 days ago, covered 1 failure",
        "last day, covers no failure of this run",
        "60 days left, covers nothing: its result could not be told",
    ]
