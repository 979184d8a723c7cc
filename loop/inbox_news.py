"""What has landed in somebody's list since they looked at it?"""

from datetime import datetime

from loop.inbox import cases_in_view
from loop.inbox_filters import Wanted
from loop.models import CaseEvent, User
from loop.models.event import EventKind

LANDING = (EventKind.OPENED, EventKind.ASSIGNED, EventKind.REOPENED)
MOST = 99


def landed(user: User, wanted: Wanted, *, since: datetime, now: datetime) -> int:
    """How many cases of the chosen list were opened, handed over or reopened by others since then; at most `MOST`."""
    by_others = CaseEvent.objects.filter(kind__in=LANDING, at__gt=since).exclude(actor=user).values("case")
    return cases_in_view(user, wanted, now).filter(pk__in=by_others).order_by()[:MOST].count()
