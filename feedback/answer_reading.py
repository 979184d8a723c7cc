"""What did everybody answer on these days? The columns of days that were counted, and all other answers one by one.

What was read is remembered by its digest, in this process: the same digest is the same content, so nothing that is
remembered can be out of date, and a page that asks for the same days several times reads them once.
"""

from collections import OrderedDict
from collections.abc import Collection
from datetime import date
from itertools import groupby
from threading import Lock

from django.db.models import QuerySet

from feedback import answer_columns, tallies
from feedback.answer_columns import AnswerColumns
from feedback.models import AnswerPack, Response

#: Bytes that one process remembers. A million answers are 13 MB, twice as many with their times.
MOST_REMEMBERED = 64 * 1024 * 1024


def answers_on(
    first: date,
    last: date,
    *,
    answers: QuerySet[Response],
    surveys: Collection[int] | None = None,
    timed: bool = False,
) -> AnswerColumns:
    """The columns of the counted answers of these days, both ends included.

    Args:
        answers: what to read on the days that are not counted; neither limited in time nor by anything but the
            surveys: the caller narrows further what comes back.
        surveys: of these alone, by id.
        timed: with the instant of each answer.
    """
    zone = tallies.project_zone()
    unread = tallies.unread_spans(first, last)
    packs = AnswerPack.objects.filter(day__range=(first, last)).order_by("day", "survey_id")
    for span in unread:
        packs = packs.exclude(day__range=span)
    if surveys is not None:
        packs = packs.filter(survey__in=surveys)
        answers = answers.filter(survey__in=surveys)
    listed = packs.values_list("digest", "day", "survey_id").iterator()
    parts = [_of_month(list(packs), timed) for _name, packs in groupby(listed, key=_month)]
    if unread:
        live = answer_columns.read(answers.filter(tallies.within_spans(unread)), first, last, zone)
        parts.append(live if timed else live.untimed())
    return answer_columns.together(parts)


Listed = tuple[str, date, int]  # the digest, day and survey of a pack
_remembers: OrderedDict[tuple[str, bool], AnswerColumns] = OrderedDict()
_lock = Lock()


def _month(pack: Listed) -> tuple[int, int]:
    _digest, day, _survey = pack
    return day.year, day.month


def _of_month(packs: list[Listed], timed: bool) -> AnswerColumns:
    """The columns of these packs, one after the other; what is not remembered is read, and is from now on."""
    name = "".join(digest for digest, _day, _survey in packs), timed
    with _lock:
        known = _remembers.get(name)
        if known is not None:
            _remembers.move_to_end(name)
            return known
    wanted = AnswerPack.objects.filter(day__range=(packs[0][1], packs[-1][1])).order_by("day", "survey_id")
    content = wanted.values_list("digest", "day", "survey_id", "answers", *(["times"] if timed else []))
    digests = {digest for digest, _day, _survey in packs}
    asked = {(day, survey) for _digest, day, survey in packs}
    read = [line for line in content.iterator() if line[1:3] in asked]
    found = answer_columns.together([answer_columns.unpacked(*line[1:]) for line in read])
    # What was counted anew between the two statements has another digest by now, and is as right.
    if {line[0] for line in read} == digests:
        _remember(name, found)
    return found


def _remember(name: tuple[str, bool], columns: AnswerColumns) -> None:
    with _lock:
        _remembers[name] = columns
        total = sum(_size(kept) for kept in _remembers.values())
        while total > MOST_REMEMBERED:
            _name, oldest = _remembers.popitem(last=False)
            total -= _size(oldest)


def _size(columns: AnswerColumns) -> int:
    return sum(getattr(columns, name).nbytes for name in AnswerColumns.__slots__)
