"""How are teams made, named and filled, and which of them takes what nobody else does?"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from feedback.contacts import clean_line
from loop import absences, people, setup_history, setup_versions
from loop.models import Team, User, WorkCalendar


class TeamRefused(ValueError):
    """The team cannot be like that; the message says why."""


@transaction.atomic
def save(
    team: Team,
    *,
    name: str,
    is_fallback: bool,
    calendar: WorkCalendar | None = None,
    members: Sequence[User] | None,
    actor: User | None,
    now: datetime,
    seen: int | None = None,
) -> Team:
    """Store a team and who is in it.

    Args:
        is_fallback: it takes the cases nobody else is responsible for; of two teams only the latest does.
        calendar: when its people work; None is as the policy of a case says.
        members: everybody who is in it from now on; None leaves them as they are.

    Raises:
        TeamRefused: no name, or another team's.
        ChangedMeanwhile: it is not the version that was `seen`, with these members.
    """
    if team.pk is not None:
        team = Team.objects.select_for_update().get(pk=team.pk)
        setup_versions.require_seen(team, seen)
    name = clean_line(name)[:200]
    if not name:
        raise TeamRefused(_("A team needs a name."))
    if Team.objects.filter(name__iexact=name).exclude(pk=team.pk).exists():
        raise TeamRefused(_("There is a team “%(name)s” already.") % {"name": name})
    if is_fallback:
        for other in Team.objects.filter(is_fallback=True).exclude(pk=team.pk):
            other.is_fallback = False
            setup_history.changed_by(other, actor, now)
            other.save(update_fields=["is_fallback"])
    team.name, team.is_fallback, team.calendar = name, is_fallback, calendar
    setup_history.changed_by(team, actor, now)
    team.save()
    if members is not None:
        _fill(team, members, actor, now)
    absences.settle(now=now)
    return team


def _fill(team: Team, members: Sequence[User], actor: User | None, now: datetime) -> None:
    wanted, here = {user.pk: user for user in members}, {user.pk: user for user in team.members.all()}
    for pk in sorted(wanted.keys() ^ here.keys()):
        user = wanted.get(pk) or here[pk]
        others = [other for other in user.teams.all() if other.pk != team.pk]
        people.set_teams(user, [*others, team] if pk in wanted else others, actor=actor, now=now)
