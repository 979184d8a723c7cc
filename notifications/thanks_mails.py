"""Which mails of thanks leave, when, and what do they say? What `loop.thanks` decided becomes rows of the outbox.

Each leaves once, in the working hours of its reader, after the answer has settled; what made it right is asked again
when it leaves.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import asking_hours, contacts, wording
from feedback.models.response import Category
from loop import favours, thanks, thanks_words
from loop.models import AccountOwner, Ask, Thanks
from notifications import outbox
from notifications.models import Message

BATCH = 500


def enqueue(*, now: datetime) -> int:
    """Put the thanks that are due into the outbox, and withhold what must not leave. Returns how many are new."""
    due = Thanks.objects.due(now).filter(messages=None).select_related(*thanks.SHOWN).order_by("send_after", "pk")
    new = last = 0
    numbers = list(due.values_list("pk", flat=True))
    while batch := numbers[last : last + BATCH]:
        new += sum(_enqueue(one, now) for one in due.filter(pk__in=batch))
        last += BATCH
    return new


def _enqueue(due: Thanks, now: datetime) -> bool:
    if why := thanks.why_not_send(due, now=now):
        thanks.withhold(due, why, now=now)
        return False
    if not asking_hours.are_open(due.contact, now):
        thanks.put_off(due, until=asking_hours.next_for(due.contact, now))
        return False
    return outbox.enqueue(
        key=f"thanks:{due.pk}",
        kind=Message.CUSTOMER_THANKS,
        to=due.contact.email,
        contact=due.contact,
        thanks=due,
        send_after=now,
        now=now,
    )


def facts_of(message: Message, now: datetime) -> dict[str, Any]:
    """What a mail of thanks says, and what it asks, as of now.

    Raises:
        ValueError: the message is about no answer, or to nobody.
        LookupError: the link cannot be made any more, since SECRET_KEY was changed without keeping the old one.
    """
    about, contact = message.thanks, message.contact
    if about is None or contact is None:
        raise ValueError(f"{message.key} thanks nobody")
    owner = AccountOwner.objects.select_related("user").filter(account=contact.account_id, user__is_active=True).first()
    reader = owner.user if owner is not None and contact.account_id is not None else None
    policy = thanks.policy_of(about.response.survey)
    ask = "" if about.favours.exists() else thanks.ask_now(about, now=now)
    who = reader.name_told if reader is not None else ""
    said = thanks_words.said(is_promoter=about.response.category == Category.PROMOTER, who=who)
    page, agreed = thanks.link(about), favours.standing(about)
    button = str(thanks_words.BUTTONS[ask]) if ask else ""
    return {
        "name": contact.name,
        "company": wording.company(),
        "reader": reader,
        "who": who,
        "title": said.subject,
        "lines": said.lines,
        "ask": ask,
        "asking": thanks_words.asking(policy, ask, wording.active_language()) if ask else "",
        "button": _("See what you agreed to, or take it back") if agreed is not None else button,
        "button_url": policy.review_url if ask == Ask.REVIEW else page,
        "page_url": page,
        "unsubscribe_url": settings.BASE_URL + reverse("unsubscribe", args=[contacts.unsubscribe_token(contact)]),
    }
