"""Who sees which case and account, and who may take which step: Anna, her lead, the other team, the top."""

from datetime import timedelta

import pytest
from django.utils import timezone

from loop import access, sight
from loop.models import Case, Membership
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def annas_case(people):
    return factories.case(owner=people.agent)


@pytest.fixture
def queued_case(people):
    """Waits in North's queue."""
    return factories.case(team=people.north)


@pytest.fixture
def nobodys_case(people):
    """No owner and no team: two teams, and neither is the fallback."""
    return factories.case()


def who_sees(case, people):
    seeing = {user.name for user in people if access.visible_cases(user).filter(pk=case.pk).exists()}
    assert seeing == {user.name for user in people if access.sees(user, Case.objects.get(pk=case.pk))}
    return seeing


class TestWhoeverACaseWasTakenPast:
    """A case that Kim got instead of Anna, who then does Kim's work."""

    @pytest.fixture
    def taken_past(self, people):
        case = factories.case(owner=people.colleague)
        Case.objects.filter(pk=case.pk).update(instead_of=people.agent)
        factories.away(people.colleague, substitute=people.agent)
        return case

    def test_does_not_see_it_in_the_place_of_somebody_else(self, taken_past, people):
        assert people.colleague.pk in people.agent.covering_people
        assert "Anna" not in who_sees(taken_past, people)

    def test_sees_it_once_it_is_given_to_them(self, taken_past, people):
        Case.objects.filter(pk=taken_past.pk).update(owner=people.agent)
        assert "Anna" in who_sees(taken_past, people)


def who_may(step, case, people):
    return {user.name for user in people if access.may(user, step, case)}


class TestSeeingACase:
    def test_an_owned_case_is_seen_by_its_owner_her_lead_and_the_top(self, people, annas_case):
        assert who_sees(annas_case, people) == {"Anna", "Lars", "Lena", "Ada"}

    def test_a_waiting_case_is_seen_by_the_whole_team(self, people, queued_case):
        assert who_sees(queued_case, people) == {"Anna", "Kim", "Lars", "Lena", "Ada"}

    def test_a_case_of_no_team_and_no_owner_waits_for_any_lead(self, people, nobodys_case):
        assert (nobodys_case.owner, nobodys_case.team) == (None, None)
        assert who_sees(nobodys_case, people) == {"Lars", "Siv", "Lena", "Ada"}

    def test_a_case_taken_over_by_the_other_team_is_out_of_sight_for_the_first(self, people, annas_case):
        factories.hand_over(annas_case, people.other_agent)
        assert who_sees(annas_case, people) == {"Otto", "Siv", "Lena", "Ada"}

    def test_a_lead_sees_what_a_member_owns_whatever_team_the_case_is_in(self, people, annas_case):
        factories.hand_over(annas_case, people.agent, team=people.south)
        assert who_sees(annas_case, people) == {"Anna", "Lars", "Siv", "Lena", "Ada"}

    def test_a_member_of_two_teams_sees_both_queues_and_no_case_twice(self, people, queued_case):
        Membership.objects.create(user=people.lead, team=people.south)
        south = factories.case(team=people.south)
        assert sorted(access.visible_cases(people.lead).values_list("pk", flat=True)) == [queued_case.pk, south.pk]

    def test_somebody_who_has_left_sees_nothing(self, people, annas_case):
        for user in people:
            user.is_active = False
            user.save(update_fields=["is_active"])
        assert who_sees(annas_case, people) == set()

    def test_the_cases_of_somebody_who_has_left_stay_in_sight_of_their_lead(self, people, annas_case):
        people.agent.is_active = False
        people.agent.save(update_fields=["is_active"])
        assert who_sees(annas_case, people) == {"Lars", "Lena", "Ada"}


class TestSeeingAnAccount:
    def who_sees(self, account, people):
        return {user.name for user in people if access.visible_accounts(user).filter(pk=account.pk).exists()}

    def test_without_a_case_it_is_its_owner_her_lead_and_the_top(self, people):
        account = factories.account(owner=people.agent)
        assert self.who_sees(account, people) == {"Anna", "Lars", "Lena", "Ada"}

    def test_nobodys_account_is_seen_from_the_top_only(self, people):
        assert self.who_sees(factories.account(), people) == {"Lena", "Ada"}

    def test_a_case_opens_the_account_to_who_follows_it_up(self, people):
        case = factories.case(owner=people.agent)
        factories.hand_over(case, people.other_agent)
        assert self.who_sees(case.account, people) == {"Anna", "Lars", "Otto", "Siv", "Lena", "Ada"}

    def test_a_case_without_an_account_opens_none(self, people):
        stranger = factories.contact("Stranger")
        factories.response(2, contact=stranger)
        account = factories.account()
        assert self.who_sees(account, people) == {"Lena", "Ada"}

    def test_somebody_who_has_left_sees_nothing(self, people):
        account = factories.account(owner=people.agent)
        people.agent.is_active = False
        assert "Anna" not in self.who_sees(account, people)

    def test_is_seen_once_however_many_roads_lead_to_it(self, people):
        case = factories.case(owner=people.agent)
        factories.response(1, contact=case.contact)
        Membership.objects.create(user=people.agent, team=people.south)
        Membership.objects.create(user=people.lead, team=people.south)
        assert access.visible_accounts(people.agent).count() == 1
        assert access.visible_accounts(people.lead).count() == 1


OWNER_AND_LEAD = {"Anna", "Lars", "Ada"}


class TestTakingAStep:
    @pytest.mark.parametrize(
        ("step", "allowed"),
        [
            ("assign", OWNER_AND_LEAD),
            ("take", {"Lars", "Ada"}),
            ("attempt", OWNER_AND_LEAD),
            ("escalate", OWNER_AND_LEAD),
            ("resolve", OWNER_AND_LEAD),
            ("close_unreached", OWNER_AND_LEAD),
            ("withdraw", {"Lars", "Ada"}),
            ("reopen", {"Lars", "Ada"}),
            ("note", OWNER_AND_LEAD),
        ],
    )
    def test_on_annas_case(self, people, annas_case, step, allowed):
        assert who_may(step, annas_case, people) == allowed

    @pytest.mark.parametrize(
        ("step", "allowed"),
        [
            ("take", {"Anna", "Kim", "Lars", "Ada"}),
            ("note", {"Anna", "Kim", "Lars", "Ada"}),
            ("attempt", {"Lars", "Ada"}),
            ("assign", {"Lars", "Ada"}),
            ("resolve", {"Lars", "Ada"}),
        ],
    )
    def test_on_a_case_that_waits_in_the_queue(self, people, queued_case, step, allowed):
        assert who_may(step, queued_case, people) == allowed

    @pytest.mark.parametrize("step", sorted(access.STEPS))
    def test_is_never_for_leadership_who_only_read(self, people, annas_case, step):
        assert not access.may(people.leader, step, annas_case)

    @pytest.mark.parametrize("step", sorted(access.STEPS))
    def test_is_always_for_loop_itself(self, annas_case, step):
        assert access.may(None, step, annas_case)

    @pytest.mark.parametrize("step", sorted(access.STEPS))
    def test_is_over_for_somebody_who_has_left(self, people, annas_case, step):
        for user in people:
            user.is_active = False
            assert not access.may(user, step, annas_case)

    def test_a_step_nobody_has_heard_of_is_an_error_and_not_a_no(self, people, annas_case):
        with pytest.raises(KeyError):
            access.may(people.admin, "delete", annas_case)

    def test_a_lead_who_owns_a_case_of_another_team_may_still_work_on_it(self, people, annas_case):
        factories.hand_over(annas_case, people.other_lead, team=people.north)
        assert access.may(people.other_lead, "attempt", Case.objects.get(pk=annas_case.pk))

    def test_a_refusal_names_the_person_and_the_step(self, people, annas_case):
        with pytest.raises(access.NotAllowed, match=r"otto@loop\.example may not take the step “resolve” on case"):
            access.require(people.other_agent, "resolve", annas_case)
        access.require(people.agent, "resolve", annas_case)


class TestTheHouse:
    def test_is_set_up_by_administrators_alone(self, people):
        assert {user.name for user in people if access.may_manage(user)} == {"Ada"}
        people.admin.is_active = False
        assert not access.may_manage(people.admin)


def test_accounts_in_sight_are_the_same_asked_way_by_way(people):
    looked_after = factories.account(owner=people.colleague)
    factories.case(owner=people.agent)
    factories.case(team=people.south)
    factories.case(owner=people.other_agent)
    people.agent.stand_in, people.agent.away_until = people.other_agent, timezone.now() + timedelta(days=3)
    people.agent.save()
    for user in people:
        expected = set(access.visible_accounts(user).values_list("pk", flat=True))
        assert access.visible_account_ids(user) == expected
        with sight.remembering():
            assert access.visible_account_ids(user) == expected
    assert looked_after.pk in access.visible_account_ids(people.lead)
    people.lead.is_active = False
    assert access.visible_account_ids(people.lead) == set()


class TestWhatIsReadOnceARequest:
    """A lead's sight rests on the same teams and people however often a page asks."""

    def test_is_the_same_as_asked_each_time(self, people):
        mine, his = factories.case(owner=people.agent), factories.case(owner=people.other_agent)
        factories.case(team=people.south)
        for user in people:
            each_time = set(access.visible_cases(user).values_list("pk", flat=True))
            with sight.remembering():
                assert set(access.visible_cases(user).values_list("pk", flat=True)) == each_time
        assert mine.pk in set(access.visible_cases(people.lead).values_list("pk", flat=True))
        assert his.pk not in set(access.visible_cases(people.lead).values_list("pk", flat=True))

    def test_takes_one_statement_more_and_none_again(self, people, django_assert_num_queries):
        with sight.remembering():
            with django_assert_num_queries(2):
                list(access.visible_cases(people.lead))
            with django_assert_num_queries(1):
                list(access.visible_cases(people.lead))

    def test_is_forgotten_with_the_request(self, people):
        case = factories.case(owner=people.agent)
        with sight.remembering():
            assert access.visible_cases(people.lead).filter(pk=case.pk).exists()
        Membership.objects.filter(user__in=[people.lead, people.agent]).delete()
        Case.objects.filter(pk=case.pk).update(team=people.south)
        with sight.remembering():
            assert not access.visible_cases(people.lead).filter(pk=case.pk).exists()

    def test_is_somebodys_own(self, people):
        case = factories.case(owner=people.agent)
        with sight.remembering():
            assert access.visible_cases(people.lead).filter(pk=case.pk).exists()
            assert not access.visible_cases(people.other_lead).filter(pk=case.pk).exists()
