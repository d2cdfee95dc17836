"""The shared reviews: one with every impact and effect, one of hostile texts, one of nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from harness.model.affected import Affected, Asked, Hit, Start
from harness.model.change import Change, Effect, Judged, impact_of
from harness.model.lineage import IDENTITY, ROWS, UNSAID, Edge, Field
from harness.model.location import Location
from harness.model.project import Violation
from harness.model.result import Outcome, Report, Result, Severity, Verdict, VerdictOutcome
from harness.model.review import Against, Approval, ContractReview, DataReview, Review, Suggestion
from harness.model.version import VersionNeed

FILE = "contracts/marts/orders.odcs.yaml"
DRAFT = """\
- fingerprint: c0
  reason: ...
  approver: ...   # an owner of orders and revenue
"""


def change(number: int, effect: Effect, message: str, before: Any = None, after: Any = None, **more: Any) -> Judged:
    column = more.pop("column", "amount")
    path = more.pop("path", f"schema.orders.properties.{column}")
    key = more.pop("key", "")
    kept = {name: more.pop(name) for name in ("instead", "governance") if name in more}
    what = Change(
        effect=effect,
        path=".".join(filter(None, (path, key))),
        before=before,
        after=after,
        leaves=((path, key),),
        was=("orders", column),
        **kept,
    )
    impact, bump = impact_of(what, "consumers")
    given = {
        "rule": "change-unknown",
        "at": Location(FILE, 20 + number, 7),
        "contract": "orders",
        "layer": "marts",
        "owner": "sales",
        "table": "orders",
        "column": column,
        "id": f"c{number}",
    }
    return Judged(impact=impact, bump=bump, message=message, change=what, **given | more)


def reviewed(contract: str, *changes: Judged, **more: Any) -> ContractReview:
    given = {
        "file": FILE,
        "state": "changed",
        "layer": "marts",
        "owner": "sales",
        "compatibility": "full",
        "version": VersionNeed(before="1.2.0", after="1.3.0", required="major", write="2.0.0", enough=False),
    }
    return ContractReview(contract=contract, changes=changes, **given | more)


GONE = change(
    0, Effect.LOOSENS, "orders.amount is gone", {"name": "amount", "logicalType": "number"},
    rule="column-removed", instead="keep it, mark it `deprecated` with a sunset date, and remove it after that",
)  # fmt: skip
OTHER = change(
    1, Effect.BOTH, "the type of orders.currency was `varchar(3)` and is `integer`", "varchar(3)", "integer",
    rule="type-changed", column="currency", key="physicalType", instead="add a column of the new type beside it",
)  # fmt: skip
CLASS = change(
    2, Effect.UNDETERMINED, "the classification of orders.email was `pii` and is `public`", "pii", "public",
    rule="classification-lowered", column="email", key="classification", governance=True, instead="keep the class",
)  # fmt: skip
RISKY = (
    change(3, Effect.WIDENS, "orders.note may be longer: varchar(50) is varchar(100) now", "varchar(50)",
           "varchar(100)", rule="type-changed", column="note", key="physicalType"),
    change(4, Effect.UNDETERMINED, "the pattern of orders.code changed, and nobody can compare two of them", "^a|b$",
           "^[ab]$", column="code", path="schema.orders.properties.code.logicalTypeOptions", key="pattern"),
    change(5, Effect.UNDETERMINED, "the rule column-added broke: KeyError: 'name'; please report it", table="",
           column="", path="", undecided=True),
    change(12, Effect.WIDENS, "orders.state may be longer", column="state", against="1.0.0 (3f2a9c1b7d04)"),
)  # fmt: skip
SAFE = (
    change(6, Effect.TIGHTENS, "orders.id may not be NULL any more", None, True, column="id", key="required"),
    change(7, Effect.ADDS, "orders.channel is new, a column", None, {"name": "channel"}, column="channel"),
    change(8, Effect.NOTES, "the description of orders changed", "all\norders", "All orders.", column="",
           path="schema.orders", key="description"),
    change(9, Effect.ADDS, "the enum of orders.state has `late` more", ["new"], ["new", "late"], column="state",
           key="enum"),
)  # fmt: skip


SMALL = change(
    13, Effect.LOOSENS, "the version goes from 1.2.0 to 1.3.0, but its changes ask for a major version; write 2.0.0",
    rule="version-bump-too-small", table="", column="", path="version",
)  # fmt: skip


def field(name: str) -> Field:
    table, _, column = name.rpartition(".")
    return Field(table, column)


def edge(source: str, target: str) -> Edge:
    return Edge(field(source), field(target), IDENTITY, "sql")


AFFECTED = Affected(
    starts=(
        Start(field=field("marts.orders.amount"), contract="orders", changes=("c0",)),
        Start(field=field("marts.orders.currency"), contract="orders", changes=("c1",)),
    ),
    hits=(
        Hit(
            table="marts.revenue",
            kind="table",
            columns=("currency", "total"),
            distance=1,
            through=(field("marts.orders.amount"), field("marts.orders.currency")),
            changes=("c0", "c1"),
            contract="revenue",
            owner="finance",
            file="contracts/marts/revenue.odcs.yaml",
            consumers=("board",),
        ),
        Hit(
            table="checks/marts/orders.negative.sql",
            kind="check",
            columns=(),
            distance=1,
            through=(field("marts.orders.amount"),),
            changes=("c0",),
            file="checks/marts/orders.negative.sql",
        ),
        Hit(
            table="export.ledger",
            kind="foreign",
            columns=("amount",),
            distance=2,
            through=(field("marts.orders.amount"),),
            changes=("c0",),
            declared=True,
        ),
    ),
    edges=(
        edge("marts.orders.amount", "marts.revenue.total"),
        edge("marts.orders.currency", "marts.revenue.currency"),
        Edge(field("marts.orders.amount"), Field("checks/marts/orders.negative.sql", ROWS), IDENTITY, "sql"),
        Edge(field("marts.revenue.total"), field("export.ledger.amount"), UNSAID, "declared"),
    ),
    asked=(
        Asked(name="sales", part="owner", contact="#sales", tables=("orders",), contracts=("orders",)),
        Asked(name="@shop/sales", part="code owner", tables=("orders",), contracts=("orders",)),
        Asked(
            name="model",
            part="consumer",
            contact="ml@example.com",
            tables=("orders",),
            contracts=("orders",),
            note="a forecast; reads amount; the agreed range ^1 takes 1.3.0",
        ),
        Asked(name="finance", part="downstream owner", tables=("revenue",), contracts=("revenue",)),
        Asked(name="board", part="downstream consumer", tables=("revenue",), contracts=("revenue",)),
    ),
    unknown=(
        "lineage could not be read from target/manifest.json: there is no manifest of dbt here; run `dbt compile`",
        "the contract revenue names no owner",
    ),
)


@pytest.fixture(scope="session")
def review() -> Review:
    """Every impact, effect and state, covered and not, with those who are hit, a draft, problems and data."""
    covered = reviewed(
        "customers",
        change(10, Effect.LOOSENS, "customers.vip is gone", rule="column-removed", contract="customers"),
        file="contracts/marts/customers.odcs.yaml",
        version=VersionNeed(before="1.0.0", after="2.0.0", required="major", write="", enough=True),
        covered={"c10": "version 2.0.0"},
        owner="crm",
    )
    new = reviewed(
        "returns",
        change(11, Effect.ADDS, "the contract returns is new", contract="returns", table="", column="", path=""),
        state="new",
        file="contracts/marts/returns.odcs.yaml",
        owner="",
        version=VersionNeed(before="", after="1.0.0", required="none", write="", enough=True),
    )
    orders = reviewed(
        "orders",
        *(GONE, OTHER, CLASS, *RISKY, *SAFE),
        too_small=SMALL,
        approvals=(
            Approval(
                change="c0",
                owners={"orders": ("sales",), "revenue": ("finance",)},
                missing=("orders", "revenue"),
                draft=DRAFT,
            ),
        ),
        suggestions=(
            Suggestion(change="c0", message="keep `amount` and mark it", yaml="- name: amount\n  deprecated: true\n"),
        ),
    )
    failing = Result(
        id="d1", rule="nullValues", outcome=Outcome.FAIL, severity=Severity.ERROR, table="orders", column="id",
        message="id is empty", expected="no rows", actual="12 rows", file=FILE, line=26,
    )  # fmt: skip
    return Review(
        project="shop",
        harness_version="0.1.0",
        today=date(2026, 3, 2),
        against=Against(ref="origin/main", commit="0123456789abcdef0123456789abcdef01234567"),
        contracts=(orders, covered, new),
        problems=(Violation(Location("contracts/raw/torn.odcs.yaml", 3, 1), "", "this is no valid YAML: found a tab"),),
        notes=("the clone is shallow: versions before 1.2.0 were not looked at",),
        affected=AFFECTED,
        data=DataReview(
            verdict=Verdict(outcome=VerdictOutcome.FAIL, reason="1 violation blocks"), failing=(failing,), passed=7
        ),
        folder="data/",
        outcome=VerdictOutcome.FAIL,
        reason="3 breaking changes are covered by no major version and no approval; 2 more could not be told",
    )


@pytest.fixture(scope="session")
def nothing(review: Review) -> Review:
    """Nothing changed."""
    return replace(
        review, contracts=(), problems=(), notes=(), affected=Affected(), data=None, outcome=VerdictOutcome.PASS,
        reason="no promise changed",
    )  # fmt: skip


@pytest.fixture(scope="session")
def nobody(review: Review) -> Review:
    """A breaking change that is covered and hits nobody, and everything is known."""
    found = Affected(starts=AFFECTED.starts[:1], asked=AFFECTED.asked[:1])
    return replace(
        review, contracts=(review.contracts[1],), problems=(), notes=(), affected=found, data=None,
        outcome=VerdictOutcome.PASS, reason="1 contract changed and nothing blocks",
    )  # fmt: skip


@pytest.fixture(scope="session")
def hostile_review(review: Review, hostile: Report) -> Review:
    """What a contract from a stranger's pull request could say, in every field that comes from one."""
    return twisted(review, hostile.results[0].contract)


def twisted(review: Review, text: str, times: int = 1) -> Review:
    """The review with this text wherever one of a contract can stand, and each of its parts many times."""
    at = Location(text, 7, 1)

    def judged(each: Judged, number: int) -> Judged:
        named = dict.fromkeys(("rule", "contract", "layer", "owner", "table", "column"), text)
        what = replace(
            each.change, path=f"schema.{text}.properties.{text}", before=text, after=[text, {text: text}],
            leaves=((f"schema.{text}.properties.{text}", text),), instead=text,
        )  # fmt: skip
        return replace(each, message=text, at=at, change=what, id=f"{each.id}-{number}", against=text, **named)

    def contract(each: ContractReview, number: int) -> ContractReview:
        changes = tuple(judged(one, number) for one in each.changes)
        return replace(
            each,
            contract=text,
            file=text,
            layer=text,
            owner=text,
            version=VersionNeed(before=text, after=text, required="major", write=text, enough=False),
            changes=changes,
            too_small=judged(each.too_small, number) if each.too_small else None,
            covered={one.id: text for one in changes[1:2]},
            approvals=tuple(
                replace(one, owners={text: (text,)}, missing=(text,), by=(text,), draft=f"{text}\n{text}\n")
                for one in each.approvals
            ),
            suggestions=tuple(replace(one, message=text, yaml=f"{text}\n") for one in each.suggestions),
        )

    found = review.affected
    assert found is not None
    assert review.data is not None
    odd = Field(text, text)
    affected = replace(
        found,
        starts=tuple(replace(one, field=odd) for one in found.starts) * times,
        hits=tuple(
            replace(one, table=text, columns=(text,), through=(odd,), owner=text, consumers=(text,))
            for one in found.hits
        ) * times,
        edges=tuple(replace(one, source=odd, target=Field(text, f"{text}{n}")) for n, one in enumerate(found.edges)),
        asked=tuple(
            replace(one, name=text, contact=text, tables=(text,), note=text) for one in found.asked
        ) * times,
        unknown=(text,) * 2 * times,
    )  # fmt: skip
    result = replace(
        review.data.failing[0], rule=text, table=text, column=text, message=text, expected=text, actual=text, file=text
    )
    return replace(
        review,
        project=text,
        against=Against(ref=text, commit=""),
        contracts=tuple(contract(each, n) for n in range(times) for each in review.contracts),
        problems=(Violation(at, text, text),) * times,
        notes=(text,) * times,
        affected=affected,
        data=replace(review.data, failing=(result,) * times),
        reason=text,
    )


@pytest.fixture(scope="session")
def twist() -> Any:
    return twisted
