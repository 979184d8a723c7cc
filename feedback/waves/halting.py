"""When does a sending stop by itself? When so much of it comes back, or so many complain, that the rest does harm.

More than 5 % returned or 0.3 % complaints, once enough was tried to tell: then the wave is paused, as a person would
pause it, and says why. Once somebody lets it go on, only what comes back after that counts.
"""

from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from feedback.models import Bounce, Invitation, Suppression, Wave
from feedback.models.wave import WaveState

from .steps import locked, move

ENOUGH_SENT = 20
MOST_RETURNED = Fraction(5, 100)
MOST_COMPLAINTS = Fraction(3, 1000)
ENOUGH_COMPLAINTS = 2  # one reader's slip stops nobody
RETURNED, COMPLAINED = "returned", "complained"


def look(wave_id: int, *, now: datetime) -> bool:
    """Pause a wave of which too much came back. Returns whether this did so. Safe to repeat."""
    if not Wave.objects.filter(pk=wave_id, state=WaveState.SENDING).exists():
        return False
    with transaction.atomic():
        wave = locked(Wave(pk=wave_id))
        if wave.state != WaveState.SENDING:
            return False
        so_far = counted(wave)
        why = _why(so_far, wave.halted)
        if not why:
            return False
        move(wave, "pause")
        wave.halted_at, wave.halted = now, {**so_far, "why": why}
        wave.save(update_fields=["state", "halted_at", "halted"])
    return True


def counted(wave: Wave) -> dict[str, int]:
    """How many mails of a wave were tried, how many came back or were refused, how many readers complained.

    A mail its server refused at once has never left, and tells as much as one that came back.
    """
    came_back = Exists(Bounce.objects.filter(invitation=OuterRef("pk")))
    sent = Invitation.objects.filter(Q(sent_at__isnull=False) | Q(came_back), wave=wave)
    complaint = Exists(Suppression.objects.filter(address_hash=OuterRef("contact__address_hash"), reason=COMPLAINED))
    return {
        "sent": sent.count(),
        RETURNED: sent.filter(came_back).count(),
        COMPLAINED: sent.filter(complaint, contact__opted_out_at__gte=wave.approved_at).count(),
    }


def _why(so_far: dict[str, int], before: dict[str, int]) -> str:
    new = {name: number - int(before.get(name, 0)) for name, number in so_far.items()}
    if new["sent"] < ENOUGH_SENT:
        return ""
    if new[RETURNED] > MOST_RETURNED * new["sent"]:
        return RETURNED
    if new[COMPLAINED] >= ENOUGH_COMPLAINTS and new[COMPLAINED] > MOST_COMPLAINTS * new["sent"]:
        return COMPLAINED
    return ""
