"""The steps of a case: what each does, what it leaves on the timeline, and in which words it is refused."""

from datetime import timedelta

import pytest
from django.utils import translation

from feedback.models import Invitation
from loop import access, deadlines, workflow
from loop.models import ContactAttempt, Resolution, RootCause, SlaPolicy, State
from loop.workflow import StepNotAllowed, StepRefused
from tests import factories, stories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    """Anna's, new."""
    return factories.case(owner=people.agent)


@pytest.fixture
def reached(people):
    """Anna's; the customer was reached after an hour."""
    return factories.contacted_case(owner=people.agent)


@pytest.fixture
def solved(people):
    return factories.resolved_case(owner=people.agent)


def billing():
    return RootCause.objects.get(key="billing")


class TestAssign:
    def test_hands_the_case_over_with_the_reason(self, people, case):
        workflow.assign(
            case_id=case.pk, owner=people.colleague, reason="Anna is on a course", actor=people.lead, now=later(hours=1)
        )
        case = stories.as_it_is_now(case)
        assert (case.owner, case.team, case.owner_reason) == (people.colleague, people.north, "Anna is on a course")
        event = case.events.latest("pk")
        assert (event.kind, event.actor, event.at) == ("assigned", people.lead, later(hours=1))
        assert (event.data["owner_name"], event.data["team_name"]) == ("Kim", "North")
        assert event.data["reason"] == "Anna is on a course"

    def test_moves_the_case_into_the_team_of_its_new_owner(self, people, case):
        case = factories.hand_over(case, people.other_agent)
        assert case.team == people.south

    def test_keeps_the_team_where_the_new_owner_is_in_it_too(self, people, case):
        both = factories.user("Bo", team=factories.team("Before all others"))
        both.memberships.create(team=people.north)
        assert factories.hand_over(case, both).team == people.north

    def test_with_a_team_alone_puts_the_case_into_its_queue(self, people, case):
        case = workflow.assign(
            case_id=case.pk, owner=None, team=people.south, reason="Theirs", actor=people.lead, now=NOW
        )
        assert (case.owner, case.team) == (None, people.south)

    def test_needs_somebody(self, people, case):
        with pytest.raises(StepRefused, match="Name a person or a team") as no:
            workflow.assign(case_id=case.pk, owner=None, reason="Away", actor=people.lead, now=NOW)
        assert no.value.field == "owner"

    def test_needs_a_reason(self, people, case):
        with pytest.raises(StepRefused, match="Say why this person gets the case") as no:
            workflow.assign(case_id=case.pk, owner=people.colleague, reason="  ", actor=people.lead, now=NOW)
        assert no.value.field == "reason"

    def test_to_somebody_who_has_left_is_refused_by_name(self, people, case):
        gone = factories.user("Gustav", team=people.north, is_active=False)
        with pytest.raises(StepRefused, match="Gustav cannot sign in any more") as no:
            workflow.assign(case_id=case.pk, owner=gone, reason="Back", actor=people.lead, now=NOW)
        assert no.value.field == "owner"
        assert stories.as_it_is_now(case).owner == people.agent

    def test_to_leadership_which_takes_no_step_is_refused(self, people, case):
        with pytest.raises(StepRefused, match="Lena only reads cases") as no:
            workflow.assign(case_id=case.pk, owner=people.leader, reason="Important", actor=people.lead, now=NOW)
        assert no.value.field == "owner"
        assert stories.as_it_is_now(case).owner == people.agent


class TestTake:
    def test_is_how_somebody_gets_a_case_out_of_their_queue(self, people):
        waiting = factories.case(team=people.north)
        taken = workflow.take(case_id=waiting.pk, actor=people.agent, now=later(hours=1))
        assert (taken.owner, taken.team) == (people.agent, people.north)
        assert taken.owner_reason == "Taken from the queue by Anna"
        assert stories.kinds(taken)[-1] == "assigned"

    def test_stores_its_reason_in_the_language_of_the_project(self, people):
        waiting = factories.case(team=people.north)
        with translation.override("sv"):
            taken = workflow.take(case_id=waiting.pk, actor=people.agent, now=NOW)
        assert taken.owner_reason == "Taken from the queue by Anna"

    def test_by_a_lead_who_was_too_late_names_who_was_faster(self, people):
        waiting = factories.case(team=people.north)
        workflow.take(case_id=waiting.pk, actor=people.agent, now=NOW)
        with pytest.raises(StepNotAllowed, match="Anna has already taken this case") as no:
            workflow.take(case_id=waiting.pk, actor=people.lead, now=NOW)
        assert no.value.case.owner == people.agent

    def test_by_a_colleague_who_was_too_late_changes_nothing(self, people):
        waiting = factories.case(team=people.north)
        workflow.take(case_id=waiting.pk, actor=people.agent, now=NOW)
        with pytest.raises(access.NotAllowed):
            workflow.take(case_id=waiting.pk, actor=people.colleague, now=NOW)
        assert stories.as_it_is_now(waiting).owner == people.agent


class TestAttempt:
    def test_that_reaches_nobody_is_counted_and_leaves_the_case_new(self, people, case):
        tried = workflow.attempt(
            case_id=case.pk, channel="phone", reached=False, note="Voicemail.", actor=people.agent, now=later(hours=1)
        )
        assert (tried.state, tried.contacted_at, tried.remind_at) == (State.NEW, None, case.remind_at)
        made = ContactAttempt.objects.get()
        assert (made.case, made.actor, made.at, made.channel) == (case, people.agent, later(hours=1), "phone")
        assert (made.reached, made.note) == (False, "Voicemail.")
        assert stories.told(case, "attempt") == [{"channel": "phone", "reached": False, "note": "Voicemail."}]

    def test_that_reaches_the_customer_makes_the_case_contacted(self, people, case):
        tried = workflow.attempt(
            case_id=case.pk, channel="meeting", reached=True, actor=people.agent, now=later(hours=1)
        )
        assert (tried.state, tried.contacted_at) == (State.CONTACTED, later(hours=1))

    def test_that_reaches_the_customer_begins_the_reminders_towards_the_resolution(self, people, case):
        tried = workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=people.agent, now=later(hours=1))
        assert tried.due_at == case.resolve_due_at
        assert tried.remind_round == case.remind_round + 1
        assert tried.remind_level == deadlines.HALF_TIME
        assert case.contact_due_at < tried.remind_at < case.resolve_due_at

    def test_after_the_first_contact_keeps_its_time_and_the_reminders(self, people, reached):
        again = workflow.attempt(
            case_id=reached.pk, channel="phone", reached=True, actor=people.agent, now=later(hours=9)
        )
        assert (again.contacted_at, again.remind_round) == (reached.contacted_at, reached.remind_round)
        assert again.attempts.count() == 2

    def test_counts_on_the_day_it_is_where_we_work(self, people, case):
        just_after_midnight_in_stockholm = NOW.replace(hour=23, minute=30)
        workflow.attempt(
            case_id=case.pk, channel="sms", reached=False, actor=people.agent, now=just_after_midnight_in_stockholm
        )
        assert ContactAttempt.objects.get().local_date == (NOW + timedelta(days=1)).date()

    def test_by_a_channel_nobody_has_is_refused(self, people, case):
        with pytest.raises(StepRefused, match="“fax” is not one of phone, email, meeting, sms, other") as no:
            workflow.attempt(case_id=case.pk, channel="fax", reached=True, actor=people.agent, now=NOW)
        assert no.value.field == "channel"
        assert not ContactAttempt.objects.exists()


class TestResolve:
    def test_says_why_and_what_was_done_and_plans_to_ask_again(self, people, reached):
        done = workflow.resolve(
            case_id=reached.pk,
            root_cause=billing(),
            summary=" Invoice corrected. ",
            actor=people.agent,
            now=later(hours=5),
        )
        assert (done.state, done.resolution) == (State.RESOLVED, Resolution.SOLVED)
        assert (done.root_cause, done.summary) == (billing(), "Invoice corrected.")
        assert done.resolved_at == done.closed_at == later(hours=5)
        assert (done.remind_at, done.remind_level) == (None, "")
        assert done.recovery_invitation.due_at == later(days=30, hours=5)
        assert stories.told(done, "resolved") == [
            {"root_cause": "billing", "root_cause_name": "Billing", "summary": "Invoice corrected."}
        ]
        assert stories.kinds(done)[-2:] == ["resolved", "recovery_planned"]

    def test_before_the_customer_was_reached_is_not_possible(self, people, case):
        with pytest.raises(StepNotAllowed, match="This step is not possible: the case is new") as no:
            workflow.resolve(case_id=case.pk, root_cause=billing(), summary="Done.", actor=people.agent, now=NOW)
        assert no.value.case.state == State.NEW

    def test_a_second_time_changes_nothing(self, people, solved):
        with pytest.raises(StepNotAllowed, match="the case is resolved"):
            workflow.resolve(
                case_id=solved.pk, root_cause=billing(), summary="Again.", actor=people.agent, now=later(days=1)
            )
        assert stories.as_it_is_now(solved).summary == "Invoice corrected."
        assert Invitation.objects.count() == 1

    def test_needs_to_say_what_was_done(self, people, reached):
        with pytest.raises(StepRefused, match="Say what was done") as no:
            workflow.resolve(case_id=reached.pk, root_cause=billing(), summary=" \n", actor=people.agent, now=NOW)
        assert no.value.field == "summary"

    def test_for_a_cause_no_longer_in_use_is_refused_by_name(self, people, reached):
        retired = RootCause.objects.create(key="fax", name="Fax machine", is_active=False)
        with pytest.raises(StepRefused, match="“Fax machine” is no longer in use") as no:
            workflow.resolve(case_id=reached.pk, root_cause=retired, summary="Done.", actor=people.agent, now=NOW)
        assert no.value.field == "root_cause"


class TestCloseUnreached:
    def try_on(self, case, *days):
        for day in days:
            workflow.attempt(case_id=case.pk, channel="phone", reached=False, actor=None, now=later(days=day))

    def test_closes_after_attempts_on_three_days_and_never_counts_as_solved(self, people, case):
        self.try_on(case, 0, 1, 4)
        closed = workflow.close_unreached(case_id=case.pk, reason="Gone quiet", actor=people.agent, now=later(days=4))
        assert (closed.state, closed.resolution) == (State.RESOLVED, Resolution.NOT_REACHED)
        assert (closed.contacted_at, closed.closed_at) == (None, later(days=4))
        assert stories.told(closed, "not_reached") == [{"reason": "Gone quiet", "days": 3}]

    def test_asks_these_customers_again_too(self, people, case):
        self.try_on(case, 0, 1, 4)
        closed = workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(days=4))
        assert closed.recovery_invitation is not None

    def test_does_not_count_three_calls_in_one_morning(self, people, case):
        self.try_on(case, 0, 0.01, 0.02)
        with pytest.raises(StepRefused, match=r"on 3 different days are needed .* so far there are 1") as no:
            workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(hours=3))
        assert no.value.field == "reason"
        assert stories.as_it_is_now(case).state == State.NEW

    def test_asks_for_as_many_days_as_the_policy_says(self, people, case):
        SlaPolicy.objects.update(attempts_before_unreached=1)
        self.try_on(case, 0)
        assert workflow.close_unreached(case_id=case.pk, actor=people.agent, now=later(hours=1)).closed_at

    def test_of_a_customer_who_was_reached_is_not_possible(self, people, reached):
        with pytest.raises(StepNotAllowed, match="the case is contacted"):
            workflow.close_unreached(case_id=reached.pk, actor=people.agent, now=later(days=5))


class TestWithdraw:
    @pytest.mark.parametrize("made", ["case", "reached"])
    def test_closes_an_open_case_without_asking_the_customer_again(self, people, request, made):
        case = request.getfixturevalue(made)
        closed = workflow.withdraw(case_id=case.pk, reason="A test", actor=people.lead, now=later(hours=3))
        assert (closed.state, closed.resolution) == (State.RESOLVED, Resolution.WITHDRAWN)
        assert closed.recovery_invitation is None
        assert stories.told(closed, "withdrawn") == [{"reason": "A test"}]

    def test_needs_a_reason(self, people, case):
        with pytest.raises(StepRefused, match="Say why the case is withdrawn") as no:
            workflow.withdraw(case_id=case.pk, reason="", actor=people.lead, now=NOW)
        assert no.value.field == "reason"

    def test_is_not_for_the_agent_who_would_be_rid_of_it(self, people, case):
        with pytest.raises(access.NotAllowed):
            workflow.withdraw(case_id=case.pk, reason="No time", actor=people.agent, now=NOW)

    def test_of_a_resolved_case_is_not_possible(self, people, solved):
        with pytest.raises(StepNotAllowed, match="the case is resolved"):
            workflow.withdraw(case_id=solved.pk, reason="A test", actor=people.lead, now=later(days=1))


class TestReopen:
    def test_brings_back_a_customer_who_was_reached_as_contacted(self, people, solved):
        back = workflow.reopen(case_id=solved.pk, reason="It broke again", actor=people.lead, now=later(days=3))
        assert (back.state, back.resolution, back.closed_at) == (State.CONTACTED, "", None)
        assert (back.reopened_at, back.reopened_count) == (later(days=3), 1)
        assert stories.told(back, "reopened") == [{"reason": "It broke again", "count": 1}]

    def test_brings_back_a_customer_nobody_reached_as_new(self, people):
        closed = factories.unreached_case(owner=people.agent)
        back = workflow.reopen(case_id=closed.pk, reason="She called back", actor=people.lead, now=later(days=10))
        assert (back.state, back.contacted_at, back.closed_at) == (State.NEW, None, None)
        assert back.contact_due_at > later(days=10)
        assert back.remind_at is not None

    def test_keeps_the_times_of_the_first_round(self, people, solved):
        back = workflow.reopen(case_id=solved.pk, reason="It broke again", actor=people.lead, now=later(days=3))
        again = workflow.resolve(
            case_id=back.pk, root_cause=billing(), summary="Replaced.", actor=people.agent, now=later(days=5)
        )
        assert (again.contacted_at, again.resolved_at) == (solved.contacted_at, solved.resolved_at)
        assert again.closed_at == later(days=5)

    def test_gives_a_new_date_for_the_resolution_and_reminders_towards_it(self, people, solved):
        back = workflow.reopen(case_id=solved.pk, reason="It broke again", actor=people.lead, now=later(days=60))
        assert back.resolve_due_at > later(days=60)
        assert later(days=60) < back.remind_at < back.resolve_due_at
        assert back.contact_due_at == solved.contact_due_at

    def test_calls_off_asking_again_until_the_case_is_closed_again(self, people, solved):
        back = workflow.reopen(case_id=solved.pk, reason="It broke again", actor=people.lead, now=later(days=3))
        assert back.recovery_invitation is None
        assert Invitation.objects.get().cancel_reason == "case reopened"
        again = workflow.resolve(
            case_id=back.pk, root_cause=billing(), summary="Replaced.", actor=people.agent, now=later(days=5)
        )
        assert again.recovery_invitation.due_at == later(days=35)

    def test_needs_a_reason(self, people, solved):
        with pytest.raises(StepRefused, match="Say why the case is reopened") as no:
            workflow.reopen(case_id=solved.pk, reason="", actor=people.lead, now=later(days=3))
        assert no.value.field == "reason"

    @pytest.mark.parametrize("made", ["case", "reached"])
    def test_of_an_open_case_is_not_possible_and_moves_no_deadline(self, people, request, made):
        case = request.getfixturevalue(made)
        with pytest.raises(StepNotAllowed, match=f"the case is {case.state}"):
            workflow.reopen(case_id=case.pk, reason="Again", actor=people.lead, now=later(days=3))
        now = stories.as_it_is_now(case)
        assert (now.resolve_due_at, now.remind_at, now.version) == (case.resolve_due_at, case.remind_at, case.version)


class TestEscalate:
    def test_raises_the_level_and_not_the_state(self, people, case):
        for level in (1, 2):
            raised = workflow.escalate(case_id=case.pk, reason="Angry", actor=people.agent, now=later(hours=level))
            assert (raised.escalation_level, raised.state) == (level, State.NEW)
        assert [line["level"] for line in stories.told(case, "escalated")] == [1, 2]

    def test_needs_a_reason(self, people, case):
        with pytest.raises(StepRefused, match="Say why the case is escalated") as no:
            workflow.escalate(case_id=case.pk, reason="", actor=people.agent, now=NOW)
        assert no.value.field == "reason"

    def test_of_a_resolved_case_is_not_possible(self, people, solved):
        with pytest.raises(StepNotAllowed):
            workflow.escalate(case_id=solved.pk, reason="Late", actor=people.agent, now=later(days=1))


class TestNote:
    @pytest.mark.parametrize("made", ["case", "reached", "solved"])
    def test_is_possible_in_every_state(self, people, request, made):
        case = request.getfixturevalue(made)
        workflow.note(case_id=case.pk, text="Asked for the contract.", actor=people.agent, now=later(days=1))
        assert stories.told(case, "note") == [{"text": "Asked for the contract."}]
        assert stories.as_it_is_now(case).state == case.state

    def test_says_something(self, people, case):
        with pytest.raises(StepRefused, match="The note is empty") as no:
            workflow.note(case_id=case.pk, text=" ", actor=people.agent, now=NOW)
        assert no.value.field == "note"
