"""Which messages does a case event cause to its customer, and when are our own people alarmed about an answer?"""

from datetime import datetime

from django.db.models import Exists, F, OuterRef

from feedback import suspects
from loop import customer_pages
from loop.models import CaseEvent, CustomerPage, User
from loop.models.event import EventKind
from notifications import kinds, outbox
from notifications.models import WAITING, Message

ALARM = "case_assigned"

#: What a customer does who has finished answering: after it nobody waits for a correction.
FINISHED_BY = (
    EventKind.CUSTOMER_DONE,
    EventKind.CALLBACK_BOOKED,
    EventKind.CUSTOMER_WISH,
    EventKind.CUSTOMER_WROTE,
    EventKind.CUSTOMER_OTHER_PERSON,
)


def announce(event: CaseEvent, *, now: datetime) -> int:
    """Put what this event causes into the outbox, beside what our own people are told. Returns how many are new."""
    if event.kind in FINISHED_BY:
        outbox.hasten(event.case, kind=ALARM, now=now)
    return _to_customer(event, now) + _to_former_owner(event, now)


def hasten_missed(*, now: datetime) -> int:
    """Let alarms leave that wait although their customer is done. Returns how many.

    An alarm and the word that its customer is done may be announced in the same instant, neither seeing the other.
    """
    done = CaseEvent.objects.filter(case=OuterRef("case"), kind__in=FINISHED_BY, announced_at__isnull=False)
    settling = Message.objects.filter(
        kind=ALARM, state__in=WAITING, attempts=0, send_after__gt=now,
        send_after__lte=F("case__opened_at") + customer_pages.SETTLING,
    )  # fmt: skip
    late = list(settling.filter(Exists(done)).values_list("pk", flat=True))
    return settling.filter(pk__in=late).update(send_after=now) if late else 0


def alarm_at(event: CaseEvent, *, now: datetime) -> datetime:
    """When a message about this event may leave: the first alarm about an answer given on our page waits a little.

    A customer who slipped puts it right within minutes. What is told by other systems is told at once.
    """
    case = event.case
    if event.kind != EventKind.ASSIGNED or event.actor_id is not None or case.response.source != suspects.PAGE:
        return now
    page = CustomerPage.objects.filter(case=case).first()
    if page is None or page.done_at is not None or _has_gone_on(event):
        return now
    return max(now, case.opened_at + customer_pages.SETTLING)


def _has_gone_on(event: CaseEvent) -> bool:
    return event.case.events.filter(kind__in=FINISHED_BY, pk__lte=event.pk).exists()


def _to_customer(event: CaseEvent, now: datetime) -> int:
    contact = event.case.contact
    if contact is None or not contact.email:
        return 0
    new = 0
    for kind in kinds.for_customer(event):
        customer_pages.page_of(event.case, now=now)
        new += outbox.enqueue(
            key=_key(kind.name, event),
            kind=kind.name,
            to=contact.email,
            contact=contact,
            case=event.case,
            event=event,
            send_after=now,
            now=now,
        )
    return new


def _key(kind: str, event: CaseEvent) -> str:
    """One message of a kind an event; whether it is solved is asked once for each time the case was closed."""
    if event.kind == EventKind.RESOLVED and event.case.closed_at is not None:
        return f"{kind}:{event.case_id}:{event.case.closed_at.isoformat()}"
    return f"event:{event.pk}:customer:{kind}"


def _to_former_owner(event: CaseEvent, now: datetime) -> int:
    kind = kinds.CALL_GIVEN_UP
    before = event.data.get("owner_before") if event.kind in kind.on else None
    former = User.objects.filter(pk=before, is_active=True).first() if before else None
    if former is None or former.pk == event.actor_id:
        return 0
    return outbox.enqueue(
        key=f"event:{event.pk}:{former.pk}:email:{kind.name}",
        kind=kind.name,
        to=former.email,
        user=former,
        case=event.case,
        event=event,
        send_after=now,
        now=now,
    )
