"""The report as JUnit XML, so that a CI which reads nothing else shows red exactly when the gate is shut."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterable
from datetime import UTC

from harness.model.result import Report, Result, Severity, VerdictOutcome
from harness.reporters import attempts
from harness.reporters.plain import inert
from harness.reporters.summary import Standing, standing
from harness.reporters.words import actual, examples, place, waiver_notes

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 cannot hold, not even escaped."""


def render(report: Report) -> str:
    """One suite for each table of a contract, one test case for each result; valid under the schema of Jenkins.

    What blocks is a failure and what could not be told an error. A warning passes and says so in its output. What is
    waived is shown as skipped, for it did not pass; so is an attempt that failed before the last one. Which file and
    line a case is about stands in its text, for the schema has no attributes for them; the owner and version of a
    contract are properties of its suite. The time of a statement is shared out among the cases that it decided, so that
    times add up.
    """
    root = ET.Element("testsuites", name=_legal(report.project))
    judge, notes = standing(report.verdict), waiver_notes(report.verdict)
    for name, results in _suites(report.results).items():
        suite = ET.SubElement(root, "testsuite", name=_legal(name), timestamp=_moment(report))
        _properties(suite, report, results[0])
        # checks of one statement have its time, to the last digit
        sharing = Counter(result.seconds for result in results)
        for result, title in zip(results, _titles(results), strict=True):
            case = _case(suite, result, title, judge(result), notes.get(result.id, ""))
            case.set("time", f"{result.seconds / sharing[result.seconds]:.6f}")
    if (
        report.verdict.outcome is not VerdictOutcome.PASS
        and root.find(".//failure") is None
        and root.find(".//error") is None
    ):
        _shut(root, report)
    _attempts(root, report)
    for suite in root:
        _count(suite)
    _count(root)
    ET.indent(root)
    written = inert(ET.tostring(root, encoding="unicode"), hash="&#35;", colon="&#58;")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suites(results: Iterable[Result]) -> dict[str, list[Result]]:
    suites: dict[str, list[Result]] = {}
    for result in results:
        name = "/".join(part for part in (result.contract, result.table) if part) or "project"
        suites.setdefault(name, []).append(result)
    return suites


def _properties(suite: ET.Element, report: Report, result: Result) -> None:
    facts = {
        "contract": result.contract,
        "version": result.version,
        "layer": result.layer,
        "owner": result.owner,
        "as_of": report.as_of.isoformat(),
        "run_id": report.run_id,
        "harness_version": report.harness_version,
    }
    properties = ET.SubElement(suite, "properties")
    for name, value in facts.items():
        if value:
            ET.SubElement(properties, "property", name=name, value=_legal(value))


def _titles(results: list[Result]) -> list[str]:
    # readers take test cases of one name for repetitions of one test, and show only the last
    names = [r.check or (f"{r.rule}({r.column})" if r.column else r.rule) for r in results]
    often = Counter(names)
    return [f"{name} [{r.id}]" if often[name] > 1 else name for name, r in zip(names, results, strict=True)]


def _case(suite: ET.Element, result: Result, title: str, stands: Standing, note: str) -> ET.Element:
    classname = ".".join(part for part in (result.layer, result.table) if part) or "project"
    case = ET.SubElement(suite, "testcase", classname=_legal(classname), name=_legal(title))
    message = _legal(result.message)
    match stands:
        case Standing.BLOCKS:
            ET.SubElement(case, "failure", type=_legal(result.rule), message=message).text = _details(result, note)
        case Standing.UNDECIDED:
            ET.SubElement(case, "error", type=_legal(result.rule), message=message).text = _details(result)
        case Standing.SKIPPED:
            ET.SubElement(case, "skipped", message=message).text = _details(result)
        case Standing.WAIVED:
            # a skip, for JUnit knows no better word for what neither passed nor blocks
            ET.SubElement(case, "skipped", message=_legal(f"WAIVED: {result.message}; {note}")).text = _details(result)
        case Standing.WARNING | Standing.INFO:
            ET.SubElement(case, "system-out").text = f"{_weight(result)}: {message}\n{_details(result, note)}"
        case Standing.PASSED:
            pass
    return case


def _weight(result: Result) -> str:
    return "WARNING" if result.severity is not Severity.INFO else "INFO"


def _details(result: Result, note: str = "") -> str:
    facts = {
        "waiver": note,
        "rule": result.rule,
        "severity": result.severity.value,
        "where": place(result),
        "column": result.column,
        "expected": result.expected,
        "actual": actual(result),
        "owner": result.owner,
        "id": result.id,
        "query": result.query,
    }
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    return _legal("\n".join(lines + examples(result.sample)))


def _attempts(root: ET.Element, report: Report) -> None:
    """A suite of the attempts, where there was more than one; those before the last are skips."""
    told = attempts.attempts_of(report)
    if not told:
        return
    suite = ET.SubElement(root, "testsuite", name="attempts", timestamp=_moment(report))
    properties = ET.SubElement(suite, "properties")
    ET.SubElement(properties, "property", name="attempts", value=attempts.headline(report))
    for each, line in zip(told, attempts.lines(report, 1000), strict=True):
        case = ET.SubElement(suite, "testcase", classname="attempts", name=f"attempt {each.attempt}")
        case.set("time", f"{each.seconds:.6f}")
        if each is not told[-1]:
            ET.SubElement(case, "skipped", message=_legal(line))
        elif each.error:
            ET.SubElement(case, "system-out").text = _legal(line)


def _shut(root: ET.Element, report: Report) -> None:
    """The one test case of a gate that is shut although no result is to blame; without it the CI would show green."""
    suite = ET.SubElement(root, "testsuite", name="verdict", timestamp=_moment(report))
    case = ET.SubElement(suite, "testcase", classname="verdict", name="verdict", time="0.000")
    ET.SubElement(case, "error", type=report.verdict.outcome.value, message=_legal(report.verdict.reason))


def _count(element: ET.Element) -> None:
    cases = element.findall(".//testcase")
    element.set("tests", str(len(cases)))
    for counter, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        # the schema lets only a suite say how many were skipped
        if element.tag == "testsuite" or counter != "skipped":
            element.set(counter, str(len(element.findall(f".//{tag}"))))
    # of the times as they are written, so that readers who add them up find the same sum
    element.set("time", f"{sum(float(case.attrib['time']) for case in cases):.3f}")


def _moment(report: Report) -> str:
    # as JUnit's own schema wants it: without an offset, which here is always UTC
    return f"{report.started.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def _legal(text: str) -> str:
    return text if text.isprintable() else _ILLEGAL.sub("", text)
