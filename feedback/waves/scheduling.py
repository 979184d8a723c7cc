"""When is each member of an approved wave invited? At a calm pace, each in a morning of theirs, everybody once.

Each chunk is a transaction that holds the wave's row, so schedulers that run at once take turns; one that finds that
another has been at work looks again at which times are taken.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from feedback import contact_zones, sampling, sending_times, tokens
from feedback.models import Invitation, Wave, WaveMember
from feedback.models.invitation import InvitationQuerySet
from feedback.models.wave import WaveState
from feedback.signals import wave_scheduled

from .inserting import insert
from .steps import locked

logger = logging.getLogger(__name__)

CHUNK = 2_000  # invitations per transaction

# A contact, their time zone, their telephone, the country of their account, their draw.
Recipient = tuple[int, str, str, str | None, float]


def schedule(wave: Wave, *, now: datetime) -> int:
    """Invite the members that are asked, each at their sending time. Again after an interruption, it goes on.

    Invitations whose time went by, while the wave was paused or before all were scheduled, get a new one.

    Returns:
        How many invitations are new.
    """
    ramp: sending_times.Ramp | None = None
    known, reached, new, may_be_late = -1, 0.0, 0, True
    while True:
        with transaction.atomic():
            wave = locked(wave)
            if wave.state != WaveState.SENDING or wave.scheduled_at is not None:
                return new
            stored = Invitation.objects.filter(wave=wave).count()
            if ramp is None or stored != known:
                ramp, known = ramp_of(wave, now), stored
            if may_be_late and (late := list(_late(wave, now)[:CHUNK])):
                put_off(late, wave, ramp)
                continue
            may_be_late = False
            if recipients := list(_uninvited(wave, reached)[:CHUNK]):
                _invite(wave, recipients, ramp, now)
                known, reached, new = known + len(recipients), recipients[-1][-1], new + len(recipients)
            else:
                wave.scheduled_at = now
                wave.save(update_fields=["scheduled_at"])
                wave_scheduled.send(sender=Wave, wave=wave, now=now)
                return new


def schedule_approved(*, now: datetime) -> int:
    """Invite the members of every approved wave; part of each sweep. Returns how many invitations are new."""
    new = 0
    for wave in Wave.objects.filter(state=WaveState.SENDING, scheduled_at=None).order_by("pk"):
        try:
            new += schedule(wave, now=now)
        except Exception:  # one wave that cannot be scheduled must not hold back the others
            logger.exception("wave %s could not be scheduled", wave.pk)
    return new


def first_day(wave: Wave, closed_months: frozenset[int] | None = None) -> date:
    """The first day on which a mail of it may leave where the company is: not the day that was wished, if offices are
    closed then.

    Args:
        closed_months: those of the programme's rules, for who asks about many waves.
    """
    if closed_months is None:
        closed_months = frozenset(sampling.rules().closed_months)
    zone = sending_times.known_zone("", settings.TIME_ZONE)
    wished = datetime.combine(wave.starts_on, time.min, tzinfo=zone)
    try:
        morning = sending_times.next_morning(wished, zone, "", closed_months)
    except sending_times.NoSendingTime:  # every month is closed; approving says so
        return wave.starts_on
    return morning.astimezone(zone).date()


def ramp_of(wave: Wave, now: datetime) -> sending_times.Ramp:
    """What hands out the times of a wave that are still free."""
    zone = sending_times.known_zone("", settings.TIME_ZONE)
    start = max(datetime.combine(wave.starts_on, time.min, tzinfo=zone).astimezone(UTC), now)
    given = _waiting(wave).filter(due_at__gte=start).values_list("due_at", flat=True)
    closed_months = frozenset(sampling.rules().closed_months)
    return sending_times.Ramp(start, wave.per_hour, closed_months, given.iterator())


def _waiting(wave: Wave) -> InvitationQuerySet:
    return Invitation.objects.filter(wave=wave, sent_at=None, cancelled_at=None)


def _late(wave: Wave, now: datetime) -> InvitationQuerySet:
    return _waiting(wave).filter(due_at__lt=now).select_related("contact__account").order_by("due_at", "pk")


def _uninvited(wave: Wave, reached: float) -> QuerySet[WaveMember, Recipient]:
    """The members to invite, in the order of their draw, so that no group waits for another to be through."""
    invited = Invitation.objects.filter(wave=wave, contact=OuterRef("contact"))
    members = WaveMember.objects.filter(~Exists(invited), wave=wave, asked=True, draw__gte=reached)
    return members.order_by("draw").values_list(
        "contact_id", "contact__time_zone", "contact__phone", "contact__account__country", "draw"
    )


def put_off(late: Sequence[Invitation], wave: Wave, ramp: sending_times.Ramp) -> None:
    """Give invitations that have not left new times; their links live as long as if those were the first."""
    for invitation in late:
        invitation.due_at = ramp.next_for(*contact_zones.whereabouts_of(invitation.contact))
        invitation.expires_at = invitation.due_at + timedelta(days=wave.open_days)
    Invitation.objects.bulk_update(late, ["due_at", "expires_at"], batch_size=500)


def _invite(wave: Wave, recipients: Sequence[Recipient], ramp: sending_times.Ramp, now: datetime) -> None:
    # The constraint keeps everybody to one invitation even where row locks do not.
    insert(
        Invitation,
        shared={"survey_id": wave.survey_id, "wave_id": wave.pk, "channel": wave.channel, "created_at": now},
        varying=("contact_id", "due_at", "expires_at", "public_id", "token_hash"),
        rows=_invitations(recipients, ramp, timedelta(days=wave.open_days)),
    )


def _invitations(
    recipients: Sequence[Recipient], ramp: sending_times.Ramp, open_for: timedelta
) -> Iterator[tuple[int, datetime, datetime, UUID, str]]:
    for contact_id, time_zone, phone, country, _draw in recipients:
        due_at = ramp.next_for(*contact_zones.whereabouts(time_zone, phone, country or ""))
        public_id = uuid4()
        yield contact_id, due_at, due_at + open_for, public_id, tokens.fingerprint(tokens.derive("answer", public_id))
