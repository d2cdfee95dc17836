"""The pages of rules and metrics, as reports for machines carry them along."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from harness.model.result import Dimension, Severity

if TYPE_CHECKING:
    from harness.rules.rule import Rule

_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_OTHERS = {
    "soda": "A check that soda-core runs.",
    "remedy-overstepped": "A remedy of `harness verify --heal` changed what must hold.",
    "reconcileSource": "Rows of a table that are not in its source on another server, or differ from it.",
    "folder-missing": "A folder of the verification sequence is not there, or is empty.",
    "file-missing": "A file of the verification sequence is not there, or is empty.",
    "dbt-test": "A test of dbt does not hold, or its results are not of these tables.",
    "selection": "What the command line asks for is not there.",
    "verdict": "The gate is shut, and no single result is to blame.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What is said of a rule or metric."""

    id: str
    summary: str
    about: str
    """Its second paragraph of plain text, or its summary."""
    text: str
    """All of it, in Markdown."""
    level: str
    """The SARIF level of its default severity."""
    tags: tuple[str, ...]


@cache
def pages() -> dict[str, Page]:
    """By id, the page of each rule and metric that any run on data asks."""
    # the metrics bring sqlglot along, which a report without pages need not wait for
    from harness.metrics import METRICS
    from harness.rules import budgets, drift, lint, waivers

    families = {
        "lint": lint.RULES,
        "drift": drift.RULES,
        "budgets": budgets.RULES,
        "waivers": waivers.RULES,
    }
    metrics = {m.id: _page(m.id, m.doc, Severity.ERROR, "metric", m.dimension) for m in METRICS.values()}
    return _of(families) | metrics | {name: page_of(name) for name in _OTHERS}


@cache
def house_pages() -> dict[str, Page]:
    """By id, the page of each rule that only a project with `governance` asks."""
    from harness.rules import antipatterns, governance

    return _of({"governance": governance.RULES, "anti-patterns": antipatterns.RULES})


@cache
def breaking_pages() -> dict[str, Page]:
    """By id, the page of each breaking rule."""
    from harness.rules import breaking

    return _of({"breaking": breaking.RULES})


def page_of(id: str) -> Page:
    """A page for what has none of its own."""
    return _page(id, _OTHERS.get(id, f"{id}: has no page of its own."), Severity.ERROR, "other", None)


def _of(families: "Mapping[str, Iterable[Rule]]") -> dict[str, Page]:
    return {
        rule.id: _page(rule.id, rule.doc, rule.severity, family, rule.dimension)
        for family, rules in families.items()
        for rule in rules
    }


def _page(id: str, doc: str, severity: Severity, family: str, dimension: Dimension | None) -> Page:
    paragraphs = [" ".join(part.split()) for part in doc.split("\n\n")]
    about = next((p for p in paragraphs[1:] if not p.startswith(("*", "`"))), paragraphs[0])
    tags = ("data-contract", family) + ((dimension.value,) if dimension else ())
    summary = paragraphs[0] or id
    return Page(id=id, summary=summary, about=about or id, text=doc or id, level=_LEVEL[severity], tags=tags)
