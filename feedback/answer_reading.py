"""What did everybody answer on these days? The columns of days that were counted, and all other answers one by one.

What was read is remembered by its digest, in this process: the same digest is the same content, so nothing that is
remembered can be out of date, and a page that asks for the same days several times reads them once.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import groupby

from feedback import answer_columns, read_once, tallies
from feedback.answer_columns import AnswerColumns
from feedback.answer_days import AnswerDays, Found
from feedback.models import AnswerPack, Response
from feedback.remembered import Remembered

DAYS_AT_ONCE = 92  # read answer by answer by one statement: a block of bytes may not grow without end
#: Bytes that one process remembers. A million answers are 17 MB, 25 with their times: of ten millions all have room.
MOST_REMEMBERED = 512 * 1024 * 1024


def answers_on(
    first: date,
    last: date,
    *,
    surveys: Collection[int] | None = None,
    timed: bool = False,
) -> AnswerDays:
    """The counted answers of these days, both ends included.

    Args:
        surveys: of these alone, by id; the caller narrows further what comes back.
        timed: with the instant of each answer.
    """
    unread = read_once.known(("unread", first, last), lambda: tallies.unread_spans(first, last))
    packs = AnswerPack.objects.filter(day__range=(first, last)).order_by("day", "survey_id")
    for span in unread:
        packs = packs.exclude(day__range=span)
    if surveys is not None:
        packs = packs.filter(survey__in=surveys)
    listed = list(packs.values_list("digest", "day", "survey_id").iterator())
    months = {month: [*packs] for month, packs in groupby(listed, key=_month)}
    names: dict[int, str] = {}
    for digest, day, _survey in listed:
        names[day.toordinal()] = names.get(day.toordinal(), "") + digest
    live = tallies.with_answers(unread)

    def find(first: date, last: date) -> Found:
        asked = [
            packs for month, packs in months.items() if (first.year, first.month) <= month <= (last.year, last.month)
        ]
        read = [_of_month(packs, timed) for packs in asked]
        parts = [found.columns.on(first, last) for found in read]
        for some in _at_once((max(first, begins), min(last, ends)) for begins, ends in live):
            rows = read_once.known(("answers", *some), partial(_live, some))
            rows = rows if surveys is None else rows.of_surveys(surveys)
            parts.append(rows if timed else rows.untimed())
        return Found(answer_columns.together(parts), all(found.as_named for found in read))

    ends = [date.fromordinal(day) for day in (min(names), max(names))] if names else []
    ends += [day for span in live for day in span]
    if not ends:
        return AnswerDays.of(answer_columns.together([]))
    return AnswerDays(max(first, min(ends)), min(last, max(ends)), names, live, find)


def _live(spans: Sequence[tuple[date, date]]) -> AnswerColumns:
    """The answers of these days, read one by one, of all surveys."""
    of_days = Response.objects.counted().filter(tallies.within_spans(spans))
    return answer_columns.read(of_days, spans[0][0], spans[-1][1], tallies.project_zone())


def _at_once(spans: Iterable[tuple[date, date]]) -> Iterator[list[tuple[date, date]]]:
    """The same days in order, as many at a time as are read by one statement."""
    some: list[tuple[date, date]] = []
    left = DAYS_AT_ONCE
    for first, last in spans:
        days = (last - first).days + 1
        done = 0
        while done < days:  # by number: after the last day there is, there is no other
            taken = min(left, days - done)
            some.append((first + timedelta(days=done), first + timedelta(days=done + taken - 1)))
            done, left = done + taken, left - taken
            if not left:
                yield some
                some, left = [], DAYS_AT_ONCE
    if some:
        yield some


Listed = tuple[str, date, int]  # the digest, day and survey of a pack
remembered = Remembered[AnswerColumns](
    MOST_REMEMBERED, lambda columns: sum(getattr(columns, name).nbytes for name in AnswerColumns.__slots__)
)


def _month(pack: Listed) -> tuple[int, int]:
    _digest, day, _survey = pack
    return day.year, day.month


def _of_month(packs: list[Listed], timed: bool) -> Found:
    """The columns of these packs, one after the other; what is not remembered is read, and is from now on."""
    name = "".join(digest for digest, _day, _survey in packs), timed
    for kept in (name, (name[0], True)):  # with their times they say the same, and more
        if (known := remembered.get(kept)) is not None:
            return Found(known if timed else known.untimed(), as_named=True)
    wanted = AnswerPack.objects.filter(day__range=(packs[0][1], packs[-1][1])).order_by("day", "survey_id")
    content = wanted.values_list("digest", "day", "survey_id", "answers", *(["times"] if timed else []))
    digests = {digest for digest, _day, _survey in packs}
    asked = {(day, survey) for _digest, day, survey in packs}
    read = [line for line in content.iterator() if line[1:3] in asked]
    found = answer_columns.together([answer_columns.unpacked(*line[1:]) for line in read])
    # What was counted anew between the two statements has another digest by now, and is as right.
    as_named = {line[0] for line in read} == digests
    if as_named:
        remembered.keep(name, found)
    return Found(found, as_named)
