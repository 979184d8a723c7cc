"""Which periods, surveys or parts of the customers are the rows of a report?

For reports about answers and for those about cases alike: each says where its answer and its account are found.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Case, CharField, Expression, F, Min, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from feedback.models import Account, Survey, TouchpointEvent
from feedback.models.survey import SurveyKind

#: Longer tables help nobody, and each period is a comparison for every answer. Three years of weeks, 13 of months.
MOST_PERIODS = 160


class TooManyPeriods(ValueError):
    """The range has more weeks, months or quarters than a table can show."""


class By(StrEnum):
    """What each row of a report stands for."""

    MONTH = "month"
    WEEK = "week"
    QUARTER = "quarter"
    SURVEY = "survey"
    KIND = "kind"
    TOUCHPOINT = "touchpoint"
    SEGMENT = "segment"
    COUNTRY = "country"
    ACCOUNT = "account"

    @property
    def is_time(self) -> bool:
        """Whether the rows follow each other in time: then each has its place, also without answers."""
        return self in (By.MONTH, By.WEEK, By.QUARTER)


@dataclass(frozen=True)
class Period:
    """Some whole days in one time zone, both ends included.

    `key` is "2026-11", the ISO week "2026-W47" or the quarter "2026-Q4".
    """

    key: str
    first: date
    last: date
    zone: ZoneInfo

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.first, time(), self.zone)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone)


def periods(first: date, last: date, by: By, zone: ZoneInfo) -> list[Period]:
    """The months, weeks or quarters that cover the days `first` to `last`; those at the ends are cut to these days.

    Raises TooManyPeriods.
    """
    found: list[Period] = []
    day = first
    while day <= last:
        if len(found) == MOST_PERIODS:
            raise TooManyPeriods(f"That are more than {MOST_PERIODS} rows: choose a shorter time, or months.")
        key, following = _period_of(day, by)
        found.append(Period(key, day, min(last, following - timedelta(days=1)), zone))
        day = following
    return found


def _period_of(day: date, by: By) -> tuple[str, date]:
    """The key of the period a day lies in, and the first day after that period."""
    if by == By.WEEK:
        year, week, weekday = day.isocalendar()
        return f"{year}-W{week:02}", day + timedelta(days=8 - weekday)
    if by == By.QUARTER:
        quarter = (day.month + 2) // 3
        return f"{day.year}-Q{quarter}", months_after(day.replace(month=3 * quarter), 1)
    return f"{day:%Y-%m}", months_after(day, 1)


def months_after(day: date, months: int) -> date:
    """The first day of the month so many months after (or, below 0, before) the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def row_of(by: By, moment: str, rows: Sequence[Period], *, response: str, account: str) -> Expression | F:
    """The expression that says which row a database row belongs to, as text; "" where it belongs to none.

    Periods are compared as instants: letting SQLite cut each time down to its month takes six times as long (100,000
    answers: 1.1 s against 0.17 s).

    Args:
        moment: the path to the time that says in which period it falls.
        response: what comes before the fields of its answer: "" for answers themselves, "response__" for cases.
        account: what comes before the fields of its account, such as "contact__account__".
    """
    if by.is_time:
        ends = (When(**{f"{moment}__lt": period.ends_at}, then=Value(period.key)) for period in rows)
        return Case(*ends, default=Value(""), output_field=CharField())
    if by == By.SURVEY:
        return F(f"{response}survey__key")
    if by == By.KIND:
        return F(f"{response}survey__kind")
    if by == By.TOUCHPOINT:
        # One event causes one question; of a weekly rule several do, all of one touchpoint.
        events = TouchpointEvent.objects.filter(invitation=OuterRef(f"{response}invitation")).order_by()
        first = events.values("invitation").annotate(first=Min("touchpoint")).values("first")
        return Coalesce(Subquery(first), Value(""))
    field = {By.SEGMENT: "segment", By.COUNTRY: "country", By.ACCOUNT: "external_id"}[by]
    return Coalesce(F(f"{account}{field}"), Value(""))


def row_names(by: By, keys: Iterable[str]) -> dict[str, str]:
    """What people call the rows with these keys, in the active language; what has no other name goes by its key."""
    nothing = {
        By.TOUCHPOINT: _("no touchpoint"),
        By.SEGMENT: _("no segment"),
        By.COUNTRY: _("no country"),
        By.ACCOUNT: _("no customer"),
    }
    found = {key: key or nothing.get(by, "") for key in keys}
    if by == By.SURVEY:
        found |= dict(Survey.objects.filter(key__in=found).values_list("key", "name"))
    elif by == By.KIND:
        found |= {key: str(SurveyKind(key).label) for key in found if key in SurveyKind.values}
    elif by == By.ACCOUNT:
        found |= dict(Account.objects.filter(external_id__in=found).values_list("external_id", "name"))
    return found
