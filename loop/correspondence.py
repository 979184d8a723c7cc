"""What does a customer's mail do to its case? It is kept and told; it moves no case to another state, and nothing
answers it.

A reply says that the customer has answered. Whether that was a contact is for a person to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from feedback import contacts, erasure
from loop import heard, timeline
from loop.models import Case, CaseEvent, CaseMail, Direction, MailState
from loop.models.event import EventKind

A_DAY = timedelta(days=1)
MOST_A_DAY = 50  # mails of one case: beyond that two machines are talking, or somebody floods us


class TooMany(Exception):
    """This case has had so many mails within a day that no more is taken."""


@dataclass(frozen=True)
class Letter:
    """A mail that came in for a case, read and trimmed."""

    key: str
    address: str
    name: str
    subject: str
    text: str
    original: str = ""
    attachments: Sequence[dict[str, Any]] = field(default_factory=tuple)
    message_id: str = ""
    is_automatic: bool = False
    away_until: date | None = None


def receive(letter: Letter, *, case_id: int, now: datetime) -> CaseMail | None:
    """File a mail at its case. Safe to repeat: what came by two ways is filed once, and the second time gives None.

    Raises:
        Case.DoesNotExist: there is no such case, or its customer has had everything erased.
        TooMany: see there.
    """
    case = Case.objects.select_related("contact").get(pk=case_id)
    if erasure.is_erased(case.contact):
        raise Case.DoesNotExist
    if (
        CaseMail.objects.filter(case=case, direction=Direction.IN, at__gt=now - A_DAY, at__lte=now).count()
        >= MOST_A_DAY
    ):
        raise TooMany
    is_known = case.contact is not None and case.contact.email.casefold() == letter.address.casefold()
    try:
        with transaction.atomic():
            locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
            mail = CaseMail.objects.create(
                case=case,
                direction=Direction.IN,
                key=f"in:{letter.key}"[:300],
                address=letter.address[:320],
                name=letter.name[:300],
                is_known=is_known,
                is_automatic=letter.is_automatic,
                away_until=letter.away_until,
                language=case.contact.language if case.contact else "",
                subject=letter.subject[:300],
                text=letter.text,
                original=letter.original,
                attachments=list(letter.attachments),
                message_id=letter.message_id[:500],
                state=MailState.RECEIVED,
                at=now,
            )
            data = {"mail": mail.pk, "automatic": letter.is_automatic, "known": is_known}
            timeline.record(case, EventKind.MAIL_RECEIVED, actor=None, now=now, data=data)
            if not letter.is_automatic:
                heard.from_customer(locked)
            if case.contact is not None and is_known and not letter.is_automatic:
                contacts.note_activity(case.contact, at=now)
    except IntegrityError:
        if CaseMail.objects.filter(key=f"in:{letter.key}"[:300]).exists():
            return None
        raise
    return mail


def unanswered(events: Iterable[CaseEvent]) -> CaseEvent | None:
    """The customer's latest mail or words on their page, if nobody has written, called or met them since.

    Args:
        events: a `timeline.story`, newest first.
    """
    for event in events:
        if event.kind == EventKind.ATTEMPT:
            return None
        if event.kind == EventKind.CUSTOMER_WROTE:
            return event
        if event.kind == EventKind.MAIL_RECEIVED and not event.data.get("automatic"):
            return event
    return None


def away_until(events: Iterable[CaseEvent], today: date) -> date | None:
    """Until when the customer's latest absence note says they are away, if that day has not passed."""
    notes = [event.mail for event in events if event.kind == EventKind.MAIL_RECEIVED and event.data.get("automatic")]  # type: ignore[attr-defined]
    ahead = [note.away_until for note in notes if note is not None and note.away_until and note.away_until >= today]
    return ahead[0] if ahead else None


def thread(case: Case) -> str:
    """The Message-ID our next mail answers to: the customer's latest; empty when they have not written."""
    latest = (
        case.mails.filter(direction=Direction.IN, is_automatic=False).exclude(message_id="").order_by("-at").first()
    )
    return latest.message_id if latest is not None else ""
