"""Which period, surveys, customers and team does a report cover? Reads it from an address, for pages and API alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Account, Survey, TouchpointEvent
from feedback.models.survey import SurveyKind
from feedback.reporting import By, Period, TooManyPeriods, months_after, periods
from loop.access import visible_accounts
from loop.models import Team, User

NAMES = ("from", "to", "kind", "survey", "touchpoint", "segment", "country", "account", "team", "by")

#: What a row stands for, as the pages call it; an address and the API have the values.
ROWS_BY = {
    By.MONTH: gettext_lazy("month"),
    By.WEEK: gettext_lazy("week"),
    By.QUARTER: gettext_lazy("quarter"),
    By.SURVEY: gettext_lazy("survey"),
    By.KIND: gettext_lazy("kind of survey"),
    By.TOUCHPOINT: gettext_lazy("touchpoint"),
    By.SEGMENT: gettext_lazy("segment"),
    By.COUNTRY: gettext_lazy("country"),
    By.ACCOUNT: gettext_lazy("customer"),
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
    kind: str = ""
    touchpoint: str = ""
    country: str = ""
    account: Account | None = None

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
        """The months, weeks or quarters covered; one for all of it when rows are no periods."""
        return periods(self.first, self.last, self.by, self.zone) if self.by.is_time else [self._whole]

    @property
    def _whole(self) -> Period:
        return Period("", self.first, self.last, self.zone)

    def before(self) -> "ReportFilters":
        """The same for as many days just before."""
        length = self.last - self.first
        last = date.fromordinal(self.first.toordinal() - 1)
        return replace(self, first=last - length, last=last)

    @property
    def kind_name(self) -> str:
        """The kind of survey as people call it, in the active language."""
        return str(SurveyKind(self.kind).label) if self.kind else ""

    @property
    def narrows(self) -> bool:
        """Whether anything but the days narrows it."""
        return any(value for name, value in self.as_dict().items() if name not in ("from", "to"))

    @property
    def wants_recovery(self) -> bool:
        """Whether recovery surveys were asked for: without that their answers count nowhere."""
        return self.survey is not None or self.kind == SurveyKind.RECOVERY

    def as_dict(self) -> dict[str, object]:
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "kind": self.kind,
            "survey": self.survey.key if self.survey else "",
            "touchpoint": self.touchpoint,
            "segment": self.segment,
            "country": self.country,
            "account": self.account.external_id if self.account else "",
            "team": self.team.name if self.team else "",
        }


def parse(query: QueryDict, *, now: datetime, reader: User | None = None) -> ReportFilters:
    """Read `from`, `to`, `kind`, `survey`, `touchpoint`, `segment`, `country`, `account`, `team` and `by`.

    Left out or empty, a report covers this month and the eleven before it, everything, by month. A team is given by its
    number or its name, an account by its number in the system it comes from: one `reader` may not see does not exist
    for them. Without a reader it is a machine, which sees all.

    Raises:
        FiltersRefused: an unknown parameter, one given twice, or a value there is none of.
    """
    reading = _Reading(query)
    last = reading.value("to", _day) or now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    found = ReportFilters(
        first=reading.value("from", _day) or max(EARLIEST, months_after(last, -11)),
        last=last,
        survey=reading.value("survey", _survey),
        segment=reading.value("segment", _segment) or "",
        team=reading.value("team", _team),
        kind=reading.value("kind", _kind) or "",
        touchpoint=reading.value("touchpoint", _touchpoint) or "",
        country=reading.value("country", _country) or "",
        account=reading.value("account", lambda number: _account(number, reader)),
        by=reading.value("by", _by) or By.MONTH,
    )
    if found.first > found.last:
        reading.refuse("from", _("It lies after the last day, %(to)s.") % {"to": found.last.isoformat()})
    if found.survey and found.kind and found.survey.kind != found.kind:
        told = {"survey": found.survey.key, "kind": found.survey.kind}
        reading.refuse("kind", _("The survey “%(survey)s” is of the kind “%(kind)s”.") % told)
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


def _kind(text: str) -> str:
    if text not in SurveyKind.values:
        told = {"text": text, "values": ", ".join(SurveyKind.values)}
        raise ValueError(_("“%(text)s” is not on offer; there are: %(values)s.") % told)
    return text


def _touchpoint(text: str) -> str:
    if "\x00" in text or not TouchpointEvent.objects.filter(touchpoint=text).exists():
        raise ValueError(_("Nothing has happened at a touchpoint “%(text)s”.") % {"text": text})
    return text


def _country(text: str) -> str:
    code = text.upper()
    if "\x00" in text or not Account.objects.filter(country=code).exists():
        raise ValueError(_("No customer is in a country “%(text)s”; write its code, such as SE.") % {"text": text})
    return code


def _account(number: str, reader: User | None) -> Account:
    seen = Account.objects.all() if reader is None else visible_accounts(reader)
    found = None if "\x00" in number else seen.filter(external_id=number).first()
    if found is None:
        raise ValueError(_("There is no customer with the number “%(text)s”.") % {"text": number})
    return found


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
