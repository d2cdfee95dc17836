"""Messages to real receivers on this machine."""

import email
import email.policy
import json
import os
import socket
import time

import pytest

from harness.alerts.sending import Attempt, Message, send
from tests.alerts.receivers import mailbox, receiving

TITLE = "[error] orders: nullValues (shop)"
TEXT = "What: orders.id, nullValues\nOwner: shop\n＜ 1 h, snake_case_name *a* _b_ 100 %, é €"


def message(url: str, id: str = "1", **more: str) -> Message:
    return Message(id=id, url=url, title=TITLE, text=TEXT, **more)


def sent(*messages: Message, seconds: float = 20) -> tuple[Attempt, ...]:
    return send(messages, seconds, os.environ)


def test_a_webhook_gets_all_of_it():
    with receiving() as server:
        assert sent(message(f"json://{server.place}/in/here")) == (Attempt(id="1"),)
    ((path, body, headers),) = server.got
    assert (path, headers["Content-Type"]) == ("/in/here", "application/json")
    said = json.loads(body)
    assert (said["title"], said["message"], said["type"]) == (TITLE, TEXT, "failure")


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("404", Attempt(id="1", error="HTTP 404")),
        ("500", Attempt(id="1", error="HTTP 500")),
        ("later 120", Attempt(id="1", error="HTTP 429", retry_after=120)),
        ("later soon", Attempt(id="1", error="HTTP 429")),
        ("reset", Attempt(id="1", error="ConnectionError")),
    ],
)
def test_what_a_receiver_refuses_did_not_arrive(way, expected):
    with receiving(way) as server:
        assert sent(message(f"json://{server.place}")) == (expected,)
    assert len(server.got) == 1


def test_a_date_of_retry_after_is_seconds_from_now():
    with receiving("later Fri, 31 Dec 2100 23:59:59 GMT") as server:
        (attempt,) = sent(message(f"json://{server.place}"))
    assert attempt.retry_after is not None
    assert attempt.retry_after > 1e9


def test_one_that_hangs_costs_the_others_nothing():
    with receiving(slow="hang") as server:
        began = time.monotonic()
        hanging = message(f"json://{server.place}/slow", "1")
        attempts = sent(hanging, message(f"json://{server.place}/quick", "2"), seconds=2.5)
        assert time.monotonic() - began < 6
    assert attempts == (Attempt(id="1", error="no answer within 2.5 s"), Attempt(id="2"))


def test_a_receiver_that_is_not_patient_ends_before():
    with receiving("hang") as server:
        (attempt,) = sent(message(f"json://{server.place}?rto=0.3"))
    assert attempt == Attempt(id="1", error="ReadTimeout")


def test_nobody_there():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert sent(message(f"json://127.0.0.1:{port}")) == (Attempt(id="1", error="ConnectionError"),)


def test_a_redirect_is_not_followed():
    with receiving() as other, receiving(f"elsewhere http://{other.place}/") as server:
        assert sent(message(f"json://{server.place}", only=server.place)) == (Attempt(id="1", error="HTTP 307"),)
        assert len(server.got) == 1
    assert other.got == []


@pytest.mark.parametrize("url", ["json://{}/", "xml://{}/", "form://{}/", "json://user:secret@{}/?method=put"])
def test_only_the_host_that_is_allowed_is_called(url):
    with receiving() as server:
        (attempt,) = sent(message(url.format(server.place), only="hooks.example.com"))
    assert attempt.error == f"{server.place} may not be called for it"
    assert server.got == []


def test_what_is_no_address():
    (attempt,) = sent(message("nonsense://a/b"))
    assert attempt.error
    (attempt,) = sent(message("json://"))
    assert attempt.error


def test_slack_gets_plain_text():
    """A webhook of Slack's shape, as Mattermost and others have it: what it gets is text that nothing is made of."""
    with receiving() as server:
        host, _, port = server.place.partition(":")
        attempts = sent(message(f"mmost://{host}:{port}/3ccdd113474722377935511fc85d3dd4"))
    assert attempts == (Attempt(id="1"),)
    said = json.loads(server.got[0][1])
    assert TEXT in said["text"]


def test_mail():
    with mailbox() as server:
        assert sent(message(f"mailto://{server.place}?from=bot@example.com&to=team@example.com&mode=insecure")) == (
            Attempt(id="1"),
        )
    ((to, raw),) = server.got
    assert len(to) == 1
    assert "team@example.com" in to[0]
    mail = email.message_from_string(raw, policy=email.policy.default)
    assert mail["Subject"] == TITLE
    assert mail.get_body(("plain",)).get_content().split() == TEXT.split()


def test_mail_that_is_refused():
    with mailbox("550 no such user") as server:
        (attempt,) = sent(message(f"mailto://{server.place}?from=bot@example.com&to=x@example.com&mode=insecure"))
    assert attempt.error
    assert server.got == []


def test_nothing_to_send_starts_nothing():
    assert send((), 1, {}) == ()


def test_a_module_of_the_project_does_not_stand_in(tmp_path, monkeypatch):
    (tmp_path / "apprise.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)
    with receiving() as server:
        assert sent(message(f"json://{server.place}")) == (Attempt(id="1"),)
