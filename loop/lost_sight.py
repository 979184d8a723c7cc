"""Who has a case now that somebody had before them a moment ago?

Somebody who is slower finds the case outside of what they see, which is as it should be. But they are told who has it,
if they did see it until then: nobody else is.
"""

from loop import access
from loop.models import CaseEvent, Role, User
from loop.models.event import EventKind


def handed_on(user: User, case_id: int) -> CaseEvent | None:
    """The handing over by which this person lost sight of a case; None if they never saw it, as far as that tells."""
    handings = CaseEvent.objects.filter(case=case_id, kind=EventKind.ASSIGNED).select_related("actor")
    latest_two = list(handings.order_by("-at", "-pk")[:2])
    if len(latest_two) < 2 or not user.is_active:
        return None
    latest, before = latest_two
    return latest if _saw(user, before) else None


def _saw(user: User, handing: CaseEvent) -> bool:
    owner, team = handing.data.get("owner"), handing.data.get("team")
    if owner == user.pk:
        return True
    is_of_team = access.teams_of(user).filter(pk=team).exists()
    return is_of_team and (owner is None or user.role == Role.LEAD)
