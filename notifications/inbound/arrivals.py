"""A mail has arrived, by a mailbox or a provider's webhook: what is done with it?

Reports about mails of ours go to `intake`. What is addressed to a case by an address we signed is filed there, once,
whichever way it came. Everything else is left alone, and nothing is ever answered.
"""

import logging
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from loop import correspondence
from loop.models import Case
from notifications import reply_address
from notifications.inbound import intake, letters, mails
from notifications.inbound.intake import Result

logger = logging.getLogger(__name__)


def take(raw: bytes, *, now: datetime, sent_to: str = "") -> Result:
    """Do what follows from a mail. Safe to repeat.

    Args:
        sent_to: the address it was handed in for, where whoever hands it over knows that.
    """
    report = mails.read(raw)
    if report.kind not in (mails.Kind.OTHER, mails.Kind.AUTOMATIC):
        return intake.take(report, now=now)
    return _file(raw, sent_to, now) if settings.REPLY_ADDRESS else Result.NOTHING


def _file(raw: bytes, sent_to: str, now: datetime) -> Result:
    letter = letters.read(raw, today=timezone.localdate(now))
    named = reply_address.read((sent_to, *letter.addresses), now=now)
    if named is None:
        return Result.NOTHING
    if not named.is_believed:
        logger.warning("a mail names a case by an address we did not sign, or signed long ago: left alone")
        return Result.REFUSED
    if letter.is_ours or not letter.address:
        logger.warning("a mail of our own, or of nobody, came back to case %s: left alone", named.case_id)
        return Result.NOTHING
    try:
        filed = correspondence.receive(
            correspondence.Letter(
                key=letter.key,
                address=letter.address,
                name=letter.name,
                subject=letter.subject,
                text=letter.text,
                original=letter.original,
                attachments=letter.attachments,
                message_id=letter.message_id,
                is_automatic=letter.is_automatic,
                away_until=letter.away_until,
            ),
            case_id=named.case_id,
            now=now,
        )
    except Case.DoesNotExist:
        return Result.REFUSED
    except correspondence.TooMany:
        logger.warning("case %s has had too many mails today: the rest is left in the mailbox", named.case_id)
        return Result.REFUSED
    return Result.FILED if filed is not None else Result.NOTHING
