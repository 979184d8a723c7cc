"""How do many answers get into Loop at once? By a few statements for all, with the same outcome as one by one.

For answers of other systems and of files: each is new or told before. What answers an invitation, or corrects an
answer, goes through `feedback.responses.record_response`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from feedback import inserting, tallies
from feedback.among import PairsAmong
from feedback.models import Contact, Response, ResponseRevision, Survey
from feedback.moulds import Mould
from feedback.responses import Recorded, ResponseRefused, check, fresh, kept_text, said_in
from feedback.signals import responses_recorded


class Told(NamedTuple):
    """One of many answers; the fields are those of `record_response`.

    Attributes:
        revised_at: when its respondent corrected it, where that was told to another Loop.
        history: what it said before, oldest first, by the fields of `ResponseRevision`.
    """

    survey: Survey
    contact: Contact | None
    score: int
    source: str
    external_id: str = ""
    comment: str = ""
    wants_callback: bool = False
    wants_someone_else: bool = False
    phone: str = ""
    language: str = ""
    responded_at: datetime | None = None
    respondent_name: str = ""
    respondent_email: str = ""
    by_person: bool = False
    is_late: bool = False
    revised_at: datetime | None = None
    history: Sequence[Mapping[str, Any]] = ()


def record_many(
    told: Sequence[Told], *, now: datetime, of_the_past: bool = False, are_new: bool = False
) -> list[Recorded | ResponseRefused]:
    """Store these answers as `record_response` would one after the other.

    In the transaction that stores them `responses_recorded` is sent, so that their cases commit together with them. Of
    two with the same `source` and `external_id` the first counts, also where somebody else tells it meanwhile.

    Args:
        now: the present instant, aware.
        of_the_past: they count in figures and nothing follows from them: they are stored as decided about, and no
            signal is sent. A later correction is decided about like any other.
        are_new: the caller has had each looked at by `feedback.responses.check`, at this very `now`, and has looked for
            them: none was here, and no two are the same. Where one has come in meanwhile, the database refuses it and
            they are looked for again.

    Returns:
        What became of each, in their order: recorded, or why it was refused.

    Raises:
        DatabaseError: they cannot be stored together; nothing is.
    """
    if are_new:
        return [*_recorded(told, now, of_the_past, are_new=True)]
    refused: dict[int, ResponseRefused] = {}
    for place, one in enumerate(told):
        try:
            check(one.survey, one.score, one.comment, one.external_id, one.responded_at, now, is_late=one.is_late)
        except ResponseRefused as refusal:
            refused[place] = refusal
    good = [one for place, one in enumerate(told) if place not in refused]
    recorded = iter(_recorded(good, now, of_the_past, are_new=False))
    return [refused[place] if place in refused else next(recorded) for place in range(len(told))]


def _recorded(told: Sequence[Told], now: datetime, of_the_past: bool, *, are_new: bool) -> list[Recorded]:
    for again in range(inserting.TRIES):
        try:
            with transaction.atomic():
                return _store(told, now, of_the_past, are_new=are_new and not again)
        except DatabaseError as error:
            if not inserting.was_overtaken(error):
                raise
    with transaction.atomic():
        return _store(told, now, of_the_past, are_new=False)


def _store(told: Sequence[Told], now: datetime, of_the_past: bool, *, are_new: bool) -> list[Recorded]:
    names = [(one.source, one.external_id) for one in told]
    standing = {} if are_new else here_already(names)
    is_decided = of_the_past or responses_recorded.has_listeners(Response)
    fresh_one = _Fresh(now, triaged_at=now if is_decided else None)
    new: list[Response] = []
    corrected: list[tuple[Response, Told]] = []
    outcomes = []
    for name, one in zip(names, told, strict=True):
        known = standing.get(name) if one.external_id else None
        if known is not None:
            outcomes.append(Recorded(known, False))
            continue
        response = fresh_one(one)
        if one.external_id:
            standing[name] = response
        new.append(response)
        if one.history:
            corrected.append((response, one))
        outcomes.append(Recorded(response, True))
    if new:
        inserting.insert_all(Response, new, key=lambda response: (response.source, response.external_id))
        ResponseRevision.objects.bulk_create(
            ResponseRevision(response=response, **before) for response, one in corrected for before in one.history
        )
        tallies.mark((response.responded_at for response in new), now=now)
        if not of_the_past:
            _have_decided(new, now)
    return outcomes


def _have_decided(new: Sequence[Response], now: datetime) -> None:
    """Tell of these answers, which are stored as decided about; what is left undecided is noted afterwards.

    Nearly all are decided in the transaction that stores them. To write each once more would cost as much again.
    """
    responses_recorded.send(sender=Response, responses=new, now=now)
    undecided = [response.pk for response in new if response.triaged_at is None]
    if undecided:
        Response.objects.filter(pk__among=undecided).update(triaged_at=None)


def here_already(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Response]:
    """The answers we have under these sources and external ids; one query."""
    return {(found.source, found.external_id): found for found in named(names)}


def named(names: Iterable[tuple[str, str]]) -> QuerySet[Response]:
    """The answers that these sources call by these external ids; by one statement, however many sources there are."""
    wanted = Response.objects.filter(PairsAmong("source", "external_id", names))
    return wanted.exclude(external_id="")  # so says the index, and is of use to none who does not say so too


class _Fresh:
    """Makes answers that we have not had: those of one score to one survey are made alike."""

    def __init__(self, now: datetime, *, triaged_at: datetime | None) -> None:
        self._now = now
        self._triaged_at = triaged_at
        self._moulds: dict[tuple[int, int], Mould[Response]] = {}

    def __call__(self, one: Told) -> Response:
        key = one.survey.id, one.score
        mould = self._moulds.get(key) or self._moulds.setdefault(key, self._mould(one))
        contact = one.contact
        fields = {
            "contact_id": contact.id if contact is not None else None,
            "comment": kept_text(one.comment),
            "wants_callback": one.wants_callback,
            "wants_someone_else": one.wants_someone_else,
            "phone": kept_text(one.phone)[:50],
            "language": one.language,
            "responded_at": one.responded_at or self._now,
            "source": one.source,
            "external_id": one.external_id,
            "respondent_name": one.respondent_name,
            "respondent_email": one.respondent_email,
            "by_person": one.by_person,
            "is_late": one.is_late,
            "revised_at": one.revised_at,
        }
        return mould.cast(fields, {"contact": contact})

    def _mould(self, one: Told) -> Mould[Response]:
        said = said_in(one.score, "", False, "", self._now)
        return Mould(fresh(said, survey=one.survey, received_at=self._now, triaged_at=self._triaged_at))
