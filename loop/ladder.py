"""Which steps of its ladder of reminders has a case come to, and which is the next?"""

from datetime import datetime

from loop import deadlines
from loop.models import Case, CaseEvent
from loop.models.event import EventKind

EVENT_OF_LEVEL = {
    deadlines.HALF_TIME: EventKind.REMINDER_HALF_TIME,
    deadlines.DUE: EventKind.REMINDER_DUE,
    deadlines.OVERDUE: EventKind.REMINDER_OVERDUE,
}

#: What `climb` changes in a case.
CLIMBED = ("remind_at", "remind_level")


def climb(case: Case, *, now: datetime) -> tuple[list[CaseEvent], bool]:
    """Move the plan of a case, in memory, past everything that is due at `now`.

    Returns:
        The line of its story for each step, not stored; and whether the breach of the due time was among them.
    """
    steps, breached = [], False
    while case.is_open and case.remind_at is not None and case.remind_at <= now:
        level, planned_at = case.remind_level, case.remind_at
        breached = breached or (level == deadlines.OVERDUE and planned_at <= case.due_at)
        steps.append(
            CaseEvent(
                case=case,
                kind=EVENT_OF_LEVEL[level],
                at=now,
                data={
                    "stage": deadlines.stage(case),
                    "due_at": case.due_at.isoformat(),
                    "planned_at": planned_at.isoformat(),
                },
                key=f"remind:{case.pk}:{case.remind_round}:{level}:{planned_at.timestamp():.0f}",
            )
        )
        deadlines.plan_next_reminder(case, now=now)
    return steps, breached
