"""Which parts of telling people does Celery start? Each body is one domain call; see `loop.config.schedule`."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from loop import bell, sweeping
from notifications import announce as announcing


@shared_task
def announce(*, event_id: int, **kwargs: Any) -> None:
    """Put the messages of an event, and of those that wait behind it, into the outbox, and have them delivered."""
    if announcing.announce_from(event_id, now=timezone.now()):
        bell.ring(deliver_due)


@shared_task
def announce_missed(**kwargs: Any) -> None:
    """Announce the events whose own task was lost."""
    if _run("announce_missed"):
        bell.ring(deliver_due)


@shared_task
def announce_people(**kwargs: Any) -> None:
    """Mail invited people their way in, and whoever stands in whose work they do."""
    if _run("announce_people"):
        bell.ring(deliver_due)


@shared_task
def announce_waves(**kwargs: Any) -> None:
    """Tell owners of the waves nobody told them of."""
    if _run("announce_waves"):
        bell.ring(deliver_due)


@shared_task
def announce_waiting_waves(**kwargs: Any) -> None:
    """Tell whoever runs the programme that waves which came again wait for them."""
    if _run("announce_waiting_waves"):
        bell.ring(deliver_due)


@shared_task
def announce_troubled_pulls(**kwargs: Any) -> None:
    """Tell administrators of the files that are fetched by the clock and do not come in."""
    if _run("announce_troubled_pulls"):
        bell.ring(deliver_due)


@shared_task
def read_bounces(**kwargs: Any) -> None:
    """Take what came back to the mailbox for it."""
    _run("read_bounces")


@shared_task
def announce_bounces(**kwargs: Any) -> None:
    """Tell whoever looks after a customer that our mail does not reach them."""
    if _run("announce_bounces"):
        bell.ring(deliver_due)


@shared_task
def enqueue_invitations(**kwargs: Any) -> None:
    """Put the surveys that are due into the outbox."""
    if _run("enqueue_invitations"):
        bell.ring(deliver_due)


@shared_task
def enqueue_reminders(**kwargs: Any) -> None:
    """Put the reminders that are due into the outbox."""
    if _run("enqueue_reminders"):
        bell.ring(deliver_due)


@shared_task
def enqueue_thanks(**kwargs: Any) -> None:
    """Put the thanks that are due into the outbox."""
    if _run("enqueue_thanks"):
        bell.ring(deliver_due)


@shared_task
def enqueue_digests(**kwargs: Any) -> None:
    """Put the morning mails that are due into the outbox."""
    if _run("enqueue_digests"):
        bell.ring(deliver_due)


@shared_task
def enqueue_weekly(**kwargs: Any) -> None:
    """Put the weekly mails that are due into the outbox."""
    if _run("enqueue_weekly"):
        bell.ring(deliver_due)


@shared_task
def enqueue_reports(**kwargs: Any) -> None:
    """Put the reports that are due into the outbox."""
    if _run("enqueue_reports"):
        bell.ring(deliver_due)


@shared_task
def deliver_due(**kwargs: Any) -> None:
    """Send the messages that are due."""
    _run("deliver_due")


@shared_task
def release_stuck(**kwargs: Any) -> None:
    """Take back messages whose sender died."""
    _run("release_stuck")


@shared_task
def deliver_webhooks(**kwargs: Any) -> None:
    """Tell other systems what they are due to be told."""
    _run("deliver_webhooks")


@shared_task
def release_webhooks(**kwargs: Any) -> None:
    """Take back webhooks whose sender died."""
    _run("release_webhooks")


@shared_task
def delete_old(**kwargs: Any) -> None:
    """Delete messages nobody needs to look up any more."""
    _run("delete_old")


def _run(job: str) -> int:
    return sweeping.run(job, now=timezone.now())
