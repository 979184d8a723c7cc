"""Do webhooks hold nothing up, and does none of them reach inside?"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from unittest import mock

import requests
from django.conf import settings
from django.utils import timezone

from loop.outside import asking, public_addresses
from notifications import chat_services
from notifications.channels.base import Envelope, SendFailed
from notifications.channels.chat import ChatChannel
from notifications.models import WebhookEndpoint
from notifications.webhooks import endpoints, outgoing, sending
from tests.faults.plant import MESSAGES, ROOT
from tests.prove.inside import patched, silence
from tests.prove.proofs import SQLITE, Outcome, Run, proof
from tests.prove.targets import Network, chat_targets, targets
from tests.prove.workers import raise_workers, wait_until

ALERTS = 4
IN_TIME = 60.0  # seconds from an answer to its alert


@contextmanager
def tarpit() -> Iterator[str]:
    """A receiver that takes every connection and never answers. Its host and port."""
    with socket.create_server(("127.0.0.1", 0), backlog=1000) as listening:
        listening.settimeout(0.2)
        kept, is_open = [], True

        def take() -> None:
            while is_open:
                with contextlib.suppress(TimeoutError, OSError):
                    kept.append(listening.accept()[0])

        taking = Thread(target=take, daemon=True)
        taking.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            is_open = False
            taking.join()
            for each in kept:
                each.close()


@proof(
    "R8",
    "webhooks to a receiver that never answers",
    must="every alert leaves within 60 s",
    guard="the queue of their own, one run at a time, and the rest of who does not answer",
    full=500,
    quick=100,
    off=100,
    heavy=True,
)
def slow_receiver(run: Run) -> Outcome:
    """So many webhooks due, one worker as `make run` has it; then answers of unhappy customers, one after the other."""
    told = 0
    with tarpit() as host, run.plant() as plant:
        os.environ["WEBHOOK_HOSTS_INSIDE"] = host  # of the plant, whose environment is this one and more
        plant.inside("webhooks_due", f"http://{host}/", str(run.count))
        plant.start_broker()
        raise_workers(plant, 1, tick=0.5, without="" if run.guarded else "webhooks_apart")
        wait_until(plant, 1, "notifications_webhookdelivery", "attempts > 0", seconds=60)
        time.sleep(15 if run.guarded else 5)  # until it is as bad as it gets
        for number in range(ALERTS if run.guarded else 1):
            argv = [sys.executable, "-m", "tests.faults.inside", "answers", "1"]
            subprocess.run(argv, cwd=ROOT, env=plant.env, check=True, capture_output=True)
            took = wait_until(plant, number + 1, MESSAGES, "kind = 'case_assigned' AND state = 'sent'", seconds=IN_TIME)
            told += took < IN_TIME
            time.sleep(3)
        tried = plant.count("notifications_webhookdelivery", "attempts > 0")
        slowest = plant.inside("slowest_alert")
    asked = ALERTS if run.guarded else 1
    return Outcome(
        f"{run.count} webhooks to a tarpit, {tried} of them tried by then, {asked} alerts",
        f"in time {told} of {asked}" + (f", the slowest after {slowest:.1f} s" if slowest is not None else ""),
        asked - told + int(slowest is not None and slowest >= IN_TIME),
    )


class _Redirector(BaseHTTPRequestHandler):
    """Sends whoever comes to the address behind `?to=`, with the status in the path."""

    def do_POST(self) -> None:
        path, _mark, to = self.path.partition("?to=")
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(int(path.strip("/")))
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - what a redirect by 302 becomes

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@proof(
    "A3",
    "webhooks and chats to addresses inside",
    must="0 connections at the canary",
    guard="the look at where a name leads: the words of the address are checked, then it is fetched",
    full=1,
    quick=1,
    off=1,
    databases=(SQLITE,),
)
def inside_addresses(run: Run) -> Outcome:
    """Every target, so many times: at the door, past the door, and as the address of a chat."""
    silence()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Redirector)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    redirector = f"127.0.0.1:{server.server_address[1]}"
    settings.WEBHOOK_HOSTS_INSIDE = frozenset({redirector})
    refused = tried = 0
    with (
        Network() as network,
        patched(asking, "PORTS", asking.PORTS | {network.port}),
        mock.patch.object(socket, "getaddrinfo", network.getaddrinfo),
    ):
        found = targets(network.port, redirector)
        for _time in range(run.count):
            for url in found:
                network.forget()
                refused += _at_the_door(url)
                if run.guarded:
                    _past_the_door(url)
                else:
                    _checked_then_fetched(url)
                tried += 1
            for address in chat_targets(network.port) if run.guarded else ():
                network.forget()
                _as_a_chat(address)
                tried += 1
        time.sleep(0.2)  # what connects last is counted as well
    server.shutdown()
    return Outcome(
        f"{tried} targets, {sum('rebind' in url for url in found)} names that flip, "
        f"{sum(redirector in url for url in found)} redirects",
        f"connections at the canary {network.connections}; refused when typed in {refused} of {len(found)}",
        network.connections + int(len(found) < 80),
    )


def _at_the_door(url: str) -> bool:
    """Whether the page and the API refuse it outright; a name is only looked up when something leaves."""
    try:
        made, _secret = endpoints.create(url=url, name="Inside", types=["case.opened"], actor=None, now=timezone.now())
    except endpoints.EndpointRefused:
        return True
    made.delete()
    return False


def _past_the_door(url: str) -> None:
    """As if it had got into the table: a delivery is due for it."""
    made, _secret = endpoints.create(
        url="https://hooks.example.com/", name="Inside", types=["case.opened"], actor=None, now=timezone.now()
    )
    WebhookEndpoint.objects.filter(pk=made.pk).update(url=url)
    outgoing.tell_test(made, now=timezone.now())
    sending.deliver_due(now=timezone.now())
    made.delete()


def _as_a_chat(address: str) -> None:
    with contextlib.suppress(SendFailed, chat_services.ChatRefused):
        ChatChannel().send(
            Envelope(to="", subject="", text="Hello", html="", language="en", message_id="1", secret=address)
        )


def _checked_then_fetched(url: str) -> None:
    """What most programs do: look at the words of the address, resolve it, and then let a library fetch it."""
    try:
        parts = requests.utils.urlparse(url)
        public_addresses.resolve(parts.hostname or "", parts.port or 443)
    except (ValueError, OSError):
        return
    with contextlib.suppress(requests.RequestException, ValueError, UnicodeError):
        requests.post(url, data=b"{}", timeout=0.5, verify=False)
