"""Is the product well? `/healthz` for probes and people, `/metrics` for Prometheus: the same figures.

A broker that is away alone does not make it ill: answers are stored, pages work, and `manage.py sweep` does what is
due. If nobody sweeps, something due waits too long, and that does.
"""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from loop.config.celery import broker_answers
from loop.config.queues import Left, Waiting, left, waiting
from loop.models import SweepRun

LONGEST_WAIT = 180.0  # seconds; the slowest job that looks for due rows runs every 60


@dataclass
class Health:
    """What was found; `reason` is empty when all is well."""

    reason: str = ""
    database: bool = True
    broker: bool = True
    queues: list[Waiting] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    last_runs: dict[str, datetime] = field(default_factory=dict)


def examine(now: datetime) -> Health:
    """Look at the database, the broker and every queue of due rows."""
    health = Health(broker=broker_answers())
    try:
        health.queues = waiting(now)
        health.left = left(now)
        health.last_runs = dict(SweepRun.objects.order_by("job").values_list("job", "finished_at"))
    except (DatabaseError, InterfaceError) as error:
        health.database = False
        # The first line alone: drivers add addresses and hints for their own users.
        health.reason = f"database away: {type(error).__name__}"
        return health
    late = [queue for queue in health.queues if queue.is_ours and queue.oldest_seconds > LONGEST_WAIT]
    health.reason = "; ".join(f"{queue.queue}: due for {queue.oldest_seconds:.0f} s" for queue in late)
    return health


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when well, 503 with the reason when the database is away or due work waits over three minutes."""
    health = examine(timezone.now())
    return JsonResponse(
        {
            "status": "ill" if health.reason else "well",
            "reason": health.reason,
            "version": settings.VERSION,
            "database": "ok" if health.database else "away",
            "broker": "ok" if health.broker else "away",
            "waiting": {
                queue.queue: {"rows": queue.rows, "oldest_seconds": round(queue.oldest_seconds)}
                for queue in health.queues
            },
            "last_runs": health.last_runs,
        },
        status=503 if health.reason else 200,
    )


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer in the text format of Prometheus; a database that is away is a figure, not an error."""
    health = examine(timezone.now())
    families: list[tuple[str, str, list[tuple[str, float]]]] = [
        ("loop_up", "1 when /healthz says 200", [("", int(not health.reason))]),
        ("loop_database_up", "1 when the database answers", [("", int(health.database))]),
        ("loop_broker_up", "1 when the broker answers", [("", int(health.broker))]),
        (
            "loop_waiting_rows",
            "rows that are due and not done",
            [(f'{{queue="{queue.queue}"}}', queue.rows) for queue in health.queues],
        ),
        (
            "loop_waiting_oldest_seconds",
            "how long the oldest of them has been due",
            [(f'{{queue="{queue.queue}"}}', round(queue.oldest_seconds, 3)) for queue in health.queues],
        ),
        (
            "loop_messages_of_the_last_day",
            "messages made in the last 24 hours, by what became of them; retried ones were tried more than once",
            [
                (f'{{channel="{of.channel}",became="{became}"}}', getattr(of, became))
                for of in health.left
                for became in ("sent", "waiting", "dead", "retried")
            ],
        ),
        (
            "loop_job_last_finished_timestamp_seconds",
            "when each periodic job last ran to its end",
            [(f'{{job="{job}"}}', at.timestamp()) for job, at in health.last_runs.items()],
        ),
    ]
    lines = []
    for name, meaning, samples in families:
        lines += [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
        lines += [f"{name}{labels} {value}" for labels, value in samples]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")
