"""What happened to a case? Writes its events and reads them back as a story."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from feedback import inserting
from loop.models import Case, CaseEvent, CaseMail, User
from loop.signals import case_event_recorded, case_events_recorded


def record(
    case: Case,
    kind: str,
    *,
    actor: User | None,
    now: datetime,
    data: dict[str, Any] | None = None,
    key: str | None = None,
) -> CaseEvent:
    """Add one line to the story of a case, in the transaction of the change it tells of.

    Args:
        kind: one of `EventKind`.
        actor: who did it; None for Loop itself.
        data: JSON values the line is told from.
        key: names what may happen only once in the life of the installation.

    Raises:
        IntegrityError: an event with this `key` exists.
    """
    event = CaseEvent(case=case, kind=kind, at=now, actor=actor, data=data or {}, key=key)
    record_all([event])
    return event


def record_all(events: list[CaseEvent]) -> None:
    """Add several lines at once; see `record`."""
    CaseEvent.objects.bulk_create(events)
    if events and not _will_ring():
        transaction.on_commit(_Ring(events[0].pk), robust=True)


def record_many(events: list[CaseEvent]) -> None:
    """Add the lines of many cases: see `record`. Whoever tells people is rung up once, and looks what there is."""
    inserting.insert_all(CaseEvent, events)
    transaction.on_commit(partial(case_events_recorded.send_robust, sender=CaseEvent), robust=True)


@dataclass(frozen=True)
class _Ring:
    """The bell of a transaction: it names the first event, and whoever hears it looks for those after it."""

    event_id: int

    def __call__(self) -> None:
        case_event_recorded.send_robust(sender=CaseEvent, event_id=self.event_id)


def _will_ring() -> bool:
    """Whether an earlier line rings when this transaction commits. What a rolled back savepoint left is not there."""
    return any(isinstance(hook, _Ring) for _savepoints, hook, *_ in transaction.get_connection().run_on_commit)


def leave_untold(*, until: datetime) -> int:
    """Note that nobody needs to be told any more of what happened until then. Returns of how many events."""
    return CaseEvent.objects.filter(announced_at=None, at__lte=until).update(announced_at=until)


def story(case: Case) -> list[CaseEvent]:
    """All events of a case with their actors, newest first; those about a mail have it as `mail`."""
    events = list(case.events.select_related("actor").order_by("-at", "-pk"))
    about = {event.data["mail"] for event in events if "mail" in event.data}
    mails = CaseMail.objects.filter(case=case).in_bulk(about) if about else {}
    for event in events:
        event.mail = mails.get(event.data.get("mail"))  # type: ignore[attr-defined]
    return events
