"""How are workers killed two hundred times in minutes? A process that has everything loaded forks them, and again.

`python -m tests.prove.nursery WORKERS TICK GUARDS` in a plant. TICK is the seconds between two ticks of a clock that
rings what is due, as beat does; 0: the workers' own schedulers tick, two beats for two workers. GUARDS, separated by
commas, are those taken out. It writes the ids of its workers to `workers.txt` whenever they change.
"""

import contextlib
import os
import signal
import sys
import threading
import time
from pathlib import Path
from uuid import uuid4

import django

django.setup()

from datetime import timedelta  # noqa: E402

from celery.worker.consumer import Consumer  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402

from loop import bell, sweeping, tasks  # noqa: E402
from loop.config.celery import app  # noqa: E402
from loop.embedded import end_with  # noqa: E402
from loop.management.commands import serve  # noqa: E402
from loop.models import CaseEvent  # noqa: E402
from notifications import announce, kinds, outbox  # noqa: E402
from notifications import tasks as telling  # noqa: E402
from notifications.webhooks import outgoing, sending  # noqa: E402

LIST = "workers.txt"


def without_leases() -> None:
    """What a killed worker had claimed is never taken back."""
    sweeping._jobs["release_stuck"] = lambda *, now: 0


def without_sweeps() -> None:
    """Only bells start work: who misses one misses it for good."""
    for name in ("remind", "announce_missed", "open_missed_cases"):
        sweeping._jobs[name] = lambda *, now: 0


def without_reconnecting() -> None:
    """A worker that loses its broker ends."""
    Consumer.on_connection_error_after_connected = lambda self, error: os._exit(1)


def without_keys() -> None:
    """A tick means "tell of the last minute", and no key says what was told."""

    def tell_of_the_last_minute(*, now):
        new = 0
        for event in CaseEvent.objects.filter(at__gt=now - timedelta(minutes=1)).select_related("case__owner"):
            for kind in kinds.for_event(event):
                for user in kind.readers(event, now):
                    outbox.enqueue(
                        key=str(uuid4()), kind=kind.name, to=user.email, user=user, case=event.case, event=event,
                        send_after=now, now=now,
                    )  # fmt: skip
                    new += 1
        return new

    sweeping._jobs["announce_missed"] = tell_of_the_last_minute


def without_thrift() -> None:
    """A task leaves something behind each time."""
    left, told = [], announce.announce_from

    def hoard(event_id, *, now):
        left.append(bytearray(30_000))
        return told(event_id, now=now)

    announce.announce_from = hoard


def without_webhooks_apart() -> None:
    """Webhooks are sent from the queue of alerts, by as many at once as there are ticks, whoever answers or not."""
    app.conf.task_routes = {**app.conf.task_routes, "notifications.tasks.deliver_webhooks": {"queue": "alerts"}}
    sending._running = threading.Semaphore(1000)
    sending.RUN_FOR = float("inf")
    claim = outgoing.claim_next
    outgoing.claim_next = lambda *, resting, now, at: claim(resting=(), now=now, at=at)


def hurry() -> None:
    """Let the workers' schedulers tick every second instead of every 15 to 60."""
    app.conf.beat_schedule = {
        name: {**entry, "schedule": 1, "options": {**entry["options"], "expires": 5}}
        for name, entry in app.conf.beat_schedule.items()
    }


def work(number: int) -> None:
    """Be a worker, as `make run` starts one, until killed."""
    end_with(os.getppid(), signal.SIGKILL)
    bell._Broker.quiet_until = 0.0
    app.conf.beat_schedule_filename = f"{settings.LOOP_HOME}/beat-{os.getpid()}"
    words = serve.worker_arguments()
    words = words[words.index("worker") :]
    words[words.index("--hostname") + 1] = f"worker{number}-{os.getpid()}@plant"
    app.worker_main(["--quiet", "--skip-checks", *words])


def tick() -> None:
    """What the scheduler does at a tick; nobody hears it while the broker is away."""
    for task in (
        tasks.remind,
        telling.announce_missed,
        telling.release_stuck,
        telling.deliver_due,
        telling.deliver_webhooks,
    ):
        with contextlib.suppress(Exception):
            task.apply_async(retry=False, expires=30)


def main(workers: int, every: float, guards: list[str]) -> None:
    for guard in guards:
        {"leases": without_leases, "sweeps": without_sweeps, "reconnecting": without_reconnecting,
         "keys": without_keys, "thrift": without_thrift, "webhooks_apart": without_webhooks_apart}[guard]()  # fmt: skip
    if not every:
        os.environ["LOOP_SCHEDULER"] = "thread"
        hurry()
    ended = "reconnecting" in guards  # then a worker that ended stays away
    alive: dict[int, int] = {}
    last = 0.0
    connections.close_all()
    for number in range(workers):
        alive[_fork(number)] = number
    _write(alive)
    while True:
        child, _status = os.waitpid(-1, os.WNOHANG) if alive else (0, 0)
        if child:
            number = alive.pop(child)
            if not ended:
                alive[_fork(number)] = number
            _write(alive)
        elif every and time.monotonic() - last > every:
            tick()
            last = time.monotonic()
        else:
            time.sleep(0.01)


def _fork(number: int) -> int:
    child = os.fork()
    if child == 0:
        try:
            work(number)
        finally:
            os._exit(1)
    return child


def _write(alive: dict[int, int]) -> None:
    path = Path(settings.LOOP_HOME) / LIST
    path.with_suffix(".new").write_text(" ".join(map(str, alive)))
    path.with_suffix(".new").rename(path)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), [word for word in sys.argv[3].split(",") if word])
