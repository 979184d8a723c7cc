"""Which messages to our own people are about themselves: the way in, and whose work they do for a while?"""

from datetime import datetime, timedelta

from django.db.models import Q

from loop.models import Absence, User
from notifications import kinds, outbox

INVITE_FOR = timedelta(days=3)  # later the link would be of no use to whoever reads it


def announce_people(*, now: datetime) -> int:
    """Mail everybody who was invited their way in, and whoever stands in whose work they do. Returns how many are new.

    Safe to repeat: each invitation and each absence is told once.
    """
    return _invite(now) + _tell_stand_ins(now)


def _invite(now: datetime) -> int:
    invited = User.objects.filter(is_active=True, invited_at__gt=now - INVITE_FOR).order_by("pk")
    return sum(
        _enqueue(kinds.PERSON_INVITED.name, f"invited:{user.pk}:{user.invited_at.timestamp():.0f}", user, now)
        for user in invited
        if user.invited_at is not None
    )


def _tell_stand_ins(now: datetime) -> int:
    around = Q(starts_on__lte=(now + timedelta(days=1)).date(), ends_on__gte=(now - timedelta(days=1)).date())
    running = Absence.objects.filter(around, user__stand_in__isnull=False, user__away_until__isnull=False)
    return sum(
        _enqueue(kinds.STAND_IN.name, f"stand-in:{one.pk}:{one.user.stand_in.pk}", one.user.stand_in, now)
        for one in running.select_related("user__stand_in").order_by("pk")
        if one.user.stand_in is not None and one.user.stand_in.is_active and one.ends_on == one.user.away_until
    )


def _enqueue(kind: str, key: str, user: User, now: datetime) -> bool:
    return outbox.enqueue(key=key, kind=kind, to=user.email, user=user, send_after=now, now=now)
