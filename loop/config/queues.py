"""What is waiting to be done, and for how long? One entry for each queue of due rows, in all three packages.

It belongs to the configuration because only that may look at every package.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Min, Q, QuerySet

from feedback.models import ArrivedAnswer, Invitation, Response
from loop.models import Case, CaseEvent, FilePull
from notifications.models import WAITING, Message, MessageState, WebhookDelivery


class Waiting(NamedTuple):
    """How much of one kind of work is due and not done."""

    queue: str
    rows: int
    oldest_seconds: float  # how long the oldest has been due; 0 when nothing is
    is_ours: bool = True  # that it waits is our own fault, and not that of whoever receives it


class DueRows(NamedTuple):
    """Where one kind of due work stands: which rows, and the column that says since when."""

    queue: str
    rows: Callable[[datetime], QuerySet]
    since: str
    is_ours: bool = True


QUEUES = (
    DueRows("answers of survey tools", ArrivedAnswer.objects.due, "try_after"),
    DueRows("answers to triage", lambda _now: Response.objects.filter(triaged_at=None), "received_at"),
    DueRows("holds to end", Case.objects.with_ended_hold, "held_until"),
    DueRows("reminders", Case.objects.with_due_reminder, "remind_at"),
    DueRows("cases for leadership", Case.objects.due_for_leadership, "leadership_at"),
    DueRows("events to announce", lambda _now: CaseEvent.objects.filter(announced_at=None), "at"),
    DueRows("invitations", Invitation.objects.due, "due_at"),
    DueRows("messages", Message.objects.due, "send_after"),
    DueRows("webhooks", WebhookDelivery.objects.due, "send_after", is_ours=False),
    DueRows(
        "files to fetch", lambda now: FilePull.objects.filter(is_active=True, due_at__lte=now), "due_at", is_ours=False
    ),
    DueRows("messages stuck in sending", Message.objects.stuck, "lease_until"),
)


class Left(NamedTuple):
    """What became of the messages of one channel in the last day."""

    channel: str
    sent: int
    waiting: int
    dead: int
    retried: int  # tried more than once, whatever came of it


DAY = timedelta(days=1)


def left(now: datetime) -> list[Left]:
    """What became of the messages of the last day, by channel."""
    made = Message.objects.filter(created_at__gt=now - DAY).order_by("channel").values("channel")
    counted = made.annotate(
        sent=Count("pk", filter=Q(state=MessageState.SENT)),
        waiting=Count("pk", filter=Q(state__in=[*WAITING, MessageState.SENDING])),
        dead=Count("pk", filter=Q(state=MessageState.DEAD)),
        retried=Count("pk", filter=Q(attempts__gt=1)),
    )
    return [Left(*row) for row in counted.values_list("channel", "sent", "waiting", "dead", "retried")]


def waiting(now: datetime) -> list[Waiting]:
    """Return every queue with its number of due rows and the age of the oldest."""
    return [_measure(due, now) for due in QUEUES]


def _measure(due: DueRows, now: datetime) -> Waiting:
    figures = due.rows(now).order_by().aggregate(rows=Count("pk"), oldest=Min(due.since))
    # A clock turned forward (`sweep --now`) leaves rows from the future; they have not waited at all.
    age = (now - figures["oldest"]).total_seconds() if figures["oldest"] else 0.0
    return Waiting(due.queue, figures["rows"], max(age, 0.0), due.is_ours)
