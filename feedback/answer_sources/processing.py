"""How does what arrived become answers, however often that is tried, and in whatever order?

A row is claimed by a conditional update that must change exactly one and counts the attempt; a claim whose worker died
runs out. What cannot be read is kept and shown with the reason; what failed is tried again for a day. `read_due` talks
to nobody; `fetch_due` asks the tools whose calls have ids only, with no transaction open meanwhile.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from feedback.answer_sources import fetching, recording
from feedback.answer_sources.payloads import NoPayload, told_in
from feedback.answer_sources.readings import NotTaken, Reading
from feedback.answer_sources.tools import BY_ID, TOOLS
from feedback.models import AnswerSource, ArrivalState, ArrivedAnswer

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
AT_ONCE = 500  # rows of one run
RUN_FOR = 25.0  # seconds, after which no further row is begun

# What to wait after the first, second, ... attempt that failed: a day together.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 6, 16)),
)


def read_due(*, now: datetime) -> int:
    """Read what has arrived whole. Returns how many answers were taken."""
    return _run(~Q(source__kind__in=BY_ID), now)


def fetch_due(*, now: datetime) -> int:
    """Fetch and read what has arrived as ids. Returns how many answers were taken."""
    return _run(Q(source__kind__in=BY_ID), now)


def replay(rows: Iterable[ArrivedAnswer], *, now: datetime) -> int:
    """Read these again from what arrived, whatever became of them before. Returns how many there are to read."""
    again = 0
    for row in rows:
        if row.state != ArrivalState.WAITING and row.forgotten_at is None:
            _wait(row, now)
            again += 1
    return again


def reading_of(row: ArrivedAnswer) -> Reading:
    """What a row says.

    Raises:
        NotTaken: there is no answer in it.
        TryAgain: it could not be fetched.
    """
    source, told = row.source, payload_of(row)
    if TOOLS[source.kind].by_id:
        return fetching.fetch_and_read(source, told, row.nth)
    return TOOLS[source.kind].read(told, source)


def payload_of(row: ArrivedAnswer) -> Any:
    """The body of a row.

    Raises:
        NotTaken: it is nothing we can read.
    """
    try:
        return told_in(bytes(row.body), row.headers.get("content-type", ""))
    except NoPayload:
        raise NotTaken("not_json") from None


def _run(kinds: Q, now: datetime) -> int:
    due = ArrivedAnswer.objects.due(now).filter(kinds).order_by("pk").values_list("pk", "source")
    ends_at, resting, taken = time.monotonic() + RUN_FOR, set[int](), 0
    for pk, source in list(due[:AT_ONCE]):
        if source in resting:
            continue
        if time.monotonic() > ends_at:
            break
        try:
            taken += _one(pk, now)
        except fetching.TryAgain:  # a tool that does not answer now rests until the next run
            resting.add(source)
    return taken


def _one(pk: int, now: datetime) -> bool:
    """Read one row, if nobody else does. Returns whether an answer was taken from it.

    Raises:
        TryAgain: its tool could not be asked; noted as well.
    """
    due = ArrivedAnswer.objects.due(now).filter(pk=pk)
    if due.update(try_after=now + LEASE, attempts=F("attempts") + 1) != 1:
        return False
    row = ArrivedAnswer.objects.select_related("source__survey").get(pk=pk)
    try:
        reading = reading_of(row)
        return _take(row, reading, now)
    except NotTaken as why:
        _end(row, ArrivalState.IGNORED if why.ignored else ArrivalState.REFUSED, why.code, why.detail, now)
        return False
    except fetching.TryAgain as why:
        _again(row, why.code, why.detail, now)
        raise
    except Exception as error:  # our own bug in one row must not stop the others
        logger.exception("what arrived as %s could not be read", pk)
        _again(row, "error", type(error).__name__, now)
        return False


@transaction.atomic
def _take(row: ArrivedAnswer, reading: Reading, now: datetime) -> bool:
    """Store an answer and what became of its row, together. Those of one source wait for each other here."""
    AnswerSource.objects.select_for_update().get(pk=row.source_id)
    if not ArrivedAnswer.objects.filter(pk=row.pk, state=ArrivalState.WAITING).exists():
        return False  # somebody else was faster, or the customer was erased meanwhile
    stored = recording.store(row, reading, now=now)
    _end(row, ArrivalState.DONE, stored.note, "", now)
    others = ArrivedAnswer.objects.filter(source=row.source, external_id=row.external_id, why="waits_for_score")
    for words in others.filter(state=ArrivalState.IGNORED, forgotten_at=None).exclude(pk=row.pk):
        _wait(words, now)
    return True


def _end(row: ArrivedAnswer, state: str, why: str, detail: str, now: datetime) -> None:
    row.state, row.why, row.detail, row.finished_at = state, why, detail, now
    row.save(update_fields=["state", "why", "detail", "finished_at", "external_id", "aspect", "told_at", "response"])


def _again(row: ArrivedAnswer, why: str, detail: str, now: datetime) -> None:
    """Try again later, or give up."""
    if row.attempts > len(BACK_OFF):
        _end(row, ArrivalState.FAILED, why, detail, now)
        return
    row.why, row.detail, row.try_after = why, detail, now + BACK_OFF[row.attempts - 1]
    row.save(update_fields=["why", "detail", "try_after"])


def _wait(row: ArrivedAnswer, now: datetime) -> None:
    row.state, row.why, row.detail, row.finished_at = ArrivalState.WAITING, "", "", None
    row.try_after, row.attempts = now, 0
    row.save(update_fields=["state", "why", "detail", "finished_at", "try_after", "attempts"])
