"""The pages that are written from the code: docs/rules.md, docs/metrics.md, docs/engines.md and docs/governance.md.

`python -m harness.docs` writes them; with `--check` it only says which are stale, and exits 1 if any is.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import cast

from harness.checklists import CHECKLISTS
from harness.engines import ENGINES, EngineModule
from harness.load.did_you_mean import did_you_mean
from harness.metrics import METRICS
from harness.metrics.metric import Metric
from harness.model.errors import UsageError
from harness.rules import antipatterns, breaking, budgets, drift, governance, lint, waivers
from harness.rules.rule import Rule

FOLDER = Path(__file__).parents[1] / "docs"
FAMILIES: tuple[tuple[str, str, tuple[Rule, ...]], ...] = (
    ("Lint", lint.__doc__ or "", lint.RULES),
    ("Drift", drift.__doc__ or "", drift.RULES),
    ("Breaking changes", breaking.__doc__ or "", (*breaking.RULES, *breaking.VERSION_RULES)),
    ("Budgets", budgets.__doc__ or "", budgets.RULES),
    ("Governance", governance.__doc__ or "", governance.RULES),
    ("Anti-patterns", antipatterns.__doc__ or "", antipatterns.RULES),
    ("Waivers", waivers.__doc__ or "", waivers.RULES),
)
"""Each folder of rules: its name, what they are about, and the rules."""

_RULES = """\
A rule looks at documents, never at data. Its severity is the default; `harness.yaml` can change it or turn the rule
off, for all layers or for one."""
_METRICS = """\
A metric looks at data. It gives one number, which is held against the threshold of the clause that asked for it. It is
written once for every engine."""
_ENGINES = """\
An engine is where data is. It is chosen by the `type` of the server, as ODCS names it; its driver is an extra, imported
only when a session is opened."""
_CHECKLISTS = """\
What a team owes before it hands data on, line by line, with the rule or metric that holds it. Where nothing does, that
is said: it is left to a review by people. House rules are held where `harness.yaml` has `governance`; `harness explain
ID` shows the page of each, and [docs/handoff.md](handoff.md) says what a hand-off waits for."""
_NOTHING = "**nothing enforces this**"
_OTHERS = {
    "remedy-overstepped": """\
A remedy of `harness verify --heal` changed what must hold: a contract, a check, a test, a waiver or `harness.yaml`.

All of these are held by their digests before the first attempt and after every remedy. When one has changed, nothing
more is tried, and the gate stays shut: a verdict about other promises than those that were asked would be worth
nothing. What was changed stays as it is; compare it with git, and mend the remedy. This is never waived.""",
    "soda": """\
A check that soda-core runs.

It stands in a file of `checks/`, or in a quality rule of a contract with `type: custom, engine: soda`.""",
    "reconcileSource": """\
How many rows of a table are missing, extra or different against its source on another server.

ODCS: a customProperty `reconcile: {source: {server: legacy, table: orders}, key: [id], compare: [price]}`, of a
schema or contract. Both servers make checksums of their rows, and rows are fetched only of the segments of the key
that differ; docs/reconcile.md says what equal means, and what `tolerance`, `lag`, `zone`, `target` and `alert` do.""",
    "folder-missing": """\
A folder of the verification sequence is not there, or is empty.

`sequence: [test -d src/data/]` of harness.yaml names it. A link is followed; a file of that name is no folder.""",
    "file-missing": """\
A file of the verification sequence is not there, or is empty.

`sequence: [test -f docs/DATA_ARCHITECTURE.md]` of harness.yaml names it. Whether a generated document is current,
`harness publish --check` says.""",
    "dbt-test": """\
A test of dbt does not hold, or its results are not of these tests and tables.

`sequence: [dbt test]` of harness.yaml asks for one result of each test in dbt's manifest. None is run again: they are
read from `run_results.json`, which dbt's last command wrote. A test that passed is a pass, one that warned a warning,
one that failed a failure. It could not be told whether a test holds that was skipped or broke, or was not run by that
command; that was but compiled; that ran by another manifest, with `--empty`, `--sample` or `--defer`, in another schema
or database than that of the contract; or before its table was built, its model or a macro changed, or its properties
file declared it as it does now. A file of DuckDB that was written a minute after dbt ended has other tables. On other
servers nothing tells when a source was loaded: run `dbt build` in the job that verifies.""",
}
"""What is decided neither by a rule nor by one statement."""
_SCOPES = {
    "document": "each file",
    "contract": "each contract",
    "table": "each table",
    "project": "the whole project",
    "waiver": "each waiver",
    "change": "each contract that changed",
}
_NUMBERS = {"rows": "violating rows", "number": "a number", "seconds": "seconds"}
_GENERATED = "<!-- Generated from the code by `python -m harness.docs`; edit the docstrings, not this file. -->"


def explain(id: str) -> str:
    """The page of one rule or metric, in Markdown. Raises UsageError for an id that does not exist."""
    rules = {rule.id: rule for _, _, family in FAMILIES for rule in family}
    if id in rules:
        return _rule(rules[id], "#")
    if id in METRICS:
        return _metric(METRICS[id], "#")
    if id in _OTHERS:
        return f"# {id}\n\n{_OTHERS[id]}\n"
    hint = did_you_mean(id, [*rules, *METRICS]) or "docs/rules.md and docs/metrics.md list them all"
    raise UsageError(f"there is no rule or metric {id!r}", hint=hint)


def rules_page() -> str:
    """docs/rules.md."""
    parts = ["# Rules", _RULES]
    for name, about, family in FAMILIES:
        rows = ((_link(rule.id), rule.severity.value, rule.summary) for rule in family)
        parts += [f"## {name}", about, _table(("rule", "severity", "finds"), rows)]
        parts += [_rule(rule, "###") for rule in family]
    return _page(parts)


def metrics_page() -> str:
    """docs/metrics.md."""
    rows = ((_link(m.id), m.dimension.value, _NUMBERS[m.counts], m.summary) for m in METRICS.values())
    return _page(
        [
            "# Metrics",
            _METRICS,
            _table(("metric", "dimension", "gives", "measures"), rows),
            *(_metric(metric, "##") for metric in METRICS.values()),
        ]
    )


def engines_page() -> str:
    """docs/engines.md."""
    types: dict[str, list[str]] = {}
    for type_, name in ENGINES.items():
        types.setdefault(name, []).append(f"`{type_}`")
    engines = [(", ".join(named), cast("EngineModule", import_module(name))) for name, named in types.items()]
    rows = ((named, f"`{e.DIALECT}`", f"`{e.DEFAULT_SCHEMA}`", _summary(e)) for named, e in engines)
    return _page(
        [
            "# Engines",
            _ENGINES,
            _table(("server type", "dialect", "default schema", "engine"), rows),
            *(f"## {named}\n\n{inspect.getdoc(engine)}" for named, engine in engines),
        ]
    )


def governance_page() -> str:
    """docs/governance.md. Raises UsageError for a line whose enforcer does not exist."""
    parts = ["# Governance checklists", _CHECKLISTS]
    rows: list[tuple[str, str]] = []
    for line in CHECKLISTS.splitlines():
        if line.startswith("#"):
            parts += [_table(("line", "enforced by"), rows)] if rows else []
            parts, rows = [*parts, f"#{line}"], []
        else:
            said, _, ids = line.partition(" |")
            rows.append((said, ", ".join(map(_enforcer, ids.split())) or _NOTHING))
    parts.append(_table(("line", "enforced by"), rows))
    others = [rule for rule in (*governance.RULES, *antipatterns.RULES) if rule.id not in CHECKLISTS.split()]
    if others:
        beyond = ((_enforcer(rule.id), rule.summary) for rule in others)
        parts += ["## House rules beyond these lines", _table(("rule", "finds"), beyond)]
    return _page(parts)


def _enforcer(id: str) -> str:
    """A link to the page of what enforces a line."""
    rules = {rule.id for _, _, family in FAMILIES for rule in family}
    if id in _OTHERS:
        return f"`{id}`"
    if id not in rules and id not in METRICS:
        raise UsageError(f"a checklist names {id!r}, and there is no such rule or metric", hint="harness/checklists.py")
    return f"[`{id}`]({'rules' if id in rules else 'metrics'}.md#{id.lower()})"


PAGES: dict[str, Callable[[], str]] = {
    "rules.md": rules_page,
    "metrics.md": metrics_page,
    "engines.md": engines_page,
    "governance.md": governance_page,
}


def stale(folder: Path) -> list[str]:
    """The pages in `folder` that are missing or not as the code would write them."""
    return [name for name, page in PAGES.items() if _read(folder / name) != page()]


def write(folder: Path) -> None:
    """Writes every page into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (folder / name).write_text(page(), encoding="utf-8", newline="\n")


def main(arguments: list[str] | None = None) -> int:
    """The command; gives its exit code."""
    parser = argparse.ArgumentParser(prog="python -m harness.docs", description="Write the generated pages of docs/.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name the pages that are stale")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the pages are (default: docs)")
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.folder)
        return 0
    found = stale(options.folder)
    for name in found:
        sys.stderr.write(f"{options.folder.name}/{name} is stale; run `python -m harness.docs` and commit it\n")
    return 1 if found else 0


def _rule(rule: Rule, heading: str) -> str:
    facts = f"Severity: {rule.severity.value} · looks at {_SCOPES[rule.scope]}"
    if rule.needs:
        facts += f" · needs {', '.join(rule.needs)}"
    if rule.dimension:
        facts += f" · dimension: {rule.dimension.value}"
    return f"{heading} {rule.id}\n\n{facts}\n\n{_spelled_out(rule.doc)}"


def _metric(metric: Metric, heading: str) -> str:
    facts = f"Dimension: {metric.dimension.value} · gives {_NUMBERS[metric.counts]}"
    return f"{heading} {metric.id}\n\n{facts}\n\n{metric.doc}"


def _spelled_out(doc: str) -> str:
    """The page with its section names in bold, so that they stand out in a long file."""
    return re.sub(r"^\*(Why|Bad|Good)\*", r"**\1**", doc, flags=re.MULTILINE)


def _link(id: str) -> str:
    return f"[`{id}`](#{id.lower()})"


def _summary(engine: EngineModule) -> str:
    return (inspect.getdoc(engine) or "").splitlines()[0]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _page(parts: list[str]) -> str:
    return "\n\n".join([_GENERATED, *(part.strip() for part in parts)]) + "\n"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main())
