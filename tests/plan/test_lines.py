"""Each check points at the line of its clause: `lines.odcs.yaml` says which."""

import re
from pathlib import Path

from harness.load.contract import parse_contract
from harness.plan import plan

FILE = Path(__file__).with_name("lines.odcs.yaml")


def test_each_check_points_at_its_clause(project_of, as_of):
    text = FILE.read_text(encoding="utf-8")
    marked = {
        check: number
        for number, line in enumerate(text.splitlines(), 1)
        if (found := re.search(r"#> (.+)", line))
        for check in found[1].split()
    }
    project = project_of(documents=(parse_contract(text, FILE.name),))

    checks = plan(project, as_of)

    assert {check.id: check.at.line for check in checks} == marked
    assert {check.at.file for check in checks} == {FILE.name}
