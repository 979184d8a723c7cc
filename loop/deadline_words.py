"""How do a policy and a calendar read in one line? How soon, and when people work."""

from itertools import groupby

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from loop.models import SlaPolicy, WorkCalendar
from loop.week_forms import shown_spans


def targets_told(policy: SlaPolicy) -> str:
    """By when customers are contacted and causes resolved under this policy, as "First contact: 2 working days ..."."""
    day = policy.calendar.hours().day_minutes
    contact, urgent = _span(policy.contact_minutes, day), _span(policy.urgent_contact_minutes, day)
    told = {"contact": contact, "urgent": urgent, "score": policy.urgent_max_score}
    told["resolve"] = _span(policy.resolve_minutes, day)
    if contact == urgent:
        return _("First contact: %(contact)s. Resolved: %(resolve)s.") % told
    return _("First contact: %(contact)s, scores up to %(score)d: %(urgent)s. Resolved: %(resolve)s.") % told


def week_told(calendar: WorkCalendar) -> str:
    """The hours of a week, days alike together: "Mon-Thu 08:00-17:00, Fri 08:00-12:00"."""
    week = [(number, shown_spans(calendar.week.get(str(number), []))) for number in range(7)]
    told = []
    for spans, days in groupby(week, key=lambda day: day[1]):
        numbers = [number for number, _spans in days]
        if spans:
            first, last = str(WEEKDAYS_ABBR[numbers[0]]), str(WEEKDAYS_ABBR[numbers[-1]])
            told.append(f"{first if first == last else f'{first}–{last}'} {spans.replace('-', '–')}")
    return ", ".join(told)


def _span(minutes: int, day_minutes: int) -> str:
    days, rest = divmod(minutes, day_minutes)
    if rest:
        return _("%(n)s working hours") % {"n": f"{minutes / 60:g}"}
    return ngettext("%(n)d working day", "%(n)d working days", days) % {"n": days}
