"""A message leaves once, says what is true when it leaves, and a failure of one never holds up the others."""

import smtplib
from datetime import timedelta

import pytest

from feedback import contacts, invitations
from feedback.models import Invitation
from loop import absences, reminders, workflow
from notifications import announce, delivery, outbox, rendering
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later
from tests.notifications.mailbox import refuse


def announce_and_deliver(now=NOW):
    announce.announce_missed(now=now)
    announce.enqueue_invitations(now=now)
    return delivery.deliver_due(now=now)


def state_of(kind, user=None):
    return Message.objects.filter(kind=kind, **({"user": user} if user else {})).values_list("state", "error").get()


@pytest.fixture
def asked(db):
    """An invitation that is due."""
    return invitations.invite(survey=factories.survey(), contact=factories.contact("Eva"), due_at=NOW, now=NOW)


class TestAMessage:
    def test_leaves_and_is_marked_sent(self, people, server):
        factories.case(owner=people.agent)
        assert announce_and_deliver() == 1
        assert [mail.to for mail in server.taken] == [["anna@loop.example"]]
        message = Message.objects.get()
        assert (message.state, message.sent_at, message.attempts) == (MessageState.SENT, NOW, 1)
        assert message.body

    def test_leaves_once_however_often_it_is_delivered(self, people, server):
        factories.case(owner=people.agent)
        for _again in range(3):
            announce_and_deliver()
        assert len(server.taken) == 1

    def test_to_a_customer_marks_the_invitation_sent(self, server, asked):
        announce_and_deliver()
        assert Invitation.objects.get().sent_at == NOW

    def test_waits_for_its_time(self, people, server):
        factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        Message.objects.update(send_after=later(hours=1))
        assert delivery.deliver_due(now=NOW) == 0
        assert delivery.deliver_due(now=later(hours=1)) == 1

    def test_goes_where_the_reader_is_now(self, people, server):
        factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        people.agent.email = "anna.new@loop.example"
        people.agent.save(update_fields=["email"])
        delivery.deliver_due(now=NOW)
        assert server.taken[0].to == ["anna.new@loop.example"]
        assert Message.objects.get().to == "anna.new@loop.example"


class TestACorrectedAnswer:
    @pytest.fixture
    def case(self, people, asked):
        case = factories.response(3, contact=asked.contact, invitation=asked).case
        return workflow.assign(case_id=case.pk, owner=people.agent, reason="Hers.", actor=None, now=NOW)

    def corrected(self, case, now):
        asked = case.response.invitation
        factories.response(1, contact=asked.contact, invitation=asked, comment="Even worse.", now=now)

    def test_is_told_also_when_its_case_is_closed(self, server, case):
        factories.resolve(factories.reach(case, now=later(hours=1)), now=later(hours=2))
        self.corrected(case, later(hours=3))
        announce_and_deliver(later(hours=3))
        assert state_of("case_answer_changed")[0] == "sent"

    def test_of_a_case_closed_since_is_told_to_nobody(self, people, server, case):
        self.corrected(case, later(hours=1))
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=people.lead, now=later(hours=2))
        announce_and_deliver(later(hours=3))
        assert state_of("case_answer_changed") == ("cancelled", "the case is closed")


class TestAMessageNobodyNeedsAnyMore:
    def test_because_the_case_is_closed_is_cancelled(self, people, server):
        case = factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        workflow.withdraw(case_id=case.pk, reason="A test.", actor=people.lead, now=NOW)
        announce_and_deliver()
        assert state_of("case_assigned") == ("cancelled", "the case is closed")
        assert not server.taken

    def test_because_somebody_else_has_the_case_is_cancelled_and_she_is_told(self, people, server):
        case = factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        workflow.assign(case_id=case.pk, owner=people.colleague, reason="Knows them.", actor=people.lead, now=NOW)
        announce_and_deliver()
        assert state_of("case_assigned", people.agent)[0] == "cancelled"
        assert [mail.to for mail in server.taken] == [["kim@loop.example"]]

    def test_because_the_reader_left_is_cancelled(self, people, server):
        factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        people.agent.is_active = False
        people.agent.save(update_fields=["is_active"])
        announce_and_deliver()
        assert state_of("case_assigned") == ("cancelled", "Anna cannot sign in any more")

    def test_because_the_reader_may_not_see_the_case_is_cancelled(self, people, server):
        case = factories.case(owner=people.agent)
        factories.user("Dora", role="lead", team=people.north)
        workflow.escalate(case_id=case.pk, reason="Late.", actor=None, now=NOW)
        announce.announce_missed(now=NOW)
        people.lead.memberships.all().delete()
        announce_and_deliver()
        assert state_of("case_escalated", people.lead) == ("cancelled", "Lars may not see the case any more")

    def test_because_the_reader_did_it_is_cancelled(self, people, server):
        case = factories.case(team=people.north)
        announce.announce_missed(now=NOW)
        event = workflow.take(case_id=case.pk, actor=people.agent, now=NOW).events.latest("pk")
        outbox.enqueue(
            key="by mistake", kind="case_assigned", to="", user=people.agent, case=case, event=event,
            send_after=NOW, now=NOW,
        )  # fmt: skip
        delivery.deliver_due(now=NOW)
        assert state_of("case_assigned", people.agent) == ("cancelled", "Anna did it")

    def test_because_the_customer_opted_out_is_cancelled_with_its_invitation(self, server, asked):
        announce.enqueue_invitations(now=NOW)
        contacts.opt_out(asked.contact, now=NOW)
        delivery.deliver_due(now=NOW)
        assert state_of("survey_invitation") == ("cancelled", "opted_out")
        assert Invitation.objects.get().cancelled_at == NOW
        assert not server.taken

    def test_because_the_question_was_answered_is_cancelled(self, server, asked):
        announce.enqueue_invitations(now=NOW)
        factories.response(9, contact=asked.contact, invitation=asked)
        delivery.deliver_due(now=NOW)
        assert state_of("survey_invitation") == ("cancelled", "already answered")

    def test_because_the_case_was_reopened_asks_no_recovery_survey(self, people, server):
        case = factories.resolved_case(owner=people.agent)
        announce.enqueue_invitations(now=later(days=32))
        workflow.reopen(case_id=case.pk, reason="Not solved.", actor=people.lead, now=later(days=32))
        delivery.deliver_due(now=later(days=32))
        assert state_of("recovery_invitation") == ("cancelled", "called off: case reopened")


class TestACaseHandedOnTwice:
    def test_is_told_of_once_to_who_gets_it_both_times(self, people, server):
        factories.case(team=people.north)  # opened for any lead, then given to the queue of North
        announce_and_deliver()
        assert [mail.to for mail in server.taken] == [["lars@loop.example"]]


class TestReminders:
    def test_after_an_outage_are_one_the_latest(self, people, server):
        factories.case(owner=people.agent)
        reminders.remind_due(now=later(days=4))
        announce_and_deliver(later(days=4))
        assert state_of("reminder_half_time")[1].startswith("superseded by reminder_overdue (event:")
        assert state_of("reminder_due")[1].startswith("superseded by reminder_overdue (event:")
        assert state_of("reminder_overdue")[0] == "sent"

    def test_each_leave_when_they_are_due(self, people, server):
        case = factories.case(owner=people.agent)
        for _reminder in range(3):
            at = type(case).objects.get(pk=case.pk).remind_at
            reminders.remind_due(now=at)
            announce_and_deliver(at)
        sent = Message.objects.filter(kind__startswith="reminder", state="sent").order_by("pk")
        assert [message.kind for message in sent] == ["reminder_half_time", "reminder_due", "reminder_overdue"]

    def test_of_a_first_contact_are_not_needed_once_it_was_made(self, people, server):
        case = factories.case(owner=people.agent)
        reminders.remind_due(now=case.remind_at)
        announce.announce_missed(now=case.remind_at)
        workflow.attempt(case_id=case.pk, channel="phone", reached=True, actor=people.agent, now=case.remind_at)
        announce_and_deliver(case.remind_at)
        assert state_of("reminder_half_time") == ("cancelled", "the customer has been contacted")

    def test_of_an_owner_who_came_back_leave_the_lead_alone(self, people, server):
        case = factories.case(owner=people.agent)
        absence = factories.away(people.agent, ends_on=later(days=9).date())
        reminders.remind_due(now=case.remind_at)
        announce.announce_missed(now=case.remind_at)
        absences.end(absence, actor=people.agent, now=case.remind_at)
        announce_and_deliver(case.remind_at)
        assert state_of("reminder_half_time", people.lead) == ("cancelled", "Lars is not the one to tell any more")


class TestAMailServerThatRefuses:
    def test_one_address_for_good_takes_the_others(self, people, server):
        factories.case(owner=people.agent)
        factories.case(owner=people.other_agent)
        server.behave = refuse(550, "no such mailbox", whom="anna@loop.example")
        assert announce_and_deliver() == 1
        assert state_of("case_assigned", people.agent) == ("dead", "550 no such mailbox")
        assert state_of("case_assigned", people.other_agent)[0] == "sent"

    def test_one_address_for_now_is_asked_again_later_and_then_given_up(self, people, server):
        factories.case(owner=people.agent)
        server.behave = refuse(451, "greylisted", whom="anna@loop.example")
        announce_and_deliver()
        waits, at = [], NOW
        while Message.objects.get().state == MessageState.PENDING:
            waits.append(Message.objects.get().send_after - at)
            assert delivery.deliver_due(now=at) == 0  # not before its time
            at = Message.objects.get().send_after
            delivery.deliver_due(now=at)
        assert waits == [timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6)]
        message = Message.objects.get()
        assert (message.state, message.attempts, message.error) == ("dead", 5, "451 greylisted")

    def test_and_then_takes_it(self, people, server):
        factories.case(owner=people.agent)
        server.behave = refuse(451, "greylisted", whom="anna@loop.example")
        announce_and_deliver()
        server.behave = None
        assert delivery.deliver_due(now=later(minutes=1)) == 1
        assert state_of("case_assigned") == ("sent", "")


class TestAMailServerThatIsAway:
    def test_is_tried_three_times_in_a_run_and_the_rest_keeps_its_attempts(self, people, server):
        for number in range(5):
            factories.case(owner=factories.user(f"Agent {number}", team=people.north))
        server.away = True
        assert announce_and_deliver() == 0
        assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 1, 1, 1]
        server.away = False
        assert delivery.deliver_due(now=later(minutes=1)) == 5

    def test_says_so_on_the_message(self, people, server):
        factories.case(owner=people.agent)
        server.away = True
        announce_and_deliver()
        assert "Connection refused" in Message.objects.get().error


class TestAConnectionThatBreaks:
    def break_once(self, server):
        def behave(mail):
            server.behave = None
            server.taken.append(mail)
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

        server.behave = behave

    def test_over_a_mail_to_our_own_people_is_repeated_soon_with_the_same_message_id(self, people, server):
        factories.case(owner=people.agent)
        self.break_once(server)
        announce_and_deliver()
        delivery.deliver_due(now=later(minutes=1))
        first, second = server.taken
        assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]

    def test_over_a_mail_to_a_customer_makes_it_doubtful_for_a_quarter_of_an_hour(self, server, asked):
        self.break_once(server)
        announce_and_deliver()
        assert Message.objects.get().state == MessageState.UNCERTAIN
        assert delivery.deliver_due(now=later(minutes=14)) == 0
        assert delivery.deliver_due(now=later(minutes=15)) == 1


class TestABugOfOurs:
    def test_in_one_message_does_not_stop_the_line(self, people, server, monkeypatch):
        factories.case(owner=people.agent)
        factories.case(owner=people.other_agent)
        render = rendering.render

        def break_down(message, *, now):
            if message.user == people.agent:
                raise KeyError("a bug of ours")
            return render(message, now=now)

        monkeypatch.setattr(rendering, "render", break_down)
        assert announce_and_deliver() == 1
        assert state_of("case_assigned", people.agent) == ("pending", "KeyError: 'a bug of ours'")

    def test_of_an_unknown_kind_is_dead_at_once(self, people, server):
        case = factories.case(owner=people.agent)
        outbox.enqueue(key="k", kind="telepathy", to="", user=people.agent, case=case, send_after=NOW, now=NOW)
        delivery.deliver_due(now=NOW)
        assert state_of("telepathy")[0] == "dead"


@pytest.mark.django_db(transaction=True)
class TestTheNetwork:
    def test_is_never_touched_inside_a_transaction(self, server):
        factories.case(owner=factories.user("Anna", team=factories.team()))
        announce_and_deliver()
        assert server.in_transaction == [False]
