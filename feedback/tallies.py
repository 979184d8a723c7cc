"""Which days' answers have been counted already, and how do reports read those counts without ever being wrong?

A report over years reads a few thousand tallies instead of a million answers. Days are counted by the clock, after
they ended, never in the transaction of an answer. Whoever changes something about an answer of an ended day leaves a
mark in the same transaction; a marked day, like one that was never counted, is read answer by answer until it has been
counted again. So a figure is the same as a full recount at every moment, only faster.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from functools import reduce
from itertools import groupby
from operator import itemgetter, or_
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, Count, DateField, F, Min, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from feedback.models import AnswerPack, AnswerTally, Response, TalliedDay, TallyMark
from feedback.models.response import Category

#: A day is counted once it ended this long ago, and a change of what was answered this long ago leaves a mark. The
#: first is the longer one by more than any transaction takes, so that no answer slips in between.
SETTLED = timedelta(hours=8)
RECENT = timedelta(hours=2)

DAYS_AT_ONCE = 31  # counted by one query and stored by one transaction
MOST_RANGES = 50  # of days read answer by answer; more of them are read as one
AGAIN_AFTER = timedelta(days=30)  # each day is counted anew, whatever happened to the database meanwhile

#: While a new release is put in place, a worker of the one before may count days, and writes no columns.
WITH_COLUMNS = Q(packed_at=F("tallied_at"))

CATEGORIES = {category.value: Count("pk", filter=Q(category=category)) for category in Category}


def mark(moments: Iterable[datetime], *, now: datetime) -> None:
    """Note that answers given at these moments were added, changed or taken away; in the transaction that does it."""
    recent, zone = now - RECENT, project_zone()
    days = {moment.astimezone(zone).date() for moment in {*moments} if moment < recent}  # many are the same
    if days:
        TallyMark.objects.bulk_create(TallyMark(day=day) for day in sorted(days))


def mark_answers(responses: QuerySet[Response], *, now: datetime) -> None:
    """`mark` for all of these answers: their account, or what is known of it, is about to change or has changed."""
    mark(responses.order_by().values_list("responded_at", flat=True).iterator(), now=now)


def tally_days(*, now: datetime) -> int:
    """Count every ended day that has not been counted, or not since it was marked; returns how many days.

    Days without answers are counted too: that there was nothing is worth knowing.
    """
    zone = project_zone()
    # What a clock counted that stood ahead of this one may lack answers that came since.
    TalliedDay.objects.filter(~Q(zone=zone.key) | Q(tallied_at__gt=now)).delete()
    asked = Response.objects.aggregate(first=Min("responded_at"))["first"]
    if asked is None:
        return 0
    last = (now - SETTLED).astimezone(zone).date() - timedelta(days=1)
    days = _days_to_count(asked.astimezone(zone).date(), last, now)
    counted = 0
    for start in range(0, len(days), DAYS_AT_ONCE):
        some = days[start : start + DAYS_AT_ONCE]
        with suppress(IntegrityError):  # another process counts the same days, and was first
            _count(some, zone, now)
            counted += len(some)
    return counted


def _days_to_count(first: date, last: date, now: datetime) -> list[date]:
    counted = TalliedDay.objects.filter(WITH_COLUMNS, tallied_at__gt=now - AGAIN_AFTER)
    fresh = set(counted.values_list("day", flat=True))
    fresh -= set(TallyMark.objects.values_list("day", flat=True).distinct())
    length = (last - first).days + 1
    return [day for day in (first + timedelta(days=n) for n in range(length)) if day not in fresh]


@transaction.atomic
def _count(days: Sequence[date], zone: ZoneInfo, now: datetime) -> None:
    # Before the answers are read: a mark that comes after them is about something that may be missing, and stays.
    TallyMark.objects.filter(day__in=days).delete()
    AnswerTally.objects.filter(day__in=days).delete()
    AnswerTally.objects.bulk_create([AnswerTally(**line) for line in _counted(days, zone)], batch_size=1_000)
    AnswerPack.objects.filter(day__in=days).delete()
    AnswerPack.objects.bulk_create(_packed(days, zone), batch_size=100)
    TalliedDay.objects.bulk_create(
        [TalliedDay(day=day, zone=zone.key, tallied_at=now, packed_at=now) for day in days],
        update_conflicts=True, unique_fields=["day"], update_fields=["zone", "tallied_at", "packed_at"],
    )  # fmt: skip


def _counted(days: Sequence[date], zone: ZoneInfo) -> list[dict[str, Any]]:
    """By one query. Days are told by the instants they end at: see `feedback.reporting.row_of`."""
    ends = [When(responded_at__lt=_within(day, day, zone)["responded_at__lt"], then=Value(day)) for day in days]
    lines = (
        Response.objects.counted()
        .filter(within_spans(_spans(days)))
        .order_by()
        .values(
            "survey_id",
            day=Case(*ends, output_field=DateField()),
            segment=Coalesce(F("contact__account__segment"), Value("")),
            country=Coalesce(F("contact__account__country"), Value("")),
        )
        .annotate(**CATEGORIES, zeros=Count("pk", filter=Q(score=0)))
    )
    return [{**line} for line in lines]


def _packed(days: Sequence[date], zone: ZoneInfo) -> Iterable[AnswerPack]:
    from feedback import answer_columns  # and with it numpy: who takes an answer in has no use for either

    answers = Response.objects.counted().filter(within_spans(_spans(days)))
    return answer_columns.packs_of(answer_columns.read(answers, days[0], days[-1], zone))


class Covered(NamedTuple):
    """A span of days as a report reads it: what has been counted, and the answers of all other days."""

    tallies: QuerySet[AnswerTally]
    answers: QuerySet[Response]


def covered(answers: QuerySet[Response], first: date, last: date) -> Covered:
    """Split the days `first` to `last` into those that are counted and those to read answer by answer.

    Args:
        answers: what to read on the days that are not counted; neither limited in time nor by anything the tallies do
            not know (survey, segment, country: the caller narrows both alike).
    """
    spans = unread_spans(first, last)
    tallies = AnswerTally.objects.filter(day__range=(first, last))
    for span in spans:
        tallies = tallies.exclude(day__range=span)
    return Covered(tallies, answers.filter(within_spans(spans)))


def unread_spans(first: date, last: date) -> list[tuple[date, date]]:
    """The days from `first` to `last` that are not counted, or changed since: to be read answer by answer.

    As spans, both ends included; of very many, one that holds them all.
    """
    zone = project_zone()
    counted = TalliedDay.objects.filter(WITH_COLUMNS, day__range=(first, last), zone=zone.key)
    known = set(counted.values_list("day", flat=True))
    known -= set(TallyMark.objects.filter(day__range=(first, last)).values_list("day", flat=True).distinct())
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    missing = [day for day in every if day not in known]
    spans = _spans(missing)
    return [(missing[0], missing[-1])] if len(spans) > MOST_RANGES else spans


def with_answers(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """What is left of these spans from the day of the very first answer to that of the last one."""
    # Asked for `Min` and `Max` at once, SQLite goes through all answers; either of these it finds by the index.
    newest = Subquery(Response.objects.order_by("-responded_at").values("responded_at")[:1])
    ends = Response.objects.order_by("responded_at").values_list("responded_at", newest).first()
    if ends is None:
        return []
    earliest, latest = (end.astimezone(project_zone()).date() for end in ends)
    return [(max(first, earliest), min(last, latest)) for first, last in spans if first <= latest and last >= earliest]


def within_spans(spans: Iterable[tuple[date, date]]) -> Q:
    """Answers given on these days; without any, none."""
    zone = project_zone()
    return reduce(or_, (Q(**_within(*span, zone)) for span in spans), Q(pk__in=[]))


def _spans(days: Sequence[date]) -> list[tuple[date, date]]:
    """Days in order as spans without gaps, both ends included."""
    numbered = [(day.toordinal() - place, day) for place, day in enumerate(days)]
    runs = [[day for _number, day in run] for _key, run in groupby(numbered, key=itemgetter(0))]
    return [(run[0], run[-1]) for run in runs]


def _within(first: date, last: date, zone: ZoneInfo) -> dict[str, datetime]:
    return {
        "responded_at__gte": datetime.combine(first, time(), zone),
        "responded_at__lt": datetime.combine(last + timedelta(days=1), time(), zone),
    }


def project_zone() -> ZoneInfo:
    """Where days are cut."""
    return ZoneInfo(settings.TIME_ZONE)
