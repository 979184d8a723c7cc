"""What does a mail have to tell a customer about their own case, and both sides about a call?

Values are plain text in the language and time zone that are active, which are the reader's.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from feedback import contacts, phones, suspects, wording
from feedback.contact_zones import place_of
from feedback.fixed_texts import Place
from feedback.models import Contact
from loop import calendar_file, customer_pages
from loop.calendar_file import CalendarFile
from loop.models import Callback, Case, CustomerPage, Said, Wish
from loop.models.event import EventKind
from notifications.models import Message
from notifications.staleness import called_about

#: Where Loop's own words in mails to customers stand, for those who put them into another language.
PLACES = (
    Place(
        gettext_lazy("Mails and text messages that ask"),
        templates=(
            *(f"notifications/email/{name}" for name in ("_question.html", "_question.txt", "survey_reminder.html")),
            *(f"notifications/email/{name}" for name in ("_reader.txt", "recovery_invitation.html")),
            *(f"notifications/sms/{name}.txt" for name in ("survey_invitation", "survey_reminder")),
            "notifications/sms/recovery_invitation.txt",
        ),
    ),
    Place(
        gettext_lazy("Mails about a case"),
        templates=(
            "notifications/email/_customer.html",
            "notifications/email/_customer.txt",
            *(
                f"notifications/email/customer_{name}{part}"
                for name in (
                    "call_agreed", "call_cancelled", "call_missed", "call_reminder",
                    "data_answer", "solved", "thanks", "why",
                )
                for part in (".subject.txt", ".html", ".txt")
            ),
        ),
    ),
)  # fmt: skip

CALLED_OFF = (EventKind.CALLBACK_CANCELLED, EventKind.CALLBACK_MISSED)


def of_own_case(message: Message) -> dict[str, Any]:
    """What a customer reads about their case, and the way to its page.

    Raises:
        ValueError: the message is about no case, or to nobody.
        LookupError: the link cannot be made any more, since SECRET_KEY was changed without keeping the old one.
    """
    case, contact, event = message.case, message.contact, message.event
    if case is None or contact is None or event is None:
        raise ValueError(f"{message.key} is about no case of a customer")
    page = CustomerPage.objects.get(case=case)
    token = customer_pages.token_of(page)
    owner = case.owner if case.owner is not None and case.owner.is_active else None
    call = called_about(message)
    caller = call.owner if call is not None and call.owner is not None and call.owner.is_active else owner
    solved = settings.BASE_URL + reverse("customer-solved", args=[token])
    return {
        "name": contact.name,
        "company": wording.company(),
        "reader": owner,
        "who": caller.name_told if caller is not None else "",
        "score": case.response.score,
        "page_url": customer_pages.link(page),
        "data_url": settings.BASE_URL + reverse("customer-data", args=[token]),
        "kind": event.kind,
        "why": event.data.get("why", ""),
        "yes_url": f"{solved}?{Said.SOLVED}",
        "no_url": f"{solved}?{Said.NOT_SOLVED}",
        "unseen": suspects.unseen_link(solved),
        "unsubscribe_url": settings.BASE_URL + reverse("unsubscribe", args=[contacts.unsubscribe_token(contact)]),
        **of_call(message),
    }


def of_call(message: Message) -> dict[str, Any]:
    """When the call is that a message is about; nothing for a message about no call."""
    event, call = message.event, called_about(message)
    if event is None:
        return {}
    told: dict[str, Any] = {
        "requests_url": settings.BASE_URL + reverse("data-requests"),
        "wish": str(dict(Wish.choices).get(event.data.get("wish", ""), "")),
        "words": event.data.get("text", ""),
        "what": event.data.get("what", ""),
        "why": event.data.get("why", ""),
    }
    if call is None:
        return told
    starts_at = datetime.fromisoformat(event.data["starts_at"])
    zone = timezone.get_current_timezone()
    return told | {
        "call": call,
        "covers": call.owner_id is not None and call.owner_id != call.case.owner_id,
        "is_away": message.user_id is not None and message.user_id == call.case.owner_id,
        "call_day": _told_when(starts_at, _("l j F")),
        "call_time": _told_when(starts_at, pgettext("date format: time", "H:i")),
        "call_short": _told_when(starts_at, _("D j M H:i")),
        "call_long": _told_when(starts_at, _("l j F, H:i")),
        "place": place_of(zone) if isinstance(zone, ZoneInfo) else "",
        "phone_hint": phones.veiled(number_of(call.case)),
    }


def calendar_of(message: Message, context: dict[str, Any], *, now: datetime) -> CalendarFile | None:
    """The calendar file that goes with a message about a call, for its reader; None where nothing has changed."""
    call: Callback | None = context.get("call")
    event = message.event
    if call is None or event is None or event.kind == EventKind.CALLBACK_REMINDER:
        return None
    given_up = message.user is not None and message.user.pk == event.data.get("owner_before")
    off = event.kind in CALLED_OFF or given_up
    reader: Any = message.contact or message.user
    if reader is None:
        return None
    name = reader.name_told if message.user is not None else reader.name
    if message.contact is not None or given_up:
        summary = _("Call from %(company)s") % {"company": wording.company()}
        description = context.get("page_url", "")
    else:
        summary = _("Call %(name)s") % {"name": context["who"]}
        description = context.get("case_url", "")
    return calendar_file.of_call(
        call,
        method=calendar_file.CANCEL if off else calendar_file.REQUEST,
        summary=summary,
        description=description,
        attendees=[(name, reader.email)],
        at=now,
    )


def number_of(case: Case) -> str:
    """Where this customer is called."""
    contact: Contact | None = case.contact
    return case.response.phone or (contact.phone if contact is not None else "")


def _told_when(instant: datetime, date_format: str) -> str:
    return formats.date_format(timezone.localtime(instant), date_format)
