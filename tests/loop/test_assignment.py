"""Whose case it is and why: the account's owner, a stand-in, a rule, a queue, and in the end any lead."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from feedback.models import Response
from loop import assignment
from loop.models import Absence, AccountOwner, AssignmentRule, Team
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 19)


def choice(score=3, *, owner=None, now=NOW, survey_key="relational", **account):
    """Who would get the answer of somebody at such an account."""
    customer = factories.account("Nordlund AB", owner=owner, **account)
    given = factories.response(score, contact=factories.contact(account=customer), survey_key=survey_key)
    return assignment.choose(given, now=now)


def rule(position, name="Rule", **fields):
    return AssignmentRule.objects.create(position=position, name=name, **fields)


def away(user, starts_on=TODAY, ends_on=TODAY, substitute=None):
    return Absence.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, substitute=substitute)


class TestTheAccountOwner:
    def test_gets_the_case_and_the_reason_says_so(self, people):
        assert choice(owner=people.agent) == assignment.Choice(
            people.agent, people.north, "Anna looks after Nordlund AB"
        )

    def test_comes_before_every_rule(self, people):
        rule(1, user=people.other_agent)
        assert choice(owner=people.agent).owner == people.agent

    def test_who_has_left_does_not_get_it(self, people):
        people.agent.is_active = False
        people.agent.save(update_fields=["is_active"])
        assert choice(owner=people.agent).owner is None

    def test_who_only_reads_does_not_get_it(self, people):
        assert choice(owner=people.leader).owner is None

    def test_in_no_team_gets_it_all_the_same(self, people):
        loner = factories.user("Liv")
        assert choice(owner=loner) == assignment.Choice(loner, None, "Liv looks after Nordlund AB")


class TestWhileTheOwnerIsAway:
    def test_the_substitute_stands_in(self, people):
        away(people.agent, ends_on=date(2026, 11, 27), substitute=people.colleague)
        assert choice(owner=people.agent) == assignment.Choice(
            people.colleague,
            people.north,
            "Anna looks after Nordlund AB but is away until 2026-11-27; Kim stands in",
        )

    def test_it_waits_in_the_team_when_nobody_stands_in(self, people):
        away(people.agent)
        assert choice(owner=people.agent) == assignment.Choice(
            None, people.north, "Anna looks after Nordlund AB but is away until 2026-11-19 and nobody stands in"
        )

    def test_it_waits_in_the_team_when_the_substitute_is_away_too(self, people):
        away(people.agent, substitute=people.colleague)
        away(people.colleague, substitute=people.agent)
        assert choice(owner=people.agent).owner is None

    def test_it_waits_in_the_team_when_the_substitute_has_left(self, people):
        away(people.agent, substitute=people.colleague)
        people.colleague.is_active = False
        people.colleague.save(update_fields=["is_active"])
        assert choice(owner=people.agent).owner is None

    def test_the_last_day_counts_and_the_next_does_not(self, people):
        away(people.agent, starts_on=date(2026, 11, 16))
        assert choice(owner=people.agent).owner is None
        assert choice(owner=people.agent, now=later(days=1)).owner == people.agent

    def test_the_day_is_the_one_where_the_owner_is(self, people):
        people.agent.time_zone = "Pacific/Auckland"
        people.agent.save(update_fields=["time_zone"])
        away(people.agent, starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 20))
        assert choice(owner=people.agent, now=datetime(2026, 11, 19, 12, tzinfo=UTC)).owner is None
        assert choice(owner=people.agent, now=datetime(2026, 11, 20, 12, tzinfo=UTC)).owner == people.agent

    def test_on_a_weekend_the_next_working_day_counts_too(self, people):
        saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
        away(people.agent, starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 27))
        assert choice(owner=people.agent, now=saturday).owner is None
        away(people.colleague, starts_on=date(2026, 11, 20), ends_on=date(2026, 11, 21))
        assert choice(owner=people.colleague, now=saturday).owner is None  # nobody tells her before Monday


class TestRules:
    def test_the_first_that_matches_wins(self, people):
        rule(1, "Large in Sweden", segment="Large", country="SE", user=people.other_agent)
        rule(2, "Sweden", country="SE", user=people.agent)
        assert choice(segment="Large", country="SE").owner == people.other_agent
        assert choice(segment="Small", country="SE") == assignment.Choice(people.agent, people.north, "Rule “Sweden”")
        assert choice(segment="Large", country="NO").owner is None

    def test_may_name_a_survey_and_a_highest_score(self, people):
        rule(1, survey=factories.survey("product"), max_score=2, user=people.agent)
        assert choice(2, survey_key="product").owner == people.agent
        assert choice(3, survey_key="product").owner is None
        assert choice(2).owner is None

    def test_may_name_a_team_whose_queue_it_goes_to(self, people):
        rule(1, "South", team=people.south)
        assert choice() == assignment.Choice(None, people.south, "Rule “South”: waits in the queue of South")

    def test_out_of_use_or_for_somebody_who_may_not_act_are_passed_over(self, people):
        rule(1, is_active=False, user=people.agent)
        rule(2, user=factories.user("Gone", is_active=False))
        rule(3, user=people.leader)
        rule(4, user=people.colleague)
        assert choice().owner == people.colleague

    def test_without_conditions_also_take_answers_of_nobody_we_know(self, people):
        rule(1, segment="Large", user=people.agent)
        rule(2, user=people.colleague)
        assert assignment.choose(factories.response(3), now=NOW).owner == people.colleague

    def test_know_that_people_are_away(self, people):
        rule(1, "All", user=people.agent)
        away(people.agent, substitute=people.colleague)
        assert choice().owner == people.colleague


class TestTheQueue:
    def test_of_the_fallback_team_takes_what_nobody_looks_after(self, people):
        Team.objects.filter(pk=people.south.pk).update(is_fallback=True)
        assert choice() == assignment.Choice(
            None, people.south, "Nobody looks after this account: waits in the queue of South"
        )

    def test_is_the_only_team_s_where_there_is_one(self):
        only = factories.team("Sales")
        assert choice().team == only

    def test_is_shared_by_all_leads_where_no_team_is_named(self, people):
        assert choice() == assignment.Choice(
            None, None, "Nobody looks after this account and no rule names a team: waits for a lead"
        )


def test_the_reason_is_stored_in_the_language_of_the_project(people):
    with translation.override("sv"):
        case = factories.case(owner=people.agent)
    assert case.owner_reason == f"Anna looks after {case.account.name}"


def test_the_case_keeps_the_choice_and_its_reason(people):
    case = factories.case(owner=people.agent)
    assert (case.owner, case.team) == (people.agent, people.north)
    assert case.owner_reason == f"Anna looks after {case.account.name}"
    assert stories.told(case, "assigned") == [
        {
            "owner": people.agent.pk,
            "owner_name": "Anna",
            "team": people.north.pk,
            "team_name": "North",
            "reason": case.owner_reason,
        }
    ]


class TestTheTeamOfAnOwner:
    def test_is_the_preferred_one_if_they_are_in_it(self, people):
        people.agent.memberships.create(team=people.south)
        assert assignment.team_of(people.agent) == people.north
        assert assignment.team_of(people.agent, preferred=people.south.pk) == people.south
        assert assignment.team_of(people.colleague, preferred=people.south.pk) == people.north

    def test_is_none_for_somebody_without_one(self, people):
        assert assignment.team_of(people.leader) is None


class TestMakingSomebodyResponsible:
    def test_is_a_change_the_first_time_and_when_it_is_somebody_else(self, people):
        account = factories.account()
        assert assignment.set_account_owner(account, people.agent, now=NOW)
        assert not assignment.set_account_owner(account, people.agent, now=later(days=1))
        assert AccountOwner.objects.get().since == NOW
        assert assignment.set_account_owner(account, people.colleague, now=later(days=2))
        assert (AccountOwner.objects.get().user, AccountOwner.objects.get().since) == (
            people.colleague,
            later(days=2),
        )

    def test_leaves_open_cases_with_whom_they_are(self, people):
        case = factories.case(owner=people.agent)
        assignment.set_account_owner(case.account, people.colleague, now=later(days=1))
        assert stories.as_it_is_now(case).owner == people.agent
        assert assignment.choose(Response.objects.get(), now=later(days=1)).owner == people.colleague
