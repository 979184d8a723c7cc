"""Anna leaves: nothing of hers is left without a home, and nobody is deactivated before."""

import pytest

from loop import leaving
from loop import people as doors
from loop.leaving import Home, HomeRefused, LastAdmin, StillHolds
from loop.models import Absence, AccountOwner, AssignmentRule, Case, Role, User
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def hers(people):
    """A case at an account of hers, another account, one case of no account of hers, a rule, a substitution."""
    case = factories.case(owner=people.agent)
    quiet = factories.account("Quiet AB", owner=people.agent)
    given = factories.hand_over(factories.case(team=people.north), people.agent)
    rule = AssignmentRule.objects.create(position=1, name="Sweden", country="SE", user=people.agent)
    factories.away(people.other_agent, starts_on=later(days=5).date(), substitute=people.agent)
    return {"case": case, "quiet": quiet, "given": given, "rule": rule}


def counts(user):
    return {holding.key: holding.count for holding in leaving.holdings(user, NOW)}


def test_what_hangs_on_her_is_counted(people, hers):
    assert counts(people.agent) == {"cases": 2, "accounts": 2, "rules": 1, "substitutions": 1}


def test_she_cannot_leave_before_it_has_a_home(people, hers):
    with pytest.raises(StillHolds, match="Anna still has: 2 open cases, 2 customers looked after"):
        leaving.leave(people.agent, actor=people.admin, now=NOW)
    assert User.objects.get(pk=people.agent.pk).is_active


def test_nor_lose_the_role_that_lets_her_act(people, hers):
    facts = {"email": people.agent.email, "name": "Anna", "teams": [], "language": "", "time_zone": ""}
    with pytest.raises(StillHolds):
        doors.change(people.agent, role=Role.LEADERSHIP, **facts, actor=people.admin, now=NOW)
    assert User.objects.get(pk=people.agent.pk).role == Role.AGENT


def test_all_of_it_goes_to_one_person_in_one_go(people, hers):
    went = leaving.hand_over_and_leave(people.agent, to=Home(people.colleague), actor=people.admin, now=NOW)
    assert went == {"cases": 2, "accounts": 2, "rules": 1, "substitutions": 1}
    assert counts(people.agent) == {}
    assert set(Case.objects.open().values_list("owner__name", flat=True)) == {"Kim"}
    assert set(AccountOwner.objects.values_list("user__name", flat=True)) == {"Kim"}
    assert AssignmentRule.objects.get().user == people.colleague
    assert Absence.objects.get().substitute == people.colleague
    assert not User.objects.get(pk=people.agent.pk).is_active
    assert stories.as_it_is_now(hers["case"]).owner_reason == "Anna has handed everything over"


class TestWhomTheyWouldHaveStoodInFor:
    def everything_to_the_absent(self, people, **named):
        to = Home(people.other_agent)
        return leaving.hand_over_and_leave(people.agent, to=to, actor=people.admin, now=NOW, **named)

    def test_does_not_end_up_standing_in_for_themselves(self, people, hers):
        absence = Absence.objects.get()
        with pytest.raises(HomeRefused, match="Otto cannot stand in for themselves") as refused:
            self.everything_to_the_absent(people)
        assert refused.value.field == f"absence-{absence.pk}"
        assert counts(people.agent)["substitutions"] == 1

    def test_is_stood_in_for_by_whom_one_names(self, people, hers):
        absence = Absence.objects.get()
        self.everything_to_the_absent(people, stand_ins={absence.pk: people.colleague})
        assert Absence.objects.get().substitute == people.colleague


def test_a_single_account_may_go_elsewhere_with_its_case(people, hers):
    account = hers["case"].account
    leaving.hand_over(
        people.agent, to=Home(people.colleague), apart={account.pk: Home(people.lead)}, actor=people.admin, now=NOW
    )
    assert stories.as_it_is_now(hers["case"]).owner == people.lead
    assert AccountOwner.objects.get(account=account).user == people.lead
    assert AccountOwner.objects.get(account=hers["quiet"]).user == people.colleague


def test_a_team_shares_it(people, hers):
    factories.user("Nils", team=people.north)
    leaving.hand_over(people.agent, to=Home(team=people.north), actor=people.admin, now=NOW)
    assert set(AccountOwner.objects.values_list("user__name", flat=True)) == {"Kim", "Nils"}
    case = stories.as_it_is_now(hers["case"])
    assert AccountOwner.objects.get(account=case.account).user == case.owner
    assert AssignmentRule.objects.get().team == people.north


@pytest.mark.parametrize("home", ["herself", "leader", "nobody here"])
def test_a_home_that_is_none_is_refused_and_nothing_moves(people, hers, home):
    factories.away(people.other_agent)
    factories.away(people.other_lead)
    homes = {
        "herself": Home(people.agent),
        "leader": Home(people.leader),
        "nobody here": Home(team=people.south),
    }
    with pytest.raises(HomeRefused):
        leaving.hand_over_and_leave(people.agent, to=homes[home], actor=people.admin, now=NOW)
    assert counts(people.agent)["cases"] == 2
    assert User.objects.get(pk=people.agent.pk).is_active


def test_her_own_absences_to_come_are_struck_out(people):
    factories.away(people.agent, starts_on=later(days=5).date())
    leaving.leave(people.agent, actor=people.admin, now=NOW)
    assert not Absence.objects.exists()


def test_the_last_administrator_stays(people):
    with pytest.raises(LastAdmin):
        leaving.leave(people.admin, actor=people.admin, now=NOW)
    facts = {"email": "ada@loop.example", "name": "Ada", "teams": [], "language": "", "time_zone": ""}
    with pytest.raises(LastAdmin):
        doors.change(people.admin, role=Role.AGENT, **facts, actor=people.admin, now=NOW)


def test_who_changes_teams_takes_the_cases_along(people):
    case = factories.case(owner=people.agent)
    doors.set_teams(people.agent, [people.south], actor=people.admin, now=NOW)
    assert stories.as_it_is_now(case).team == people.south
