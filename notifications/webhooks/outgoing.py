"""How does an event get into the outbox of webhooks once for each endpoint, and out of it by one sender?

Like messages (`notifications.outbox`): a row is claimed by a conditional update that must change exactly one, the claim
is committed before the network is touched and counts the attempt, and a claim whose sender died is taken back. A repeat
carries the same `webhook-id`, by which a receiver knows it. In which order deliveries arrive is not promised.
"""

import random
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import islice
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from feedback.models import Response
from feedback.models.response import ResponseRevision
from loop.models import CaseEvent
from notifications.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from notifications.webhooks import event_types, payloads

LEASE = timedelta(minutes=1)  # an attempt takes ten seconds at most
KEEP = timedelta(days=30)
LOOK_BACK = timedelta(hours=1)  # an answer may be committed that long after its time
BATCH = 500

# What to wait after the first, second, ... attempt that failed: 5 s to 24 h, 75 hours together.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
MAX_ATTEMPTS = len(BACK_OFF) + 1
JITTER = 0.1  # a receiver that was away is not met by everything at the same second


def tell_of(events: Iterable[CaseEvent], *, now: datetime) -> int:
    """Put lines of timelines into the outbox of those who listen to their types. Returns how many are new."""
    typed = [(event, type_) for event in events if (type_ := event_types.of(event))]
    endpoints = _on() if typed else []
    return _add(
        _row(one, f"event:{event.pk}", type_, event.at, now, event=event)
        for event, type_ in typed
        for one in endpoints
        if type_ in one.event_types and one.on_since <= event.at
    )


def tell_of_answers(*, now: datetime) -> int:
    """Put what was answered, corrected and taken back since into the outbox. Returns how many are new.

    Answers are found by their rows, at every run: `feedback` knows nobody to tell.
    """
    return sum(_tell_of_answers(endpoint, now) for endpoint in _on())


@transaction.atomic
def _tell_of_answers(endpoint: WebhookEndpoint, now: datetime) -> int:
    began = max(endpoint.answers_seen_until - LOOK_BACK, endpoint.on_since)
    wanted, new = set(endpoint.event_types), 0
    told = WebhookDelivery.objects.filter(endpoint=endpoint)
    if event_types.RECORDED in wanted:
        rows = Response.objects.filter(received_at__gt=began)
        rows = rows.exclude(Exists(told.filter(response=OuterRef("pk"), type=event_types.RECORDED)))
        new += _add(
            _row(endpoint, f"response:{pk}", event_types.RECORDED, at, now, response_id=pk)
            for pk, at in rows.values_list("pk", "received_at")
        )
    if event_types.CORRECTED in wanted:
        new += _add(
            _row(endpoint, f"revision:{pk}", event_types.CORRECTED, at, now, response_id=response)
            for pk, response, at in ResponseRevision.objects.filter(replaced_at__gt=began).values_list(
                "pk", "response", "replaced_at"
            )
        )
    if event_types.RETRACTED in wanted:
        new += _add(
            _row(endpoint, f"retracted:{pk}:{at.timestamp():.0f}", event_types.RETRACTED, at, now, response_id=pk)
            for pk, at in Response.objects.filter(retracted_at__gt=began).values_list("pk", "retracted_at")
            if at is not None
        )
    WebhookEndpoint.objects.filter(pk=endpoint.pk, answers_seen_until__lt=now).update(answers_seen_until=now)
    return new


def tell_test(endpoint: WebhookEndpoint, *, now: datetime) -> WebhookDelivery:
    """Put a delivery into the outbox that says it is a test."""
    made = _row(endpoint, f"test:{uuid4().hex}", event_types.TEST, now, now)
    made.save()
    return made


def _on() -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.filter(off_since=None).order_by("pk"))


def _row(
    endpoint: WebhookEndpoint, key: str, type_: str, at: datetime, now: datetime, **about: object
) -> WebhookDelivery:
    return WebhookDelivery(
        endpoint=endpoint, key=key, type=type_, happened_at=at, send_after=now, created_at=now, **about
    )


def _add(rows: Iterable[WebhookDelivery]) -> int:
    """Store those that are not there yet. Returns how many were not."""
    new = 0
    waiting = iter(rows)
    while batch := list(islice(waiting, BATCH)):
        known = WebhookDelivery.objects.filter(
            endpoint__in={row.endpoint_id for row in batch}, key__in={row.key for row in batch}
        )
        before = set(known.values_list("endpoint", "key"))
        missing = [row for row in batch if (row.endpoint_id, row.key) not in before]
        WebhookDelivery.objects.bulk_create(missing, ignore_conflicts=True)  # somebody may do the same right now
        new += len(missing)
    return new


def claim_next(*, resting: Collection[int], now: datetime, at: datetime) -> WebhookDelivery | None:
    """Claim what has been due for longest and is for no endpoint that rests; None when nothing is left.

    Args:
        resting: endpoints whose deliveries stay where they are.
        at: the present instant on the time line of `now`, from which the lease is counted.
    """
    while found := _due_id(resting, now):
        claimed = WebhookDelivery.objects.due(now).filter(pk=found)
        if claimed.update(state=DeliveryState.SENDING, lease_until=at + LEASE, attempts=F("attempts") + 1) == 1:
            return WebhookDelivery.objects.select_related(*payloads.NEEDED).get(pk=found)
    return None


def _due_id(resting: Collection[int], now: datetime) -> int | None:
    due = WebhookDelivery.objects.due(now).exclude(endpoint__in=list(resting))
    return due.order_by("send_after", "pk").values_list("pk", flat=True).first()


def is_due(*, now: datetime) -> bool:
    """Whether anything waits to be sent now."""
    return WebhookDelivery.objects.due(now).exists()


def mark_sent(delivery: WebhookDelivery, *, status: int, took_ms: int, now: datetime) -> bool:
    """Note that it has arrived. Returns whether the claim was still ours."""
    return _settle(delivery, state=DeliveryState.SENT, sent_at=now, status=status, took_ms=took_ms, trouble="")


def fail(
    delivery: WebhookDelivery, *, trouble: str, status: int | None = None, took_ms: int = 0, now: datetime
) -> bool:
    """Note that it has not arrived: again later, or given up after the tenth attempt."""
    facts = {"trouble": trouble[:200], "status": status, "took_ms": took_ms}
    if delivery.attempts >= MAX_ATTEMPTS:
        return _settle(delivery, state=DeliveryState.DEAD, **facts)
    wait = BACK_OFF[delivery.attempts - 1] * (1 + random.random() * JITTER)  # noqa: S311 - spreads, hides nothing
    return _settle(delivery, state=DeliveryState.PENDING, send_after=now + wait, **facts)


def release_stuck(*, now: datetime) -> int:
    """Take back what was claimed by senders that did not return before their lease ended. Returns how many."""
    return sum(
        fail(delivery, trouble="the sender stopped", now=now)
        for delivery in WebhookDelivery.objects.stuck(now).order_by("pk")
    )


def _settle(delivery: WebhookDelivery, **changes: object) -> bool:
    """Change a row only while the claim we know of stands."""
    ours = WebhookDelivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts, state=DeliveryState.SENDING)
    return ours.update(lease_until=None, **changes) == 1


def replay(deliveries: QuerySet[WebhookDelivery], *, now: datetime) -> int:
    """Send again what has arrived or was given up, each under its own `webhook-id`. Returns how many."""
    finished = deliveries.filter(state__in=(DeliveryState.SENT, DeliveryState.DEAD))
    return finished.update(
        state=DeliveryState.PENDING, attempts=0, send_after=now, sent_at=None, trouble="", status=None, took_ms=None
    )


def delete_old(*, now: datetime) -> int:
    """Delete deliveries after 30 days. Returns how many."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEEP).exclude(state=DeliveryState.SENDING)
    return old.delete()[0]
