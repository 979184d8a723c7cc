"""A system on this machine that is told by webhooks; it checks each signature with the official library."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError


class Receiver(ThreadingHTTPServer):
    """`status` is its answer to what comes, `slowly` the seconds before each byte of it; `told` is what came in."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.location, self.slowly, self.body = 204, "", 0.0, b""
        self.secrets: list[str] = []
        self.told: list[dict[str, Any]] = []
        self.forged = 0

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/loop?key=1"


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        server, body = self.server, self.rfile.read(int(self.headers["Content-Length"]))
        headers = dict(self.headers.items())
        for secret in server.secrets:
            try:
                Webhook(secret).verify(body, headers)
            except WebhookVerificationError:
                server.forged += 1
        server.told.append(
            {"id": headers["webhook-id"], "host": headers["Host"], "path": self.path, **json.loads(body)}
        )
        try:
            self._answer(server)
        except OSError:
            """Whoever asked has hung up."""

    def _answer(self, server: Receiver) -> None:
        if server.slowly:
            for letter in b"HTTP/1.1 200 OK\r\n" * 100:
                time.sleep(server.slowly)
                self.wfile.write(bytes([letter]))
        self.send_response(server.status)
        if server.location:
            self.send_header("Location", server.location)
        self.send_header("Content-Length", str(len(server.body)))
        self.end_headers()
        self.wfile.write(server.body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def running() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        thread.join()
        receiver.server_close()
