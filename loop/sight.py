"""Which teams, people and cases decide what a lead sees?

Written into every query they would be asked of every case anew, and no index could be used: of 100,000 cases a lead's
list took three times as long. So lists of cases read them once a request, by one statement. Elsewhere they stay
conditions: a sweep goes on while people change teams.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NamedTuple, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from feedback import read_once
from loop.models import Case, Membership, Role, Team, User

View = Callable[..., HttpResponseBase]
T = TypeVar("T")


class Sight(NamedTuple):
    """Numbers, or the queries that give them, for `__in` conditions on cases."""

    teams: Any  # this person leads
    owners: Any  # in those teams
    leaderless: Any  # teams all leads look after; empty for who is no lead
    kept_from_stand_in: Any  # cases whoever stands in for their owner may not see


remembering = read_once.remembering


def once(view: View) -> View:
    """Mark a view of many cases: it asks about them again and again. One of a single case finds it by its number."""

    @wraps(view)
    def remembered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with remembering():
            return view(request, *args, **kwargs)

    return remembered


def known(what: str, user: User, find: Callable[[], T]) -> T:
    """What `find` says of this person; while we are `remembering` it says it once."""
    return read_once.known((what, user.pk), find)


def of(user: User) -> Sight:
    """What the sight of a lead, or of somebody who stands in for one, rests on."""
    if not read_once.is_remembering():
        return Sight(*(rows.values("pk") for rows in _asked(user)))
    return known("sight", user, lambda: _read(_asked(user)))


def _asked(user: User) -> Sight:
    """The queries that give it."""
    led = led_teams(user)
    asked = Sight(led, members(led), Team.objects.none(), Case.objects.none())
    if user.role == Role.LEAD:
        kept = Case.objects.filter(instead_of__isnull=False, instead_of=F("owner__stand_in"))
        asked = asked._replace(leaderless=teams_without_lead(), kept_from_stand_in=kept)
    return asked


def _read(asked: Iterable[QuerySet[Any, Any]]) -> Sight:
    """All of it by one statement."""
    rows = [each.order_by().values_list(Value(place), "pk") for place, each in enumerate(asked)]
    found: list[list[int]] = [[] for _each in rows]
    for place, pk in rows[0].union(*rows[1:], all=True):
        found[place].append(pk)
    return Sight(*found)


def teams_without_lead() -> QuerySet[Team]:
    """Teams none of whose leads is here or has somebody who stands in: the other leads look after them."""
    leads = Membership.objects.filter(team=OuterRef("pk"), user__is_active=True, user__role=Role.LEAD)
    return Team.objects.filter(~Exists(leads.filter(Q(user__away_until=None) | Q(user__stand_in__is_active=True))))


def led_teams(user: User) -> QuerySet[Team]:
    """The teams this person leads now: a lead's own, and those of a lead they stand in for."""
    own = Q(memberships__user=user) if user.role == Role.LEAD else Q(pk__in=[])
    return Team.objects.filter(own | Q(pk__in=user.covering_teams)).distinct()


def members(teams: QuerySet[Team]) -> QuerySet[User, Any]:
    """The ids of everybody in these teams."""
    return User.objects.filter(memberships__team__in=teams.values("pk")).values("pk")
