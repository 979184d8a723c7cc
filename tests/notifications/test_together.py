"""After an outage one mail a person and kind tells of every case; a few at a time stay mails of their own."""

from collections import Counter
from contextlib import closing
from datetime import timedelta
from itertools import count

import pytest

from loop import reminders, sweeping, workflow
from loop.models import SweepRun
from notifications import alongside, announce, claims, delivery, outbox, together
from notifications.channels.email import EmailChannel
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW
from tests.notifications.mailbox import refuse


def cases_of(owner, number):
    return [factories.case(owner=owner) for _ in range(number)]


TOO_LATE = NOW + delivery.STANDSTILL + timedelta(minutes=1)


@pytest.fixture(autouse=True)
def last_run(db):
    """Messages were sent at NOW, and then for a while not."""
    sweeping.run("deliver_due", now=NOW)


def deliver(now=TOO_LATE):
    """What is announced now leaves; by default so late that it was held up."""
    announce.announce_missed(now=now)
    return delivery.deliver_due(now=now)


def mails_to(server, user):
    return [mail for mail in server.taken if mail.to == [user.email]]


class TestManyThatWereHeldUp:
    def test_are_one_mail_that_names_every_case(self, people, server):
        cases = cases_of(people.agent, 5)
        deliver()
        [mail] = mails_to(server, people.agent)
        assert all(f"/cases/{case.pk}/" in mail.body for case in cases)
        states = Message.objects.filter(kind="case_assigned").values_list("state", flat=True)
        assert sorted(states) == ["cancelled"] * 4 + ["sent"]

    def test_a_few_stay_single_mails_to_act_on(self, people, server):
        cases_of(people.agent, 3)
        deliver()
        assert len(mails_to(server, people.agent)) == 3

    def test_stay_mails_of_their_own_when_they_leave_in_time(self, people, server):
        cases_of(people.agent, 5)
        deliver(NOW)
        assert len(mails_to(server, people.agent)) == 5

    def test_are_one_mail_too_when_they_could_not_leave_for_an_hour(self, people, server):
        cases_of(people.agent, 5)
        server.behave = refuse(451, "later, please", whom=people.agent.email)
        deliver(NOW)
        server.behave = None
        sweeping.run("deliver_due", now=NOW + timedelta(seconds=30))
        later_on = NOW + claims.LATE + timedelta(seconds=1)
        SweepRun.objects.update(finished_at=later_on - timedelta(minutes=1))
        delivery.deliver_due(now=later_on)
        assert len(mails_to(server, people.agent)) == 1

    def test_each_reader_gets_their_own(self, people, server):
        cases_of(people.agent, 5)
        theirs = cases_of(people.other_agent, 5)
        deliver()
        [mail] = mails_to(server, people.other_agent)
        assert len(mails_to(server, people.agent)) == 1
        assert sum(f"/cases/{case.pk}/" in mail.body for case in theirs) == 5
        assert mail.body.count("/cases/") == 5 + 1  # and the inbox

    def test_what_nobody_needs_any_more_is_not_in_it(self, people, server):
        first, *others = cases_of(people.agent, 6)
        announce.announce_missed(now=NOW)
        closed = others[2]
        workflow.withdraw(case_id=closed.pk, reason="A test.", actor=people.lead, now=NOW)
        deliver()
        [mail] = mails_to(server, people.agent)
        assert f"/cases/{closed.pk}/" not in mail.body
        assert f"/cases/{first.pk}/" in mail.body
        told = Message.objects.get(kind="case_assigned", case=closed)
        assert (told.state, told.error) == (MessageState.CANCELLED, "the case is closed")

    def test_none_is_lost_when_the_mail_server_refuses(self, people, server):
        cases_of(people.agent, 5)
        server.behave = refuse(451, "later, please", whom=people.agent.email)
        deliver()
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.PENDING}
        server.behave = None
        deliver(TOO_LATE + timedelta(minutes=2))
        assert len(mails_to(server, people.agent)) == 1

    def test_none_is_lost_when_the_sender_dies(self, people, server):
        cases_of(people.agent, 5)
        announce.announce_missed(now=NOW)
        first = next(claims.claim_due(now=TOO_LATE, clock=lambda: TOO_LATE))
        assert len(alongside.claim(first, held_up=True, now=TOO_LATE, clock=lambda: TOO_LATE)) == 4
        later_on = TOO_LATE + claims.LEASE + timedelta(seconds=1)
        assert outbox.release_stuck(now=later_on) == 5
        delivery.deliver_due(now=later_on)
        assert len(mails_to(server, people.agent)) == 1

    def test_what_there_was_no_time_to_look_at_goes_into_the_next_mail(self, people, server):
        """A mail leaves while its claims hold: half a lease for looking, the rest for sending."""
        cases_of(people.agent, 9)
        announce.announce_missed(now=NOW)
        minutes = count()
        first = next(claims.claim_due(now=TOO_LATE, clock=lambda: TOO_LATE))
        slow = {"clock": lambda: TOO_LATE + timedelta(minutes=next(minutes)), "held_up": True}
        with closing(EmailChannel()) as channel:
            delivery.deliver(first, {"email": channel}, now=TOO_LATE, **slow)
        states = Counter(Message.objects.values_list("state", "attempts"))
        assert states == {("sent", 1): 1, ("cancelled", 1): 2, ("pending", 0): 6}
        sweeping.run("deliver_due", now=TOO_LATE)
        assert [mail.body.count("/cases/") - 1 for mail in mails_to(server, people.agent)] == [3, 6]

    def test_one_that_cannot_be_made_holds_up_no_other(self, people, server, monkeypatch):
        cases = cases_of(people.agent, 6)
        announce.announce_missed(now=NOW)
        bad = Message.objects.filter(kind="case_assigned").order_by("pk").last()
        line = together._line
        monkeypatch.setattr(together, "_line", lambda message: 1 / 0 if message.pk == bad.pk else line(message))
        sweeping.run("deliver_due", now=TOO_LATE)
        [mail] = mails_to(server, people.agent)
        assert sum(f"/cases/{case.pk}/" in mail.body for case in cases) == 5
        bad.refresh_from_db()
        assert (bad.state, bad.error) == (MessageState.PENDING, "ZeroDivisionError: division by zero")

    def test_nor_does_one_nobody_can_decide_about(self, people, server, monkeypatch):
        cases_of(people.agent, 6)
        announce.announce_missed(now=NOW)
        bad = Message.objects.filter(kind="case_assigned").order_by("pk").last()
        why_not = delivery.why_not
        decide = lambda message, now: 1 / 0 if message.pk == bad.pk else why_not(message, now=now)  # noqa: E731
        monkeypatch.setattr(delivery, "why_not", decide)
        sweeping.run("deliver_due", now=TOO_LATE)
        assert len(mails_to(server, people.agent)) == 1
        bad.refresh_from_db()
        assert bad.state == MessageState.PENDING


class TestPromisesThatWereHeldUp:
    @pytest.fixture
    def back(self, people):
        """Two promises on one case and three on others, all overdue by the time Loop is back."""
        first, *others = [factories.contacted_case(owner=people.agent) for _ in range(4)]
        for case, what in [(first, "A new invoice"), *((other, "A visit") for other in others)]:
            factories.promised(case, what, days=4)
        factories.promised(first, "A credit note", days=5)
        back = NOW + timedelta(days=7)
        reminders.remind_due(now=back)
        return back

    def told_to(self, user, kind):
        return Message.objects.filter(kind=kind, user=user, state=MessageState.SENT).get()

    def test_are_each_a_line_of_their_own(self, people, server, back):
        deliver(back)
        mail = self.told_to(people.agent, "reminder_promise_overdue")
        assert mail.subject == "5 promises are overdue"
        assert "Mon 23 Nov 09:12: A new invoice" in mail.body
        assert "Tue 24 Nov 09:12: A credit note" in mail.body
        assert mail.body.count("A visit") == 3

    def test_so_are_planned_tries_with_what_they_are_for(self, people, server):
        for case in cases_of(people.agent, 4):
            workflow.plan_next(case_id=case.pk, at=NOW + timedelta(hours=2), reason="After lunch.", actor=None, now=NOW)
        back = NOW + timedelta(hours=5)
        reminders.remind_due(now=back)
        deliver(back)
        mail = self.told_to(people.agent, "reminder_next_try")
        assert mail.subject == "It is time for 4 planned tries"
        assert mail.body.count("Thu 19 Nov 11:12: After lunch.") == 4


class TestAfterThreeDaysOff:
    def test_everybody_gets_at_most_one_mail_of_each_kind(self, people, server):
        for owner in (people.agent, people.colleague, people.other_agent):
            cases_of(owner, 6)
        back = NOW + timedelta(hours=72)
        reminders.remind_due(now=back)
        deliver(back)
        sent = Message.objects.filter(state=MessageState.SENT)
        each = [(message.user_id, message.kind) for message in sent]
        assert len(each) == len(set(each))
        assert {kind for _user, kind in each} >= {"case_assigned"}


@pytest.mark.parametrize("kind", ["reminder_overdue", "case_escalated"])
def test_the_subject_has_the_number(people, server, kind):
    cases_of(people.agent, 5)
    back = NOW + timedelta(days=7)
    reminders.remind_due(now=back)
    deliver(back)
    told = Message.objects.filter(kind=kind, user=people.agent, state=MessageState.SENT).get()
    assert told.subject.startswith("5 cases ")
