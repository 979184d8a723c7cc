"""Whose turn is it in a team? Fair also when two answers come in at the same moment."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Q

from loop.models import Role, Team, Turn, User
from loop.models.case_query import OPEN_STATES
from loop.models.routing import Sharing
from loop.presence import Presence


def eligible(team: Team, presence: Presence, *, besides: User | None = None) -> list[User]:
    """Who of a team takes cases today, in a fixed order: its account managers; where none is here, its leads.

    Args:
        besides: somebody who is not asked.
    """
    people = User.objects.filter(memberships__team=team, is_active=True, role__in=(Role.AGENT, Role.LEAD))
    left_out = {*presence.running, *([besides.pk] if besides is not None else [])}
    here = [user for user in people.order_by("pk") if user.pk not in left_out]
    agents = [user for user in here if user.role == Role.AGENT]
    return agents or here


def next_in(team: Team, sharing: str, presence: Presence, *, peek: bool = False) -> User | None:
    """Who of a team gets the next case; None when nobody is here.

    The team's turn stays locked until the caller's transaction ends, when the case it is for can be counted: whoever
    comes at the same time waits and then sees it.

    Args:
        peek: only look; nobody's turn is taken.
    """
    people = eligible(team, presence)
    if not people:
        return None
    if peek:
        turn = Turn.objects.filter(team=team).first() or Turn(team=team)
        return _pick(people, sharing, turn)
    with transaction.atomic():
        Turn.objects.get_or_create(team=team)
        turn = Turn.objects.select_for_update(of=("self",)).get(team=team)
        given = _pick(people, sharing, turn)
        turn.last = given
        turn.save(update_fields=["last"])
    return given


def _pick(people: Sequence[User], sharing: str, turn: Turn) -> User:
    after_last = [user for user in people if user.pk > (turn.last_id or 0)]
    in_turn = [*after_last, *(user for user in people if user not in after_last)]
    if sharing == Sharing.ROUND_ROBIN:
        return in_turn[0]
    is_open = Q(cases__state__in=OPEN_STATES)
    counted = User.objects.filter(pk__in=[user.pk for user in people]).annotate(n=Count("cases", filter=is_open))
    load = dict(counted.values_list("pk", "n"))
    return min(in_turn, key=lambda user: load[user.pk])  # of equals whoever is next in turn
