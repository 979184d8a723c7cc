"""How soon after a detractor's answer is its alert with the mail server, at fifty answers a second?

With the web, a worker as in production, a broker and a local mail server as processes of their own on the same machine;
then without broker and worker, by the sweep alone. And what does one mail take, against handing over mails that are
written already?
"""

import http.client
import json
import os
import re
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from threading import Lock, Thread
from typing import Any

from django.conf import settings
from django.utils import timezone

from feedback.models import Contact
from loop import api_keys, bell
from loop.management.commands import serve
from notifications import announce, delivery
from notifications.models import Message
from tests import factories
from tests.bench.rows import queries, row
from tests.bench.serving import web
from tests.bench.work import analyze
from tests.factories import NOW
from tests.faults.databases import ROOT
from tests.notifications import smtp_server

A_SECOND = 50
SWEEP_EVERY = 15  # seconds
CLIENTS = 8
PATIENCE = 120.0  # seconds after the last answer
OWNERS = 20
NAMED = re.compile(r"Answer (\d+) of the bench")

_numbers = count(1)


class _Arrivals(list[tuple[str, str]]):
    """What a mail server took, and when."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[int, float] = {}

    def append(self, mail: tuple[str, str]) -> None:
        at, named = time.perf_counter(), NAMED.search(mail[1])
        if named:
            self.at.setdefault(int(named[1]), at)
        super().append(mail)


def rows(*, quick: bool) -> Iterator[dict[str, Any]]:
    north = factories.team("North")
    owners = [factories.user(team=north) for _ in range(OWNERS)]
    yield from _one_mail(owners, 50 if quick else 300)
    answers = A_SECOND * (10 if quick else 60)
    together = CLIENTS + answers
    people = [factories.contact(account=factories.account(owner=owners[n % OWNERS])) for n in range(2 * together)]
    analyze()
    with smtp_server.running() as server:
        with web() as port, _process(serve.worker_arguments(), server.port):
            waits = _warm_then_answered(port, server, people[:together])
        yield from _told(f"{A_SECOND} answers a second, with a broker: answer to mail server", waits, target=5.0)
        with web(broker=False) as port, _process(["manage.py", "sweep", "--every", str(SWEEP_EVERY)], server.port):
            waits = _warm_then_answered(port, server, people[together:])
        yield from _told(f"{A_SECOND} answers a second, by the sweep alone: answer to mail server", waits, target=60.0)


def _told(name: str, waits: list[float], *, target: float) -> Iterator[dict[str, Any]]:
    cuts = statistics.quantiles(waits, n=100)
    yield row(f"{name}, p50", cuts[49], unit="s")
    yield row(f"{name}, p99", cuts[98], unit="s", target=target)


def _warm_then_answered(port: int, server: smtp_server.SmtpServer, people: list[Contact]) -> list[float]:
    """The first few answers wait until every process has loaded what it needs: theirs do not count."""
    _answered(port, server, people[:CLIENTS])
    return _answered(port, server, people[CLIENTS:])


def _answered(port: int, server: smtp_server.SmtpServer, people: list[Contact]) -> list[float]:
    """Post an answer of each of these at its time, and wait for all their mails. Returns what each took, in seconds."""
    arrivals = server.taken = _Arrivals()
    _key, text = api_keys.create(f"bench {next(_numbers)}", ["ingest"], now=NOW)
    heads = {"Authorization": f"Api-Key {text}", "Content-Type": "application/json"}
    sent: dict[int, float] = {}
    waiting, lock, begins = iter(people), Lock(), time.perf_counter() + 3

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            with lock:
                person, number = next(waiting, None), next(_numbers)
                due = begins + len(sent) / A_SECOND
                sent[number] = due
            if person is None:
                del sent[number]
                line.close()
                return
            time.sleep(max(0.0, due - time.perf_counter()))
            said = {"contact": person.external_id, "score": 3, "comment": f"Answer {number} of the bench.",
                    "source": "bench", "external_id": f"d{number}"}  # fmt: skip
            line.request("POST", "/api/v1/responses/", json.dumps(said).encode(), heads)
            answer = line.getresponse()
            assert answer.status == 201, answer.read()
            answer.read()

    threads = [Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ends = time.perf_counter() + PATIENCE
    while len(arrivals.at) < len(sent) and time.perf_counter() < ends:
        time.sleep(0.1)
    assert set(sent) <= set(arrivals.at), f"{len(set(sent) - set(arrivals.at))} alerts never left"
    return [arrivals.at[number] - due for number, due in sent.items()]


@contextmanager
def _process(arguments: list[str], mail_port: int) -> Iterator[None]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "loop.config.settings", "LOOP_SCHEDULER": "thread",
           "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "LOG_LEVEL": "ERROR"}  # fmt: skip
    quiet = subprocess.DEVNULL
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=env, stdout=quiet, stderr=quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _one_mail(owners: list[Any], number: int) -> Iterator[dict[str, Any]]:
    """Statements and processor time of one alert, by one sender; the mail server's own included in both figures."""
    with smtp_server.running() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        _wait_for_delivery(owners, number)
        delivery.deliver_due(now=timezone.now())  # everything is loaded once
        _wait_for_delivery(owners, number)
        statements = queries(lambda: delivery.deliver_due(now=timezone.now())) / number
        _wait_for_delivery(owners, number)
        ours = _cpu_ms(lambda: delivery.deliver_due(now=timezone.now())) / number
        assert Message.objects.exclude(state="sent").count() == 0
        written = server.taken[-1][1].encode()
        bare = _cpu_ms(lambda: _hand_over(server.port, written, number)) / number
    yield row("one alert, delivered in a group: statements", statements, unit="statements", target=5)
    yield row("one alert: processor time, against handing over a written mail", ours, baseline=bare, unit="ms")


def _wait_for_delivery(owners: list[Any], number: int) -> None:
    now = timezone.now()
    with bell.silenced():
        for place in range(number):
            factories.case(3, comment="The invoice was wrong twice.", owner=owners[place % len(owners)], now=now)
    announce.announce_missed(now=now)


def _hand_over(port: int, mail: bytes, number: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line:
        for _ in range(number):
            line.sendmail("loop@localhost", ["anna@loop.example"], mail)


def _cpu_ms(work: Any) -> float:
    began = time.process_time()
    work()
    return (time.process_time() - began) * 1000
