"""A source of each kind, as an administrator set it up, and a tool that calls it."""

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine

from feedback.answer_sources import fetching, processing, setting_up
from feedback.answer_sources.setting_up import Facts
from feedback.answer_sources.tools import TOOLS
from tests import factories
from tests.feedback.answer_sources import senders
from tests.feedback.answer_sources.calling import Caller


def work(now=factories.NOW) -> int:
    """What the two jobs do. Returns how many answers were taken."""
    return processing.read_due(now=now) + processing.fetch_due(now=now)


@dataclass
class FakeApi:
    """A tool's API: what stands at which path, and what was asked."""

    url: str
    there: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    status: int = 200

    def serve(self, path: str, token: str) -> tuple[int, bytes]:
        self.asked.append(path)
        self.tokens.append(token)
        if self.status != 200:
            return self.status, b"{}"
        found = self.there.get(urlsplit(path).path)
        return (404, b"{}") if found is None else (200, json.dumps(found).encode())

    def has(self, kind: str, number: int = 0, **changes: Any) -> None:
        """Know of the answer of that number, as `senders.payload` tells it."""
        told = {
            "id": f"r-{number}",
            "score": number % 11,
            "comment": "",
            "email": f"eva{number}@customer.example",
            "at": factories.NOW,
            **changes,
        }
        if kind == "hubspot":
            self.there[f"/crm/v3/objects/feedback_submissions/{told['id']}"] = senders.hubspot_submission(told)
        else:
            self.there["/v3/surveys/105724755/details"] = senders.survey_monkey_details()
            path = f"/v3/surveys/105724755/responses/{told['id']}/details"
            self.there[path] = senders.survey_monkey_response(told)


@pytest.fixture
def api(settings):
    """A server on this machine that speaks as the tools' APIs do."""
    made = FakeApi("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = made.serve(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host = f"127.0.0.1:{server.server_address[1]}"
    made.url = f"http://{host}"
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({host})
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    fetching.forget_details()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def tool(db, api):
    """Sets up a source: `tool("typeform")`."""

    def make(kind: str, *, survey: str = "relational", **fields: Any) -> Caller:
        described = TOOLS[kind]
        facts = Facts(
            name=f"Our {kind}",
            survey=factories.survey(survey),
            api_base=described.hosts[0] if described.hosts else "",
            token="token-of-the-api" if described.by_id else "",
        )
        given = senders.secret_for(kind) if described.makes_secret else ""
        source, shown = setting_up.create(
            kind=kind, facts=facts, secret=given, by="ada@loop.example", now=factories.NOW
        )
        made = Caller(source, given or shown)
        mapping = senders.MAPPINGS.get(kind, {})
        made.renew(mapping=mapping, **({"api_base": api.url} if described.by_id else {}), **fields)
        return made

    return make


@pytest.fixture(autouse=True)
def clock():
    """Everything happens at NOW, unless a test says otherwise."""
    with time_machine.travel(factories.NOW, tick=False):
        yield
