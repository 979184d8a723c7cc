"""What does Loop do the moment something happens in `feedback`, and what does it add to it?

An answer's case opens in the same transaction, without ever losing the answer. An approved wave is scheduled soon.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from feedback.answer_sources.tools import BY_ID
from feedback.models import AnswerSource, ArrivedAnswer, Response, Wave
from feedback.signals import (
    answer_arrived,
    response_recorded,
    response_retracted,
    responses_recorded,
    wave_approved,
)
from loop import bell, erased_list, sampling_bars, tasks, thanks, triage, triage_many
from loop.imports import cleaning
from loop.models import DataRequest
from loop.signals import customer_erased, customer_was_erased

logger = logging.getLogger(__name__)


@receiver(response_recorded, dispatch_uid="loop-triage")
def decide_about(sender: type[Response], response: Response, now: datetime, revised: bool, **_kwargs: Any) -> None:
    """Triage in a savepoint: if it fails the answer stays, undecided, and the sweep decides later."""
    try:
        with transaction.atomic():
            triage.triage(response, now=now, unseen=not revised)
    except Exception:  # whatever went wrong on our side, the customer's answer is kept
        logger.exception("response %s was stored without a decision", response.pk)
        response.triaged_at = None
        bell.ring(tasks.open_missed_cases)
        return
    _thank(response, now, unseen=not revised)


@receiver(responses_recorded, dispatch_uid="loop-triage-many")
def decide_about_all(sender: type[Response], responses: Sequence[Response], now: datetime, **_kwargs: Any) -> None:
    """Triage many at once, in a savepoint; if that fails each by itself, so that one holds up no other."""

    def alone(response: Response) -> None:
        decide_about(Response, response, now, revised=False)

    def thank(response: Response) -> None:
        _thank(response, now, unseen=True)

    try:
        with transaction.atomic():
            triage_many.triage_all(responses, alone=alone, thank=thank, now=now)
    except Exception:
        logger.exception("%d answers could not be decided about together", len(responses))
        for response in responses:
            triage_many.forget(response)
            alone(response)


def _thank(response: Response, now: datetime, *, unseen: bool = False) -> None:
    """Decide about thanks, a savepoint after all that matters more; the sweep does what fails here."""
    try:
        thanks.decide(response, now=now, unseen=unseen)
    except Exception:  # neither the answer nor its case may be lost to a word of thanks
        logger.exception("nothing was decided about thanks for response %s", response.pk)


@receiver(answer_arrived, dispatch_uid="loop-read-arrived")
def read_soon(sender: type[ArrivedAnswer], source: AnswerSource, **_kwargs: Any) -> None:
    """Have what a survey tool told read soon; the sweep does it if this bell is not heard."""
    bell.ring(tasks.fetch_arrived if source.kind in BY_ID else tasks.read_arrived)


@receiver(wave_approved, dispatch_uid="loop-schedule-wave")
def schedule_soon(sender: type[Wave], **_kwargs: Any) -> None:
    """Have the members invited soon; the sweep does it if this bell is not heard."""
    bell.ring(tasks.schedule_waves)


@receiver(response_retracted, dispatch_uid="loop-undo")
def undo(sender: type[Response], response: Response, since: datetime, now: datetime, **_kwargs: Any) -> None:
    """Take back, which is a savepoint, what was done about a machine's answer; the sweep does what fails here."""
    try:
        triage.undo(response, since=since, now=now)
    except Exception:  # the answer is out of the figures already; that must not be rolled back
        logger.exception("what was done about response %s is not undone", response.pk)
        response.triaged_at = None
        bell.ring(tasks.open_missed_cases)
    _thank(response, now)


sampling_bars.register()


@receiver(customer_erased, dispatch_uid="loop-forget-imports")
def forget_files(sender: type[DataRequest], now: datetime, **_kwargs: Any) -> None:
    """Let go of uploaded files and results: they may name whoever is erased, in words nobody can search for surely."""
    cleaning.forget_all(now=now)


@receiver(customer_was_erased, dispatch_uid="loop-keep-erased")
def keep_erased(sender: type[DataRequest], **_kwargs: Any) -> None:
    """Note it beside the database at once; what fails here the next run of the job does."""
    erased_list.keep()
