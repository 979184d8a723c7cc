"""What does a case's timeline say, in words a test can compare?"""

from typing import Any

from loop import timeline
from loop.models import Case


def kinds(case: Case) -> list[str]:
    """What happened, oldest first."""
    return [event.kind for event in reversed(timeline.story(case))]


def told(case: Case, kind: str) -> list[dict[str, Any]]:
    """What the lines of one kind say, oldest first."""
    return [event.data for event in reversed(timeline.story(case)) if event.kind == kind]


def as_it_is_now(case: Case) -> Case:
    """The case read anew: `refresh_from_db` would take the protection off its state."""
    return Case.objects.get(pk=case.pk)
