"""Which steps can be taken with a wave: approved, paused, resumed, closed?"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django_fsm import TransitionNotAllowed

from feedback import sampling, sending_times
from feedback.models import Invitation, Wave, WaveMember, WaveTurn
from feedback.models.wave import WaveState
from feedback.signals import wave_approved

from .refusals import WaveStepNotAllowed

logger = logging.getLogger(__name__)


def locked(wave: Wave) -> Wave:
    """The wave as it is now, its row held until the end of the transaction."""
    return Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=wave.pk)


def move(wave: Wave, transition: str) -> None:
    """Take a transition; the caller saves the wave.

    Raises:
        WaveStepNotAllowed: its state forbids it.
    """
    try:
        getattr(wave, transition)()
    except TransitionNotAllowed:
        raise WaveStepNotAllowed(_("The wave is %(state)s.") % {"state": WaveState(wave.state).label}) from None


def approve(wave: Wave, *, by: str, now: datetime) -> Wave:
    """Let the wave leave. `by` says who approved it.

    Owners of accounts are told now, and a whole working day passes before the first mail leaves: `starts_on` is moved
    there when it is earlier.

    Raises:
        WaveStepNotAllowed: it is not planned, nobody is asked in it, or no mail may ever leave.
    """
    zone = sending_times.known_zone("", settings.TIME_ZONE)
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "approve")
        if not WaveMember.objects.filter(wave=wave, asked=True).exists():
            raise WaveStepNotAllowed(_("Nobody is asked in this wave."))
        try:
            sending_times.next_morning(now, zone, "", frozenset(sampling.rules().closed_months))
        except sending_times.NoSendingTime as error:
            raise WaveStepNotAllowed(_("With every month closed no wave could ever leave.")) from error
        wave.starts_on = max(wave.starts_on, sending_times.after_a_working_day(now, zone))
        wave.approved_at, wave.approved_by = now, by[:254]
        wave.save(update_fields=["state", "starts_on", "approved_at", "approved_by"])
        wave_approved.send(sender=Wave, wave=wave, now=now)
    return wave


def announced(wave: Wave, *, now: datetime) -> None:
    """Note that the owners of accounts were told. The first time stands; before it no mail leaves."""
    Wave.objects.filter(pk=wave.pk, announced_at=None).update(announced_at=now)


def discard(wave: Wave) -> None:
    """Throw a wave away that nobody approved, with what was decided about contacts. Raises WaveStepNotAllowed."""
    with transaction.atomic():
        wave = locked(wave)
        if wave.state not in (WaveState.DRAFT, WaveState.PLANNED):
            words = _("The wave is %(state)s: it stays on record.")
            raise WaveStepNotAllowed(words % {"state": WaveState(wave.state).label})
        WaveTurn.objects.filter(wave=wave).update(skipped=WaveTurn.THROWN_AWAY)
        wave.delete()


def pause(wave: Wave) -> Wave:
    """Hold back what has not left, reminders too. Raises WaveStepNotAllowed."""
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "pause")
        wave.save(update_fields=["state"])
    return wave


def resume(wave: Wave) -> Wave:
    """Let the rest leave. What should have left meanwhile is given new times. Raises WaveStepNotAllowed."""
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "resume")
        wave.scheduled_at = None
        wave.save(update_fields=["state", "scheduled_at"])
    return wave


def close(wave: Wave, *, now: datetime) -> Wave:
    """End the wave: what has not left never will, and nobody is reminded. Answers still come in until links expire.

    Raises:
        WaveStepNotAllowed: it is not sending or paused.
    """
    with transaction.atomic():
        wave = locked(wave)
        move(wave, "close")
        wave.closed_at = now
        wave.save(update_fields=["state", "closed_at"])
        waiting = Invitation.objects.filter(wave=wave, sent_at=None, cancelled_at=None)
        waiting.update(cancelled_at=now, cancel_reason="wave_closed")
    return wave


def close_finished(*, now: datetime) -> int:
    """Close the waves whose last link has run out, paused or not; part of each sweep. Returns how many."""
    unexpired = Invitation.objects.filter(wave=OuterRef("pk"), expires_at__gte=now)
    sent_to_all = Q(state=WaveState.SENDING, scheduled_at__isnull=False)
    finished = Wave.objects.filter(~Exists(unexpired), sent_to_all | Q(state=WaveState.PAUSED)).order_by("pk")
    closed = 0
    for wave in finished:
        if wave.state == WaveState.PAUSED and now.date() <= wave.starts_on + timedelta(days=wave.open_days):
            continue  # paused before anybody had a time
        try:
            close(wave, now=now)
            closed += 1
        except WaveStepNotAllowed:
            continue  # somebody was faster
        except Exception:  # one wave that cannot be closed must not hold back the others
            logger.exception("wave %s could not be closed", wave.pk)
    return closed
