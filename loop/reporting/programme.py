"""How is the asking going: who answers, who does not and why, how often are people asked, what leaves next?

Recovery surveys are sent by cases, not by the programme: they count in how often somebody was asked, and in no rate.
Of a poster, a feedback station, a widget or a link in the company's own mails nobody knows how many saw it: what comes
in by those is told as answers, and counts in no rate either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from feedback.asking_hours import next_opening
from feedback.contact_zones import Whereabouts, whereabouts
from feedback.models import Contact, Invitation, Response, SurveyLink, Wave
from feedback.models.invitation import EMBEDDED, LINK, WIDGET, WITHOUT_RATE
from feedback.models.survey import SurveyKind
from feedback.models.survey_link import ANONYMOUS, SOURCE, LinkKind
from feedback.models.wave import WaveState
from loop.reporting.shares import Share
from loop.reporting.wave_progress import Left, reasons_in_words

YEAR = timedelta(days=365)
LOOK_AHEAD_DAYS = 30
MOST_ROWS = 24
OFTEN = 4  # and more are one row

ANSWERED = Q(response__isnull=False, response__retracted_at=None, response__is_late=False)
CHANNELS = {
    "email": gettext_lazy("e-mail"),
    "sms": gettext_lazy("text message"),
    "chat": gettext_lazy("chat"),
    LINK: gettext_lazy("personal link"),
    WIDGET: LinkKind.WIDGET.label,
    EMBEDDED: LinkKind.MAIL.label,
}


@dataclass(frozen=True)
class Rate:
    """How many of the mails that arrived were answered, in one part of what was sent. `wave` where it is one."""

    name: str
    sent: int
    answered: Share
    wave: int | None = None


@dataclass(frozen=True)
class Unasked:
    """So many answers came in by a way of which nobody knows how many saw it."""

    name: str
    answers: int


@dataclass(frozen=True)
class Fatigue:
    """So many contacts we can reach were asked so many times within a year; `or_more` in the last row."""

    times: int
    contacts: int
    share: Share
    or_more: bool


@dataclass(frozen=True)
class Leaving:
    """What leaves on one day where nothing keeps it back; `held` of it waits for a paused wave."""

    day: date
    mails: int
    reminders: int
    held: int


@dataclass(frozen=True)
class Programme:
    """The year up to now, and the days ahead."""

    total: Rate
    by_wave: list[Rate]
    by_channel: list[Rate]
    unasked: list[Unasked]
    by_segment: list[Rate]
    silent: list[Left]
    never_left: list[Left]
    fatigue: list[Fatigue]
    leaving: list[Leaving]


def programme(*, now: datetime) -> Programme:
    """How the asking went in the year up to `now`, and what leaves in the 30 days after."""
    mails = Invitation.objects.exclude(survey__kind=SurveyKind.RECOVERY)
    everything = _parts(mails.filter(sent_at__gt=now - YEAR, sent_at__lte=now), now)
    parts = [part for part in everything if part["channel"] not in WITHOUT_RATE]
    return Programme(
        total=_rate("", parts),
        by_wave=_by_wave(parts),
        by_channel=_by(parts, "channel", CHANNELS),
        unasked=_unasked(everything, now),
        by_segment=_by(parts, "contact__account__segment"),
        silent=_silent(parts),
        never_left=_never_left(mails, now),
        fatigue=_fatigue(now),
        leaving=_leaving(now),
    )


Part = dict[str, Any]  # what the mails of one wave, channel and segment have in common, and how many of them are what


def _parts(sent: QuerySet[Invitation], now: datetime) -> list[Part]:
    """All that is asked about what was sent, in one reading: each mail has one reason for having no answer."""
    still, before = {"answered": ANSWERED}, ANSWERED
    for reason, holds in (
        ("came_back", Q(bounced_at__isnull=False)),
        ("late", Q(response__is_late=True, response__retracted_at=None)),
        ("withdrawn", Q(response__isnull=False)),
        ("opted_out", Q(contact__opted_out_at__gte=F("sent_at"))),
        ("may_still", Q(expires_at__gt=now)),
    ):
        still[reason] = holds & ~before
        before |= holds
    counts = {reason: Count("pk", filter=holds) for reason, holds in still.items()}
    by = ("wave", "channel", "contact__account__segment")
    return list(sent.order_by().values(*by).annotate(sent=Count("pk"), **counts))


def _rate(name: str, parts: Iterable[Part], wave: int | None = None) -> Rate:
    sums = {count: sum(part[count] for part in parts) for count in ("sent", "answered", "came_back")}
    return Rate(name, sums["sent"], Share(sums["answered"], sums["sent"] - sums["came_back"]), wave)


def _grouped(parts: Iterable[Part], field: str) -> dict[Any, list[Part]]:
    groups: dict[Any, list[Part]] = {}
    for part in parts:
        groups.setdefault(part[field], []).append(part)
    return groups


def _by(parts: list[Part], field: str, words: Mapping[str, StrOrPromise] = MappingProxyType({})) -> list[Rate]:
    """One row for each value of a field, the largest first."""
    rates = [_rate(str(words.get(value, value or "")), group) for value, group in _grouped(parts, field).items()]
    return sorted(rates, key=lambda rate: (-rate.sent, rate.name))[:MOST_ROWS]


def _unasked(parts: list[Part], now: datetime) -> list[Unasked]:
    """What came in without being asked for, most first."""
    counts: Counter[str] = Counter()
    for part in parts:
        if part["channel"] in WITHOUT_RATE:
            counts[str(CHANNELS[part["channel"]])] += part["answered"]
    lately = Response.objects.counted().filter(responded_at__gt=now - YEAR, responded_at__lte=now)
    by_source = lately.filter(source__startswith=SOURCE).order_by().values_list("source").annotate(n=Count("pk"))
    words = {link.source: str(link.get_kind_display()) for link in SurveyLink.objects.filter(kind__in=ANONYMOUS)}
    for source, n in by_source:
        counts[words.get(source, source)] += n
    return [Unasked(name, n) for name, n in counts.most_common() if n]


def _by_wave(parts: list[Part]) -> list[Rate]:
    """The waves of the year, the latest first, and what was asked outside of them."""
    groups = _grouped(parts, "wave")
    outside = groups.pop(None, None)
    waves = Wave.objects.filter(pk__in=groups).order_by("-starts_on", "-pk")[:MOST_ROWS]
    rows = [_rate(wave.name, groups[wave.pk], wave.pk) for wave in waves]
    return [*rows, *([_rate(_("outside of waves"), outside)] if outside else [])]


def _silent(parts: list[Part]) -> list[Left]:
    """Why there is no answer to what was sent, as far as we know."""
    words = {
        "came_back": _("the mail came back"),
        "late": _("answered after it had closed"),
        "withdrawn": _("only a machine answered"),
        "opted_out": _("wanted no more surveys"),
        "may_still": _("may still answer"),
    }
    counts = {reason: sum(part[reason] for part in parts) for reason in words}
    known = sum(part["answered"] for part in parts) + sum(counts.values())
    silent = Left("silent", _("the link ran out in silence"), sum(part["sent"] for part in parts) - known, is_in=False)
    told = [Left(reason, words[reason], count, is_in=False) for reason, count in counts.items()]
    return [left for left in (*told, silent) if left.count]


def _never_left(mails: QuerySet[Invitation], now: datetime) -> list[Left]:
    """Why mails that were planned never left."""
    called_off = mails.filter(sent_at=None, cancelled_at__gt=now - YEAR, cancelled_at__lte=now)
    rows = called_off.order_by().values_list("cancel_reason").annotate(n=Count("pk")).order_by("-n", "cancel_reason")
    return reasons_in_words(dict(rows[:MOST_ROWS]))


def _fatigue(now: datetime) -> list[Fatigue]:
    asked = Invitation.objects.filter(contact=OuterRef("pk"), sent_at__gt=now - YEAR, sent_at__lte=now)
    asked = asked.exclude(channel=EMBEDDED)  # the company's own mail, which asked by the way
    times = Subquery(asked.order_by().values("contact").annotate(n=Count("pk")).values("n"))
    rows = (
        Contact.objects.annotate(times=Coalesce(times, 0))
        .filter(~Q(email="") | ~Q(mobile_hash="") | Q(times__gt=0))
        .order_by()
        .values_list("times")
        .annotate(contacts=Count("pk"))
    )
    counts: Counter[int] = Counter()
    for n, contacts in rows:
        counts[min(n, OFTEN)] += contacts
    everybody = counts.total()
    return [Fatigue(n, counts[n], Share(counts[n], everybody), n == OFTEN) for n in range(OFTEN + 1) if everybody]


def _leaving(now: datetime) -> list[Leaving]:
    """By day of the project's time zone; what should have left already is counted on the first day it may leave."""
    until = now + timedelta(days=LOOK_AHEAD_DAYS)
    waiting = Invitation.objects.filter(sent_at=None, cancelled_at=None, due_at__lte=until)
    reminders = Invitation.objects.unanswered().filter(
        sent_at__isnull=False,
        reminded_at=None,
        cancelled_at=None,
        bounced_at=None,
        remind_at__gt=now,
        remind_at__lte=until,
    )
    mails, held = _by_day(waiting, "due_at", now)
    reminded, held_too = _by_day(reminders, "remind_at", now)
    return [Leaving(day, mails[day], reminded[day], held[day] + held_too[day]) for day in sorted(mails | reminded)]


def _by_day(rows: QuerySet[Invitation], field: str, now: datetime) -> tuple[Counter[date], Counter[date]]:
    """How many of the rows leave on each day, and how many of those wait for a paused wave.

    What falls due outside working hours where its contact is leaves when those begin next; see `feedback.asking_hours`.
    """
    zone = ZoneInfo(settings.TIME_ZONE)
    mails: Counter[date] = Counter()
    held: Counter[date] = Counter()
    days: dict[tuple[datetime, Whereabouts], date] = {}  # many are due at the same hour in the same country
    found = rows.order_by().values_list(
        field, "contact__time_zone", "contact__phone", "contact__account__country", "wave__state"
    )
    for due_at, time_zone, phone, country, state in found.iterator():
        at, where = max(due_at, now), whereabouts(time_zone, phone, country or "")
        key = at.replace(minute=0, second=0, microsecond=0), where
        if key not in days:
            days[key] = next_opening(at, *where).astimezone(zone).date()
        mails[days[key]] += 1
        held[days[key]] += state == WaveState.PAUSED
    return mails, held
