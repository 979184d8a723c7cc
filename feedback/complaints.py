"""Which customers are left in peace because somebody who looks after them says that a complaint is open?

Whoever looks after a customer may say so, with a reason that is kept; nobody can take a customer off a list in silence.
The recovery survey is not kept back: it shows what became of a complaint.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.models import Contact, Invitation, OpenComplaint
from feedback.models.survey import SurveyKind

REASON = "complaint"  # of the bar, and of the invitations it calls off


class ComplaintRefused(ValueError):
    """The complaint cannot be stored; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@transaction.atomic
def report(contact: Contact, *, reason: str, by: str, now: datetime) -> OpenComplaint:
    """Ask this contact nothing while the complaint is open, and call off what waits to be asked.

    Args:
        reason: what it is about; shown wherever the contact is missing.
        by: who says so.

    Raises:
        ComplaintRefused: there is no reason.
    """
    reason = reason.strip()
    if not reason:
        raise ComplaintRefused("reason", _("Say what the complaint is about."))
    complaint, _created = OpenComplaint.objects.get_or_create(
        contact=contact, reason=reason, reported_by=by[:254], ended_at=None, defaults={"reported_at": now}
    )
    waiting = Invitation.objects.filter(contact=contact, sent_at=None, cancelled_at=None)
    waiting.exclude(survey__kind=SurveyKind.RECOVERY).update(cancelled_at=now, cancel_reason=REASON)
    return complaint


def end(complaint: OpenComplaint, *, by: str, now: datetime) -> bool:
    """The complaint is settled: the contact may be asked again, from the next wave on. Returns whether it was open."""
    ended = OpenComplaint.objects.filter(pk=complaint.pk, ended_at=None).update(ended_at=now, ended_by=by[:254])
    return ended == 1
