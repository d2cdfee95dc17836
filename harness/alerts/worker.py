"""The process that sends: a list of messages as JSON on stdin, one line of JSON on stdout for each as it is done.

A process of its own, since Apprise tells no more than that something went wrong: here the answers of receivers are
looked at on their way, nothing is called that may not be, and what hangs is ended with the process.
"""

import json
import logging
import os
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

_AT_ONCE = 8
_GRACE = 2.0
"""Seconds after which it ends by itself when nobody has ended it."""
_writing = threading.Lock()


class _Heard(threading.local):
    """What the thread's present message met on its way."""

    only: str = ""
    status: int = 0
    retry_after: str = ""
    trouble: str = ""


_heard = _Heard()


def main() -> None:
    """Sends all, and ends when the time that the first argument gives is over."""
    end = threading.Timer(float(sys.argv[1]) + _GRACE, os._exit, (1,))
    end.daemon = True
    end.start()
    messages = json.loads(sys.stdin.buffer.read())
    _listen()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for _ in pool.map(_one, messages):
            pass


def _one(message: Mapping[str, str]) -> None:
    _heard.only, _heard.status, _heard.retry_after, _heard.trouble = message["only"], 0, "", ""
    arrived = _notified(message)
    answer: dict[str, Any] = {"id": message["id"], "error": "" if arrived else _reason()}
    if not arrived and (wait := _seconds(_heard.retry_after)) is not None:
        answer["retry_after"] = wait
    with _writing:
        print(json.dumps(answer), flush=True)


def _notified(message: Mapping[str, str]) -> bool:
    from apprise import Apprise, AppriseAsset, NotifyFormat, NotifyType

    # a redirect leads to an address that nobody allowed
    asset = AppriseAsset(app_id="contract-harness", async_mode=False, http_redirects=False, storage_mode="memory")
    plugin = Apprise.instantiate(message["url"], asset=asset, suppress_exceptions=True)
    if plugin is None:
        _heard.trouble = _heard.trouble or "Apprise does not know an address like this"
        return False
    # as it is: no receiver is to make anything of its words
    plugin.notify_format = NotifyFormat.TEXT
    return bool(
        plugin.notify(
            body=message["text"],
            title=message["title"],
            notify_type=NotifyType(message["kind"]),
            body_format=NotifyFormat.TEXT,
        )
    )


def _listen() -> None:
    """Looks at each request and answer, and at what Apprise writes into its log."""
    import requests

    ask = requests.Session.send

    def send(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        place = urlsplit(request.url or "").netloc.rpartition("@")[2].lower()
        if _heard.only and place != _heard.only:
            _heard.trouble = f"{place} may not be called for it"
            raise requests.ConnectionError(_heard.trouble)
        try:
            answer = ask(session, request, **more)
        except (requests.RequestException, OSError) as error:
            _heard.trouble = type(error).__name__
            raise
        _heard.status, _heard.retry_after = answer.status_code, answer.headers.get("Retry-After", "")
        return answer

    requests.Session.send = send

    class Trouble(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            _heard.trouble = _heard.trouble or record.getMessage()

    log = logging.getLogger("apprise")
    log.handlers, log.propagate = [Trouble(logging.WARNING)], False


def _reason() -> str:
    if _heard.status and not 200 <= _heard.status < 300:
        return f"HTTP {_heard.status}"
    return " ".join(_heard.trouble.split())[:200] or "Apprise does not say why"


def _seconds(text: str) -> float | None:
    """What `Retry-After` says: seconds, or a date."""
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


if __name__ == "__main__":
    main()
