"""Delivery against a real server on the loopback, one for each way in which a lineage backend can fail."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.lineage.delivery import Delivery, deliver
from harness.lineage.events import events_of, ndjson
from harness.model.project import Project
from harness.model.result import Report

Send = Callable[..., Delivery]
SETTING_OUT = 5.0
"""Seconds that a busy machine may need beyond the limit."""


@pytest.fixture
def events(report: Report, project: Project) -> list[Any]:
    return events_of(report, project)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to run in; no proxy stands before the loopback."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def send(events: list[Any], here: Path) -> Send:
    def send(environ: Mapping[str, str] | None = None, own: str = "", seconds: float = 5) -> Delivery:
        config = {}
        if own:
            (here / "own.yml").write_text(own, encoding="utf-8")
            config = {"config": "own.yml", "timeout": seconds}
        return deliver(events, config, {"HOME": str(here), **(environ or {})}, seconds, here)

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
    assert send({"OPENLINEAGE_URL": backend.url}) == Delivery(8, 0, 0, "http", "8 events sent by http")
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
    [(500, "too many 500 error responses"), (422, "422 Client Error"), (401, "401"), (429, "429"), (404, "404")],
)
def test_a_server_that_refuses_ends_the_delivery(send: Send, backend: Any, kind: str, status: int, said: str) -> None:
    backend.answers, backend.headers = [status], {"Retry-After": "60"} if status == 429 else {}
    began = time.monotonic()
    delivery = send(own=json.dumps({"transport": {"type": kind, "url": backend.url}}), seconds=4)
    assert time.monotonic() - began < 4
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 1, 7)
    assert said in delivery.message
    assert backend.received == []


def test_the_first_refusal_keeps_the_order_and_tells_why(send: Send, backend: Any, events: list[Any]) -> None:
    backend.answers, backend.body = [201, 201, 201, 422], b"run.facets: \x1b[31m'parent'\n is not known"
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.failed, delivery.pending) == (3, 1, 4)
    assert "3 of 8 events sent by http, 4 left" in delivery.message
    assert "run.facets: [31m'parent' is not known" in delivery.message
    assert backend.received == lines(events)[:3]


def test_a_server_that_never_answers_is_left(send: Send, backend: Any) -> None:
    backend.hangs = True
    began = time.monotonic()
    delivery = send({"OPENLINEAGE_URL": backend.url}, seconds=1)
    assert time.monotonic() - began < 1 + SETTING_OUT
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 1, 7)
    assert "Read timed out" in delivery.message
    # it may have taken the event before it hung, so it is not asked again
    assert len(backend.asked) == 1


def test_a_server_that_answers_for_ever_is_left(send: Send, backend: Any) -> None:
    backend.trickles = True  # each byte comes in time, so no timeout of the client ever ends it
    began = time.monotonic()
    delivery = send({"OPENLINEAGE_URL": backend.url}, seconds=1)
    assert time.monotonic() - began < 1 + SETTING_OUT
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 0, 8)
    assert "no answer within 1 s" in delivery.message


def test_a_server_that_is_not_there(send: Send) -> None:
    with socket.socket() as taken:  # bound and not listening: it refuses, and nobody else can have it
        taken.bind(("127.0.0.1", 0))
        delivery = send({"OPENLINEAGE_URL": f"http://127.0.0.1:{taken.getsockname()[1]}"}, seconds=4)
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 1, 7)
    assert "refused" in delivery.message


def test_a_redirect_that_loses_the_event_is_no_success(send: Send, backend: Any) -> None:
    backend.answers, backend.headers = [302], {"Location": "/login"}
    delivery = send({"OPENLINEAGE_URL": backend.url})
    assert [asked["method"] for asked in backend.asked] == ["POST", "GET"]
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 1, 7)
    assert "redirects to" in delivery.message


def test_no_time_at_all_sends_nothing(send: Send, backend: Any) -> None:
    backend.hangs = True
    assert send({"OPENLINEAGE_URL": backend.url}, seconds=0).sent == 0


def test_a_file_gets_one_event_a_line(send: Send, events: list[Any], here: Path) -> None:
    own = "transport: {type: file, log_file_path: log.ndjson, append: true}"
    assert send(own=own) == Delivery(8, 0, 0, "file", "8 events sent by file")
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
    assert (delivery.sent, delivery.transport) == (0, "unusable")
    assert not (here / "touched").exists()


def test_a_file_that_cannot_be_written(send: Send) -> None:
    delivery = send(own="transport: {type: file, log_file_path: nowhere/log.ndjson, append: true}")
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 1, 7)
    assert "nowhere/log.ndjson" in delivery.message


@pytest.mark.parametrize("path", ["../log.ndjson", "/etc/log.ndjson", "s3://bucket/log", "", "a\\0b"])
def test_a_project_writes_no_file_outside_itself(send: Send, here: Path, path: str) -> None:
    delivery = send(own=f'transport: {{type: file, log_file_path: "{path}", append: true}}')
    assert (delivery.sent, delivery.transport) == (0, "unusable")
    assert delivery.message.startswith("nothing sent: ")
    assert not (here.parent / "log.ndjson").exists()


def test_one_of_two_transports_fails_and_the_other_has_everything(
    send: Send, backend: Any, events: list[Any], here: Path
) -> None:
    backend.answers = [201, 422]
    children = [
        {"type": "http", "url": backend.url},
        {"type": "file", "log_file_path": "log.ndjson", "append": True},
    ]
    delivery = send(own=json.dumps({"transport": {"type": "composite", "transports": children}}))
    assert (delivery.sent, delivery.failed, delivery.pending) == (1, 1, 6)
    assert delivery.transport == "file + http"
    assert (here / "log.ndjson").read_text(encoding="utf-8") == ndjson(events)


def test_nothing_configured_is_said(send: Send) -> None:
    assert send() == Delivery(0, 0, 8, "none", "nothing sent: no transport configured")


def test_disabled_is_said(send: Send, backend: Any) -> None:
    delivery = send({"OPENLINEAGE_DISABLED": "True", "OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.pending, delivery.transport) == (0, 8, "disabled")
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
    assert (delivery.sent, delivery.failed, delivery.pending) == (0, 0, 8)
    assert said in delivery.message


def test_a_configuration_that_is_not_there_is_said(events: list[Any], here: Path) -> None:
    delivery = deliver(events, {"config": "lineage/openlineage.yml"}, {}, 5, here)
    assert (delivery.sent, delivery.transport) == (0, "unusable")
    assert "openlineage.yml cannot be read" in delivery.message


@pytest.mark.parametrize(("text", "said"), [(None, "cannot be read"), ("transport: {type", "no valid YAML")])
def test_a_standard_file_is_never_passed_over(
    send: Send, backend: Any, here: Path, text: str | None, said: str
) -> None:
    if text is not None:
        (here / "theirs.yml").write_text(text, encoding="utf-8")
    delivery = send({"OPENLINEAGE_CONFIG": "theirs.yml", "OPENLINEAGE_URL": backend.url})
    assert (delivery.sent, delivery.transport) == (0, "unusable")
    assert said in delivery.message


@pytest.mark.parametrize("place", ["named.yml", "openlineage.yml", ".openlineage/openlineage.yml"])
def test_the_standard_files_win_over_the_project(send: Send, backend: Any, here: Path, place: str) -> None:
    (here / place).parent.mkdir(exist_ok=True)
    (here / place).write_text(http(backend.url), encoding="utf-8")
    environ = {"OPENLINEAGE_CONFIG": place} if place == "named.yml" else {}
    assert send(environ, own="transport: {type: file, log_file_path: log.ndjson}").transport == "http"
    assert len(backend.received) == 8


def test_a_url_in_the_environment_wins_over_the_project(send: Send, backend: Any, here: Path) -> None:
    environ = {"OPENLINEAGE_URL": backend.url, "OPENLINEAGE_ENDPOINT": "events", "OPENLINEAGE_API_KEY": "k3y"}
    assert send(environ, own="transport: {type: file, log_file_path: log.ndjson, append: true}").transport == "http"
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


def test_no_password_gets_into_a_message(send: Send, backend: Any) -> None:
    backend.answers = [422]
    url = backend.url.replace("//", "//me:s3cret@")
    delivery = send({"OPENLINEAGE_URL": url, "OPENLINEAGE_ENDPOINT": "api?key=s3cret"})
    assert delivery.failed == 1
    assert "s3cret" not in delivery.message


def test_without_the_client_nothing_is_sent_and_nothing_breaks(here: Path) -> None:
    program = """
import os, sys
sys.modules["openlineage"] = None
from harness.lineage.delivery import deliver
print(deliver([{}], {}, {"OPENLINEAGE_URL": "http://127.0.0.1:9"}, 5))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=here)
    assert "sent=0, failed=0, pending=1" in done.stdout
    assert "pip install" in done.stdout
    assert done.stderr == ""
