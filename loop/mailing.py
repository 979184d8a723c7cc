"""How does somebody write to the customer of a case, and what becomes of the mail?

A mail is a row here, committed with the attempt it counts as; what sends mails makes a message of it and tells back
what became of that. Writing never counts as having reached the customer: their answer is filed by `correspondence`, and
a person says whether that was a contact.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from feedback.contacts import address_hash, clean_line
from feedback.models import Contact, Suppression
from loop import access, calls, locking, mail_templates, mail_variables, timeline, workflow
from loop.models import (
    CallOutcome,
    Case,
    CaseMail,
    Channel,
    ContactAttempt,
    CustomerPage,
    Direction,
    MailState,
    MailTemplate,
    User,
    Wish,
)
from loop.models.event import EventKind
from loop.workflow import StepRefused

SUBJECT_LIMIT = 200  # characters


@dataclass(frozen=True)
class Draft:
    """The words of a mail before it leaves; `left` are the variables nobody has filled in yet."""

    subject: str
    text: str

    @property
    def left(self) -> list[str]:
        return mail_variables.left(self.subject, self.text)


def why_not(case: Case) -> str:
    """Why this customer must not be mailed, in words; empty when they may be."""
    contact = case.contact
    if contact is None:
        return _("We do not know who answered, so there is no address to write to.")
    if not contact.email:
        return _("We have no e-mail address of this customer.")
    try:
        validate_email(contact.email)
    except ValidationError:
        return _("“%(address)s” is not an e-mail address.") % {"address": contact.email}
    return _silenced(contact, case)


def _silenced(contact: Contact, case: Case) -> str:
    """Why mail to this contact's address has stopped; empty when it has not.

    Whoever wants no more surveys may still have asked for an answer: about that case they are written to.
    """
    found = Suppression.objects.filter(address_hash=address_hash(contact.email)).first()
    reason = found.reason if found is not None else "unsubscribed" if contact.opted_out_at is not None else ""
    if reason == "bounced":
        told = _("Mail to %(address)s came back. Call, or put the address right in your CRM.")
        return told % {"address": contact.email}
    if reason == "complained":
        return _("This customer reported our mail as spam. Call instead.")
    if reason and not _asked_to_hear(case):
        return _("This customer asked for no more survey mails. Call, or write once they ask for an answer.")
    return ""


def _asked_to_hear(case: Case) -> bool:
    """Whether the customer chose e-mail on the page of this case, or has written to us about it themselves."""
    return (
        CustomerPage.objects.filter(case=case, wish=Wish.EMAIL).exists()
        or case.mails.filter(direction=Direction.IN, is_automatic=False, is_known=True).exists()
        or case.events.filter(kind=EventKind.CUSTOMER_WROTE).exists()
    )


def draft(case: Case, template: MailTemplate | None, sender: User | None) -> Draft:
    """A template's words for this case; without one, nothing."""
    return fill(case, template.subject, template.text, sender) if template is not None else Draft("", "")


def fill(case: Case, subject: str, text: str, sender: User | None) -> Draft:
    """What was written, with the variables we know filled in, in the customer's language."""
    with translation.override(mail_templates.language_of(case)):
        known = mail_variables.values(case, sender)
    return Draft(mail_variables.fill(subject, known), mail_variables.fill(text, known))


def checked(case: Case, subject: str, text: str, sender: User | None) -> Draft:
    """The mail as it may leave.

    Raises:
        StepRefused: it is empty, too long, names a variable nobody filled in, or the customer must not be mailed.
    """
    if barred := why_not(case):
        raise StepRefused("contact", barred)
    written = fill(case, clean_line(subject), text.replace("\x00", "").replace("\r\n", "\n").strip(), sender)
    for field, value, limit in (
        ("subject", written.subject, SUBJECT_LIMIT),
        ("text", written.text, workflow.TEXT_LIMIT),
    ):
        if not value:
            raise StepRefused(field, _("The mail needs a subject.") if field == "subject" else _("The mail is empty."))
        if len(value) > limit:
            raise StepRefused(field, _("At most %(limit)d characters are allowed.") % {"limit": limit})
        if left := mail_variables.left(value):
            message = _("Fill in %(names)s yourself: we do not know it.")
            raise StepRefused(field, message % {"names": ", ".join(f"{{{name}}}" for name in left)})
    return written


def send(
    *,
    case_id: int,
    subject: str,
    text: str,
    key: str = "",
    template: MailTemplate | None = None,
    actor: User | None,
    version: int | None = None,
    now: datetime,
    via: str = "",
) -> CaseMail:
    """Write to the customer. Counts as an attempt by e-mail that has reached nobody yet. Safe to repeat with its key.

    A try that is planned for later stays planned: whoever writes today still means to call on Friday.

    Args:
        key: names the form or request, so that a double click sends once.

    Raises:
        StepRefused, and what every step of `loop.workflow` raises.
    """
    key = f"out:{case_id}:{actor.pk if actor else ''}:{key or uuid.uuid4()}"[:300]
    before = CaseMail.objects.filter(key=key).first()
    if before is None:
        try:
            return _send(case_id, subject, text, key, template, actor, version, now, via)
        except (workflow.StaleVersion, IntegrityError):
            before = CaseMail.objects.filter(key=key).first()  # the same form, sent twice at once
            if before is None:
                raise
    access.require(actor, "attempt", before.case)
    again = fill(before.case, clean_line(subject), text.replace("\r\n", "\n").strip(), actor)
    if (again.subject, again.text) != (before.subject, before.text):
        raise StepRefused("text", _("This mail was sent already, in other words. Begin a new one."))
    return before


def _send(
    case_id: int,
    subject: str,
    text: str,
    key: str,
    template: MailTemplate | None,
    actor: User | None,
    version: int | None,
    now: datetime,
    via: str,
) -> CaseMail:
    with locking.step("attempt", case_id, actor, version) as case:
        case.attempt(waits_since=now, keeps_try_after=now)
        written = checked(case, subject, text, actor)
        mail = CaseMail.objects.create(
            case=case,
            direction=Direction.OUT,
            key=key,
            author=actor,
            template=template,
            language=mail_templates.language_of(case),
            address=case.contact.email if case.contact else "",
            name=case.contact.name if case.contact else "",
            subject=written.subject,
            text=written.text,
            state=MailState.WAITING,
            at=now,
        )
        wrote = ContactAttempt(case=case, actor=actor, at=now, channel=Channel.EMAIL, reached=False)
        wrote.outcome, wrote.note = CallOutcome.SENT, written.subject
        calls.record(wrote, via=via, data={"mail": mail.pk})
    return mail


def mark_sent(mail_id: int, *, now: datetime) -> None:
    """Note that a mail left. One that came back already stays that way."""
    waiting = CaseMail.objects.filter(pk=mail_id, direction=Direction.OUT, returned_at=None)
    waiting.update(**_state(MailState.SENT, sent_at=now, problem=""))


def mark_waiting(mail_id: int) -> None:
    """Note that a mail that was given up is tried again."""
    CaseMail.objects.filter(pk=mail_id, direction=Direction.OUT).update(
        **_state(MailState.WAITING, problem="", returned_at=None)
    )


def mark_not_sent(mail_id: int, *, why: str, now: datetime) -> None:
    """Note that a mail did not leave and will not, and tell its case. Safe to repeat."""
    _lost(mail_id, MailState.NOT_SENT, why, now)


def mark_returned(mail_id: int, *, why: str, now: datetime) -> None:
    """Note that a mail came back, and tell its case. Safe to repeat."""
    _lost(mail_id, MailState.RETURNED, why, now)


def _lost(mail_id: int, state: MailState, why: str, now: datetime) -> None:
    with transaction.atomic():
        mail = CaseMail.objects.select_for_update(of=("self",)).filter(pk=mail_id, direction=Direction.OUT).first()
        if mail is None or mail.returned_at is not None:
            return
        CaseMail.objects.filter(pk=mail.pk).update(**_state(state, problem=why[:300], returned_at=now))
        data = {"mail": mail.pk, "address": mail.address, "why": why[:300], "left": state == MailState.RETURNED}
        timeline.record(Case.objects.get(pk=mail.case_id), EventKind.MAIL_RETURNED, actor=None, now=now, data=data)


def _state(state: MailState, **fields: Any) -> dict[str, Any]:
    return {"state": state, **fields}
