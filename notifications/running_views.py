"""Is everything running? What is due and waits, what failed, what leaves next, when jobs last ran."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from loop.config.schedule import JOBS
from loop.views.health import LONGEST_WAIT, examine
from loop.views.setup import for_managers
from notifications.job_words import JOB_WORDS
from notifications.models import WAITING, Message, MessageState

SHOWN = 20
PATIENCE = 5  # times its interval a job may be away before the page says so

#: What administrators call the queues; `/healthz` keeps their plain names.
QUEUE_WORDS: dict[str, Promise] = {
    "answers of survey tools": _("Answers of survey tools to read"),
    "answers to triage": _("Answers nobody has looked at yet"),
    "holds to end": _("Holds that are over"),
    "reminders": _("Reminders"),
    "cases for leadership": _("Cases to tell leadership of"),
    "events to announce": _("Events to tell of"),
    "invitations": _("Invitations to surveys"),
    "messages": _("Messages to send"),
    "webhooks": _("Webhooks to send"),
    "files to fetch": _("Files to fetch"),
    "messages stuck in sending": _("Messages whose sender stopped"),
}


@dataclass(frozen=True)
class Queue:
    """One kind of work that is due."""

    name: str
    rows: int
    waits: timedelta
    is_late: bool


@dataclass(frozen=True)
class JobRun:
    """When a periodic job last ran to its end; None: never."""

    name: str
    seconds: int
    at: datetime | None
    is_late: bool


@require_safe
@for_managers
def running(request: HttpRequest) -> HttpResponse:
    """The same figures as `/healthz` and `/metrics`, and the messages behind them."""
    now = timezone.now()
    health = examine(now)
    messages = Message.objects.defer("body", "body_html")
    context = {
        "now": now,
        "health": health,
        "queues": [
            Queue(
                str(QUEUE_WORDS.get(queue.queue, queue.queue)),
                queue.rows,
                timedelta(seconds=queue.oldest_seconds),
                queue.oldest_seconds > LONGEST_WAIT,
            )
            for queue in health.queues
        ],
        "jobs": _jobs(health.last_runs, now),
        "dead": messages.filter(state=MessageState.DEAD).order_by("-pk")[:SHOWN],
        "dead_count": messages.filter(state=MessageState.DEAD).count(),
        "next": messages.filter(state__in=WAITING).order_by("send_after", "pk")[:SHOWN],
    }
    return render(request, "notifications/running/running.html", context)


def _jobs(last_runs: dict[str, datetime], now: datetime) -> list[JobRun]:
    """Every periodic job, those that are late first."""
    runs = []
    for job in JOBS:
        task = job.task.rpartition(".")[2]
        at = last_runs.get(task)
        is_late = at is None or now - at > timedelta(seconds=PATIENCE * job.seconds)
        runs.append(JobRun(str(JOB_WORDS.get(task, job.name)), job.seconds, at, is_late))
    return sorted(runs, key=lambda run: (not run.is_late, run.name))
