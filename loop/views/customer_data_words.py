"""In which words does a customer read what is stored about them, and what became of what they asked about it?

All of it is named, also what our own systems noted: the law gives everybody a right to it. Addresses and numbers are
veiled, for a link can be passed on; in the copy that an administrator gives they stand in full.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from feedback import phones
from feedback.models import Contact, Invitation, Response
from feedback.views.unsubscribe import veiled
from loop import data_requests, favours
from loop.models import Answer, CustomerPage, DataRequest, Wanted
from loop.templatetags.display import full_day

SHOWN = 30


@dataclass(frozen=True)
class Asked:
    """One request as its customer reads it."""

    text: str
    reason: str = ""


def of_data(page: CustomerPage, *, now: datetime) -> dict[str, Any]:
    """What is stored about the customer of this page."""
    contact = page.case.contact
    requests = data_requests.of_page(page)
    waiting = {one.wanted for one in requests if not one.answer}
    context = {
        "requests": [_told(one) for one in requests],
        "may_ask": [value for value in Wanted.values if value not in waiting],
        "has_copy": data_requests.copy_for(page, now=now) is not None,
    }
    if contact is None:
        return {**context, "facts": [], "attributes": [], "answers": [page.case.response], "asked": []}
    facts = [
        (_("Name"), contact.name),
        (_("E-mail"), veiled(contact.email)),
        (_("Telephone"), phones.veiled(page.case.response.phone or contact.phone)),
        (_("Title"), contact.title),
        (_("Company"), contact.account.name if contact.account else ""),
        (_("Language"), _language(contact.language)),
        (_("Time zone"), contact.time_zone.replace("_", " ")),
        (_("Decides about purchases"), _("yes") if contact.is_decision_maker else ""),
        (_("Customer number"), contact.external_id or ""),
        (_("Last in touch with us"), _day(contact.last_activity_at)),
        (_("Wants no questions since"), _day(contact.opted_out_at)),
    ]
    sent = Invitation.objects.filter(contact=contact, sent_at__isnull=False)
    return {
        **context,
        "facts": [(name, value) for name, value in facts if value],
        "attributes": attributes(contact),
        "answers": list(Response.objects.filter(contact=contact).order_by("-responded_at")),
        "asked": list(sent.order_by("-sent_at")[:SHOWN]),
        "agreed": [(one, favours.words_to_customer(one)) for one in favours.of_contact(contact)],
    }


def attributes(contact: Contact) -> list[tuple[str, str]]:
    """What other systems noted about this person, each name as words: `renewal_month` is "Renewal month"."""
    told = ((name.replace("_", " ").strip(), value) for name, value in sorted(contact.attributes.items()))
    return [(name[:1].upper() + name[1:], _plain(value)) for name, value in told]


def _told(request: DataRequest) -> Asked:
    day = {"day": _day(request.asked_at), "answered": _day(request.answered_at)}
    if request.answer == Answer.DONE:
        return Asked(_("You asked for a copy on %(day)s. We gave it on %(answered)s.") % day)
    if request.answer == Answer.DECLINED:
        return Asked(_("What you asked on %(day)s we have not done:") % day, request.reason)
    if request.wanted == Wanted.COPY:
        return Asked(_("You asked for a copy on %(day)s. We see to it within a month.") % day)
    return Asked(
        _("You asked on %(day)s for it to be erased. We see to it within a month. Then this page is gone, too.") % day
    )


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"]) if code else ""
    except KeyError:
        return code


def _day(at: datetime | None) -> str:
    return full_day(at)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return number_format(value) if isinstance(value, int) else str(value)
