"""The generated pages are current and complete."""

import re

import pytest

from harness.docs import FOLDER, PAGES, explain, governance_page, main, rules_page, stale
from harness.engines import ENGINES
from harness.metrics import METRICS
from harness.model.errors import UsageError
from harness.rules import antipatterns, governance
from harness.rules.drift import RULES as DRIFT
from harness.rules.lint import RULES as LINT
from harness.rules.waivers import RULES as WAIVERS

RULES = (*LINT, *DRIFT, *WAIVERS)


def test_pages_are_current():
    assert stale(FOLDER) == []


def test_no_id_is_used_twice():
    ids = [*(rule.id for rule in RULES), *METRICS]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_section(rule):
    page = PAGES["rules.md"]()
    assert f"\n### {rule.id}\n" in page
    assert f"| [`{rule.id}`](#{rule.id}) | {rule.severity.value} | {rule.summary} |" in page


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_every_metric_has_a_section(metric):
    assert f"\n## {metric.id}\n" in PAGES["metrics.md"]()


@pytest.mark.parametrize("server_type", ENGINES)
def test_every_engine_has_a_section(server_type):
    headings = [line for line in PAGES["engines.md"]().splitlines() if line.startswith("## ")]
    assert sum(f"`{server_type}`" in heading for heading in headings) == 1


@pytest.mark.parametrize("id", [*(rule.id for rule in RULES), *METRICS, "reconcileSource", "soda"])
def test_every_page_comes_out_readable(id):
    page = explain(id)
    assert page.startswith(f"# {id}\n\n")
    assert len(page.split("\n\n")) >= 3
    assert page.count("```") % 2 == 0
    assert not re.search(r"^ {4,}\*", page, re.MULTILINE), "an indented docstring"


def test_an_unknown_id_is_a_usage_error_with_a_suggestion():
    with pytest.raises(UsageError, match="did you mean `owner-missing`"):
        explain("owner-mising")
    with pytest.raises(UsageError, match=r"docs/rules\.md"):
        explain("")


def test_check_names_the_stale_pages(tmp_path, capsys):
    assert main(["--folder", str(tmp_path / "docs")]) == 0
    assert main(["--check", "--folder", str(tmp_path / "docs")]) == 0
    (tmp_path / "docs" / "rules.md").write_text(rules_page() + "x", encoding="utf-8")
    (tmp_path / "docs" / "engines.md").unlink()
    assert main(["--check", "--folder", str(tmp_path / "docs")]) == 1
    assert re.findall(r"docs/(\w+)\.md is stale", capsys.readouterr().err) == ["rules", "engines"]


def test_a_checklist_names_only_what_there_is(monkeypatch):
    monkeypatch.setattr("harness.docs.CHECKLISTS", "# A\n## B\nIt is so. | owner-mising\n")
    with pytest.raises(UsageError, match="a checklist names 'owner-mising', and there is no such rule or metric"):
        governance_page()


def test_a_line_that_nothing_enforces_is_shown_as_such():
    page = governance_page()
    assert "| What is released can be rolled back. | **nothing enforces this** |" in page
    assert "| Every contract has an owner. | [`owner-missing`](rules.md#owner-missing) |" in page
    assert [line for line in page.splitlines() if line.startswith("## ")][:3] == [
        "## Pipeline", "## Data quality", "## Documentation"
    ]  # fmt: skip


def test_every_house_rule_stands_in_the_page():
    page = governance_page()
    assert [rule.id for rule in (*governance.RULES, *antipatterns.RULES) if f"[`{rule.id}`]" not in page] == []
