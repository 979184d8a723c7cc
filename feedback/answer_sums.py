"""How many answers gave which score, and what did each person or account answer together?

Every figure of a report is made of such sums. Those of counted days are added up once, a quarter of a year at a time,
and remembered in this process under the names of the days: nothing that is remembered can be out of date, and a day
that changes costs its quarter. So a page over ten million answers reads those of the last days only.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from typing import Any, Literal

import numpy as np

from feedback.answer_columns import AnswerColumns
from feedback.answer_days import AnswerDays
from feedback.nps import HIGHEST_SCORE, LOWEST_PASSIVE, LOWEST_PROMOTER
from feedback.remembered import Remembered

#: Bytes that one process remembers. Of ten millions of answers, by person and by account, a third of it has room.
MOST_REMEMBERED = 256 * 1024 * 1024

NOTHING = object()  # the sums of no answers

_APART = 2.0**26  # both sums are exact as long as less than half as many answers are in one place
_SCORES = np.arange(HIGHEST_SCORE + 1)
_ONE_AND_CODE = 1 + (np.where(_SCORES >= LOWEST_PROMOTER, 1, 0) - np.where(_SCORES < LOWEST_PASSIVE, 1, 0)) / _APART


@dataclass(frozen=True, slots=True)
class ByScore:
    """A line for each day and survey with answers: its ordinal, its id, and how many there are of each score."""

    day: Any
    survey: Any
    counts: Any  # a line, a score from 0 to 10


@dataclass(frozen=True, slots=True)
class ByPerson:
    """Of each person, or account, in order of ids: how many answers, and the sum of their codes -1, 0, +1.

    `coded` is how many of the answers of somebody known are not passive. Answers of nobody known stand under the id 0.
    """

    key: Any
    n: Any
    codes: Any
    coded: int

    def of_those_there(self) -> "ByPerson":
        """Without keys that do not occur, and in less room."""
        some = np.flatnonzero(self.n)
        return ByPerson(self.key[some], self.n[some].astype(np.int32), self.codes[some].astype(np.int32), self.coded)


def by_score(answers: AnswerDays) -> ByScore:
    """By day, survey and score."""
    parts = [*_of_counted(answers, "score", _of_scores)[0], *_of_live(answers, _of_scores)]
    if not parts:
        none = np.zeros(0, np.int64)
        return ByScore(none, none, np.zeros((0, HIGHEST_SCORE + 1), np.int64))
    return ByScore(*(np.concatenate([getattr(part, name) for part in parts]) for name in ByScore.__slots__))


def by_person(answers: AnswerDays, whose: Literal["contact", "account"]) -> ByPerson:
    """By the id of the contact, or of the account."""
    return people_together(answers, whose=whose)[0]


def people_together(*several: AnswerDays, whose: Literal["contact", "account"] = "contact") -> list[ByPerson]:
    """`by_person` of each of several, all with the same keys; not every one of them has to occur."""
    all_parts = [_people(answers, whose) for answers in several]
    keys, table = _keys([part.key for parts in all_parts for part in parts])
    return [_sum(parts, keys, table=table) for parts in all_parts]


def _people(answers: AnswerDays, whose: str) -> list[ByPerson]:
    """The sums of all counted days together, and those of the days that go on."""
    add = partial(_of_people, whose=whose)
    named = answers.names_of(answers.first, answers.last)
    name = f"{whose}, all", _digest([answers.told, *named.values()])
    counted = remembered.get(name)
    if counted is None:
        quarters, as_named = _of_counted(answers, whose, add)
        counted = _sum(quarters, *_keys([part.key for part in quarters])).of_those_there() if quarters else NOTHING
        if as_named:
            remembered.keep(name, counted)
    return [*([] if counted is NOTHING else [counted]), *_of_live(answers, add)]


def _sum(parts: Iterable[ByPerson], keys: Any, table: bool) -> ByPerson:
    """All of these under `keys`, which is a `table` of all numbers or holds those that occur."""
    n, codes, coded = np.zeros(len(keys), np.int64), np.zeros(len(keys), np.int64), 0
    for part in parts:
        place = part.key if table else np.searchsorted(keys, part.key)
        n[place] += part.n  # each key is there once
        codes[place] += part.codes
        coded += part.coded
    return ByPerson(keys, n, codes, coded)


def _keys(several: Sequence[Any]) -> tuple[Any, bool]:
    """All keys that occur in any of these, in order; or all numbers up to the highest, and that it is these."""
    highest = max((int(keys[-1]) for keys in several if len(keys)), default=0)
    if _makes_a_table(highest, sum(map(len, several))):
        return np.arange(highest + 1), True
    return np.unique(np.concatenate(several)), False


def _makes_a_table(highest: int, many: int) -> bool:
    """A table of all ids up to the highest costs less than sorting them, as long as few of them are missing."""
    return highest <= 4 * many + 1_000_000


def _of_scores(columns: AnswerColumns) -> ByScore:
    surveys = np.array(columns.surveys)
    place = np.zeros(int(surveys[-1]) + 1, np.int64)
    place[surveys] = np.arange(len(surveys))
    first, wide = int(columns.day[0]), len(surveys)
    cell = ((columns.day - first) * wide + place[columns.survey]) * (HIGHEST_SCORE + 1) + columns.score
    lines = (int(columns.day[-1]) - first + 1) * wide
    counts = np.bincount(cell, minlength=lines * (HIGHEST_SCORE + 1)).reshape(lines, HIGHEST_SCORE + 1)
    some = np.flatnonzero(counts.any(axis=1))
    return ByScore(some // wide + first, surveys[some % wide], counts[some])


def _of_people(columns: AnswerColumns, whose: str) -> ByPerson:
    ids = getattr(columns, whose)
    highest = int(ids.max())
    keys, place = (
        (np.arange(highest + 1), ids) if _makes_a_table(highest, len(ids)) else np.unique(ids, return_inverse=True)
    )
    # Both sums by one walk through memory: each answer adds one to the number and its code far behind the point.
    both = np.bincount(place, _ONE_AND_CODE[columns.score], minlength=len(keys))
    n = np.rint(both)
    coded = int(np.count_nonzero(columns.code[ids != 0]))
    return ByPerson(keys.astype(ids.dtype), n, np.rint((both - n) * _APART), coded).of_those_there()


def _of_counted(answers: AnswerDays, what: str, add: Callable[[AnswerColumns], Any]) -> tuple[list[Any], bool]:
    """What `add` makes of each quarter's counted days; and whether all of it is of the answers that were named."""
    found, all_as_named = [], True
    for first, last in answers.quarters():
        if named := answers.names_of(first, last):
            name = what, _digest([answers.told, *named.values()])
            sums = remembered.get(name)
            if sums is None:
                columns, as_named = answers.read(first, last)
                columns = columns.where(np.isin(columns.day, np.array([*named])))
                sums = add(columns) if len(columns) else NOTHING
                if as_named:
                    remembered.keep(name, sums)
                all_as_named &= as_named
            found.append(sums)
    return [sums for sums in found if sums is not NOTHING], all_as_named


def _of_live(answers: AnswerDays, add: Callable[[AnswerColumns], Any]) -> list[Any]:
    """What it makes of the days that go on."""
    lately = (answers.read(*span).columns for span in answers.live)
    return [add(columns) for columns in lately if len(columns)]


def _digest(names: Iterable[str]) -> str:
    return blake2b("\n".join(names).encode(), digest_size=16).hexdigest()


def _size(sums: Any) -> int:
    return sum(getattr(getattr(sums, name), "nbytes", 0) for name in getattr(sums, "__slots__", ()))


remembered = Remembered[Any](MOST_REMEMBERED, _size)
