"""What has somebody agreed to do at a time: calls with customers, promises, tries that are planned?

Read by the calendar people subscribe to, the morning mail, the lead's board and the huddle. What is due by a policy is
not here: that is the case's own due time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from loop import access, calendar_feed
from loop.models import Callback, Case, Promise, User
from loop.models.case_query import CaseQuerySet

NEEDED = ("case__response__survey", "case__contact", "case__account", "case__owner", "case__team")


@dataclass(frozen=True)
class Agreed:
    """One thing agreed on a case: when, and in a few words what."""

    case: Case
    at: datetime
    what: str


def calls(cases: CaseQuerySet, *, start: datetime, until: datetime) -> list[Agreed]:
    """Calls agreed with the customers of these cases in that time, the first on top."""
    booked = Callback.objects.booked().filter(case__in=cases.values("pk"), starts_at__gte=start, starts_at__lt=until)
    rows = booked.select_related(*NEEDED).order_by("starts_at", "pk")
    return [Agreed(call.case, call.starts_at, _("agreed call")) for call in rows]


def promises(cases: CaseQuerySet, *, until: datetime) -> list[Agreed]:
    """What the customers of these cases were promised by then and still wait for, overdue ones too."""
    unkept = Promise.objects.unkept().filter(case__in=cases.values("pk"), due_at__lt=until)
    rows = unkept.select_related(*NEEDED).order_by("due_at", "pk")
    return [Agreed(made.case, made.due_at, made.what) for made in rows]


def tries(cases: CaseQuerySet, *, until: datetime) -> list[Agreed]:
    """Tries planned by then on those of these cases that are open."""
    planned = cases.open().filter(next_try_at__lt=until).for_display().order_by("next_try_at", "pk")
    return [Agreed(case, case.next_try_at, case.next_try_reason) for case in planned if case.next_try_at is not None]


def _mine(user: User) -> CaseQuerySet:
    return access.visible_cases(user).filter(owner__in=access.doing_the_work_of(user))


def calls_in_calendar(user: User, now: datetime) -> Iterable[calendar_feed.Entry]:
    """Agreed calls of one person. In a calendar they are the same entries as those of the mails about them."""
    theirs = Q(owner=None) | Q(owner__in=access.doing_the_work_of(user))  # not those somebody else makes meanwhile
    booked = Callback.objects.booked().filter(theirs, case__in=_mine(user).values("pk")).select_related(*NEEDED)
    for call in booked.order_by("starts_at", "pk")[: calendar_feed.MOST]:
        yield calendar_feed.Entry(
            uid=str(call.public_id),
            sequence=call.sequence,
            starts_at=call.starts_at,
            changed_at=call.booked_at,
            title=_("Call %(who)s") % {"who": calendar_feed.who(call.case)},
            path=reverse("case", args=[call.case_id]),
            lasts=call.ends_at - call.starts_at,
        )


def promises_in_calendar(user: User, now: datetime) -> Iterable[calendar_feed.Entry]:
    """What one person's customers still wait for."""
    unkept = Promise.objects.unkept().filter(case__in=_mine(user).values("pk")).select_related(*NEEDED)
    for made in unkept.order_by("due_at", "pk")[: calendar_feed.MOST]:
        yield calendar_feed.Entry(
            uid=f"promise-{made.pk}",
            sequence=made.moved,
            starts_at=made.due_at,
            changed_at=made.created_at,
            title=_("Promised to %(who)s") % {"who": calendar_feed.who(made.case)},
            text=made.what,
            path=reverse("case", args=[made.case_id]),
        )


def tries_in_calendar(user: User, now: datetime) -> Iterable[calendar_feed.Entry]:
    """The tries one person has planned."""
    planned = _mine(user).open().filter(next_try_at__isnull=False).for_display().order_by("next_try_at", "pk")
    for case in planned[: calendar_feed.MOST]:
        if case.next_try_at is not None:
            yield calendar_feed.Entry(
                uid=f"case-{case.pk}-try",
                sequence=case.version,
                starts_at=case.next_try_at,
                changed_at=case.opened_at,
                title=_("Try again: %(who)s") % {"who": calendar_feed.who(case)},
                text=case.next_try_reason,
                path=reverse("case", args=[case.pk]),
            )


calendar_feed.register("calls", calls_in_calendar)
calendar_feed.register("promises", promises_in_calendar)
calendar_feed.register("tries", tries_in_calendar)
