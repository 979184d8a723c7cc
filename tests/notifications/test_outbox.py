"""Claims, leases and what becomes of messages whose sender died; retention."""

from datetime import timedelta
from itertools import islice

import pytest

from feedback import invitations
from loop.models import CaseEvent
from notifications import announce, claims, delivery, outbox
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later


@pytest.fixture
def alert(people):
    """A message to Anna about her case."""
    factories.case(owner=people.agent)
    announce.announce_missed(now=NOW)
    return Message.objects.get()


@pytest.fixture
def question(db):
    """A message to a customer."""
    invitations.invite(survey=factories.survey(), contact=factories.contact("Eva"), due_at=NOW, now=NOW)
    announce.enqueue_invitations(now=NOW)
    return Message.objects.get()


class Killed(BaseException):
    """What a sender meets that is killed with -9: no handler runs."""


def die_after_sending(monkeypatch, *, now):
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "mark_sent", die)
        with pytest.raises(Killed):
            delivery.deliver_due(now=now)


def die(*args, **kwargs):
    raise Killed


def sweep(now):
    outbox.release_stuck(now=now)
    return delivery.deliver_due(now=now)


def claim(now):
    return next(claims.claim_due(now=now, clock=lambda: now), None)


def as_it_is_now(message):
    return Message.objects.get(pk=message.pk)


class TestClaiming:
    def test_gives_a_message_to_one_sender(self, alert):
        assert claim(NOW) == alert
        assert claim(NOW) is None

    def test_counts_the_attempt_before_the_work(self, alert):
        claim(NOW)
        assert as_it_is_now(alert).attempts == 1

    def test_goes_by_what_is_due_first(self, people):
        for minute in (3, 1, 2):
            due = later(minutes=minute)
            outbox.enqueue(key=str(minute), kind="case_assigned", to="", user=people.agent, send_after=due, now=NOW)
        claimed = islice(claims.claim_due(now=later(hours=1), clock=lambda: later(hours=1)), 3)
        assert [message.key for message in claimed] == ["1", "2", "3"]


class TestASenderKilledBetweenSendingAndMarking:
    def test_repeats_an_alert_once_with_the_same_message_id(self, alert, server, monkeypatch):
        die_after_sending(monkeypatch, now=NOW)
        assert sweep(later(minutes=4)) == 0  # its lease still runs
        assert sweep(later(minutes=6)) == 1
        assert sweep(later(minutes=60)) == 0
        assert len(server.taken) == 2
        assert len({mail.extra_headers["Message-ID"] for mail in server.taken}) == 1

    def test_repeats_a_customers_mail_after_a_quarter_of_an_hour_once(self, question, server, monkeypatch):
        die_after_sending(monkeypatch, now=NOW)
        assert sweep(later(minutes=6)) == 0
        assert as_it_is_now(question).state == MessageState.UNCERTAIN
        assert sweep(later(minutes=22)) == 1
        assert len(server.taken) == 2
        assert len({mail.extra_headers["Message-ID"] for mail in server.taken}) == 1

    def test_gives_up_a_customers_mail_when_it_happens_again(self, question, server, monkeypatch):
        die_after_sending(monkeypatch, now=NOW)
        sweep(later(minutes=6))
        die_after_sending(monkeypatch, now=later(minutes=22))
        sweep(later(minutes=28))
        assert as_it_is_now(question).state == MessageState.DEAD
        assert sweep(later(days=1)) == 0
        assert len(server.taken) == 2

    def test_five_times_gives_up_an_alert(self, alert, server, monkeypatch):
        for attempt in range(5):
            die_after_sending(monkeypatch, now=later(minutes=10 * attempt))
            outbox.release_stuck(now=later(minutes=10 * attempt + 6))
        assert as_it_is_now(alert).state == MessageState.DEAD


class TestAnError:
    def test_is_kept_whatever_a_server_says(self, alert):
        outbox.fail(claim(NOW), error="550 \x00" + "x" * 9999, permanent=True, now=NOW)
        message = as_it_is_now(alert)
        assert message.state == MessageState.DEAD
        assert message.error.startswith("550 xxx")
        assert len(message.error) == 2000


class TestASlowSender:
    def test_whose_lease_ended_still_marks_what_it_sent(self, alert):
        slow = claim(NOW)
        outbox.release_stuck(now=later(minutes=6))
        assert outbox.mark_sent(slow, now=later(minutes=7))
        assert as_it_is_now(alert).state == MessageState.SENT

    def test_does_not_undo_what_the_next_sender_did(self, alert):
        slow = claim(NOW)
        outbox.release_stuck(now=later(minutes=6))
        claim(later(minutes=6))
        outbox.fail(slow, error="too late", permanent=True, now=later(minutes=7))
        assert as_it_is_now(alert).state == MessageState.SENDING


class TestADeadMessage:
    def kill(self, message):
        Message.objects.filter(pk=message.pk).update(state=MessageState.DEAD, attempts=5, error="550")

    def test_can_be_sent_after_all(self, alert, server):
        self.kill(alert)
        outbox.retry(alert.pk, now=NOW)
        assert delivery.deliver_due(now=NOW) == 1

    def test_can_be_discarded_and_its_invitation_with_it(self, question, people):
        self.kill(question)
        outbox.discard(question.pk, by=people.admin, now=NOW)
        message = as_it_is_now(question)
        assert (message.state, message.error) == ("cancelled", "discarded by ada@loop.example")
        assert message.invitation.cancelled_at == NOW

    def test_is_the_only_one_that_can(self, alert, people):
        with pytest.raises(outbox.NotDead):
            outbox.retry(alert.pk, now=NOW)
        with pytest.raises(outbox.NotDead):
            outbox.discard(alert.pk, by=people.admin, now=NOW)


class TestDeletingOld:
    def test_takes_finished_messages_after_90_days(self, alert, server):
        delivery.deliver_due(now=NOW)
        assert outbox.delete_old(now=NOW + timedelta(days=90)) == 0
        assert outbox.delete_old(now=NOW + timedelta(days=90, seconds=1)) == 1

    def test_leaves_what_still_waits(self, alert):
        assert outbox.delete_old(now=later(days=400)) == 0

    def test_does_not_make_anybody_be_told_again(self, alert, server):
        delivery.deliver_due(now=NOW)
        outbox.delete_old(now=later(days=91))
        assert announce.announce_missed(now=later(days=91)) == 0
        assert CaseEvent.objects.exists()
