"""Which of our mails is a report about, and what follows from it?

A report counts only where it names a mail of ours in a way nobody can make up: by its signed name, or by a Message-ID
that we gave and that nobody but its reader has seen. What a report says about an address it does not name may be about
a mailbox behind it, such as one mails are forwarded to: that alone never stops our mail.
"""

import logging
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from feedback import bounces, contacts
from feedback.models import AskBy
from feedback.waves import halting
from loop import mailing
from notifications.channels import sms
from notifications.channels.email import domain
from notifications.inbound import refusals
from notifications.inbound.mails import Kind, Report
from notifications.models import Message

logger = logging.getLogger(__name__)

BELIEVED_FOR = timedelta(days=30)  # no server keeps trying longer than some days


class Result(StrEnum):
    """What a report led to."""

    STOPPED = "stopped"  # our mail to the address
    COUNTED = "counted"
    UNKNOWN = "unknown"  # it names no mail of ours
    FILED = "filed"  # at the case it answers
    REFUSED = "refused"  # addressed to a case by an address that is not believed, or one too many
    NOTHING = "nothing"


@transaction.atomic
def take(report: Report, *, now: datetime) -> Result:
    """Do what follows from a report. Safe to repeat."""
    if report.kind in (Kind.AUTOMATIC, Kind.OTHER):
        return Result.NOTHING
    message = find(report, now=now)
    if message is None:
        return Result.UNKNOWN
    return apply(message, report, now=now)


def apply(message: Message, report: Report, *, now: datetime) -> Result:
    """Do what follows from a report about this mail of ours."""
    if report.kind in (Kind.AUTOMATIC, Kind.OTHER):
        return Result.NOTHING
    if message.contact is None:
        logger.warning("a mail to a colleague came back: %s, %s", message.key, report.status)
        return Result.NOTHING
    if report.kind == Kind.COMPLAINT:
        contacts.opt_out(message.contact, now=now, reason="complained")
        _tell_case(message, "complained", now)
        if message.invitation is not None and message.invitation.wave_id is not None:
            halting.look(message.invitation.wave_id, now=now)
        return Result.STOPPED
    named = {address.casefold() for address in report.recipients}
    is_permanent = report.kind == Kind.NO_MAILBOX and (not named or message.to.casefold() in named)
    stopped = bounces.record(
        address=message.to,
        invitation=message.invitation,
        is_permanent=is_permanent,
        key=report.key,
        status=report.status,
        now=now,
    )
    Message.objects.filter(pk=message.pk).update(error=f"came back: {report.status or report.kind}")
    _tell_case(message, report.status or str(report.kind), now)
    return Result.STOPPED if stopped else Result.COUNTED


def _tell_case(message: Message, why: str, now: datetime) -> None:
    if message.case_mail_id is not None:
        mailing.mark_returned(message.case_mail_id, why=why, now=now)


def refused(message: Message, told: str, *, now: datetime) -> None:
    """Do what follows from a server's refusal to take a mail in the first place, where it says that nobody is there."""
    refusal = _of_a_number(told) if message.channel == AskBy.SMS else refusals.weigh(told)
    if message.contact is not None and refusal is not None and refusal.is_permanent:
        bounces.record(
            address=message.to,
            invitation=message.invitation,
            is_permanent=True,
            key=f"refused:{message.pk}",
            status=refusal.status,
            now=now,
        )


def _of_a_number(told: str) -> refusals.Refusal | None:
    return refusals.Refusal(status="", is_permanent=True) if sms.is_dead_number(told) else None


def find(report: Report, *, now: datetime) -> Message | None:
    """The mail of ours that a report names, if it is one that can have come back by now."""
    ids = [*report.messages, *(found for text in report.message_ids if (found := _ours(text)))]
    sent = Message.objects.filter(channel="email", sent_at__gt=now - BELIEVED_FOR, sent_at__lte=now)
    return sent.select_related("contact", "invitation").filter(message_id__in=ids).order_by("-pk").first()


def _ours(message_id: str) -> UUID | None:
    """The id in a Message-ID as `notifications.channels.email` writes them."""
    text, _at, host = message_id.strip(" <>").partition("@")
    if host.casefold() != domain().casefold():
        return None
    try:
        return UUID(text)
    except ValueError:
        return None
