"""How are many cases reminded of by a few statements?

Groups of cases are locked, climbed and stored together. What a step does beyond its event, as the escalation at the
breach, and a group in which something fails are left to be done case by case: one case silences no other.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from loop import ladder, timeline
from loop.models import Case, CaseEvent

GROUP = 100  # cases held by one transaction, which takes a tenth of a second


def groups(ids: Sequence[int]) -> Iterator[list[int]]:
    """These in their order, some at a time."""
    waiting = iter(ids)
    while group := list(islice(waiting, GROUP)):
        yield group


@transaction.atomic
def remind_group(ids: Sequence[int], *, now: datetime) -> tuple[int, list[int]]:
    """Give the reminders of these cases that are due. All of it or nothing.

    A case that somebody holds just now is passed over: the next sweep finds it.

    Args:
        ids: of at most `GROUP` cases.

    Returns:
        How many were reminded of, and which must be done by themselves.
    """
    # In one order, so that two who hold groups of cases never wait for each other in a ring.
    can_skip = connection.features.has_select_for_update_skip_locked
    held = Case.objects.select_for_update(of=("self",), skip_locked=can_skip).filter(pk__in=ids).order_by("pk")
    # Cases of one policy share it: it is read once for all of them.
    cases = held.prefetch_related("policy__calendar", "calendar")
    reminded: list[Case] = []
    events: list[CaseEvent] = []
    alone: list[int] = []
    for case in cases:
        steps, breached = ladder.climb(case, now=now)
        if breached:
            alone.append(case.pk)
        elif steps:
            reminded.append(case)
            events += steps
    if reminded:
        timeline.record_many(events)
        Case.objects.bulk_update(reminded, ladder.CLIMBED)
    return len(reminded), alone
