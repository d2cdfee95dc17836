from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from harness.load.policy import DEFAULT_GOALS
from harness.model.attempt import Attempt
from harness.model.audit import (
    Budget,
    BudgetState,
    Delivery,
    DeliveryState,
    Incident,
    IncidentEvent,
    SlaStatus,
    Slot,
)
from harness.model.dataset import Dataset
from harness.model.location import Location
from harness.model.past import Past
from harness.model.project import Goal
from harness.model.result import (
    Dimension,
    Outcome,
    Report,
    Result,
    Sample,
    Severity,
    Verdict,
    VerdictOutcome,
    coverage_of,
    fingerprint,
)
from harness.model.threshold import from_text
from harness.model.waiver import Waiver, WaiverUse
from harness.scorecard import scorecard

GOALS = {
    Dimension(name): Goal(from_text(target)[0], from_text(alert)[0], from_text(target)[1])
    for name, (target, alert) in DEFAULT_GOALS.items()
}

STARTED = datetime(2026, 3, 2, 6, 0, 0, tzinfo=UTC)

HOSTILE = (
    "<script>alert('x')</script> <!-- --> | `pipe` ``` [a](javascript:b) ![i](http://x.example/i.png) **b** @everyone"
    ' #1 \\| "quoted" & $x$ \u202egnp.exe \u200b\u05e9\u05dc\u05d5\u05dd \U0001f469\u200d\U0001f467 \x1b[31mred\x1b[0m'
    " \x00\x07\x0b\x85\u2028 \ud800 \ufffe\r\nnew line ]]> {{x}} _e_ www.example.com"
)


DATASETS = tuple(
    Dataset(
        contract=f"{layer}-{table}",
        version="1.2.0",
        table=table,
        layer=layer,
        owner="flight-ops",
        channels=("#flight-ops",),
        sources=tuple(sources),
        at=Location(f"contracts/{layer}/{table}.odcs.yaml", 14, 5),
    )
    for layer, table, *sources in (
        ("raw", "nycflights_flights"),
        ("raw", "nycflights_weather"),
        ("staging", "stg_nycflights__flights", ("raw-nycflights_flights", "nycflights_flights")),
        (
            "intermediate",
            "int_flights_enriched",
            ("staging-stg_nycflights__flights", "stg_nycflights__flights"),
            ("raw-nycflights_weather", "nycflights_weather"),
        ),
        ("marts", "dim_planes"),
        ("marts", "fct_flights", ("intermediate-int_flights_enriched", "int_flights_enriched")),
    )
)

HOSTILE_SAMPLE = Sample(columns=(HOSTILE, "id"), rows=((HOSTILE, None),) * 2, hidden=(HOSTILE,), note=HOSTILE)


def result(rule: str, outcome: Outcome, severity: Severity = Severity.ERROR, **fields: Any) -> Result:
    """A result whose id and message follow from the rest unless they are given."""
    place = fields.get("check") or f"{fields.get('table', '')}/{fields.get('column', '')}"
    fields.setdefault("message", f"{rule} on {place}")
    if "id" not in fields:
        fields["id"] = fingerprint(rule, place, fields["message"])
    return Result(rule=rule, outcome=outcome, severity=severity, **fields)


def check(rule: str, outcome: Outcome, severity: Severity = Severity.ERROR, **fields: Any) -> Result:
    """A result of a check of one table of the flights platform."""
    layer, table = fields.setdefault("layer", "marts"), fields.setdefault("table", "fct_flights")
    fields.setdefault("check", "/".join(part for part in (table, fields.get("column", ""), rule) if part))
    fields.setdefault("contract", f"{layer}-{table}")
    fields.setdefault("version", "1.2.0")
    fields.setdefault("file", f"contracts/{layer}/{table}.odcs.yaml")
    fields.setdefault("line", 40)
    fields.setdefault("owner", "flight-ops")
    fields.setdefault("seconds", 0.021)
    return result(rule, outcome, severity, **fields)


def use(*failures: Result, expires: str, **fields: Any) -> WaiverUse:
    """A waiver and what it named, on the day of the shared reports."""
    people = {
        "reason": "the vendor mends it in April",
        "approver": "maria",
        "author": "ada",
        "created": date(2026, 2, 1),
    }
    last = date.fromisoformat(expires)
    counts = {key: fields.pop(key) for key in ("undecided", "calm") if key in fields}
    waiver = Waiver(
        **{"at": Location("waivers.yaml", 4, 5), **people, "created": date(2026, 2, 1), "expires": last, **fields}
    )
    ids = tuple(r.id for r in failures)
    return WaiverUse(waiver=waiver, days_left=waiver.days_left(STARTED.date()), failures=ids, **counts)


def reported(
    results: Iterable[Result],
    outcome: VerdictOutcome,
    reason: str,
    datasets: tuple[Dataset, ...] = DATASETS,
    **ids: Any,
) -> Report:
    results = tuple(results)
    return Report(
        run_id="6f1c2b7e-5c57-4a3e-9f5d-0c6f6f3d1a11",
        command="verify",
        started=STARTED,
        finished=STARTED + timedelta(seconds=4.25),
        as_of=STARTED,
        project="nycflights",
        harness_version="0.1.0",
        results=results,
        coverage=coverage_of(results, ids.get("waived", ())),
        verdict=Verdict(outcome=outcome, reason=reason, **ids),
        attempts=(
            Attempt(
                attempt=1,
                status=outcome,
                error="" if outcome is VerdictOutcome.PASS else reason,
                started=STARTED,
                seconds=4.25,
            ),
        ),
        scorecard=scorecard(results, GOALS, ids.get("waived", ())),
        datasets=datasets,
    )


@pytest.fixture(scope="session")
def report() -> Report:
    """Every outcome with every severity, over all layers and dimensions, with waivers in force, expired and unused."""
    results = (*_violations(), *_undecided(), *_calm(), *_passes(), *_about_waivers())
    named = {r.message: r for r in results}
    blocking = tuple(r.id for r in results if r.outcome is Outcome.FAIL and r.severity is Severity.ERROR)
    origin, owner = named["origin is not one of the airports"], named["contract marts-dim_planes has no owner"]
    waived = (origin.id,)
    made = reported(
        results,
        VerdictOutcome.FAIL,
        "3 violations block; 3 more could not be told; 1 failure is waived",
        blocking=tuple(each for each in blocking if each not in waived),
        undecided=tuple(r.id for r in results if r.outcome is Outcome.ERROR),
        waived=waived,
        expired=(owner.id,),
        waivers=(
            use(origin, expires="2026-03-31", fingerprint=origin.id, rule="invalidValues", path="fct_flights/origin"),
            use(owner, expires="2026-02-28", rule="owner-missing", path="contracts/marts/*", at=at(12)),
            use(expires="2026-03-02", rule="nullValues", path="dim_planes", at=at(19), calm=2),
            use(expires="2026-05-01", rule="relationship", path="fct_flights/dest", at=at(26), undecided=1),
        ),
    )
    earlier = {named[message].id: past(signs) for message, signs in EARLIER.items()}
    return replace(made, history={r.id: past("p" * 20) for r in results if r.outcome is Outcome.PASS} | earlier)


EARLIER = {
    "tail_number is empty too often": "pppppppppppfffffffff",
    "the key year, month, day, carrier, flight, origin is not unique": "p" * 20,
    "origin is not one of the airports": "ppppppppffffwwwwwwww",
    "the newest row is older than the target": "ppppppppppppppnpnppn",
    "the table intermediate.int_flights_enriched is not on the server local": "..........pppppppees",
    "the relationship could not be followed": "s",
}
"""What became of a result in the last runs: passed, failed, warned, waived, error, skipped, or not looked at."""
SIGNS = {
    "p": Outcome.PASS,
    "f": Outcome.FAIL,
    "n": Outcome.FAIL,
    "w": Outcome.FAIL,
    "e": Outcome.ERROR,
    "s": Outcome.SKIP,
}


def past(signs: str) -> tuple[Past, ...]:
    """A run a day, the last of them yesterday."""
    runs = [(STARTED - timedelta(days=len(signs) - number), sign) for number, sign in enumerate(signs)]
    return tuple(
        Past(
            f"run of {day:%Y-%m-%d}",
            day,
            day,
            SIGNS[sign],
            Severity.WARNING if sign == "n" else Severity.ERROR,
            waived=sign == "w",
        )
        for day, sign in runs
        if sign != "."
    )


def at(line: int) -> Location:
    return Location("waivers.yaml", line, 5)


@pytest.fixture(scope="session")
def passing() -> Report:
    return reported(_passes(), VerdictOutcome.PASS, "nothing blocks")


def attempt(number: int, status: VerdictOutcome, error: str = "", fix: str = "") -> Attempt:
    started = STARTED - timedelta(minutes=3 - number)
    return Attempt(
        attempt=number, status=status, error=error, fix=fix, remedied=bool(fix), started=started, seconds=4.25
    )


@pytest.fixture(scope="session")
def healed(passing: Report) -> Report:
    """Two attempts failed, and what was done about them let the third pass."""
    late = "1 violation blocks: fct_flights/partition"
    attempts = (
        attempt(1, VerdictOutcome.UNDECIDED, "1 clause could not be told: fct_flights/partition", "wait 10 s: done"),
        attempt(
            2, VerdictOutcome.FAIL, late, "python build.py --run-date 2013-03-05: it was ended after 600 s (loading)"
        ),
        attempt(3, VerdictOutcome.PASS),
    )
    verdict = replace(passing.verdict, reason=f"{passing.verdict.reason}; healed after 2 failed attempts")
    return replace(passing, attempts=attempts, verdict=verdict)


@pytest.fixture(scope="session")
def empty() -> Report:
    """Nothing was checked, which is never a pass."""
    return reported((), VerdictOutcome.UNDECIDED, "nothing was checked", datasets=())


@pytest.fixture(scope="session")
def hostile() -> Report:
    """What a contract from a stranger's pull request could say, in every field that comes from one."""
    names = "contract version layer table column file expected actual query owner"
    text: dict[str, Any] = dict.fromkeys(names.split(), HOSTILE)
    results = [
        result(
            HOSTILE,
            outcome,
            severity,
            sample=HOSTILE_SAMPLE,
            check=HOSTILE,
            line=7,
            message=f"{HOSTILE} {'long ' * 2000}",
            id=f"h{n}",
            **text,
        )
        for n, (outcome, severity) in enumerate((o, s) for o in Outcome for s in Severity)
    ]
    many = [
        result("nullValues", Outcome.FAIL, id=f"m{n}", layer="marts", table="t", column="|" * 500, message="`" * 2000)
        for n in range(50)
    ]
    blocking = tuple(r.id for r in (*results, *many) if r.outcome is Outcome.FAIL and r.severity is Severity.ERROR)
    people = dict.fromkeys(["rule", "path", "reason", "approver", "author"], HOSTILE)
    waivers = (
        use(results[3], expires="2026-03-31", at=Location(HOSTILE), **people),
        use(results[4], expires="2026-02-28", at=Location(HOSTILE), **people),
    )
    ids = {"blocking": tuple(each for each in blocking if each != results[3].id), "waived": (results[3].id,)}
    named: dict[str, Any] = dict.fromkeys(["contract", "version", "table", "layer", "owner"], HOSTILE)
    datasets = (
        Dataset(**named, channels=(HOSTILE,), at=Location(HOSTILE)),
        Dataset(contract="t", table="t", sources=((HOSTILE, HOSTILE), ("t", "t"), ("gone", "gone")), at=Location("t")),
    )
    made = reported((*results, *many), VerdictOutcome.FAIL, HOSTILE * 20, datasets, waivers=waivers, **ids)
    tried = tuple(attempt(number, VerdictOutcome.FAIL, HOSTILE * 3, HOSTILE * 3) for number in (1, 2, 3))
    return replace(made, attempts=tried)


def _violations() -> list[Result]:
    return [*_blocking(), *_warnings()]


def _blocking() -> list[Result]:
    fail = Outcome.FAIL
    return [
        check(
            "nullValues",
            fail,
            column="tail_number",
            dimension=Dimension.COMPLETENESS,
            line=88,
            message="tail_number is empty too often",
            expected="< 1 %",
            actual="2.45 %",
            failed_rows=8255,
            total_rows=336_776,
            query="SELECT COUNT(*) FROM marts.fct_flights WHERE tail_number IS NULL",
            sample=Sample(
                columns=("flight_key", "tail_number"),
                rows=(("2013-01-01-UA-1545", None), (r"a\x1b ", "NULL"), ("ä" * 80 + "…", "")),
                hidden=("pilot is classified internal",),
            ),
        ),
        check(
            "duplicateValues",
            fail,
            layer="staging",
            table="stg_nycflights__flights",
            dimension=Dimension.UNIQUENESS,
            message="the key year, month, day, carrier, flight, origin is not unique",
            expected="= 0 rows",
            actual="24 rows",
            failed_rows=24,
            total_rows=336_776,
            sample=Sample(note="it reads no column that may be shown", hidden=("carrier is classified internal",)),
        ),
        result(
            "owner-missing",
            fail,
            contract="marts-dim_planes",
            version="1.0.0",
            layer="marts",
            file="contracts/marts/dim_planes.odcs.yaml",
            line=1,
            message="contract marts-dim_planes has no owner",
        ),
        check(
            "invalidValues",
            fail,
            column="origin",
            dimension=Dimension.VALIDITY,
            line=61,
            message="origin is not one of the airports",
            expected="= 0 rows",
            actual="12 rows",
            failed_rows=12,
            total_rows=336_776,
        ),
    ]


def _warnings() -> list[Result]:
    fail = Outcome.FAIL
    return [
        check(
            "freshness",
            fail,
            Severity.WARNING,
            layer="raw",
            table="nycflights_weather",
            column="time_hour",
            dimension=Dimension.FRESHNESS,
            line=22,
            message="the newest row is older than the target",
            expected="< 1 h",
            actual="1 h 20 m",
            value=4800,
            owner="ingest",
        ),
        result(
            "description-missing",
            fail,
            Severity.WARNING,
            contract="staging-stg_nycflights__planes",
            layer="staging",
            table="stg_nycflights__planes",
            column="tailnum",
            file="contracts/staging/stg_nycflights__planes.odcs.yaml",
            line=31,
            message="the column tailnum has no description",
            owner="flight-ops",
        ),
        result(
            "tags-missing",
            fail,
            Severity.INFO,
            contract="marts-dim_planes",
            layer="marts",
            table="dim_planes",
            file="contracts/marts/dim_planes.odcs.yaml",
            line=4,
            message="no tags",
        ),
    ]


def _undecided() -> list[Result]:
    error = Outcome.ERROR
    return [
        check(
            "rowCount",
            error,
            layer="intermediate",
            table="int_flights_enriched",
            dimension=Dimension.COMPLETENESS,
            message="the table intermediate.int_flights_enriched is not on the server local",
            expected="> 0 rows",
            owner="analytics-eng",
            seconds=0.0,
        ),
        check(
            "sql",
            error,
            Severity.WARNING,
            check="fct_flights/sql/delay",
            dimension=Dimension.ACCURACY,
            file="checks/marts/fct_flights.delay.sql",
            line=1,
            message='Binder Error: Referenced column "dep_delayed" not found in FROM clause! Candidate: "dep_delay"',
        ),
        check(
            "relationship",
            error,
            Severity.INFO,
            column="dest",
            dimension=Dimension.VALIDITY,
            message="the relationship could not be followed",
        ),
    ]


def _calm() -> list[Result]:
    skip, text = Outcome.SKIP, "a rule of type text is for people"
    soda = "Soda is not installed (pip install 'contract-harness[soda]')"
    return [
        check("text", skip, message=text),
        check("text", skip, Severity.WARNING, table="dim_planes", message=text),
        check("soda", skip, Severity.INFO, layer="raw", table="nycflights_weather", message=soda),
    ]


def _about_waivers() -> list[Result]:
    return [
        result(
            "waiver-expired",
            Outcome.FAIL,
            Severity.WARNING,
            file="waivers.yaml",
            line=12,
            message="the waiver of owner-missing on contracts/marts/* expired on 2026-02-28, 2 days ago",
        ),
        result(
            "waiver-unused",
            Outcome.FAIL,
            Severity.WARNING,
            file="waivers.yaml",
            line=19,
            message="the waiver of nullValues on dim_planes is of no use: what it names did not fail; remove it",
        ),
    ]


def _passes() -> list[Result]:
    tables = {
        "nycflights_flights": "raw",
        "nycflights_weather": "raw",
        "stg_nycflights__flights": "staging",
        "dim_planes": "marts",
        "fct_flights": "marts",
    }
    rules = {
        "rowCount": Dimension.COMPLETENESS,
        "duplicateRows": Dimension.UNIQUENESS,
        "regex": Dimension.VALIDITY,
        "freshness": Dimension.FRESHNESS,
        "column-types": None,
        "reconcile": Dimension.ACCURACY,
    }
    severities = list(Severity)
    return [
        check(
            rule,
            Outcome.PASS,
            severities[i % 3],
            layer=layer,
            table=table,
            dimension=dimension,
            message="as promised",
            expected="> 0 rows",
            actual="336,776 rows",
        )
        for table, layer in tables.items()
        for i, (rule, dimension) in enumerate(rules.items())
    ]


def level(table: str, states: str, objective: float, state: BudgetState, left: float | None) -> SlaStatus:
    """A service level whose deliveries are a letter each: k(ept), l(ate), m(issed), u(nknown)."""
    kinds = {each.value[0]: each for each in DeliveryState}
    deliveries = []
    for number, letter in enumerate(states):
        due = STARTED - timedelta(days=len(states) - number)
        arrived = {"k": due + timedelta(hours=1), "l": due + timedelta(hours=5)}.get(letter)
        deliveries.append(Delivery(Slot(due, due + timedelta(hours=2)), arrived, kinds[letter]))
    counts = {kind: states.count(letter) for letter, kind in kinds.items()}
    budget = Budget(
        objective=objective,
        window="30 d",
        expected=len(states),
        delivered=counts[DeliveryState.KEPT] + counts[DeliveryState.LATE],
        kept=counts[DeliveryState.KEPT],
        late=counts[DeliveryState.LATE],
        missed=counts[DeliveryState.MISSED],
        unknown=counts[DeliveryState.UNKNOWN],
        allowed=len(states) * (1 - objective / 100),
        left=left,
        burn_long=None if state in ("too-few", "unknown") else 2.0,
        state=state,
    )
    return SlaStatus(
        contract=table, layer="marts", owner="flight-ops", table=table, property="latency", budget=budget,
        deliveries=tuple(deliveries), file=f"contracts/marts/{table}.odcs.yaml", line=40,
    )  # fmt: skip


@pytest.fixture(scope="session")
def audited(report: Report) -> Report:
    """The report of an audit: every state of a budget, an open and a resolved incident."""
    began = STARTED - timedelta(days=2)
    incident = Incident(
        id="i1", cause="r1", contract="fct_flights", layer="marts", owner="flight-ops", table="fct_flights",
        severity=Severity.ERROR, opened=began, detected=began + timedelta(hours=4), updated=STARTED,
        notified=began + timedelta(hours=5), checks=("r1", "r2"),
        events=(IncidentEvent(began + timedelta(hours=4), "opened", f"late {HOSTILE}"),),
    )  # fmt: skip
    resolved = replace(incident, id="i2", table="dim_dates", state="resolved", resolved=STARTED)
    slas = (
        level("raw_flights", "k" * 30, 95, "ok", 1.0),
        level("dim_dates", "kk", 99, "too-few", 1.0),
        level("stg_flights", "uuuu", 95, "unknown", None),
        level("fct_flights", "kkklkkkmkk" * 3, 95, "spent", -3.0),
        level("dim_airports", "k" * 29 + "l", 95, "burning", 0.33),
    )
    return replace(report, command="audit", slas=slas, incidents=(resolved, incident))
