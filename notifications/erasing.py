"""What goes out of the outbox when a customer's data is erased, and what of it is theirs to have a copy of?"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver
from django.utils.translation import gettext as _

from feedback.models import Contact
from feedback.models.contact import ERASED
from loop import data_export
from loop.data_requests import RequestRefused
from loop.models import Case, DataRequest
from loop.signals import customer_erased
from notifications.models import Message
from notifications.models.message import WAITING, MessageState

WHY = "the customer's data was erased"


@receiver(customer_erased, dispatch_uid="notifications-erase")
def erase(
    sender: type[DataRequest],
    contact: Contact | None,
    cases: Iterable[Case],
    words: Iterable[str],
    now: datetime,
    **_kwargs: Any,
) -> None:
    """Call off what waits, and take the words out of all that was sent: to the customer, about their cases, or naming
    them in a mail about several. That something was sent, and when, stays."""
    mine = Q(case__in=list(cases))
    if contact is not None:
        mine |= Q(contact=contact) | Q(invitation__contact=contact)
    for word in words:
        mine |= Q(subject__icontains=word) | Q(body__icontains=word) | Q(body_html__icontains=word) | Q(to__iexact=word)
    found = Message.objects.filter(pk__in=Message.objects.filter(mine).values_list("pk", flat=True))
    if found.filter(state=MessageState.SENDING).exists():  # whoever sends it would keep its words afterwards
        raise RequestRefused(_("A mail about them is leaving right now. Please try again in a minute."))
    found.filter(state__in=WAITING).filter(Q(contact__isnull=False) | Q(case__isnull=False)).update(
        state=MessageState.CANCELLED, error=WHY
    )
    found.update(subject=ERASED, body=ERASED, body_html="")
    found.filter(contact__isnull=False).update(to="")
    found.exclude(state=MessageState.CANCELLED).update(error="")


def mails(contact: Contact | None, cases: list[Case]) -> list[dict[str, Any]]:
    """What was written to this customer, and how often our own people were written to about them."""
    mine = Q(case__in=cases)
    if contact is not None:
        mine |= Q(contact=contact)
    return [
        {
            "at": (message.sent_at or message.created_at).isoformat(),
            "to": "you" if message.contact_id else "us",
            "by": message.channel,
            "state": message.state,
            **({"subject": message.subject, "text": message.body} if message.contact_id else {"about": message.kind}),
        }
        for message in Message.objects.filter(mine).order_by("created_at", "pk")
    ]


def register() -> None:
    """Put what is sent into the copy a customer may have."""
    data_export.register("mails", mails)
