"""How are many answers in JSON taken at once, so that whatever is wrong with one harms no other?

Neighbours that name known contacts are stored together; one that brings its contact along goes by itself between them,
so that the order holds. Where storing them together fails, each is tried by itself.
"""

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime
from http import HTTPStatus
from itertools import groupby
from typing import Any

from django.db import transaction
from rest_framework.exceptions import ValidationError

from feedback.contacts import ContactRefused
from feedback.many_responses import Told, record_many
from feedback.responses import Recorded, ResponseRefused
from loop.api import plain_answers
from loop.api.answers import Directory, as_told, goes_with_others, take
from loop.api.problems import BODY, Errors, flat, printable
from loop.api.serializers.responses import AnswerBody

logger = logging.getLogger(__name__)

Outcome = Recorded | dict[str, Any]  # an answer we have, or what is said back about one that was not taken
Checked = dict[str, Any]


def taken_together(items: Sequence[Any], directory: Directory, *, now: datetime) -> list[Outcome]:
    """Check these answers and store what can be stored, in the caller's transaction; an outcome for each, in order."""
    form = AnswerBody()
    checked = [_checked(item, form) for item in items]
    outcomes: list[Outcome] = []
    for together, neighbours in groupby(checked, key=_goes_with_others):
        run = list(neighbours)
        outcomes += _together(run, directory, now) if together else [_one(each, directory, now) for each in run]
    return outcomes


def _checked(item: Any, form: AnswerBody) -> Checked | ValidationError:
    plain = plain_answers.read(item)
    if plain is not None:
        return plain
    try:
        return dict(form.run_validation(item))
    except ValidationError as error:
        return error


def _goes_with_others(checked: Checked | ValidationError) -> bool:
    return isinstance(checked, ValidationError) or goes_with_others(checked)


def _together(run: list[Checked | ValidationError], directory: Directory, now: datetime) -> Iterator[Outcome]:
    """Store a run of answers by a few statements."""
    outcomes: list[Outcome | Told] = [_told(each, directory) for each in run]
    told = [outcome for outcome in outcomes if isinstance(outcome, Told)]
    try:
        with transaction.atomic():
            recorded = iter(record_many(told, now=now))
    except Exception:
        logger.exception("%d answers could not be stored together", len(told))
        yield from (_one(each, directory, now) for each in run)
        return
    for outcome in outcomes:
        found = next(recorded) if isinstance(outcome, Told) else outcome
        yield _refusal(found) if isinstance(found, ResponseRefused) else found


def _told(checked: Checked | ValidationError, directory: Directory) -> Told | dict[str, Any]:
    if isinstance(checked, ValidationError):
        return _refused(HTTPStatus.BAD_REQUEST, flat(checked.detail))
    try:
        return as_told(checked, directory)
    except ResponseRefused as refusal:
        return _refusal(refusal)


def _one(checked: Checked | ValidationError, directory: Directory, now: datetime) -> Outcome:
    """Take one of many, in a savepoint: whatever is wrong with it is its own affair."""
    if isinstance(checked, ValidationError):
        return _refused(HTTPStatus.BAD_REQUEST, flat(checked.detail))
    try:
        with transaction.atomic():
            return take(checked, directory, now=now)
    except (ResponseRefused, ContactRefused) as refusal:
        return _refusal(refusal)
    except Exception:
        logger.exception("one answer of many could not be stored")
        return _refused(
            HTTPStatus.INTERNAL_SERVER_ERROR, {BODY: ["Something went wrong on our side; try this one again."]}
        )


def _refusal(refusal: ResponseRefused | ContactRefused) -> dict[str, Any]:
    return _refused(HTTPStatus.BAD_REQUEST, {refusal.field: [printable(refusal.message)]})


def _refused(status: HTTPStatus, errors: Errors) -> dict[str, Any]:
    return {"status": status, "case": None, "errors": errors}
