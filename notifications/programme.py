"""Who is told that a wave which comes again waits to be approved, and what are they told?"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from loop.models import Role, User
from loop.reporting import repeats
from notifications import kinds, outbox
from notifications.models import Message


def announce_waiting(*, now: datetime) -> int:
    """Tell administrators and leadership of the waves that wait for them, each once. Returns how many are new.

    A message names all that wait when it leaves, and belongs to none of them: a wave may be thrown away.
    """
    kind = kinds.WAVES_WAIT
    turns = repeats.waiting()
    readers = User.objects.filter(is_active=True, role__in=[Role.ADMIN, Role.LEADERSHIP]).order_by("pk")
    return sum(
        outbox.enqueue(
            key=f"waves-wait:{turn.pk}:{user.pk}", kind=kind.name, to=user.email, user=user, send_after=now, now=now
        )
        for user in (readers if turns else ())
        for turn in turns
    )


def of_waiting(_message: Message) -> dict[str, Any]:
    """The waves that wait, when they would leave, and which turns before them were skipped."""
    turns = repeats.waiting()
    return {
        "waiting": [
            {
                "name": turn.wave.name,
                "survey": turn.wave.survey.name,
                "day": formats.date_format(turn.wave.starts_on, _("l j F")),
                "asked": turn.wave.members.filter(asked=True).count(),
                "url": settings.BASE_URL + reverse("wave", args=[turn.wave.pk]),
                "skipped": [
                    (formats.date_format(one.on, _("l j F")), one.why_skipped) for one in repeats.skipped_before(turn)
                ],
            }
            for turn in turns
            if turn.wave is not None
        ],
        "programme_url": settings.BASE_URL + reverse("programme"),
    }
