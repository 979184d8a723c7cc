"""What does somebody read in the morning? One mail a person and working day: agreed calls, what is overdue, due today,
promised, planned, and came in.

It is made at half past seven where the reader is, on days on which the calendar works and the reader is not away. What
came in later than that is told by mails of its own. A morning nobody made it, because everything stood still, is not
made up for: at noon it would be news no longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from loop import access, ahead, deadlines, favours, open_hours, snoozes
from loop.models import Case, Favour, Role, User, WorkCalendar
from loop.models.case_query import CaseQuerySet
from loop.models.thanks import FavourQuerySet
from notifications import facts, kinds, outbox, preferences, together
from notifications.models import Message, MessageState

FROM, UNTIL = time(7, 30), time(12, 0)  # on the reader's clock
CASES_SHOWN = 12  # of each part; the inbox has the rest
LOOK_BACK = 60  # days; a company that was shut for longer begins anew
READERS = (Role.AGENT, Role.LEAD, Role.ADMIN)  # who can have cases; leadership only reads
HEADINGS = {
    "calls": _("Calls agreed for today"),
    "promises": _("Promised and due"),
    "tries": _("Tries planned for today"),
    "overdue": _("Overdue"),
    "today": _("Due today"),
    "new": _("Came in"),
    "team": _("Overdue in your team"),
    "queue": _("Waiting for somebody to take them"),
    "favours": _("What customers agreed to"),
}


@dataclass(frozen=True)
class Part:
    """One heading of the mail: its key, how many cases stand under it, and the first of them; or what customers said
    yes to, which is about no case."""

    key: str
    count: int
    cases: Sequence[Case]
    told: Sequence[str]  # of each case what was agreed; empty: what is due
    favours: Sequence[Favour] = ()


def enqueue(*, now: datetime) -> int:
    """Put the morning mails that are due into the outbox, one a person and day. Returns how many are new."""
    office = deadlines.policy().calendar
    readers = User.objects.filter(is_active=True, role__in=READERS).order_by("pk")
    return sum(_enqueue(user, now) for user in readers if _is_time(user, now, office))


def is_first_morning(user: User, now: datetime, office: WorkCalendar, *, monthly: bool = False) -> bool:
    """Whether it is morning on the first working day of the reader's week, or of their month."""
    here = now.astimezone(zone_of(user))
    if not FROM <= here.time() < UNTIL:
        return False
    hours, today = deadlines.office_of(user, office).hours(), here.date()
    since = today.day - 1 if monthly else today.weekday()
    days = (today - timedelta(days=back) for back in range(since, -1, -1))
    return next((day for day in days if not open_hours.closed_because(day, hours)), None) == today


def _is_time(user: User, now: datetime, office: WorkCalendar) -> bool:
    here = now.astimezone(zone_of(user))
    if not FROM <= here.time() < UNTIL:
        return False
    return not open_hours.closed_because(here.date(), deadlines.office_of(user, office).hours())


def _enqueue(user: User, now: datetime) -> bool:
    key = f"digest:{user.pk}:{now.astimezone(zone_of(user)).date().isoformat()}"
    if outbox.is_known(key) or user.away_until is not None or not preferences.wants(user, kinds.DIGEST.name):
        return False
    if not parts(user, now):
        return False
    return outbox.enqueue(key=key, kind=kinds.DIGEST.name, to=user.email, user=user, send_after=now, now=now)


def parts(user: User, now: datetime) -> list[Part]:
    """What there is to tell this morning, by urgency; parts about nothing are left out, as are cases that a mail of
    their own has told this person of today.

    A lead, or whoever stands in for one, also reads which cases of the team are overdue with others, and which wait
    for anybody to take them.
    """
    morning = _morning(user, now)
    told_of = Message.objects.filter(
        user=user, case__isnull=False, state=MessageState.SENT, sent_at__gte=morning.replace(hour=0, minute=0)
    )
    open_then = access.visible_cases(user).open().filter(opened_at__lte=morning).exclude(pk__in=told_of.values("case"))
    open_then = open_then.for_display()
    theirs = access.doing_the_work_of(user)
    mine = open_then.filter(owner__in=theirs).exclude(pk__in=snoozes.running(user, now).values("case"))
    tomorrow = datetime.combine(morning.date() + timedelta(days=1), time(), morning.tzinfo)
    last_morning = _last_morning(user, morning)
    late = mine.overdue(now)
    today = mine.overdue(tomorrow).exclude(pk__in=late.values("pk"))
    new = mine.filter(opened_at__gt=last_morning).exclude(pk__in=late.values("pk")).exclude(pk__in=today.values("pk"))
    everything = access.visible_cases(user).filter(owner__in=theirs)
    midnight = tomorrow - timedelta(days=1)
    agreed = [
        _agreed("calls", ahead.calls(everything, start=midnight, until=tomorrow)),
        _agreed("promises", ahead.promises(everything, until=tomorrow)),
        _agreed("tries", ahead.tries(everything, until=tomorrow)),
    ]
    told = [("overdue", late), ("today", today), ("new", new)]
    if user.role == Role.LEAD or user.covering_teams:
        told += [
            ("team", open_then.exclude(owner=None).exclude(owner__in=theirs).overdue(now)),
            ("queue", open_then.filter(owner=None)),
        ]
    agreed_to = list(_favours(user, morning))
    found = [*agreed, *(_part(key, cases) for key, cases in told)]
    found.append(Part("favours", len(agreed_to), (), (), agreed_to))
    return [part for part in found if part.count]


def _favours(user: User, morning: datetime) -> FavourQuerySet:
    return favours.to_tell(user, until=morning, midnight=morning.replace(hour=0, minute=0))


def mark_told(user: User, now: datetime) -> None:
    """Note what the mail of this morning has told for good: what customers agreed to is told once."""
    favours.mark_told([favour.pk for favour in _favours(user, _morning(user, now))], now=now)


def _morning(user: User, now: datetime) -> datetime:
    here = now.astimezone(zone_of(user))
    return datetime.combine(here.date(), FROM, here.tzinfo)


def _last_morning(user: User, morning: datetime) -> datetime:
    """The morning before this one on which mails like this were sent."""
    hours = deadlines.office_of(user).hours()
    days = (morning - timedelta(days=back) for back in range(1, LOOK_BACK))
    return next((day for day in days if not open_hours.closed_because(day.date(), hours)), morning)


def _part(key: str, cases: CaseQuerySet) -> Part:
    shown = list(cases.order_by("next_due_at", "pk")[: CASES_SHOWN + 1])
    count = len(shown) if len(shown) <= CASES_SHOWN else cases.count()
    return Part(key, count, shown[:CASES_SHOWN], [""] * len(shown[:CASES_SHOWN]))


def _agreed(key: str, agreed: list[ahead.Agreed]) -> Part:
    shown = agreed[:CASES_SHOWN]
    told = [f"{facts.told_when(one.at, _time_format())} {one.what}".strip() for one in shown]
    return Part(key, len(agreed), [one.case for one in shown], told)


def _time_format() -> str:
    return gettext("D j M H:i")


def facts_of(user: User, now: datetime) -> dict[str, Any]:
    """What the mail tells, part by part; `summary` is for its subject."""
    told = parts(user, now)
    return {
        "parts": [
            {
                "key": part.key,
                "heading": HEADINGS[part.key],
                "count": part.count,
                "rows": [together.row(case, told=told) for case, told in zip(part.cases, part.told, strict=True)]
                + [_favour_row(favour) for favour in part.favours[:CASES_SHOWN]],
                "more": part.count - len(part.cases) - len(part.favours[:CASES_SHOWN]),
            }
            for part in told
        ],
        "summary": ", ".join(_summary(part.key, part.count) for part in told),
        "inbox_url": settings.BASE_URL + reverse("cases"),
        "preferences_url": settings.BASE_URL + reverse("my-messages"),
    }


def _favour_row(favour: Favour) -> dict[str, Any]:
    """What a customer agreed to, as a line of the mail."""
    account, answer = favour.contact.account, favour.thanks.response
    what = favours.words(favour)
    return {
        "score": answer.score,
        "category": answer.category,
        "who": facts.who(favour.contact, account.name if account else ""),
        "due": gettext("taken back: %(what)s") % {"what": what} if favour.revoked_at else what,
        "owner": "",
        "url": settings.BASE_URL + (reverse("account", args=[account.pk]) if account else reverse("favours")),
    }


def _summary(key: str, n: int) -> str:
    match key:
        case "calls":
            words = ngettext("%(n)d call", "%(n)d calls", n)
        case "promises":
            words = ngettext("%(n)d promise", "%(n)d promises", n)
        case "tries":
            words = ngettext("%(n)d try", "%(n)d tries", n)
        case "overdue":
            words = ngettext("%(n)d overdue", "%(n)d overdue", n)
        case "today":
            words = ngettext("%(n)d due", "%(n)d due", n)
        case "new":
            words = ngettext("%(n)d new", "%(n)d new", n)
        case "favours":
            words = ngettext("%(n)d customer agreed", "%(n)d customers agreed", n)
        case "team":
            words = ngettext("%(n)d overdue in the team", "%(n)d overdue in the team", n)
        case _:
            words = ngettext("%(n)d waiting for somebody", "%(n)d waiting for somebody", n)
    return words % {"n": n}


def zone_of(user: User) -> ZoneInfo:
    return ZoneInfo(user.time_zone or settings.TIME_ZONE)
