"""A survey tool calls: is it believed, and is what it says kept exactly once?

Nothing is read here but the names of its events. Of what is not believed only the count is kept.
"""

import hashlib
import logging
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import F

from feedback.answer_sources import setting_up
from feedback.answer_sources.calls import Call, Verdict
from feedback.answer_sources.payloads import NoPayload, told_in
from feedback.answer_sources.tools import TOOLS
from feedback.models import AnswerSource, ArrivedAnswer
from feedback.signals import answer_arrived

logger = logging.getLogger(__name__)

#: Of the headers these are kept; what proves the sender is not.
KEPT = ("content-type", "user-agent", "webhook-id", "webhook-timestamp", "x-hubspot-request-timestamp")
LONGEST_HEADER = 500


class Taken(NamedTuple):
    """What became of a call: believed or not, and how many of its answers are new."""

    verdict: Verdict
    new: int = 0


def find(key: str) -> AnswerSource | None:
    """The source that listens at this address."""
    return AnswerSource.objects.select_related("survey").filter(key=key, is_active=True).first()


def take(source: AnswerSource, call: Call, *, now: datetime) -> Taken:
    """Keep what a call says, if it is believed; the same event again is not kept again.

    In the transaction that keeps it `answer_arrived` is sent, so that it is read soon.
    """
    verdict = TOOLS[source.kind].verify(call, setting_up.secrets_of(source, now=now), now)
    if verdict != Verdict.GENUINE:
        AnswerSource.objects.filter(pk=source.pk).update(
            refused_count=F("refused_count") + 1, refused_at=now, refused_why=verdict
        )
        logger.warning("a call to answer source %s was not believed: %s", source.pk, verdict)
        return Taken(verdict)
    rows = [
        ArrivedAnswer(
            source=source,
            event=event,
            nth=nth,
            body=call.body,
            headers={name: call.headers[name][:LONGEST_HEADER] for name in KEPT if name in call.headers},
            arrived_at=now,
            try_after=now,
        )
        for nth, event in enumerate(_events(source, call))
    ]
    with transaction.atomic():
        known = ArrivedAnswer.objects.filter(source=source, event__in=[row.event for row in rows])
        before = set(known.values_list("event", flat=True))
        new = [row for row in rows if row.event not in before]
        if new:
            # Somebody may tell the same right now: the database keeps one.
            ArrivedAnswer.objects.bulk_create(new, ignore_conflicts=True)
            answer_arrived.send(sender=ArrivedAnswer, source=source, now=now)
    return Taken(verdict, len(new))


def _events(source: AnswerSource, call: Call) -> list[str]:
    """The names of the events in a call; what has none is named by its bytes."""
    try:
        told = told_in(call.body, call.headers.get("content-type", ""))
    except NoPayload:
        names = [""]
    else:
        names = TOOLS[source.kind].events(told, call)
    digest = hashlib.sha256(call.body).hexdigest()
    return [_short(name) if name else f"sha256:{digest}:{nth}" for nth, name in enumerate(names)]


def _short(name: str) -> str:
    """A name that is too long, or not printable, is known by its hash."""
    return name if name.isprintable() and len(name) <= 90 else f"name:{hashlib.sha256(name.encode()).hexdigest()}"
