"""However somebody goes, whatever the state of the case: somebody who is here is told of it and can act.

Departures are made behind the doors as well, since a database may hold what no page would have let through.
"""

import pytest

from loop import absences, access, steps, workflow
from loop.models import Case, Role, User
from notifications import audience
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def deactivated(people):
    User.objects.filter(pk=people.agent.pk).update(is_active=False)


def away_alone(people):
    factories.away(people.agent)


def away_with_a_substitute(people):
    factories.away(people.agent, substitute=people.colleague)


def away_with_a_substitute_who_left(people):
    factories.away(people.agent, substitute=people.colleague)
    User.objects.filter(pk=people.colleague.pk).update(is_active=False)


def away_with_a_substitute_who_is_away(people):
    factories.away(people.colleague)
    factories.away(people.agent, substitute=people.colleague)


def a_chain(people):
    factories.away(people.colleague, substitute=people.other_agent)
    factories.away(people.agent, substitute=people.colleague)


def a_circle(people):
    factories.away(people.colleague, substitute=people.agent)
    factories.away(people.agent, substitute=people.colleague)


def promoted_to_leadership(people):
    User.objects.filter(pk=people.agent.pk).update(role=Role.LEADERSHIP)


def out_of_every_team(people):
    people.agent.memberships.all().delete()


def lead_gone_and_owner_away(people):
    User.objects.filter(pk=people.lead.pk).update(is_active=False)
    factories.away(people.agent)


def lead_away_and_owner_gone(people):
    factories.away(people.lead)
    deactivated(people)


def lead_out_of_the_team_and_owner_away(people):
    people.lead.memberships.all().delete()
    factories.away(people.agent)


def no_lead_anywhere(people):
    User.objects.filter(role=Role.LEAD).update(is_active=False)
    deactivated(people)


def everybody_of_the_team_gone(people):
    User.objects.filter(memberships__team=people.north).update(is_active=False)


def half_planned(people):
    """Planned by day, begun by night: nobody has pressed anything in between."""
    factories.away(people.agent, starts_on=later(days=1).date(), ends_on=later(days=2).date())


DEPARTURES = [
    deactivated,
    away_alone,
    away_with_a_substitute,
    away_with_a_substitute_who_left,
    away_with_a_substitute_who_is_away,
    a_chain,
    a_circle,
    promoted_to_leadership,
    out_of_every_team,
    lead_gone_and_owner_away,
    lead_away_and_owner_gone,
    lead_out_of_the_team_and_owner_away,
    no_lead_anywhere,
    everybody_of_the_team_gone,
    half_planned,
]


def reopened(people):
    case = factories.resolved_case(owner=people.agent)
    return workflow.reopen(case_id=case.pk, reason="Again.", actor=None, now=later(hours=3))


STATES = {
    "new": lambda people: factories.case(owner=people.agent),
    "contacted": lambda people: factories.contacted_case(owner=people.agent),
    "reopened": reopened,
    "waiting": lambda people: factories.case(team=people.north),
    "of no team": lambda people: factories.case(),
}


@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda departure: departure.__name__)
@pytest.mark.parametrize("state", STATES)
def test_somebody_here_is_reminded_and_can_act(people, departure, state):
    case = STATES[state](people)
    departure(people)
    for now in (NOW, later(days=1)):
        absences.settle(now=now)
        found = Case.objects.select_related("owner__stand_in").get(pk=case.pk)
        told = audience.responsible(found, now)
        assert told
        acting = [user for user in told if user.is_active and user.away_until is None and _can_act(user, found)]
        assert acting, [str(user) for user in told]


def _can_act(user, case):
    assert access.visible_cases(user).filter(pk=case.pk).exists()
    return bool({"attempt", "take", "assign"} & set(steps.available(user, case)))
