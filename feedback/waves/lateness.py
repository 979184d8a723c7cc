"""What becomes of a wave's mails whose time went by while nothing ran? They get a new one, at the same calm pace.

Otherwise the end of an outage would send them all at once, on whatever day that is. What a pause held back is given its
new times when the wave goes on; see `scheduling`.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from feedback import asking_hours, contact_zones, sampling, sending_times
from feedback.models import Invitation, Wave
from feedback.models.invitation import InvitationQuerySet
from feedback.models.wave import WaveState

from .scheduling import CHUNK, put_off, ramp_of
from .steps import locked

logger = logging.getLogger(__name__)

LEAVES_ALL_THE_SAME = timedelta(hours=1)  # so late: a sweep may run but once an hour

Body = Callable[[Wave, InvitationQuerySet, datetime], int]


def is_late(invitation: Invitation, *, now: datetime) -> bool:
    """Whether a mail of a wave has missed its time by so much that it waits for another."""
    if invitation.wave_id is None or invitation.sent_at is not None or asking_hours.clock_is_played():
        return False
    return invitation.due_at < now - LEAVES_ALL_THE_SAME


def put_off_mails(due: InvitationQuerySet, *, now: datetime) -> int:
    """Give those of the due invitations that are late new times. Returns how many. Safe to repeat."""
    return _by_wave(due.filter(due_at__lt=now - LEAVES_ALL_THE_SAME), _mails, now)


def put_off_reminders(due: InvitationQuerySet, *, now: datetime) -> int:
    """The same for reminders; one whose link would have run out by then is dropped."""
    return _by_wave(due.filter(remind_at__lt=now - LEAVES_ALL_THE_SAME), _reminders, now)


def _by_wave(late: InvitationQuerySet, body: Body, now: datetime) -> int:
    if asking_hours.clock_is_played():
        return 0
    moved = 0
    of_waves = late.filter(wave__isnull=False)
    for wave_id in list(of_waves.order_by("wave").values_list("wave", flat=True).distinct()):
        try:
            with transaction.atomic():
                wave = locked(Wave(pk=wave_id))
                if wave.state == WaveState.SENDING:
                    moved += body(wave, of_waves.filter(wave=wave), now)
        except Exception:  # one wave that finds no time must not hold back the others
            logger.exception("late mails of wave %s could not be given new times", wave_id)
    return moved


def _mails(wave: Wave, late: InvitationQuerySet, now: datetime) -> int:
    ramp, moved = ramp_of(wave, now), 0
    while chunk := list(late.select_related("contact__account").order_by("due_at", "pk")[:CHUNK]):
        put_off(chunk, wave, ramp)
        moved += len(chunk)
    return moved


def _reminders(wave: Wave, late: InvitationQuerySet, now: datetime) -> int:
    planned = Invitation.objects.filter(Q(remind_at__gte=now), wave=wave, reminded_at=None, cancelled_at=None)
    ramp = sending_times.Ramp(
        now,
        wave.per_hour,
        frozenset(sampling.rules().closed_months),
        planned.values_list("remind_at", flat=True).iterator(),  # type: ignore[arg-type]
    )
    moved = 0
    while chunk := list(late.select_related("contact__account").order_by("remind_at", "pk")[:CHUNK]):
        for invitation in chunk:
            again = ramp.next_for(*contact_zones.whereabouts_of(invitation.contact))
            invitation.remind_at = again if again < invitation.expires_at else None
        Invitation.objects.bulk_update(chunk, ["remind_at"], batch_size=500)
        moved += len(chunk)
    return moved
