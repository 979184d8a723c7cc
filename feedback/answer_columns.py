"""Who answered what, as columns of numbers: how are figures over people and accounts made of a million answers?

A figure such as the error of a change, or the NPS of accounts, needs to know who answered. The database takes seconds
to hand out a million rows; the same as a few arrays is read in a tenth of one. `feedback.tallies` keeps the columns of
each day it counts, `feedback.answer_reading` adds the answers of all other days, so that together they are all answers
at every moment.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from hashlib import blake2b
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from feedback.instants import Microseconds, microseconds
from feedback.models import AnswerPack, Contact, Response
from feedback.nps import LOWEST_PASSIVE, LOWEST_PROMOTER
from feedback.numbers import numbers

NARROW = np.iinfo(np.int32).max  # ids up to here take four bytes

Numbers = NDArray[np.integer[Any]]  # ids: of four or eight bytes


@dataclass(frozen=True, slots=True)
class AnswerColumns:
    """Answers as arrays of one length, an entry an answer; in order of days, those of one day and survey of time.

    Attributes:
        day: the ordinal (`date.toordinal`) of the day it was given on, in the project's time zone.
        survey, contact, account: ids; 0 where there is none.
        score: as it was given.
        at: microseconds since 1970, UTC; of length 0 unless it was asked for.
    """

    day: NDArray[np.int32]
    survey: Numbers
    contact: Numbers
    account: Numbers
    score: NDArray[np.uint8]
    at: Numbers

    def __len__(self) -> int:
        return len(self.day)

    @property
    def code(self) -> NDArray[np.int8]:
        """-1 of a detractor, 0 of a passive, +1 of a promoter."""
        return (self.score >= LOWEST_PROMOTER).astype(np.int8) - (self.score < LOWEST_PASSIVE).astype(np.int8)

    def untimed(self) -> "AnswerColumns":
        """The same without their instants."""
        return replace(self, at=self.at[:0])

    def where(self, those: NDArray[Any]) -> "AnswerColumns":
        """Some of them, by a truth value for each or by their places."""
        if those.dtype == np.bool_ and those.all():
            return self
        places = np.flatnonzero(those) if those.dtype == np.bool_ else those  # found once and not column by column
        columns = (getattr(self, name) for name in AnswerColumns.__slots__)
        return AnswerColumns(*(column[places] if len(column) else column for column in columns))

    def on(self, first: date, last: date) -> "AnswerColumns":
        """Those given on these days, both ends included; nothing is copied."""
        # Of the same type as the column: it would be copied into a wider one first.
        begins = int(np.searchsorted(self.day, np.int32(first.toordinal()), side="left"))
        ends = int(np.searchsorted(self.day, np.int32(last.toordinal()), side="right"))
        return AnswerColumns(*(getattr(self, name)[begins:ends] for name in AnswerColumns.__slots__))

    @property
    def surveys(self) -> list[int]:
        """The surveys any of them answers, by id."""
        found: list[int] = np.flatnonzero(np.bincount(self.survey)).tolist()  # to find the different ones takes longer
        return found

    def of_surveys(self, surveys: Collection[int]) -> "AnswerColumns":
        """Those to these surveys, by id."""
        if set(self.surveys) <= set(surveys):
            return self
        return self.where(np.isin(self.survey, np.array(sorted(surveys), dtype=np.int32)))

    def of_accounts(self, accounts: Iterable[int]) -> "AnswerColumns":
        """Those of people at these accounts, by id; of no account none."""
        wanted = np.fromiter(accounts, dtype=np.int64)
        return self.where(np.isin(self.account, wanted[wanted > 0]))


def together(parts: Sequence[AnswerColumns]) -> AnswerColumns:
    """All of them, in order of days, as each part is."""
    parts = [part for part in parts if len(part)]
    if not parts:
        none = np.zeros(0, np.int32)
        return AnswerColumns(none, none, none, none, np.zeros(0, np.uint8), np.zeros(0, np.int64))
    names = AnswerColumns.__slots__
    if len(parts) == 1:
        return parts[0]
    found = AnswerColumns(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))
    if all(one.day[-1] <= following.day[0] for one, following in pairwise(parts)):
        return found
    order = np.argsort(found.day, kind="stable")
    return AnswerColumns(*(column[order] if len(column := getattr(found, name)) else column for name in names))


def read(responses: QuerySet[Response], first: date, last: date, zone: ZoneInfo) -> AnswerColumns:
    """The columns of these answers, read one by one; all were given on the days `first` to `last`, in `zone`.

    One block of bytes of all of them leaves the database: not of more days than it can make one of.
    """
    known = Coalesce("contact_id", 0)  # no row has the id 0
    found = numbers(responses, "survey_id", known, "score", Microseconds("responded_at"), "pk")
    in_order = found[np.lexsort((found[:, 4], found[:, 3]))]
    survey, contact, score, at, _pk = in_order.T.copy()
    days = _days(at, first, last, zone)
    return AnswerColumns(days, survey, contact, _accounts(contact), score.astype(np.uint8), at)


def _accounts(contacts: Numbers) -> Numbers:
    """The account of each of these people, asked for by themselves: joined to the answers of two days, PostgreSQL goes
    through all the people there are."""
    people, place = np.unique(contacts, return_inverse=True)
    known = Contact.objects.filter(pk__among=people.tolist(), account__isnull=False)
    told = numbers(known, "pk", "account_id")
    accounts = np.zeros(len(people), np.int64)
    accounts[np.searchsorted(people, told[:, 0])] = told[:, 1]
    return accounts[place]


def _days(at: Numbers, first: date, last: date, zone: ZoneInfo) -> NDArray[np.int32]:
    """The ordinals of the local days of these instants. A local day begins at its midnight, however long it is."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    begins = [microseconds(datetime.combine(day, time(), zone)) for day in days]
    found = np.searchsorted(np.array(begins), at, side="right") - 1 + first.toordinal()
    return found.astype(np.int32)


def packs_of(columns: AnswerColumns) -> Iterable[AnswerPack]:
    """The same as rows to keep, one a day and survey."""
    for day in np.unique(columns.day):
        of_day = columns.where(columns.day == day)
        for survey in np.unique(of_day.survey):
            yield _pack(date.fromordinal(int(day)), int(survey), of_day.where(of_day.survey == survey))


def _pack(day: date, survey: int, columns: AnswerColumns) -> AnswerPack:
    """The first byte is the width of an id; then all contacts, all accounts, all scores."""
    width = 4 if max(columns.contact.max(), columns.account.max()) <= NARROW else 8
    ids = (column.astype(f"<i{width}").tobytes() for column in (columns.contact, columns.account))
    answers = b"".join((bytes([width]), *ids, columns.score.tobytes()))
    times = columns.at.astype("<i8").tobytes()
    told = blake2b(b"%d %d " % (day.toordinal(), survey) + answers + times, digest_size=16)
    return AnswerPack(day=day, survey_id=survey, answers=answers, times=times, digest=told.hexdigest())


def unpacked(day: date, survey: int, answers: Any, times: Any = b"") -> AnswerColumns:
    """The columns of one day and survey, as `AnswerPack` keeps them; `times` only where they are asked for."""
    raw = bytes(answers)
    width = raw[0]
    n = (len(raw) - 1) // (2 * width + 1)
    contact, account = (np.frombuffer(raw, f"<i{width}", n, 1 + place * n * width) for place in (0, 1))
    return AnswerColumns(
        np.full(n, day.toordinal(), np.int32),
        np.full(n, survey, np.int32),
        contact,
        account,
        np.frombuffer(raw, np.uint8, n, 1 + 2 * n * width),
        np.frombuffer(bytes(times), "<i8"),
    )
