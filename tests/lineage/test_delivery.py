"""Delivery against a real server on the loopback, one for each way in which a lineage backend can fail."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from harness.lineage.delivery import Delivery, Route, deliver, keep, route_of
from harness.lineage.events import events_of, ndjson
from harness.lineage.outbox import Outbox
from harness.model.project import Project
from harness.model.result import Report

Send = Callable[..., Delivery]
SETTING_OUT = 5.0
"""Seconds that a busy machine may need beyond the limit."""


@pytest.fixture
def events(report: Report, project: Project) -> list[Any]:
    return events_of(report, project)[1:-1]  # those of the datasets: eight


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in; no proxy stands before the loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def outbox(here: Path) -> Outbox:
    return Outbox(here / "outbox")


@pytest.fixture
def route(here: Path) -> Callable[..., Route]:
    def route(environ: Mapping[str, str] | None = None, own: str = "") -> Route:
        if own:
            (here / "own.yml").write_text(own, encoding="utf-8")
        return route_of({"config": "own.yml"} if own else {}, {"HOME": str(here), **(environ or {})}, here)

    return route


@pytest.fixture
def send(events: list[Any], outbox: Outbox, route: Callable[..., Route]) -> Send:
    def send(
        environ: Mapping[str, str] | None = None, own: str = "", seconds: float = 5, *, more: bool = True
    ) -> Delivery:
        """One run's events, and what is still there of earlier ones; without `more` only the latter."""
        found = route(environ, own)
        run, problem = keep(outbox, ndjson(events), found, required=False) if more else ("", "")
        assert not problem
        return deliver(outbox, found, seconds, run)

    return send


def http(url: str, **more: Any) -> str:
    return json.dumps({"transport": {"type": "http", "url": url, **more}})


def lines(events: list[Any]) -> list[Any]:
    return [json.loads(line) for line in ndjson(events).splitlines()]


@pytest.mark.parametrize("status", [200, 201, 202])
def test_events_arrive_in_order_and_as_they_are_written(
    send: Send, backend: Any, events: list[Any], status: int
) -> None:
    backend.answers = [status]
    before = ndjson(events)
    assert send({"OPENLINEAGE_URL": backend.url}) == Delivery(8, 0, 0, "8 events sent by http", done=True)
    assert backend.received == lines(events)
    assert {asked["path"] for asked in backend.asked} == {"/api/v1/lineage"}
    assert ndjson(events) == before


def test_a_server_that_recovers_gets_every_event_once(send: Send, backend: Any, events: list[Any]) -> None:
    backend.answers = [503, 201]
    assert send({"OPENLINEAGE_URL": backend.url}).sent == 8
    assert backend.received == lines(events)


@pytest.mark.parametrize("kind", ["http", "async_http"])
@pytest.mark.parametrize(
    ("status", "said"),
    [(500, "500 Server Error"), (503, "503"), (401, "401"), (403, "403"), (404, "404"), (408, "408"), (429, "429")],
)
def test_a_server_that_cannot_take_it_now_ends_the_delivery(
    send: Send, backend: Any, kind: str, status: int, said: str
) -> None:
    backend.answers, backend.headers = [status], {"Retry-After": "60"} if status == 429 else {}
    began = time.monotonic()
    delivery = send(own=json.dumps({"transport": {"type": kind, "url": backend.url}}), seconds=4)
    assert time.monotonic() - began < 4
    assert (delivery.sent, delivery.refused, delivery.pending, delivery.done) == (0, 0, 8, False)
    assert delivery.message.startswith(f"nothing sent; 8 pending (http: {said}")
    assert backend.received == []
    backend.answers = [201]
    assert send(own=http(backend.url), more=False) == Delivery(8, 0, 0, "8 events sent by http", done=True)


def test_the_first_failure_keeps_the_order_and_tells_why(
    send: Send, backend: Any, events: list[Any], outbox: Outbox
) -> None:
    backend.answers, backend.body = [201, 201, 201, 401, 201], b"\x1b[31m'key'\n is not known"
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.refused, delivery.pending) == (3, 0, 5)
    assert delivery.message.startswith("3 events sent by http; 5 pending (http: 401 ")
    assert f"([31m'key' is not known)), kept in {outbox.folder}, `harness lineage replay`" in delivery.message
    assert backend.received == lines(events)[:3]
    # what is left goes before what is new
    assert send({"OPENLINEAGE_URL": backend.url}).sent == 13
    assert backend.received == lines(events) * 2


@pytest.mark.parametrize("status", [400, 409, 413, 415, 422])
def test_what_a_server_will_never_take_is_put_aside(
    send: Send, backend: Any, events: list[Any], outbox: Outbox, status: int
) -> None:
    backend.answers, backend.body = [201, status, status, 201], b"no such facet"
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.refused, delivery.pending, delivery.done) == (6, 2, 0, False)
    assert f"2 refused for good, they are in {outbox.folder / 'dead'}: {status} " in delivery.message
    assert backend.received == [*lines(events)[:1], *lines(events)[3:]]
    buried = [json.loads((outbox.folder / "dead" / name).read_text(encoding="utf-8")) for name in outbox.dead()]
    assert [each["event"] for each in buried] == lines(events)[1:3]
    assert all("no such facet" in each["refused"] for each in buried)
    # it is told once; the next run is not blamed for it
    assert send({"OPENLINEAGE_URL": backend.url}).done
    assert outbox.revive() == 2
    assert (outbox.dead(), send({"OPENLINEAGE_URL": backend.url}, more=False).sent) == ([], 2)
    assert backend.received[-2:] == lines(events)[1:3]


def test_a_line_that_is_no_event_is_put_aside(send: Send, backend: Any, events: list[Any], outbox: Outbox) -> None:
    outbox.keep('{"cut off\n')
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.refused, delivery.pending) == (8, 1, 0)
    assert backend.received == lines(events)


@pytest.mark.parametrize("odd", [b'{"job": "\xff"}', b'{"job": "\\\xff"}', b"\xff\xfe{", b'{"job": "\xed\xa0\x80"}'])
def test_a_line_that_is_no_utf_8_is_put_aside_as_it_is(
    send: Send, backend: Any, events: list[Any], outbox: Outbox, odd: bytes
) -> None:
    (outbox.folder / "pending").mkdir(parents=True)
    (outbox.folder / "pending" / "00000000000000000001-1.ndjson").write_bytes(odd + b"\n" + b'{"job": "next"}\n')
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.refused, delivery.pending) == (9, 1, 0)
    assert "the line is no JSON in UTF-8: " in delivery.message
    assert backend.received == [{"job": "next"}, *lines(events)]
    assert outbox.revive() == 1
    (run,) = outbox.runs()
    assert (outbox.folder / "pending" / f"{run}.ndjson").read_bytes() == odd + b"\n"
    assert send({"OPENLINEAGE_URL": backend.url}, more=False).refused == 1


@pytest.mark.parametrize("retry", ["1", "date", "60", "soon"])
def test_a_server_that_asks_for_patience_gets_it_within_the_time(
    send: Send, backend: Any, events: list[Any], retry: str
) -> None:
    at = formatdate(time.time() + 2, usegmt=True)
    backend.answers, backend.headers = [429, 201], {"Retry-After": at if retry == "date" else retry}
    began = time.monotonic()
    delivery = send({"OPENLINEAGE_URL": backend.url}, seconds=8)
    waited = time.monotonic() - began
    if retry == "60":
        assert (delivery.sent, delivery.pending) == (0, 8)
        assert waited < 8
    else:
        assert delivery.done
        assert backend.received == lines(events)
        assert waited > {"1": 1, "date": 0, "soon": 0.3}[retry]


def test_an_answer_that_is_lost_costs_a_duplicate_and_no_event(
    send: Send, backend: Any, events: list[Any], outbox: Outbox
) -> None:
    backend.drops = 2
    environ = {"OPENLINEAGE_URL": backend.url}
    deliveries = [send(environ), send(environ, more=False), send(environ, more=False)]
    assert [(each.sent, each.pending) for each in deliveries] == [(0, 8), (0, 8), (8, 0)]
    assert "http: " in deliveries[0].message
    first = lines(events)[0]
    assert backend.received == [first, first, *lines(events)]
    assert outbox.runs() == []


def test_a_server_that_resets_the_connection(send: Send, backend: Any, outbox: Outbox) -> None:
    backend.resets = True
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "reset" in delivery.message.lower()
    assert len(backend.asked) == 1, "it may have arrived"
    backend.resets = False
    assert send({"OPENLINEAGE_URL": backend.url}, more=False).sent == 8
    assert outbox.runs() == []


def test_a_server_that_never_answers_is_left(send: Send, backend: Any) -> None:
    backend.hangs = True
    began = time.monotonic()
    delivery = send({"OPENLINEAGE_URL": backend.url}, seconds=1)
    assert time.monotonic() - began < 1 + SETTING_OUT
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "Read timed out" in delivery.message
    # it may have taken the event before it hung, so it is not asked again
    assert len(backend.asked) == 1


def test_a_server_that_answers_for_ever_is_left(send: Send, backend: Any) -> None:
    backend.trickles = True  # each byte comes in time, so no timeout of the client ever ends it
    began = time.monotonic()
    delivery = send({"OPENLINEAGE_URL": backend.url}, seconds=1)
    assert time.monotonic() - began < 1 + SETTING_OUT
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "no answer within 1 s" in delivery.message


def test_a_server_that_is_not_there(send: Send) -> None:
    with socket.socket() as taken:  # bound and not listening: it refuses, and nobody else can have it
        taken.bind(("127.0.0.1", 0))
        delivery = send({"OPENLINEAGE_URL": f"http://127.0.0.1:{taken.getsockname()[1]}"}, seconds=4)
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "refused" in delivery.message


def test_a_redirect_that_loses_the_event_is_no_success(send: Send, backend: Any) -> None:
    backend.answers, backend.headers = [302], {"Location": "/login"}
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert [asked["method"] for asked in backend.asked] == ["POST", "GET"]
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "redirects to" in delivery.message


def test_no_time_at_all_sends_nothing(send: Send, backend: Any) -> None:
    backend.hangs = True
    assert send({"OPENLINEAGE_URL": backend.url}, seconds=0).sent == 0


def test_a_file_gets_one_event_a_line(send: Send, events: list[Any], here: Path) -> None:
    own = "transport: {type: file, log_file_path: log.ndjson, append: true}"
    assert send(own=own) == Delivery(8, 0, 0, "8 events sent by file", done=True)
    assert send(own=own).sent == 8
    assert (here / "log.ndjson").read_text(encoding="utf-8") == 2 * ndjson(events)


def test_a_line_that_a_killed_process_left_half_written_spoils_no_event(
    send: Send, events: list[Any], here: Path
) -> None:
    (here / "log.ndjson").write_text('{"eventTy', encoding="utf-8")
    send(own="transport: {type: file, log_file_path: log.ndjson, append: true}")
    assert (here / "log.ndjson").read_text(encoding="utf-8") == '{"eventTy\n' + ndjson(events)


@pytest.mark.parametrize("where", ["own", "folder"])
@pytest.mark.parametrize(
    "settings",
    [
        "type: file, log_file_path: log.ndjson, filesystem: subprocess.Popen, fs_kwargs: {args: [touch, touched]}",
        "type: file, log_file_path: log.ndjson, storage_options: {key: x}",
        "type: http, url: 'http://127.0.0.1:9', auth: {type: touching.Provider}",
        "type: http, url: 'http://127.0.0.1:9', auth: touching.Provider",
        "type: composite, transports: [{type: file, log_file_path: log.ndjson, filesystem: touching.Provider}]",
    ],
)
def test_a_pull_request_cannot_make_the_client_run_anything(
    send: Send, here: Path, monkeypatch: pytest.MonkeyPatch, settings: str, where: str
) -> None:
    (here / "touching.py").write_text("open('touched', 'w')", encoding="utf-8")
    monkeypatch.syspath_prepend(here)
    monkeypatch.chdir(here)
    text = f"transport: {{{settings}}}"
    if where == "folder":
        (here / "openlineage.yml").write_text(text, encoding="utf-8")
    delivery = send() if where == "folder" else send(own=text)
    assert delivery.message.startswith("nothing sent: ")
    assert not (here / "touched").exists()


def test_a_file_that_cannot_be_written(send: Send) -> None:
    delivery = send(own="transport: {type: file, log_file_path: nowhere/log.ndjson, append: true}")
    assert (delivery.sent, delivery.refused, delivery.pending) == (0, 0, 8)
    assert "nowhere/log.ndjson" in delivery.message


@pytest.mark.parametrize("path", ["../log.ndjson", "/etc/log.ndjson", "s3://bucket/log", "", "a\\0b"])
def test_a_project_writes_no_file_outside_itself(send: Send, here: Path, path: str) -> None:
    delivery = send(own=f'transport: {{type: file, log_file_path: "{path}", append: true}}')
    assert (delivery.sent, delivery.done) == (0, False)
    assert delivery.message.startswith("nothing sent: ")
    assert not (here.parent / "log.ndjson").exists()


def test_one_of_two_transports_fails_and_the_other_has_everything(
    send: Send, backend: Any, events: list[Any], here: Path
) -> None:
    backend.answers = [201, 401, 201]
    children = [
        {"type": "http", "url": backend.url},
        {"type": "file", "log_file_path": "log.ndjson", "append": True},
    ]
    own = json.dumps({"transport": {"type": "composite", "transports": children, "continue_on_failure": True}})
    delivery = send(own=own)
    assert (delivery.sent, delivery.refused, delivery.pending) == (8, 0, 7)
    assert delivery.message.startswith("8 events sent by file; 1 event sent by http; 7 pending (http: 401")
    assert (here / "log.ndjson").read_text(encoding="utf-8") == ndjson(events)
    assert send(own=own, more=False).done
    assert backend.received == lines(events)
    assert (here / "log.ndjson").read_text(encoding="utf-8") == ndjson(events), "the file is done with them"


def test_nothing_configured_is_said(send: Send, outbox: Outbox) -> None:
    assert send() == Delivery(0, 0, 0, "nothing sent: no transport configured", done=False)
    assert not outbox.folder.exists(), "what nobody asked for does not pile up"


def test_disabled_is_said(send: Send, backend: Any) -> None:
    delivery = send({"OPENLINEAGE_DISABLED": "True", "OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.pending, delivery.done) == (0, 0, False)
    assert "OPENLINEAGE_DISABLED" in delivery.message
    assert backend.asked == []


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ("transport: {type: http", "own.yml:"),
        ("", "no transport configured"),
        ("# nothing", "empty"),
        ("- transport", "no mapping `transport`"),
        ("transport: http", "no mapping `transport`"),
        ("facets: {}", "no `transport` with a `type`"),
        ("transport: {url: 'http://x'}", "no `transport` with a `type`"),
        ("transport: {type: kafka}", "'kafka' does not tell whether an event arrived"),
        ("transport: {type: console}", "'console' does not tell whether an event arrived"),
        ("transport: {type: os.system}", "'os.system' does not tell whether an event arrived"),
        ("transport: {type: [http]}", "does not tell whether an event arrived"),
        ("transport: {type: composite}", "must hold `transports`"),
        ("transport: {type: composite, transports: [http]}", "must hold `transports`"),
        ("transport: {type: composite, transports: 3}", "must hold `transports`"),
        ("transport: {type: composite, transports: [{type: console}]}", "'console' does not tell"),
        ("transport: {type: http}", "`url` key not passed"),
        ("transport: {type: http, url: nonsense}", "Need valid url"),
        ("transport: {type: http, url: 'http://127.0.0.1:9', timeout: soon}", "could not convert"),
        ("transport: {type: http, url: 'http://127.0.0.1:9', retry: soon}", "mapping"),
        ("transport: {type: http, url: 'http://127.0.0.1:9', auth: {type: api_key}}", "apiKey is required"),
        ("transport: {type: http, url: 'http://127.0.0.1:9', auth: {type: no.such}}", "api_key only"),
    ],
)
def test_a_configuration_that_cannot_work_is_said(send: Send, own: str, said: str) -> None:
    delivery = send(own=own)
    assert (delivery.sent, delivery.refused, delivery.done) == (0, 0, False)
    assert said in delivery.message
    if own:
        assert delivery.pending == 8
        assert "`harness lineage replay` sends them" in delivery.message


def test_a_configuration_that_is_not_there_is_said(here: Path) -> None:
    route = route_of({"config": "lineage/openlineage.yml"}, {}, here)
    assert (route.transports, route.wanted) == ((), True)
    assert "openlineage.yml cannot be read" in route.obstacle


@pytest.mark.parametrize(("text", "said"), [(None, "cannot be read"), ("transport: {type", "no valid YAML")])
def test_a_standard_file_is_never_passed_over(
    send: Send, backend: Any, here: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (here / "theirs.yml").write_text(text, encoding="utf-8")
    delivery = send({"OPENLINEAGE_CONFIG": "theirs.yml", "OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.done) == (0, False)
    assert said in delivery.message


@pytest.mark.parametrize("place", ["named.yml", "openlineage.yml", ".openlineage/openlineage.yml"])
def test_the_standard_files_win_over_the_project(send: Send, backend: Any, here: Path, place: str) -> None:
    (here / place).parent.mkdir(exist_ok=True)
    (here / place).write_text(http(backend.url), encoding="utf-8")
    environ = {"OPENLINEAGE_CONFIG": place} if place == "named.yml" else {}
    assert send(environ, own="transport: {type: file, log_file_path: log.ndjson}").message == "8 events sent by http"
    assert len(backend.received) == 8


def test_a_url_in_the_environment_wins_over_the_project(send: Send, backend: Any, here: Path) -> None:
    environ = {"OPENLINEAGE_URL": backend.url, "OPENLINEAGE_ENDPOINT": "events", "OPENLINEAGE_API_KEY": "k3y"}
    assert send(environ, own="transport: {type: file, log_file_path: log.ndjson, append: true}").done
    assert {(asked["path"], asked["Authorization"]) for asked in backend.asked} == {("/events", "Bearer k3y")}
    assert not (here / "log.ndjson").exists()


@pytest.mark.parametrize("kind", ["http", "async_http"])
def test_variables_describe_a_transport(send: Send, backend: Any, kind: str) -> None:
    environ = {
        "OPENLINEAGE__TRANSPORT__TYPE": kind,
        "OPENLINEAGE__TRANSPORT__URL": backend.url,
        "OPENLINEAGE__TRANSPORT__AUTH": '{"type": "api_key", "apiKey": "k3y"}',
        "OPENLINEAGE__TRANSPORT__COMPRESSION": "null",
    }
    assert send(environ).sent == 8
    assert {asked["Authorization"] for asked in backend.asked} == {"Bearer k3y"}


def test_a_variable_fills_in_the_key_of_a_file_the_operator_names(send: Send, backend: Any, here: Path) -> None:
    (here / "theirs.yml").write_text(http(backend.url, auth={"type": "api_key"}), encoding="utf-8")
    assert send({"OPENLINEAGE_CONFIG": "theirs.yml", "OPENLINEAGE__TRANSPORT__AUTH__APIKEY": "k3y"}).sent == 8
    assert {asked["Authorization"] for asked in backend.asked} == {"Bearer k3y"}


def test_the_url_of_the_environment_fills_in_a_transport_without_one(send: Send, backend: Any) -> None:
    environ = {"OPENLINEAGE__TRANSPORT__TYPE": "async_http", "OPENLINEAGE_URL": backend.url}
    assert send(environ).sent == 8


@pytest.mark.parametrize("auth", [{}, {"auth": {"type": "api_key"}}])
def test_a_file_that_came_with_the_checkout_cannot_get_at_the_key(
    send: Send, backend: Any, here: Path, auth: dict[str, Any]
) -> None:
    (here / "openlineage.yml").write_text(http(backend.url, **auth), encoding="utf-8")
    keys = {"OPENLINEAGE_API_KEY": "k3y", "OPENLINEAGE__TRANSPORT__AUTH": '{"type": "api_key", "apiKey": "k3y"}'}
    send({"OPENLINEAGE_URL": "http://127.0.0.1:9", **keys})
    assert all("Authorization" not in asked for asked in backend.asked)


def test_a_project_cannot_get_at_the_key(send: Send, backend: Any) -> None:
    own = http(backend.url, auth={"type": "api_key"})
    delivery = send({"OPENLINEAGE__TRANSPORT__AUTH__APIKEY": "k3y", "OPENLINEAGE_API_KEY": "k3y"}, own=own)
    assert (delivery.sent, backend.asked) == (0, [])


def test_no_password_gets_into_a_message(send: Send, backend: Any, outbox: Outbox) -> None:
    backend.answers = [422]
    url = backend.url.replace("//", "//me:s3cret@")
    delivery = send({"OPENLINEAGE_URL": url, "OPENLINEAGE_ENDPOINT": "api?key=s3cret"})
    assert delivery.refused == 8
    assert "s3cret" not in delivery.message
    assert all("s3cret" not in path.read_text(encoding="utf-8") for path in outbox.folder.rglob("*.*"))


def test_without_the_client_nothing_is_sent_and_nothing_breaks(here: Path) -> None:
    program = """
import os, sys
sys.modules["openlineage"] = None
from pathlib import Path
from harness.lineage.delivery import deliver, keep, route_of
from harness.lineage.outbox import Outbox
outbox, route = Outbox(Path("outbox")), route_of({}, {"OPENLINEAGE_URL": "http://127.0.0.1:9"}, Path())
print(deliver(outbox, route, 5, keep(outbox, "{}\\n", route, required=False)[0]))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=here)
    assert "sent=0, refused=0, pending=1" in done.stdout
    assert "pip install" in done.stdout
    assert done.stderr == ""
