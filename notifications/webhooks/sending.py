"""How does one webhook leave: signed, posted, and what does the receiver's answer mean?

One run at a time in a process, in a queue of its own and for a short while: a receiver that answers slowly, or never,
holds up nothing but its own deliveries. An endpoint that gave no answer rests until the next run.
"""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from standardwebhooks import Webhook

from notifications import sealing
from notifications.models import WebhookDelivery
from notifications.webhooks import endpoints, outgoing, payloads, posting

logger = logging.getLogger(__name__)

RUN_FOR = 25.0  # seconds, after which no further delivery is begun

_running = threading.Lock()


def deliver_due(*, now: datetime) -> int:
    """Note the answers nobody was told of yet, and send what is due at `now`.

    Returns how many arrived; none where this process is at it already.
    """
    if not _running.acquire(blocking=False):
        return 0
    try:
        outgoing.tell_of_answers(now=now)
        return _run(now)
    finally:
        _running.release()


def _run(now: datetime) -> int:
    started, arrived = time.monotonic(), 0
    resting: set[int] = set()
    while (took := time.monotonic() - started) < RUN_FOR:
        at = now + timedelta(seconds=took)
        delivery = outgoing.claim_next(resting=resting, now=now, at=at)
        if delivery is None:
            break
        try:
            arrived += deliver(delivery, now=at)
        except posting.NoAnswer:
            resting.add(delivery.endpoint_id)
        except Exception as error:  # our own bug in one delivery must not stop the line
            logger.exception("webhook %s could not be made", delivery.pk)
            outgoing.fail(delivery, trouble=f"could not be made: {type(error).__name__}", now=at)
    return arrived


def deliver(delivery: WebhookDelivery, *, now: datetime) -> bool:
    """Send one claimed delivery and note what became of it. Returns whether it has arrived.

    Raises:
        NoAnswer: the receiver could not be reached or did not answer; noted as well.
    """
    endpoint = delivery.endpoint
    try:
        signing = endpoints.secrets_of(endpoint, now=now)
    except sealing.SealBroken:
        outgoing.fail(delivery, trouble="SECRET_KEY has changed: make a new secret", now=now)
        return False
    body = payloads.body(delivery)
    try:
        answer = posting.post(endpoint.url, body=body.encode(), headers=_headers(delivery, body, signing))
    except posting.NoAnswer as error:
        outgoing.fail(delivery, trouble=str(error), took_ms=error.took_ms, now=now)
        endpoints.failed(endpoint, gone=False, now=now)
        logger.info("webhook %s did not arrive: %s", delivery.webhook_id, error)
        raise
    if 200 <= answer.status < 300:
        outgoing.mark_sent(delivery, status=answer.status, took_ms=answer.took_ms, now=now)
        endpoints.arrived(endpoint)
        return True
    outgoing.fail(delivery, trouble=_words(answer.status), status=answer.status, took_ms=answer.took_ms, now=now)
    endpoints.failed(endpoint, gone=answer.status == HTTPStatus.GONE, now=now)
    return False


def _headers(delivery: WebhookDelivery, body: str, signing: list[str]) -> dict[str, str]:
    """What the specification asks for: id, time, and a signature by each secret that holds. The time is that of the
    attempt, by the real clock, since receivers refuse what is five minutes old."""
    at = datetime.now(UTC)
    signatures = " ".join(Webhook(secret).sign(delivery.webhook_id, at, body) for secret in signing)
    return {
        "content-type": "application/json",
        "user-agent": f"Loop/{settings.VERSION}",
        "webhook-id": delivery.webhook_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signatures,
    }


def _words(status: int) -> str:
    if 300 <= status < 400:
        return f"HTTP {status}: redirects are not followed"
    return f"HTTP {status}"
