"""How did last week go? One mail a week to leads, about their teams, and to leadership, about all of them.

Whoever leads a team while its lead is away gets it in their place.

It is made on the morning of Monday where the reader is, or of the first working day of that week. Figures stand beside
those of the week before, without a word on better or worse: two weeks of a small team differ by chance.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from loop import deadlines, week_charts
from loop.models import Role, User
from loop.reporting.shares import Share, percent
from loop.reporting.week import WeekReport, WeekRow, week_report
from loop.templatetags.figures import beneath, told
from notifications import digests, kinds, outbox, pictures, preferences, together
from notifications.channels.base import Picture

READERS = (Role.LEAD, Role.LEADERSHIP)


def enqueue(*, now: datetime) -> int:
    """Put the weekly mails that are due into the outbox, one a person and ISO week. Returns how many are new."""
    office = deadlines.policy().calendar
    leading = Q(role__in=READERS) | ~Q(covering_teams=[])
    readers = User.objects.filter(leading, is_active=True).order_by("pk")
    return sum(_enqueue(user, now) for user in readers if digests.is_first_morning(user, now, office))


def is_for(user: User) -> bool:
    """Whether this person leads somebody, if only for a while, and can still sign in."""
    return user.is_active and (user.role in READERS or bool(user.covering_teams))


def _enqueue(user: User, now: datetime) -> bool:
    today = now.astimezone(digests.zone_of(user)).date()
    year, week, _day = today.isocalendar()
    key = f"weekly:{user.pk}:{year}-W{week:02}"
    if outbox.is_known(key) or user.away_until is not None or not preferences.wants(user, kinds.WEEKLY.name):
        return False
    if week_report(user, today, now).is_empty:
        return False
    return outbox.enqueue(key=key, kind=kinds.WEEKLY.name, to=user.email, user=user, send_after=now, now=now)


def facts_of(user: User, now: datetime) -> dict[str, Any]:
    """What the mail tells, as of now."""
    found = week_report(user, now.astimezone(digests.zone_of(user)).date(), now)
    drawn = _pictures(found.rows)
    return {
        "week": found.first.isocalendar().week,
        "days": _days(found.first, found.last),
        "circle": "all" if user.role == Role.LEADERSHIP else "teams",
        "figures": list(_figures(found)),
        "overdue": found.overdue,
        "overdue_told": ngettext("%(n)d overdue", "%(n)d overdue", found.overdue) % {"n": found.overdue},
        "rows": [together.row(case) for case in found.overdue_cases],
        "more": found.overdue - len(found.overdue_cases),
        "causes": [{"name": name, "count": count} for name, count in found.causes],
        "teams": [
            {"name": team.name, "opened": team.opened, "in_time": told(team.contacted_in_time), "overdue": team.overdue}
            for team in found.teams
        ],
        "weeks": [
            {
                "name": week_charts.week_name(row),
                "opened": row.opened,
                "resolved": row.resolved,
                "in_time": _in_full(row.contacted_in_time),
            }
            for row in found.rows
        ],
        "pictures": drawn,
        "reports_url": settings.BASE_URL + reverse("reports"),
        "preferences_url": settings.BASE_URL + reverse("my-messages"),
    }


def _figures(found: WeekReport) -> Sequence[dict[str, Any]]:
    week, before = found.week, found.before
    return [
        _counted(_("New detractors"), week.detractors, before.detractors),
        _shared(_("Contacted in time"), week.contacted_in_time, before.contacted_in_time),
        _counted(pgettext("cases of a week", "Resolved"), week.resolved, before.resolved),
        _counted(_("Confirmed by the customer"), week.confirmed, before.confirmed),
        _counted(pgettext("cases of a week", "Opened again"), week.reopened, before.reopened),
        _shared(_("Promises kept"), week.promises_kept, before.promises_kept),
    ]


def _counted(name: str, now: int, before: int) -> dict[str, Any]:
    return {"name": name, "now": str(now), "before": str(before), "beneath": ""}


def _shared(name: str, now: Share, before: Share) -> dict[str, Any]:
    return {"name": name, "now": told(now), "before": told(before), "beneath": "" if now.few else beneath(now)}


def _in_full(share: Share) -> str:
    """A share with its interval, or its counts where there are few."""
    if share.few or share.interval is None:
        return told(share)
    low, high = share.interval
    return _("%(share)s (95 %%: %(low)s to %(high)s)") % {
        "share": told(share),
        "low": percent(low),
        "high": percent(high),
    }


def _pictures(rows: Sequence[WeekRow]) -> list[Picture]:
    last = rows[-1]
    of_week = {"week": week_charts.week_name(last), "opened": last.opened, "resolved": last.resolved}
    opened = _("Cases opened and resolved in the last 12 weeks. In %(week)s: opened %(opened)d, resolved %(resolved)d.")
    in_time = _("Contacted in time in the last 12 weeks. In %(week)s: %(share)s.")
    return [
        pictures.picture(week_charts.opened_and_resolved(rows), name="cases-by-week", alt=opened % of_week),
        pictures.picture(
            week_charts.contacted_in_time(rows),
            name="contacted-in-time",
            alt=in_time % {"week": of_week["week"], "share": _in_full(last.contacted_in_time)},
        ),
    ]


def _days(first: date, last: date) -> str:
    format_ = pgettext("date format: day, year", "j M Y")
    return f"{date_format(first, format_)} – {date_format(last, format_)}"
