"""Patches of real contracts: whatever has drifted, the patched contract has drifted no more."""

import random
from pathlib import Path

import pytest

from harness.load.contract import parse_contract
from harness.model.contract import Property, Schema
from harness.model.location import Location
from harness.model.project import Policy, Project
from harness.model.result import Outcome, Severity
from harness.patches.accept import Table
from harness.rules.drift import RULES
from harness.rules.rule import Context, apply
from harness.uses.patches import patches_of

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "contracts").rglob("*.odcs.yaml"))
TYPES = ["BIGINT", "INTEGER", "VARCHAR", "DECIMAL(12,4)", "DATE", "TIMESTAMP", "BLOB", "STRUCT(a INTEGER)[]", "DOUBLE"]
STRICT = {rule.id: {"*": Severity.ERROR} for rule in RULES}


def column(name, type_, required=False):
    return Property(at=Location(""), name=name, physical_type=type_, required=required)


def as_declared(schema):
    return [
        column(item.column, item.physical_type or "VARCHAR", item.required or item.primary_key)
        for item in schema.properties
    ]


def drifted(columns, chance):
    """The columns with some of them gone, new, renamed, of another type, nullable, or elsewhere."""
    changed = []
    for each in columns:
        what = chance.choice(["keep", "keep", "keep", "drop", "rename", "retype", "null", "add"])
        if what == "add":
            changed.append(column(f"new_{len(changed)}", chance.choice(TYPES), chance.random() < 0.3))
        if what == "drop" and len(columns) > 2:
            continue
        name = each.name.upper() if what == "rename" else each.name
        type_ = chance.choice(TYPES) if what == "retype" else each.physical_type
        changed.append(column(name, type_, each.required is not (what == "null")))
    if chance.random() < 0.3:
        chance.shuffle(changed)
    return changed


def findings(document, columns):
    contract = document.contract
    (schema,) = contract.schemas
    project = Project(name="p", root=ROOT, policy=Policy(severities=STRICT))
    observed = Schema(at=schema.at, name=schema.name, properties=tuple(columns))
    context = Context(project=project, contract=contract, declared=schema, observed=observed, dialect="duckdb")
    return [each for each in apply(RULES, context) if each.outcome is Outcome.FAIL]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_a_contract_of_the_reference_platform(file):
    text, name = file.read_text(encoding="utf-8"), file.relative_to(ROOT).as_posix()
    document = parse_contract(text, name)
    (schema,) = document.contract.schemas
    assert findings(document, as_declared(schema)) == []
    for seed in range(3):
        accept(text, name, document, drifted(as_declared(schema), random.Random(seed)))


def accept(text, name, document, columns):
    (schema,) = document.contract.schemas
    found = findings(document, columns)
    if found:
        table = Table(name, schema.name, columns, "duckdb")
        tables = {(name, schema.name): table}
        (patch,) = patches_of(
            found, tables, lambda _: text, lambda _, new: findings(parse_contract(new, name), columns)
        )
        refused = {each.result for each in patch.drifts if each.refused}
        patched = _applied(text, patch.diff)
        after = parse_contract(patched, name)
        assert after.error is None
        left = findings(after, columns)
        assert {each.id for each in left} <= refused, ([each.message for each in left], patch.diff)
        assert {each.refused for each in patch.drifts} <= {"", "a primary key is never NULL"}
        # those inside a column that is gone go with it
        comments = [line for line in text.splitlines() if line[:7].lstrip().startswith("#")]
        assert all(line in patched.splitlines() for line in comments)


def _applied(text, diff):
    """The text with the hunks of the diff, by their line numbers."""
    old, new, at = text.split("\n"), [], 0
    for line in diff.split("\n")[2:]:
        if line.startswith("@@"):
            start = int(line.split()[1].split(",")[0][1:]) - 1
            new += old[at:start]
            at = start
        elif line.startswith("+"):
            new.append(line[1:])
        elif line.startswith(("-", " ")):
            assert old[at] == line[1:]
            new += [line[1:]] if line.startswith(" ") else []
            at += 1
    return "\n".join([*new, *old[at:]])
