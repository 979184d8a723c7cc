"""How do tests ask customers because of something that happened with them?"""

from datetime import datetime
from itertools import count

from feedback import invitations
from feedback.models import Contact, Invitation, TouchpointEvent
from tests import factories

_numbers = count(1)


def caused(
    touchpoint: str, contact: Contact, *, invitation: Invitation | None = None, now: datetime = factories.NOW
) -> Invitation:
    """The invitation an event at that touchpoint caused; given one, the event is one more that led to it."""
    asked = invitation or invitations.invite(
        survey=factories.survey("transactional"), contact=contact, due_at=now, now=now
    )
    TouchpointEvent.objects.create(
        touchpoint=touchpoint, contact=contact, external_id=f"T-{next(_numbers)}", occurred_at=now, received_at=now,
        invitation=asked, settled_at=now,
    )  # fmt: skip
    return asked
