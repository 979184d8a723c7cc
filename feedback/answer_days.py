"""Which answers were given on some days, and what is each day called, so that nothing is added up twice?

A counted day has a name, the digests of what was packed of it: the same name is the same answers. What the answers of
such days add up to is remembered by `feedback.answer_sums`; the answers themselves are read only where it is not.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from hashlib import blake2b
from typing import NamedTuple

import numpy as np

from feedback.answer_columns import AnswerColumns
from feedback.reporting import months_after

Span = tuple[date, date]  # days, both ends included
Narrow = Callable[[AnswerColumns], AnswerColumns]


class Found(NamedTuple):
    """The answers of some days; `as_named` unless a day was counted anew before its columns were read."""

    columns: AnswerColumns
    as_named: bool


@dataclass(frozen=True)
class AnswerDays:
    """The answers of the days `first` to `last`, both included; read when somebody asks for them.

    Attributes:
        names: of each counted day that has answers, by its ordinal.
        live: the days of the others.
        find: reads the answers between two days.
        told: what narrows them, in short: part of the name of each day.
        narrowing: the same, to be done to what was read.
    """

    first: date
    last: date
    names: Mapping[int, str]
    live: Sequence[Span]
    find: Callable[[date, date], Found]
    told: str = ""
    narrowing: tuple[Narrow, ...] = ()

    @classmethod
    def of(cls, columns: AnswerColumns) -> "AnswerDays":
        """Answers that were read already, under no name."""
        if not len(columns):
            return cls(date.max, date.min, {}, (), lambda first, last: Found(columns, True))
        span = date.fromordinal(int(columns.day[0])), date.fromordinal(int(columns.day[-1]))
        return cls(*span, {}, (span,), lambda first, last: Found(columns.on(first, last), True))

    def read(self, first: date, last: date) -> Found:
        """The answers of some of these days."""
        found = self.find(max(first, self.first), min(last, self.last))
        columns = found.columns
        for narrow in self.narrowing:
            columns = narrow(columns)
        return Found(columns, found.as_named)

    @cached_property
    def columns(self) -> AnswerColumns:
        """All of them, answer by answer."""
        return self.read(self.first, self.last).columns

    def on(self, first: date, last: date) -> "AnswerDays":
        """Those given on these days, both ends included."""
        first, last = max(first, self.first), min(last, self.last)
        live = [(max(begins, first), min(ends, last)) for begins, ends in self.live if begins <= last and ends >= first]
        return replace(self, first=first, last=last, live=live)

    def of_surveys(self, surveys: Collection[int]) -> "AnswerDays":
        """Those to these surveys, by id."""
        return self._narrowed(f"surveys {sorted(surveys)}", lambda columns: columns.of_surveys(surveys))

    def of_accounts(self, accounts: Iterable[int]) -> "AnswerDays":
        """Those of people at these accounts, by id; of no account none."""
        wanted = np.sort(np.fromiter(accounts, dtype=np.int64))
        told = blake2b(wanted.tobytes(), digest_size=16).hexdigest()
        return self._narrowed(f"accounts {told}", lambda columns: columns.of_accounts(wanted))

    def _narrowed(self, told: str, narrow: Narrow) -> "AnswerDays":
        return replace(self, told=f"{self.told} {told}", narrowing=(*self.narrowing, narrow))

    def quarters(self) -> Iterator[Span]:
        """Their days in order, cut where quarters of a year begin: one that changes leaves the others as they were."""
        return self._cut(3)

    def months(self) -> Iterator[Span]:
        """The same by month, as they are remembered: the columns of one are there without being put together."""
        return self._cut(1)

    def _cut(self, months: int) -> Iterator[Span]:
        first = self.first
        while first <= self.last:
            following = months_after(first, months - (first.month - 1) % months)
            yield first, min(self.last, following - timedelta(days=1))
            first = following

    def names_of(self, first: date, last: date) -> dict[int, str]:
        """The counted days between two, by ordinal, with the name of each."""
        days = range(first.toordinal(), last.toordinal() + 1)
        return {day: self.names[day] for day in days if day in self.names}
