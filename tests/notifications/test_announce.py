"""Case events and due invitations become messages: to the right people, once, however often they are announced."""

from datetime import timedelta

import pytest

from feedback import contacts, invitations
from feedback.models import Invitation
from loop import absences, reminders, workflow
from loop.models import CaseEvent, Role, SlaPolicy
from loop.models.event import EventKind
from notifications import announce, outbox
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later


def told(kind):
    """Who gets a message of this kind."""
    return {message.user.name for message in Message.objects.filter(kind=kind).select_related("user")}


def announce_all(now=NOW):
    return announce.announce_missed(now=now)


class TestACaseThatOpens:
    def test_is_told_to_its_owner(self, people):
        factories.case(owner=people.agent)
        announce_all()
        assert told("case_assigned") == {"Anna"}

    def test_is_told_to_the_lead_while_it_waits_in_the_queue(self, people):
        factories.case(team=people.north)
        announce_all()
        assert told("case_assigned") == {"Lars"}

    def test_of_no_team_is_told_to_every_lead(self, people):
        factories.case()
        announce_all()
        assert told("case_assigned") == {"Lars", "Siv"}

    def test_in_a_team_without_a_lead_is_told_to_the_other_leads(self, people):
        people.lead.is_active = False
        people.lead.save(update_fields=["is_active"])
        factories.case(team=people.north)
        announce_all()
        assert told("case_assigned") == {"Siv"}

    def test_where_no_lead_is_left_is_told_to_the_top_and_to_who_can_act(self, people):
        for user in (people.lead, people.other_lead):
            user.is_active = False
            user.save(update_fields=["is_active"])
        factories.case(team=people.north)
        announce_all()
        assert told("case_assigned") == {"Lena", "Ada"}

    def test_with_neither_lead_nor_leadership_is_told_to_the_administrator(self, people):
        for user in (people.lead, people.other_lead, people.leader):
            user.is_active = False
            user.save(update_fields=["is_active"])
        factories.case(team=people.north)
        announce_all()
        assert told("case_assigned") == {"Ada"}


class TestWhoDidIt:
    def test_is_not_told_that_she_took_the_case(self, people):
        case = factories.case(team=people.north)
        announce_all()
        workflow.take(case_id=case.pk, actor=people.agent, now=NOW)
        announce_all()
        assert told("case_assigned") == {"Lars"}  # from when it waited

    def test_is_not_told_but_the_colleague_who_gets_it_is(self, people):
        case = factories.case(owner=people.agent)
        announce_all()
        workflow.assign(case_id=case.pk, owner=people.colleague, reason="Knows them.", actor=people.lead, now=NOW)
        announce_all()
        assert told("case_assigned") == {"Anna", "Kim"}

    def test_is_not_told_of_his_own_escalation(self, people):
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Too big for me.", actor=people.agent, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Lars"}


class TestAnEscalation:
    def test_is_told_to_the_lead_and_the_owner(self, people):
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Anna", "Lars"}

    def test_of_a_leads_own_case_goes_above_her(self, people):
        case = factories.case(owner=people.lead)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Lars", "Lena"}

    def test_passes_by_a_lead_who_is_away(self, people):
        factories.away(people.lead)
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Anna", "Siv"}

    def test_of_a_lead_who_is_away_goes_to_whoever_stands_in_for_him(self, people):
        factories.away(people.lead, substitute=people.colleague)
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Anna", "Kim"}

    def test_goes_to_the_top_where_no_lead_is_here(self, people):
        factories.away(people.lead)
        factories.away(people.other_lead)
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce_all()
        assert told("case_escalated") == {"Anna", "Lena"}


class TestACaseThatStaysOverdue:
    def escalated_above(self, people):
        case = factories.case(owner=people.agent)
        workflow.escalate(case_id=case.pk, reason="Still.", actor=None, now=NOW, to=workflow.LEADERSHIP)
        announce_all()
        return told("case_escalated_above")

    def test_is_told_to_leadership_and_not_again_to_the_lead(self, people):
        assert self.escalated_above(people) == {"Lena"}
        assert told("case_escalated") == set()

    def test_passes_by_leadership_that_is_away_and_ends_with_whom_the_policy_names(self, people):
        factories.away(people.leader)
        olle = factories.user("Olle", role=Role.LEADERSHIP)
        factories.away(olle)
        assert self.escalated_above(people) == {"Ada"}
        SlaPolicy.objects.update(fallback=olle)
        assert self.escalated_above(people) == {"Ada", "Olle"}  # of the second case Olle, though he is away

    def test_of_somebody_who_left_ends_with_the_administrators(self, people):
        people.leader.is_active = False
        people.leader.save(update_fields=["is_active"])
        SlaPolicy.objects.update(fallback=people.leader)
        assert self.escalated_above(people) == {"Ada"}


class TestAReminder:
    def test_goes_to_the_owner(self, people):
        factories.case(owner=people.agent)
        reminders.remind_due(now=later(days=4))
        announce_all(later(days=4))
        assert told("reminder_overdue") == {"Anna"}

    def test_goes_to_the_lead_while_the_owner_is_away_and_nobody_stands_in(self, people):
        factories.case(owner=people.agent)
        factories.away(people.agent, starts_on=later(days=3).date(), ends_on=later(days=6).date())
        absences.settle(now=later(days=4))
        reminders.remind_due(now=later(days=4))
        announce_all(later(days=4))
        assert told("reminder_overdue") == {"Lars"}

    def test_goes_to_whoever_stands_in_and_to_nobody_else(self, people):
        factories.case(owner=people.agent)
        factories.away(people.agent, ends_on=later(days=6).date(), substitute=people.colleague)
        reminders.remind_due(now=later(days=4))
        announce_all(later(days=4))
        assert told("reminder_overdue") == {"Kim"}


class TestAnOutcome:
    @pytest.mark.parametrize(("after", "kinds"), [(9, {"case_outcome"}), (1, {"case_reopened"})])
    def test_is_told_once_a_worse_one_by_the_case_it_reopens(self, people, after, kinds):
        case = factories.resolved_case(owner=people.agent)
        announce_all(later(hours=3))
        Message.objects.all().delete()
        factories.response(after, contact=case.contact, survey_key="recovery", now=later(days=31))
        announce_all(later(days=31))
        assert set(Message.objects.filter(user=people.agent).values_list("kind", flat=True)) == kinds


class TestAnnouncing:
    def test_twice_changes_nothing(self, people):
        factories.case(owner=people.agent)
        event = CaseEvent.objects.get(kind=EventKind.ASSIGNED)
        assert announce.announce(event.pk, now=NOW) == 1
        assert announce.announce(event.pk, now=NOW) == 0
        assert announce_all() == 0
        assert Message.objects.count() == 1

    def test_marks_in_the_commit_of_the_messages(self, people, monkeypatch):
        factories.case(owner=people.agent)
        event = CaseEvent.objects.get(kind=EventKind.ASSIGNED)
        with monkeypatch.context() as patch:
            patch.setattr(outbox.Message.objects, "get_or_create", broken)
            with pytest.raises(RuntimeError):
                announce.announce(event.pk, now=NOW)
        assert CaseEvent.objects.get(pk=event.pk).announced_at is None
        assert announce.announce(event.pk, now=NOW) == 1

    def test_marks_events_that_need_no_message_too(self, people):
        factories.case(owner=people.agent)
        announce_all()
        assert not CaseEvent.objects.filter(announced_at=None).exists()

    def test_of_one_event_that_fails_leaves_the_others_alone(self, people, monkeypatch):
        factories.case(owner=people.agent)
        factories.case(owner=people.other_agent)
        first = CaseEvent.objects.filter(kind=EventKind.ASSIGNED).order_by("pk").first()
        enqueue = announce._enqueue

        def break_down(kind, event, user, now):
            if event.pk == first.pk:
                raise RuntimeError("a bug of ours")
            return enqueue(kind, event, user, now)

        monkeypatch.setattr(announce, "_enqueue", break_down)
        announce_all()
        assert told("case_assigned") == {"Otto"}
        assert list(CaseEvent.objects.filter(announced_at=None)) == [first]


class TestADueInvitation:
    def test_becomes_one_message(self, db):
        invitation = invited()
        for _again in range(3):
            announce.enqueue_invitations(now=NOW)
        message = Message.objects.get()
        assert (message.key, message.kind) == (f"invitation:{invitation.pk}", "survey_invitation")
        assert message.contact == invitation.contact

    def test_of_the_recovery_survey_says_so_and_knows_its_case(self, people):
        case = factories.resolved_case(owner=people.agent)
        announce.enqueue_invitations(now=later(days=32))  # a Monday
        message = Message.objects.get(kind="recovery_invitation")
        assert message.case == case

    def test_waits_until_it_is_due(self, db):
        invited(due=later(hours=1))
        assert announce.enqueue_invitations(now=NOW) == 0
        assert announce.enqueue_invitations(now=later(hours=1)) == 1

    def test_of_somebody_who_opted_out_is_called_off(self, db):
        invitation = invited()
        contacts.opt_out(invitation.contact, now=NOW)
        assert announce.enqueue_invitations(now=NOW) == 0
        assert Invitation.objects.get().cancel_reason == "opted_out"

    def test_of_somebody_without_an_address_is_called_off(self, db):
        invited(contact=factories.contact(email=""))
        assert announce.enqueue_invitations(now=NOW) == 0
        assert Invitation.objects.get().cancelled_at == NOW

    def test_that_ran_out_before_it_could_leave_is_called_off(self, db):
        invited()
        assert announce.enqueue_invitations(now=later(days=61)) == 0
        assert "expired" in Invitation.objects.get().cancel_reason

    def test_whose_message_failed_for_good_is_not_tried_by_another_message(self, db):
        invited()
        announce.enqueue_invitations(now=NOW)
        Message.objects.update(state=MessageState.DEAD)
        assert announce.enqueue_invitations(now=later(days=1)) == 0


def broken(*args, **kwargs):
    raise RuntimeError("a bug of ours")


def invited(*, contact=None, due=NOW):
    contact = contact or factories.contact()
    return invitations.invite(survey=factories.survey(), contact=contact, due_at=due, now=NOW - timedelta(minutes=1))
