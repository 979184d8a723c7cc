"""How old is what waits, how much reminding does it take, and are promises kept?

The backlog is what is open now, whenever it was opened; the rest is of the cases the report is about. A promise counts
once it is known whether it was kept in time: when it ended, or when its time has run out. One that was taken back
counts in neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Count, F, Q, QuerySet

from feedback.instants import microseconds
from loop.case_columns import CaseColumns
from loop.models import CaseEvent, Promise
from loop.models.case_query import CaseQuerySet
from loop.models.event import REMINDERS
from loop.models.promise import Ending
from loop.reporting.shares import Share

#: Ages of open cases: up to so many days; what is older is in the last group.
AGES = (2, 7, 30)


@dataclass(frozen=True)
class Age:
    """Open cases that opened up to `days` ago, and more than the group before; None: whatever is older."""

    days: int | None
    more_than: int
    open: Share
    overdue: int

    def as_dict(self) -> dict[str, object]:
        return {
            "more_than_days": self.more_than,
            "up_to_days": self.days,
            "open": self.open.as_dict(),
            "overdue": self.overdue,
        }


@dataclass(frozen=True)
class LoopDetails:
    """`unreminded` are the cases that took no reminder at all; `reminders` counts all of them, over all cases."""

    ages: tuple[Age, ...]
    unreminded: Share
    reminders: int
    promises_kept: Share
    promises_kept_late: int

    @property
    def reminders_a_case(self) -> float | None:
        return self.reminders / self.unreminded.n if self.unreminded.n else None

    def as_dict(self) -> dict[str, object]:
        mean = self.reminders_a_case
        return {
            "backlog_by_age": [age.as_dict() for age in self.ages],
            "unreminded": self.unreminded.as_dict(),
            "reminders_a_case": None if mean is None else round(mean, 2),
            "promises_kept_in_time": self.promises_kept.as_dict(),
            "promises_kept_late": self.promises_kept_late,
        }


def loop_details(cases: CaseQuerySet, columns: CaseColumns, backlog: CaseColumns, now: datetime) -> LoopDetails:
    """Of `cases`, and the same as columns, the reminders and promises; of what waits its age."""
    n = len(columns)
    kept = promises_of(cases).aggregate(
        decided=Count("pk", filter=promise_decided_by(now)),
        in_time=Count("pk", filter=KEPT_IN_TIME),
        late=Count("pk", filter=KEPT_LATE),
    )
    return LoopDetails(
        ages=_ages(backlog, now),
        unreminded=Share(n - int(np.count_nonzero(columns.reminders)), n),
        reminders=int(columns.reminders.sum(dtype=np.int64)),
        promises_kept=Share(kept["in_time"], kept["decided"]),
        promises_kept_late=kept["late"],
    )


KEPT_IN_TIME = Q(ending=Ending.KEPT, ended_at__lte=F("due_at"))
KEPT_LATE = Q(ending=Ending.KEPT, ended_at__gt=F("due_at"))


def promise_decided_by(now: datetime) -> Q:
    """Promises of which it is known whether they were kept in time."""
    return Q(ended_at__isnull=False) | Q(due_at__lt=now)


def promises_of(cases: CaseQuerySet) -> QuerySet[Promise]:
    """The promises on these cases that count: those not taken back."""
    return Promise.objects.filter(case__in=cases.order_by().values("pk")).exclude(ending=Ending.WITHDRAWN)


def reminders_of(cases: CaseQuerySet) -> QuerySet[CaseEvent]:
    """The reminders these cases took."""
    return CaseEvent.objects.filter(case__in=cases.order_by().values("pk"), kind__in=REMINDERS)


def age_conditions(now: datetime) -> list[Q]:
    """Open cases of each age, the youngest first."""
    found = []
    for more_than, days in zip([0, *AGES], [*AGES, None], strict=True):
        those = Q(opened_at__lte=now - timedelta(days=more_than)) if more_than else Q()
        found.append(those & Q(opened_at__gt=now - timedelta(days=days)) if days else those)
    return found


def _ages(backlog: CaseColumns, now: datetime) -> tuple[Age, ...]:
    """The groups of `AGES` and one for what is older, as `age_conditions` tells them apart."""
    late, n = backlog.next_due < microseconds(now), len(backlog)
    found = []
    for more_than, days in zip([0, *AGES], [*AGES, None], strict=True):
        those = np.ones(n, bool)
        if more_than:
            those &= backlog.opened <= microseconds(now - timedelta(days=more_than))
        if days is not None:
            those &= backlog.opened > microseconds(now - timedelta(days=days))
        counts = int(np.count_nonzero(those)), int(np.count_nonzero(those & late))
        found.append(Age(days, more_than, Share(counts[0], n), counts[1]))
    return tuple(found)
