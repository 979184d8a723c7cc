"""Who is told that a file fetched by the clock does not come in, and what are they told?"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from loop.models import Role, User
from loop.pulls import troubles
from notifications import kinds, outbox
from notifications.models import Message


def announce_troubles(*, now: datetime) -> int:
    """Tell administrators, once of each. Returns how many messages are new.

    The first that leaves names all that are in trouble then, and takes the place of the others.
    """
    found = troubles.now_troubled()
    readers = User.objects.filter(is_active=True, role=Role.ADMIN).order_by("pk")
    return sum(
        outbox.enqueue(
            key=f"pull-troubled:{trouble.key}:{user.pk}",
            kind=kinds.PULL_TROUBLED.name,
            to=user.email,
            user=user,
            send_after=now,
            now=now,
        )
        for user in (readers if found else ())
        for trouble in found
    )


def of_troubled(_message: Message) -> dict[str, Any]:
    """All that need somebody when the mail leaves, each with the reason and its page."""
    return {
        "troubled": [
            {
                "name": trouble.pull.name,
                "why": trouble.why,
                "waits": trouble.waits is not None,
                "url": settings.BASE_URL + reverse("pull", args=[trouble.pull.pk]),
            }
            for trouble in troubles.now_troubled()
        ]
    }
