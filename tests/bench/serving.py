"""How is the web measured from outside? gunicorn with two workers, as in production, and clients beside it."""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from django.conf import settings

from loop import embedded
from tests.faults.databases import ROOT

Request = tuple[str, str, bytes | None, dict[str, str]]  # method, path, body, headers


@dataclass(frozen=True)
class Measured:
    """What came of many requests."""

    answers: list[tuple[int, bytes]]
    times: list[float]
    took: float

    @property
    def per_second(self) -> float:
        return len(self.times) / self.took

    def percentile_ms(self, percent: int) -> float:
        return statistics.quantiles(self.times, n=100)[percent - 1] * 1000

    def other_than(self, status: int) -> int:
        return sum(code != status for code, _body in self.answers)


@contextmanager
def web(*, broker: bool = True) -> Iterator[int]:
    """Loop and the bare views on a port of their own, with a broker that nobody takes work from by itself, or none."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = Path(settings.LOOP_HOME)
    valkey = embedded.start_broker(embedded.socket_path(home), home / "broker") if broker else None
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "tests.bench.bare:application", "--bind", f"127.0.0.1:{port}",
         "--workers", "2", "--worker-class", "gthread", "--threads", "4", "--preload", "--no-control-socket",
         "--log-level", "warning", "--keep-alive", "30"],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "loop.config.settings", "BENCH_SERVES": "1", "LOG_LEVEL": "ERROR"},
    )  # fmt: skip
    try:
        _wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=20)
        if valkey is not None:
            valkey.terminate()
            valkey.wait(timeout=10)


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("gunicorn did not come up")


def send_all(port: int, requests: Iterable[Request], *, clients: int = 8) -> Measured:
    """Send every request, so many clients at once, each on a connection it keeps."""
    waiting = list(requests)[::-1]
    answers: list[tuple[int, bytes]] = []
    times: list[float] = []

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while True:
            try:
                method, path, body, headers = waiting.pop()
            except IndexError:
                line.close()
                return
            started = time.perf_counter()
            line.request(method, path, body, headers)
            answer = line.getresponse()
            text = answer.read()
            times.append(time.perf_counter() - started)
            answers.append((answer.status, text))

    threads = [Thread(target=client) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Measured(answers, times, time.perf_counter() - started)


def fair(port: int, ours: Callable[[], Iterable[Request]], bare: Callable[[], Iterable[Request]], *, clients: int = 8):
    """Both measured in turn, twice: the better of each, since other work on the machine only slows."""
    mine = [send_all(port, ours(), clients=clients)]
    theirs = [send_all(port, bare(), clients=clients)]
    mine.append(send_all(port, ours(), clients=clients))
    theirs.append(send_all(port, bare(), clients=clients))
    return max(mine, key=lambda each: each.per_second), max(theirs, key=lambda each: each.per_second)
