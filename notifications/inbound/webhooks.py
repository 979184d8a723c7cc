"""What does a mail provider report about our mails, and what follows from it?

A report is believed because the provider proved who it is; it names our mail by its Message-ID or, where the provider
gave it another, by whom it was for.
"""

from datetime import datetime

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason

from feedback import contacts
from notifications.inbound import intake, refusals
from notifications.inbound.mails import Kind, Report
from notifications.models import Message

# What django-anymail calls them in the names of its views.
PROVIDERS = {
    "brevo": "Brevo",
    "mailersend": "MailerSend",
    "mailgun": "Mailgun",
    "mailjet": "Mailjet",
    "postmark": "Postmark",
    "sparkpost": "SparkPost",
}

#: Would have us fetch parts of a mail from the provider: those mails are read by IMAP.
ONLY_REPORTS = frozenset({"brevo"})


def take(event: AnymailTrackingEvent, provider: str, *, now: datetime) -> intake.Result:
    """Do what follows from one event of a provider that has proved who it is. Safe to repeat."""
    report = _report(event, provider)
    message = intake.find(report, now=now) or _latest_to(event.recipient, now)
    if message is None:
        return intake.Result.UNKNOWN
    if event.event_type == EventType.UNSUBSCRIBED and message.contact is not None:
        contacts.opt_out(message.contact, now=now)
        return intake.Result.STOPPED
    return intake.apply(message, report, now=now)


def _report(event: AnymailTrackingEvent, provider: str) -> Report:
    told = " ".join(filter(None, (event.mta_response, event.description)))
    refusal = refusals.weigh(told)
    return Report(
        kind=_kind(event, refusal),
        key=f"{provider}:{event.event_id or f'{event.message_id}:{event.recipient}:{event.timestamp}'}",
        message_ids=(event.message_id,) if event.message_id else (),
        recipients=(event.recipient,) if event.recipient else (),
        status=refusal.status if refusal else "",
    )


def _kind(event: AnymailTrackingEvent, refusal: refusals.Refusal | None) -> Kind:
    if event.event_type == EventType.COMPLAINED:
        return Kind.COMPLAINT
    if event.event_type != EventType.BOUNCED:
        return Kind.AUTOMATIC
    if refusal is not None:
        return Kind.NO_MAILBOX if refusal.is_permanent else Kind.NOT_NOW
    is_permanent = event.reject_reason in (RejectReason.INVALID, RejectReason.BOUNCED)
    return Kind.NO_MAILBOX if is_permanent else Kind.NOT_NOW


def _latest_to(address: str | None, now: datetime) -> Message | None:
    """The last mail to a customer at this address."""
    if not address:
        return None
    sent = Message.objects.filter(to__iexact=address, contact__isnull=False, channel="email")
    recent = sent.filter(sent_at__gt=now - intake.BELIEVED_FOR, sent_at__lte=now)
    return recent.select_related("contact", "invitation").order_by("-sent_at", "-pk").first()
