"""The document for whoever must decide when no remedy opened the gate: what failed, what was tried, and the options.

Everything in it is counted from the report; only the decision is left to write.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness.incidents.causes import Group, groups
from harness.incidents.failures import failures_of
from harness.model.dataset import Dataset
from harness.model.healing import cause_of
from harness.model.result import Outcome, Report, Result
from harness.reporters import attempts
from harness.reporters.escape import code, prose
from harness.reporters.past import stands
from harness.reporters.words import EXITS, actual, place, plural, subject
from harness.rules import drift

_GROUPS, _RESULTS, _NAMES = 10, 10, 12
_DRIFT = frozenset(rule.id for rule in drift.RULES)
Key = tuple[str, str]
"""Contract and table."""


def render(report: Report, hopeless: Sequence[tuple[Result, str]] = ()) -> str:
    """The document in Markdown; `hopeless` are the failures that nothing could be done about, and why."""
    shut = _shut(report)
    found = groups(failures_of(shut.values(), report), report.lineage, report.datasets)
    parts = [
        f"# Escalation: {prose(report.project, 80)} is not fit to be handed on",
        _facts(report),
        "## Error",
        _errors(list(shut.values())),
        "## Attempts",
        _attempts(report, hopeless),
        "## Root cause",
        _causes(report, found, shut),
        "## Options",
        _options(report, found, shut, hopeless),
        "## Decision",
        "Write what is done, by whom and until when, and sign it; the gate itself opens only by `harness verify`.",
        "DECISION:",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _shut(report: Report) -> dict[str, Result]:
    closed = {*report.verdict.blocking, *report.verdict.undecided}
    return {result.id: result for result in report.results if result.id in closed}


def _facts(report: Report) -> str:
    exit_code, meaning = EXITS[report.verdict.outcome]
    reason, when = prose(report.verdict.reason.rstrip(". "), 400), "%Y-%m-%d %H:%M %Z"
    return (
        f"**{report.verdict.outcome.name}**: {reason}. Exit code {exit_code.value}: {meaning}.\n\n"
        f"Run {code(report.run_id, 60)} of {report.started:{when}}, as of {report.as_of:{when}}, "
        f"contract-harness {prose(report.harness_version, 40)}."
    )


def _errors(results: Sequence[Result]) -> str:
    if not results:
        return "Nothing was held against data, so nothing is known."
    rows = ["| what | kind | found | where | id | owner |", "|---|---|---|---|---|---|"]
    for result in results[:_RESULTS]:
        compared = ", ".join(
            f"{word} {value}" for word, value in (("expected", result.expected), ("actual", actual(result))) if value
        )
        cells = (
            f"{code(subject(result), 120)} {code(result.rule, 60)}",
            cause_of(result),
            prose("; ".join(filter(None, (result.message, compared))), 400),
            code(place(result), 200),
            code(result.id, 40),
            prose(result.owner, 80) or "nobody",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + _more(len(results) - _RESULTS)


def _attempts(report: Report, hopeless: Sequence[tuple[Result, str]]) -> str:
    head = [f"| {' | '.join(attempts.HEADINGS)} | started |", "|--:|---|---|---|--:|---|"]
    body = [
        f"| {each.attempt} | {each.status.value} | {prose(each.error, 400)} | {prose(each.fix, 600)} "
        f"| {each.seconds:.1f} s | {each.started:%Y-%m-%d %H:%M:%S %Z} |"
        for each in report.attempts
    ]
    why = [f"- {code(subject(result), 120)} {code(result.rule, 60)}: {prose(said, 300)}" for result, said in hopeless]
    ended = ["Nothing more was tried, for another attempt would end like this one:\n", *why[:_NAMES]] if why else []
    return "\n".join([*head, *body]) + ("\n\n" + "\n".join(ended) if ended else "")


def _causes(report: Report, found: Sequence[Group], shut: Mapping[str, Result]) -> str:
    by_key = {(each.contract, each.table): each for each in report.datasets}
    parts = [
        f"{plural(len(shut), 'failure')}, by lineage from {plural(len(found), 'cause')}."
        if found
        else "No failure is known that could have a cause."
    ]
    for number, group in enumerate(found[:_GROUPS], 1):
        first = group.causes[0]
        name = code(first.subject, 120)
        parts.append(
            f"### {number}. {name}\n\n" + "\n".join(f"- {line}" for line in _cause(report, group, shut, by_key))
        )
    return "\n\n".join(parts) + _more(len(found) - _GROUPS)


def _cause(report: Report, group: Group, shut: Mapping[str, Result], by_key: Mapping[Key, Dataset]) -> Iterator[str]:
    first = group.causes[0]
    key = (first.contract, first.table)
    for cause in group.causes[:_RESULTS]:
        result = shut[cause.id]
        history = stands(report, result) or "no earlier run that judged it is known"
        yield f"{code(cause.rule, 60)} {prose(result.message, 300)}; history: {prose(history, 200)}"
    if len(group.causes) > _RESULTS:
        yield f"… and {len(group.causes) - _RESULTS:,} more of this table"
    explained = [f"{code(each.subject, 120)} {code(each.rule, 60)}" for each in group.failures[len(group.causes) :]]
    if explained:
        yield f"it explains {plural(len(explained), 'further failure')}: {_listed(explained)}"
    yield _drifted(report, key)
    yield _above(report, key, shut, by_key)
    down = _down(key, report.datasets)
    yield f"downstream: {_listed([_named(each) for each in down])}" if down else "downstream: no table is known"


def _drifted(report: Report, key: Key) -> str:
    of_table = [each for each in report.results if each.rule in _DRIFT and (each.contract, each.table) == key]
    found = [
        f"{code(subject(each), 120)} {code(each.rule, 60)}: {prose(each.message, 200)}"
        for each in of_table
        if each.outcome is Outcome.FAIL
    ]
    if found:
        return f"drift: {_listed(found)}"
    known = any(each.outcome is Outcome.PASS for each in of_table)
    return f"drift: {'none, its columns are as declared' if known else 'not known'}"


def _above(report: Report, key: Key, shut: Mapping[str, Result], by_key: Mapping[Key, Dataset]) -> str:
    own = by_key.get(key)
    failing = {(each.contract, each.table) for each in shut.values()}
    above = [by_key[each] for each in own.sources if each in by_key and each != key] if own else []
    known = report.lineage.keys.get(key) if report.lineage else None
    gaps = sum(gap.target.table == known or gap.unread for gap in report.lineage.gaps) if report.lineage else 0
    unknown = f"; {plural(gaps, 'gap')} in what is known of its lineage" if gaps else ""
    rows = ("fails" if (each.contract, each.table) in failing else "does not fail" for each in above)
    named = [f"{code(each.table, 120)} ({word})" for each, word in zip(above, rows, strict=True)]
    return f"upstream: {_listed(named) if named else 'no table is known: begin with its load and its source'}{unknown}"


def _options(
    report: Report,
    found: Sequence[Group],
    shut: Mapping[str, Result],
    hopeless: Sequence[tuple[Result, str]],
) -> str:
    keys = dict.fromkeys((group.causes[0].contract, group.causes[0].table) for group in found)
    down = {(each.contract, each.table): each for key in keys for each in _down(key, report.datasets)}
    readers = _listed([_named(each) for each in down.values()]) if down else "whoever reads it"
    owners = _listed([prose(o, 80) for o in dict.fromkeys(group.causes[0].owner for group in found) if o])
    mend = f"Mend the cause{f' ({owners})' if owners else ''}, load anew, and run `harness verify`"
    remedy = "Declare a remedy for it (`heal` of harness.yaml), and run `harness verify --heal` again"
    options = [
        (mend, f"the gate stays shut until then; nothing is handed on to {readers}"),
        *([(remedy, "it is tried by itself from then on; the cause stays what it is")] if hopeless else ()),
        *_of_promises(list(shut.values()), readers),
        ("Hand nothing on, and tell those downstream", f"no new data for {readers}, and what they have grows older"),
    ]
    lines = (f"| {number} | {option} | {consequence} |" for number, (option, consequence) in enumerate(options, 1))
    return "\n".join(["| | option | consequence |", "|--:|---|---|", *lines])


def _of_promises(shut: Sequence[Result], readers: str) -> Iterator[tuple[str, str]]:
    """What may be done about the promise in place of the data; nothing, where nobody knows whether it is kept."""
    failures = [each for each in shut if each.outcome is Outcome.FAIL]
    judged = "`harness review` says whom that breaks and who must agree"
    if any(each.rule in _DRIFT for each in failures):
        accept = "Accept what the server has: `harness drift --patch` shows the new version of the contract"
        yield accept, f"another promise to {readers}; {judged}"
    elif failures:
        yield (
            "Change the promise in a new version of its contract",
            f"less is promised to {readers}; {judged}",
        )
    if failures:
        named = _listed([code(f"harness waive {each.id}", 60) for each in failures])
        approved = "somebody other than its author must approve, and every report shows it as waived"
        yield f"Waive it until a day: {named}", f"the data goes out as it is, to {readers}; {approved}"
    if unknown := len(shut) - len(failures):
        wait = f"See why {plural(unknown, 'result')} could not be told, and run `harness verify` again"
        yield wait, "it cannot be waived: nobody knows what would be let through"


def _down(key: Key, datasets: Iterable[Dataset]) -> list[Dataset]:
    """The tables made of it, at one or more steps."""
    known = list(datasets)
    reached, left = {key}, [key]
    found: list[Dataset] = []
    while left:
        source = left.pop(0)
        for each in known:
            own = (each.contract, each.table)
            if source in each.sources and own not in reached:
                reached.add(own)
                left.append(own)
                found.append(each)
    return found


def _named(dataset: Dataset) -> str:
    return code(dataset.table, 120) + (f" ({prose(dataset.owner, 60)})" if dataset.owner else "")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES:,} more" if len(names) > _NAMES else ""
    return f"{', '.join(names[:_NAMES])}{more}"


def _more(count: int) -> str:
    return f"\n\n… and {count:,} more in the full report." if count > 0 else ""
