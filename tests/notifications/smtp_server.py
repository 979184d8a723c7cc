"""A mail server on a real socket, for what only a real conversation shows: it takes, refuses, or hangs up."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    """One connection. What the server does to an address is said by the address itself."""

    server: "SmtpServer"

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 test")
        recipient, taken_here = "", 0
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                self.say({"no@": "550 no such mailbox", "la@": "451 come back later"}.get(recipient[:3], "250 ok"))
            elif verb == "DATA":
                self.say("354 go on")
                text = self.read_mail()
                if recipient.startswith("hangs-up@"):
                    return  # perhaps taken, perhaps not: nobody will know
                self.server.taken.append((recipient, text))
                taken_here += 1
                self.say("250 taken")
                if taken_here == self.server.mails_per_connection:
                    return
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def read_mail(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line)
        return "\n".join(lines)


class SmtpServer(socketserver.ThreadingTCPServer):
    """Counts connections and keeps what it took."""

    daemon_threads = True
    mails_per_connection = 0  # no limit

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.connections = 0
        self.taken: list[tuple[str, str]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def running() -> Iterator[SmtpServer]:
    """A server for the time of a `with` block."""
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
