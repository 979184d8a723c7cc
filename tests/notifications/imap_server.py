"""A mailbox on a real socket that speaks as much IMAP as reading bounces needs, and notes what was marked as read."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PASSWORD = "secret"


class Conversation(socketserver.StreamRequestHandler):
    server: "ImapServer"

    def say(self, line: str | bytes) -> None:
        self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, verb, *rest = line.split(" ", 2)
            answer = getattr(self, f"do_{verb.lower()}", None)
            status = answer(" ".join(rest)) if answer else "BAD"
            self.say(f"{tag} {status or 'OK'} done")
            if verb.upper() == "LOGOUT":
                return

    def do_capability(self, _rest: str) -> None:
        self.say("* CAPABILITY IMAP4rev1")

    def do_login(self, rest: str) -> str:
        return "OK" if rest.endswith(f'"{PASSWORD}"') else "NO"

    def do_select(self, rest: str) -> str:
        self.say(f"* {len(self.server.mails)} EXISTS")
        return "OK" if rest.strip('"') == self.server.folder else "NO"

    def do_search(self, _rest: str) -> None:
        unread = [number for number in self.server.mails if number not in self.server.seen]
        self.say(" ".join(["* SEARCH", *map(str, unread)]))

    def do_fetch(self, rest: str) -> str:
        number, what = rest.split(" ", 1)
        asked = re.fullmatch(r"\(BODY\.PEEK\[\]<0\.(\d+)>\)", what)
        if asked is None:
            return "BAD"
        raw = self.server.mails[int(number)][: int(asked[1])]
        self.say(f"* {number} FETCH (BODY[]<0> {{{len(raw)}}}".encode() + b"\r\n" + raw + b")")
        return "OK"

    def do_store(self, rest: str) -> str:
        number, what = rest.split(" ", 1)
        if what not in (r"+FLAGS (\Seen)", r"+FLAGS (\Seen \Flagged)"):
            return "BAD"
        if "Flagged" in what:
            self.server.flagged.append(int(number))
        self.server.seen.append(int(number))
        return "OK"

    def do_logout(self, _rest: str) -> None:
        self.server.left += 1
        self.say("* BYE")


class ImapServer(socketserver.ThreadingTCPServer):
    """Holds mails by number, and which of them were marked as read."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, mails: list[bytes], folder: str) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.mails = dict(enumerate(mails, 1))
        self.folder = folder
        self.seen: list[int] = []
        self.flagged: list[int] = []
        self.left = 0

    def address(self, password: str = PASSWORD) -> str:
        return f"imap://loop:{password}@127.0.0.1:{self.server_address[1]}/{self.folder}"


@contextmanager
def running(mails: list[bytes], folder: str = "INBOX") -> Iterator[ImapServer]:
    with ImapServer(mails, folder) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
