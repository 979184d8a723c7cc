"""What do tests of fetched files get? A server that serves what they say, a folder, and files that are set up."""

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from loop.models import FilePull
from loop.pulls import fetching, following, setting_up
from loop.pulls.setting_up import Facts
from tests import factories
from tests.factories import NOW
from tests.loop.uploading import ANSWERS


@dataclass
class Crm:
    """A system that gives out one file, and notes how it was asked."""

    host: str = ""
    status: int = 200
    body: bytes = ANSWERS.encode()
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    endless: bool = False

    @property
    def url(self) -> str:
        return f"http://{self.host}/exports/answers.csv"


@pytest.fixture
def crm(settings):
    made = Crm()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append({name.lower(): value for name, value in self.headers.items()})
            etag = made.headers.get("ETag")
            same = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if same else made.status)
            for name, value in made.headers.items():
                self.send_header(name, value)
            if not made.endless:
                self.send_header("Content-Length", "0" if same else str(len(made.body)))
            self.end_headers()
            try:
                while made.endless:
                    self.wfile.write(b"x" * 65536)
                if not same:
                    self.wfile.write(made.body)
            except OSError:
                pass  # nobody listens any more

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.host = f"127.0.0.1:{server.server_address[1]}"
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({made.host})
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def drop(tmp_path, settings):
    """The folder files are fetched from; what is imported lies in a folder of this test's as well."""
    settings.LOOP_HOME = tmp_path
    settings.PULL_FOLDER = tmp_path / "pull"
    settings.PULL_FOLDER.mkdir()
    return settings.PULL_FOLDER


def facts(place="address", where="", **more):
    said = {"name": "SuperOffice", "kind": "answers", "survey": factories.survey(), "rhythm": "daily", "hour": 6}
    if more.get("kind") == "customers":
        said["survey"] = None
    return Facts(**{**said, "place": place, ("url" if place == "address" else "path"): where, **more})


def pull_of(actor, place="address", where="", **more) -> FilePull:
    """A file that is fetched, and due now."""
    made = setting_up.create(facts(place, where, **more), actor=actor, now=factories.later(days=-1))
    FilePull.objects.filter(pk=made.pk).update(due_at=NOW)
    return FilePull.objects.get(pk=made.pk)


def fetch(now=NOW):
    """What beat does in a minute."""
    fetching.work(now=now)
    following.follow(now=now)


def ask(pull, now=NOW):
    """What somebody does who presses the button, and what follows."""
    setting_up.ask_now(pull, actor=pull.set_up_by, now=now)
    fetch(now)
    return pull.runs.order_by("-at", "-pk").first()
