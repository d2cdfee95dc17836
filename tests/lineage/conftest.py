"""One report with every outcome and severity, the project it is about, the offline validator, and a lineage backend."""

import importlib.util
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import harness.lineage
from harness.model.contract import Contract, Member, Property, Schema, Server, Team
from harness.model.location import Location
from harness.model.project import Document, Project
from harness.model.result import Dimension, Outcome, Report, Result, Severity, Verdict, VerdictOutcome, coverage_of
from harness.model.waiver import Waiver, WaiverUse

SHARED = Path(__file__).resolve().parents[3] / "shared"
AT = Location("contracts/marts/fct_flights.odcs.yaml")
PASSED, FAILED, BROKE, SKIPPED = Outcome.PASS, Outcome.FAIL, Outcome.ERROR, Outcome.SKIP


def column(name: str, **more: Any) -> Property:
    return Property(at=AT, name=name, **more)


def result(clause: str, outcome: Outcome, severity: Severity = Severity.ERROR, **more: Any) -> Result:
    table, *_, rule = clause.split("/")
    given: dict[str, Any] = {
        "id": clause,
        "rule": rule,
        "check": clause,
        "outcome": outcome,
        "severity": severity,
        "contract": f"contract-of-{table}",
        "version": "1.2.0",
        "table": table,
        "message": f"{rule} of {table}",
    }
    return Result(**given | more)


def server(kind: str, **settings: Any) -> Server:
    return Server(at=AT, name="warehouse", type=kind, settings=settings)


def contract(name: str, *, layer: str, server: Server | None, **more: Any) -> Contract:
    address = column(
        "address", logical_type="object", properties=(column("city", logical_type="string"),), description="Where to."
    )
    columns = (column("tail", physical_name="tail_number", physical_type="VARCHAR", description="The plane."), address)
    schema = Schema(at=AT, name=name, physical_name=f"{layer}.{name}", properties=columns, **more.pop("schema", {}))
    return Contract(
        at=AT,
        id=f"contract-of-{name}",
        custom={"layer": layer},
        schemas=(schema,),
        servers=(server,) if server else (),
        **more,
    )


DUCKDB = server("duckdb", database="build/warehouse.duckdb")
POSTGRES = server("postgres", host="reader:s3cret@db.example.test", database="shop", schema="public")
TEAM = Team(at=AT, name="flight-operations", members=(Member(at=AT, username="ada", role="owner"),))
CONTRACTS = (
    contract(
        "fct_flights", layer="marts", server=DUCKDB, team=TEAM, schema={"description": "One row for each departure."}
    ),
    contract("stg_weather", layer="staging", server=DUCKDB, description={"purpose": "Weather at departure."}),
    contract("raw_orders", layer="raw", server=POSTGRES, team=Team(at=AT, members=TEAM.members)),
    contract("int_nowhere", layer="intermediate", server=None),
)
RESULTS = (
    result(
        "fct_flights/tail_number/nullValues",
        FAILED,
        column="tail_number",
        dimension=Dimension.COMPLETENESS,
        expected="< 5 %",
        actual="7.5 %",
        failed_rows=Decimal(75),
        total_rows=Decimal("1e3"),
        query="SELECT COUNT(*) FROM marts.fct_flights WHERE tail_number IS NULL",
        file=AT.file,
        line=12,
    ),
    result("fct_flights/rowCount", PASSED, expected="> 0 rows", actual="1,000 rows", failed_rows=float("nan")),
    result("fct_flights/freshness", FAILED, Severity.WARNING, total_rows=float("inf")),
    result("fct_flights/price/custom", SKIPPED, message="engine greatExpectations is not run here"),
    result("fct_flights/tail_number/validValues", BROKE, column="tail_number", message="the statement timed out"),
    result("fct_flights/description-missing", FAILED, Severity.INFO, check="", column="tail_number"),
    result("stg_weather/rowCount", PASSED),
    result("stg_weather/duplicateValues", FAILED, Severity.WARNING),
    result("raw_orders/rowCount", BROKE, message="the server did not answer"),
    result("raw_orders/freshness", SKIPPED),
    result("int_nowhere/rowCount", BROKE, Severity.INFO, message="no server"),
    result("unknown/rowCount", PASSED),
    result("stg_weather/owner-missing", FAILED, Severity.WARNING, table=""),
)


def make_report(*results: Result, waived: tuple[str, ...] = ()) -> Report:
    """As the gate would have it: a failure of severity error blocks, unless it is waived."""
    blocking = tuple(
        r.id for r in results if r.outcome is FAILED and r.severity is Severity.ERROR and r.id not in waived
    )
    waiver = Waiver(at=AT, fingerprint="x", reason="r", approver="maria", author="ada", expires=date(2026, 11, 12))
    verdict = Verdict(
        outcome=VerdictOutcome.FAIL,
        reason="1 violation blocks",
        blocking=blocking,
        waived=waived,
        waivers=(WaiverUse(waiver=waiver, days_left=10, failures=waived),),
    )
    started = datetime(2026, 11, 2, 10, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=1)))
    return Report(
        run_id="0199c1a2-0000-7000-8000-000000000001",
        command="verify",
        started=started,
        finished=started + timedelta(seconds=4),
        as_of=started.astimezone(UTC),
        project="nyc flights",
        harness_version="0.1.0",
        results=results,
        coverage=coverage_of(results, waived),
        verdict=verdict,
    )


@pytest.fixture
def report() -> Report:
    return make_report(*RESULTS)


@pytest.fixture
def report_of() -> Callable[..., Report]:
    return make_report


@pytest.fixture
def result_of() -> Callable[..., Result]:
    return result


@pytest.fixture
def project() -> Project:
    documents = tuple(Document(file=AT.file, contract=contract) for contract in CONTRACTS)
    return Project(name="nyc flights", root=Path("/srv/platform"), documents=documents)


@pytest.fixture(scope="session")
def validator() -> ModuleType:
    """The project's offline validator, which reads each facet by its own published schema."""
    path = SHARED / "tools" / "validate_openlineage.py"
    if not path.is_file():
        pytest.skip("the OpenLineage validator is not beside this checkout (../shared/tools)")
    found = importlib.util.spec_from_file_location("validate_openlineage", path)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def spec(validator: ModuleType) -> Any:
    return validator.Spec(SHARED / "openlineage-spec", [Path(harness.lineage.__file__).parent])


@dataclass
class Backend:
    """A lineage server on the loopback; `answers` holds the status of each request, the last one for ever."""

    url: str
    answers: list[int] = field(default_factory=lambda: [201])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    hangs: bool = False
    trickles: bool = False
    resets: bool = False
    delay: float = 0.0
    drops: int = 0
    """How many events it stores without telling."""
    released: threading.Event = field(default_factory=threading.Event)
    asked: list[dict[str, str]] = field(default_factory=list)
    received: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        text = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.asked.append({"path": request.path, "method": request.command, **request.headers})
        if self.hangs:
            self.released.wait(20)
            return
        if self.resets:
            # an abrupt end: what was sent is thrown away, and the client hears of it
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.connection.close()
            return
        if self.drops:
            self.drops -= 1
            self.received.append(json.loads(text))
            return
        time.sleep(self.delay)
        status = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        request.send_response(200 if request.command == "GET" else status)
        for name, value in self.headers.items():
            request.send_header(name, value)
        request.end_headers()
        while self.trickles and not self.released.wait(0.05):
            request.wfile.write(b".")
        request.wfile.write(self.body)
        if request.command == "POST" and status < 300:
            self.received.append(json.loads(text))


@pytest.fixture
def backend() -> Iterator[Backend]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            with suppress(BrokenPipeError, ConnectionResetError):  # the client gave up, as it should
                told.answer(self)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Backend(f"http://127.0.0.1:{server.server_port}")
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        serving.start()
        try:
            yield told
        finally:
            told.released.set()
            server.shutdown()
            serving.join()
