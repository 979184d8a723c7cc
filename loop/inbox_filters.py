"""What may a list of cases be narrowed to? Every filter of the inbox, all of them in the address."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from loop import search, wishes
from loop.models.case_query import CaseQuerySet

GROUP_NAMES: dict[str, Promise] = {
    "overdue": _("Overdue"),
    "today": _("Today"),
    "week": _("This week"),
    "later": _("Later"),
    "waiting": _("Waiting for the customer"),
}


YEARS = range(1970, 2200)  # beyond them a time zone can push an instant out of what Python and databases know


def can_be_asked(at: datetime) -> bool:
    """Whether an instant in an address is one a list can be asked about."""
    return at.tzinfo is not None and at.year in YEARS


@dataclass(frozen=True)
class Place:
    """Where a page begins: after the case with this time and number, in the part of the list that waits or before."""

    at: datetime
    pk: int
    waits: bool = False

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.pk}{'~w' if self.waits else ''}"

    @classmethod
    def first_waiting(cls) -> "Place":
        return cls(datetime(YEARS.start, 1, 1, tzinfo=UTC), 0, waits=True)

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place an address names, `<ISO time>~<number>` with `~w` where cases wait; None for anything else."""
        at, _tilde, rest = text.partition("~")
        number, _tilde, part = rest.partition("~")
        try:
            place = cls(datetime.fromisoformat(at), int(number), part == "w")
        except ValueError:
            return None
        return place if can_be_asked(place.at) and 0 <= place.pk <= search.LARGEST_NUMBER else None


@dataclass(frozen=True)
class Wanted:
    """What somebody chose to see. Empty fields choose nothing."""

    tab: str = ""
    q: str = ""
    due: str = ""
    category: str = ""
    team: int | None = None
    owner: int | None = None
    survey: int | None = None
    segment: str = ""
    escalated: bool = False
    callback: bool = False
    opened_from: date | None = None
    opened_to: date | None = None
    after: Place | None = None

    @property
    def is_filtered(self) -> bool:
        chosen = (self.q, self.due, self.category, self.team, self.owner, self.survey, self.segment, self.escalated)
        return any((*chosen, self.callback, self.opened_from, self.opened_to))


def narrowed(cases: CaseQuerySet, wanted: Wanted, now: datetime) -> CaseQuerySet:
    """Those of `cases` that every chosen filter lets through; words are looked for by `search`."""
    exactly = {
        "response__category": wanted.category,
        "team": wanted.team,
        "owner": wanted.owner,
        "response__survey": wanted.survey,
        "account__segment": wanted.segment,
    }
    cases = cases.filter(**{field: value for field, value in exactly.items() if value})
    if wanted.escalated:
        cases = cases.filter(escalation_level__gt=0)
    if wanted.callback:
        cases = cases.filter(wishes.CALL_WANTED)
    if wanted.opened_from:
        cases = cases.filter(opened_at__gte=_midnight(wanted.opened_from))
    if wanted.opened_to:
        cases = cases.filter(opened_at__lt=_midnight(wanted.opened_to + timedelta(days=1)))
    if wanted.due and wanted.tab != "resolved":
        cases = within(cases, wanted.due, now, "promise_due_at" if wanted.tab == "promised" else "next_due_at")
    return cases


def bounds(now: datetime) -> dict[str, tuple[datetime | None, datetime | None]]:
    """From when until when each group reaches, by the reader's days; weeks end with Sunday."""
    today = timezone.localtime(now).date()
    tomorrow = _midnight(today + timedelta(days=1))
    monday = _midnight(today + timedelta(days=7 - today.weekday()))
    return {"overdue": (None, now), "today": (now, tomorrow), "week": (tomorrow, monday), "later": (monday, None)}


def within(cases: CaseQuerySet, group: str, now: datetime, first: str = "next_due_at") -> CaseQuerySet:
    """The cases of one group, by the time that counts in their list. Raises KeyError for a group there is not."""
    if group == "waiting":
        return cases.filter(waits(now))
    start, end = bounds(now)[group]
    if start is not None and first == "next_due_at":
        cases = cases.exclude(waits(now))
    if start is not None:
        cases = cases.filter(**{f"{first}__gte": start})
    return cases.filter(**{f"{first}__lt": end}) if end is not None else cases


def waits(now: datetime) -> Q:
    """We wrote and the customer is to answer; until the day it is due, when it is for us to do something again."""
    return Q(waiting_since__isnull=False, next_due_at__gte=bounds(now)["week"][0])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
