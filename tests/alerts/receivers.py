"""Receivers on this machine: one that answers HTTP as it is told, and one that takes mail."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Receiver(ThreadingHTTPServer):
    """`way` says what it does with a request, by its path if that is a key of `ways`."""

    daemon_threads = True

    def __init__(self, way: str = "accept", **ways: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.way, self.ways = way, ways
        self.got: list[tuple[str, str, dict[str, str]]] = []
        self.ending = threading.Event()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.server.got.append((self.path, body, dict(self.headers)))
        way = self.server.ways.get(self.path.strip("/"), self.server.way)
        match way.split(" ", 1):
            case ["hang"]:
                self.server.ending.wait(60)
            case ["reset"]:
                # closed with what is left unsent thrown away: the other side sees a reset
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.wfile = open("/dev/null", "wb")  # noqa: PTH123, SIM115
            case ["later", wait]:
                self._answer(429, {"Retry-After": wait})
            case ["elsewhere", place]:
                self._answer(307, {"Location": place})
            case [code]:
                self._answer(200 if code == "accept" else int(code), {})

    def do_GET(self) -> None:
        self.do_POST()

    def _answer(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": "2", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def receiving(way: str = "accept", **ways: str) -> Iterator[Receiver]:
    with Receiver(way, **ways) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.ending.set()
            server.shutdown()
            thread.join()


class MailBox(socketserver.ThreadingTCPServer):
    """Takes mail over SMTP; `refuses` is what it answers to a recipient in place of 250."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, refuses: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refuses = refuses
        self.got: list[tuple[list[str], str]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Session(socketserver.StreamRequestHandler):
    server: MailBox

    def handle(self) -> None:
        self._say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            if verb == "RCPT" and self.server.refuses:
                self._say(self.server.refuses)
            elif verb == "DATA":
                self._say("354 go on")
                lines = list(iter(lambda: self.rfile.readline().decode(), ".\r\n"))
                self.server.got.append((to, "".join(lines)))
                self._say("250 taken")
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                to += [line] if verb == "RCPT" else []
                self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mailbox(refuses: str = "") -> Iterator[MailBox]:
    with MailBox(refuses) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
