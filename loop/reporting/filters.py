"""Which period, survey, segment and team does a report cover? Reads it from an address, for pages and API alike."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Account, Survey
from feedback.reporting import By, Period, TooManyPeriods, periods
from loop.models import Team

NAMES = ("from", "to", "survey", "segment", "team", "by")

#: What a row stands for, as the pages call it; an address and the API have the values.
ROWS_BY = {
    By.MONTH: gettext_lazy("month"),
    By.WEEK: gettext_lazy("week"),
    By.SURVEY: gettext_lazy("survey"),
    By.SEGMENT: gettext_lazy("segment"),
}

#: Nothing was asked before, and a date such as 0001-01-01 has no instant in every time zone.
EARLIEST = date(1990, 1, 1)
LATEST = date(2199, 12, 31)


class FiltersRefused(ValueError):
    """Some parameters are not acceptable; `errors` says by name what is wrong with each."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__("; ".join(f"{name}: {' '.join(messages)}" for name, messages in errors.items()))
        self.errors = errors


@dataclass(frozen=True)
class ReportFilters:
    """What a report covers. Days are those of the project's time zone, both ends included; None does not narrow."""

    first: date
    last: date
    survey: Survey | None = None
    segment: str = ""
    team: Team | None = None
    by: By = By.MONTH

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(settings.TIME_ZONE)

    @property
    def begins_at(self) -> datetime:
        return self._whole.begins_at

    @property
    def ends_at(self) -> datetime:
        """The first instant after the last day."""
        return self._whole.ends_at

    def periods(self) -> list[Period]:
        """The months or weeks covered; one for all of it when rows are no periods."""
        return periods(self.first, self.last, self.by, self.zone) if self.by in (By.MONTH, By.WEEK) else [self._whole]

    @property
    def _whole(self) -> Period:
        return Period("", self.first, self.last, self.zone)

    def before(self) -> "ReportFilters":
        """The same for as many days just before."""
        length = self.last - self.first
        last = date.fromordinal(self.first.toordinal() - 1)
        return ReportFilters(last - length, last, self.survey, self.segment, self.team, self.by)

    def as_dict(self) -> dict[str, object]:
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "survey": self.survey.key if self.survey else "",
            "segment": self.segment,
            "team": self.team.name if self.team else "",
        }


def parse(query: QueryDict, *, now: datetime) -> ReportFilters:
    """Read `from`, `to`, `survey`, `segment`, `team` and `by`.

    Left out or empty, a report covers this month and the eleven before it, everything, by month. A team is given by its
    number or its name.

    Raises:
        FiltersRefused: an unknown parameter, one given twice, or a value there is none of.
    """
    reading = _Reading(query)
    last = reading.value("to", _day) or now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    found = ReportFilters(
        first=reading.value("from", _day) or max(EARLIEST, _eleven_months_before(last)),
        last=last,
        survey=reading.value("survey", _survey),
        segment=reading.value("segment", _segment) or "",
        team=reading.value("team", _team),
        by=reading.value("by", _by) or By.MONTH,
    )
    if found.first > found.last:
        reading.refuse("from", _("It lies after the last day, %(to)s.") % {"to": found.last.isoformat()})
    try:
        found.periods()
    except TooManyPeriods:
        reading.refuse(
            "from", _("That is too long a time by %(by)s: choose a shorter one.") % {"by": ROWS_BY[found.by]}
        )
    if reading.errors:
        raise FiltersRefused(reading.errors)
    return found


Read = TypeVar("Read")


class _Reading:
    """Collects what is wrong, so that all of it is told at once."""

    def __init__(self, query: QueryDict) -> None:
        self.query = query
        self.errors: dict[str, list[str]] = {}
        for name in query:
            if name not in NAMES:
                self.refuse(name, _("There is no such parameter; there are: %(names)s.") % {"names": ", ".join(NAMES)})

    def refuse(self, name: str, message: str) -> None:
        self.errors.setdefault(name, []).append(message)

    def value(self, name: str, read: Callable[[str], Read]) -> Read | None:
        given = [text.strip() for text in self.query.getlist(name)]
        if len(given) > 1:
            self.refuse(name, _("It is given more than once."))
        elif given and given[0]:
            try:
                return read(given[0])
            except ValueError as error:
                self.refuse(name, str(error))
        return None


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%(text)s” is no day; write 2026-01-31.") % {"text": text}) from None
    if not EARLIEST <= day <= LATEST:
        raise ValueError(_("Choose a day from %(first)s to %(last)s.") % {"first": EARLIEST, "last": LATEST})
    return day


def _eleven_months_before(day: date) -> date:
    """The first day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 - 11, 12)
    return date(year, month + 1, 1)


def _survey(text: str) -> Survey:
    found = None if "\x00" in text else Survey.objects.filter(key=text).first()
    if found is None:
        keys = ", ".join(Survey.objects.order_by("key").values_list("key", flat=True))
        raise ValueError(_("There is no survey “%(text)s”; there are: %(keys)s.") % {"text": text, "keys": keys})
    return found


def _segment(text: str) -> str:
    if "\x00" in text or not Account.objects.filter(segment=text).exists():
        raise ValueError(_("No customer is in a segment “%(text)s”.") % {"text": text})
    return text


def _team(text: str) -> Team:
    by_number = Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else Q()
    found = None if "\x00" in text else Team.objects.filter(Q(name=text) | by_number).first()
    if found is None:
        raise ValueError(_("There is no team “%(text)s”.") % {"text": text})
    return found


def _by(text: str) -> By:
    try:
        return By(text)
    except ValueError:
        raise ValueError(
            _("“%(text)s” is not on offer; there are: %(values)s.") % {"text": text, "values": ", ".join(By)}
        ) from None
