"""What goes when somebody's personal data is erased, and what stays?

The row of the contact stays, empty, so that answers keep their place in the figures: score, time, survey, company. All
words, names, addresses, numbers and attributes go. Of the address only its hash stays, among those that must not be
written to, so that no import brings the mails back.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from feedback import contacts
from feedback.answer_sources import keeping
from feedback.models import Contact, Invitation, OpenComplaint, Response, SuspectAnswer, TouchpointEvent
from feedback.models.contact import ERASED
from feedback.models.response import ResponseRevision
from feedback.models.suspicion import Settlement

REASON = "erased"  # of a suppression, and of a cancelled invitation


@transaction.atomic
def erase(contact: Contact, *, by: str, now: datetime) -> Contact:
    """Take out all that is personal about a contact. Safe to repeat.

    Args:
        by: who does it; kept with answers that were waiting to be verified.
    """
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    contacts.opt_out(contact, now=now, reason=REASON)
    keeping.forget_contact(contact, now=now)  # while it is known by which address they were named
    Invitation.objects.filter(contact=contact, sent_at=None, cancelled_at=None).update(
        cancelled_at=now, cancel_reason=REASON
    )
    Invitation.objects.filter(contact=contact).update(remind_at=None)
    blank_answers(Response.objects.filter(contact=contact).values_list("pk", flat=True), now=now)
    suspects = SuspectAnswer.objects.filter(invitation__contact=contact)
    suspects.filter(settled_at=None).update(settled_at=now, settlement=Settlement.DISMISSED, settled_by=by)
    suspects.update(comment="", phone="", respondent_name="", respondent_email="")
    OpenComplaint.objects.filter(contact=contact, ended_at=None).update(ended_at=now, ended_by=by)
    OpenComplaint.objects.filter(contact=contact).update(reason=ERASED)
    for event in TouchpointEvent.objects.filter(contact=contact):
        event.external_id = f"{REASON}:{event.pk}"  # other systems may name people in it
        event.settled_at = event.settled_at or now
        event.save(update_fields=["external_id", "settled_at"])
    for field in ("name", "email", "phone", "title", "time_zone", "address_hash", "mobile_hash"):
        setattr(contact, field, "")
    contact.external_id, contact.attributes, contact.is_decision_maker = None, {}, False
    contact.last_activity_at, contact.opted_out_at = None, contact.opted_out_at or now
    contact.erased_at = contact.erased_at or now
    contact.save()
    return contact


def blank_answers(ids: Iterable[int], *, now: datetime) -> None:
    """Take the words, names and numbers out of these answers and of what they said before; the scores stay."""
    ids = list(ids)
    keeping.forget_answers(ids, now=now)
    Response.objects.filter(pk__in=ids).update(
        comment="", phone="", respondent_name="", respondent_email="", wants_callback=False
    )
    ResponseRevision.objects.filter(response__in=ids).exclude(comment="", phone="").update(comment="", phone="")


def is_erased(contact: Contact | None) -> bool:
    return contact is not None and contact.erased_at is not None
