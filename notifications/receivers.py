"""What does this package do when something happened to a case or a wave, and what of its work is in every sweep?"""

import logging
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from feedback.models import Wave
from feedback.signals import wave_scheduled
from loop import bell, sweeping
from loop.signals import case_event_recorded, case_events_recorded
from notifications import (
    announce,
    delivery,
    digests,
    erasing,
    file_pulls,
    notices,
    outbox,
    programme,
    subscriptions,
    tasks,
    thanks_mails,
    weekly,
)
from notifications.inbound import mailbox
from notifications.people import announce_people
from notifications.webhooks import outgoing, sending

logger = logging.getLogger(__name__)


@receiver(case_event_recorded, dispatch_uid="notifications-announce")
def tell(event_id: int, **kwargs: Any) -> None:
    """Have the event announced soon; the sweep announces it if this bell is not heard."""
    bell.ring(tasks.announce, event_id=event_id)


@receiver(case_events_recorded, dispatch_uid="notifications-announce-many")
def tell_all(**kwargs: Any) -> None:
    """Have all that nobody was told of announced soon, in one task."""
    bell.ring(tasks.announce_missed)


@receiver(wave_scheduled, dispatch_uid="notifications-announce-wave")
def tell_owners(sender: type[Wave], wave: Wave, now: datetime, **kwargs: Any) -> None:
    """Announce the wave in a savepoint of the transaction that scheduled it; the sweep does what fails here."""
    try:
        with transaction.atomic():
            announce.announce_wave(wave.pk, now=now)
    except Exception:  # everybody has a time; that must not be rolled back
        logger.exception("wave %s was scheduled without telling anybody", wave.pk)
    bell.ring(tasks.deliver_due)


def _delete_old(*, now: datetime) -> int:
    """Messages and webhooks that nobody needs to look up any more."""
    return outbox.delete_old(now=now) + notices.delete_old(before=now - outbox.KEEP) + outgoing.delete_old(now=now)


# In this order one sweep takes a fact all the way to the reader.
sweeping.register("announce_missed", announce.announce_missed)
sweeping.register("announce_people", announce_people)
sweeping.register("announce_waves", announce.announce_waves)
sweeping.register("announce_waiting_waves", programme.announce_waiting)
sweeping.register("announce_troubled_pulls", file_pulls.announce_troubles)
sweeping.register("read_bounces", mailbox.read_new)
sweeping.register("announce_bounces", announce.announce_bounces)
sweeping.register("enqueue_invitations", announce.enqueue_invitations)
sweeping.register("enqueue_reminders", announce.enqueue_reminders)
sweeping.register("enqueue_thanks", thanks_mails.enqueue)
sweeping.register("enqueue_digests", digests.enqueue)
sweeping.register("enqueue_weekly", weekly.enqueue)
sweeping.register("enqueue_reports", subscriptions.enqueue)
sweeping.register("release_stuck", outbox.release_stuck, about_processes=True)
sweeping.register("deliver_due", delivery.deliver_due)
sweeping.register("release_webhooks", outgoing.release_stuck, about_processes=True)
sweeping.register("deliver_webhooks", sending.deliver_due)
sweeping.register("delete_old", _delete_old)

erasing.register()
notices.register()
