"""What does a case page say about mail besides its timeline: may one write, was one answered, is the customer away?"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from loop import correspondence, mailing, steps
from loop.models import Case, CaseEvent, User


@dataclass(frozen=True)
class Panel:
    """The part of the page about mail; `barred` is why this customer must not be mailed."""

    may_write: bool
    barred: str
    reply: CaseEvent | None
    may_reopen: bool
    away_until: date | None

    @property
    def is_shown(self) -> bool:
        return self.may_write or self.reply is not None or self.away_until is not None


def panel(user: User, case: Case, events: list[CaseEvent], now: datetime) -> Panel:
    """What the reader is told about mail of this case; `events` are its story, newest first, which was read already."""
    allowed = steps.available_in_sight(user, case)
    may_write = "attempt" in allowed
    return Panel(
        may_write=may_write,
        barred=mailing.why_not(case) if may_write else "",
        reply=correspondence.unanswered(events),
        may_reopen="reopen" in allowed,
        away_until=correspondence.away_until(events, timezone.localdate(now)),
    )
