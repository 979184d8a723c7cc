"""Messages leave in groups: read for all of them, claimed one by one, and told as things stand when each leaves."""

from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import invitations
from feedback.models import Response
from loop import absences, workflow
from loop.models import Case, User
from notifications import announce, claims, delivery, outbox, read_ahead
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


class Killed(BaseException):
    """What a sender meets that is killed with -9: no handler runs."""


@pytest.fixture
def alerts(people):
    """Five messages to Anna, each about a case of hers."""
    for _ in range(5):
        factories.case(owner=people.agent)
    announce.announce_missed(now=NOW)
    return list(Message.objects.order_by("send_after", "pk"))


def states():
    return list(Message.objects.order_by("pk").values_list("state", "attempts"))


def line(now=NOW):
    return claims.claim_due(now=now, clock=lambda: now)


def while_the_first_leaves(server, work):
    """Have something happen while the first mail of the group is handed over."""

    def behave(mail):
        server.behave = None
        work()

    server.behave = behave


def told(case):
    return Message.objects.values_list("state", "error").get(case=case, kind="case_assigned", channel="email")


class TestAGroup:
    def test_is_claimed_one_message_at_a_time(self, alerts):
        with closing(line()) as mine:
            assert next(mine) == alerts[0]
            assert states() == [(MessageState.SENDING, 1)] + [(MessageState.PENDING, 0)] * 4

    def test_is_nobody_elses_meanwhile(self, alerts):
        with closing(line()) as mine:
            next(mine)
            assert list(line()) == []

    def test_is_due_again_at_once_where_its_sender_stops(self, alerts):
        with closing(line()) as mine:
            next(mine)
        with closing(line()) as others:
            assert list(others) == alerts[1:]

    def test_goes_to_others_when_its_sender_is_too_slow_and_to_nobody_twice(self, alerts):
        slow = line()
        assert next(slow) == alerts[0]
        late = NOW + claims.RESERVED + timedelta(seconds=1)
        with closing(line(late)) as others:
            assert list(others) == alerts[1:]
        assert list(slow) == []
        assert [attempts for _state, attempts in states()] == [1] * 5

    def test_is_left_to_whoever_has_put_it_aside_since(self, alerts):
        slow = line()
        assert next(slow) == alerts[0]
        with closing(line(NOW + claims.RESERVED + timedelta(seconds=1))) as others:
            assert next(others) == alerts[1]
            assert list(slow) == []
            assert list(others) == alerts[2:]

    def test_leaves_over_one_connection_in_a_handful_of_statements_each(self, people, server):
        for _ in range(20):
            factories.case(owner=people.agent)
        announce.announce_missed(now=NOW)
        with CaptureQueriesContext(connection) as captured:
            assert delivery.deliver_due(now=NOW) == 20
        asked = [query for query in captured if not query["sql"].startswith(CONTROL)]
        assert len(asked) <= 3 * 20 + 15

    def test_counts_the_attempt_by_which_each_is_known(self, alerts, server):
        assert delivery.deliver_due(now=NOW) == 5
        assert states() == [(MessageState.SENT, 1)] * 5


class TestASenderKilledWithinAGroup:
    @pytest.fixture
    def killed(self, monkeypatch):
        """Killed after the first message was handed over: nothing is put back, nothing marked."""

        def die(*args, **kwargs):
            raise Killed

        def kill(now=NOW):
            with monkeypatch.context() as patch:
                patch.setattr(outbox, "mark_sent", die)
                patch.setattr(claims._Line, "let_go", lambda line: None)
                with pytest.raises(Killed):
                    delivery.deliver_due(now=now)

        return kill

    def test_has_begun_one_alone(self, alerts, server, killed):
        killed()
        assert states() == [(MessageState.SENDING, 1)] + [(MessageState.PENDING, 0)] * 4

    def test_keeps_the_others_for_seconds_only(self, alerts, server, killed):
        killed()
        assert delivery.deliver_due(now=NOW + claims.RESERVED - timedelta(seconds=5)) == 0
        assert delivery.deliver_due(now=NOW + claims.RESERVED + timedelta(seconds=5)) == 4
        assert len(server.taken) == 5

    def test_leaves_one_customer_in_doubt_and_asks_the_others(self, server, killed, db):
        for name in ("Eva", "Bo", "Cia"):
            invitations.invite(survey=factories.survey(), contact=factories.contact(name), due_at=NOW, now=NOW)
        announce.enqueue_invitations(now=NOW)
        killed()
        after = later(minutes=6)
        outbox.release_stuck(now=after)
        assert [state for state, _attempts in states()] == ["uncertain", "pending", "pending"]
        assert delivery.deliver_due(now=after) == 2
        assert states() == [("uncertain", 1), ("sent", 1), ("sent", 1)]


class TestWhatHappensWhileAGroupLeaves:
    def test_a_case_closed_meanwhile_is_not_told(self, people, alerts, server):
        last = alerts[-1].case
        while_the_first_leaves(
            server,
            lambda: workflow.withdraw(case_id=last.pk, reason="duplicate", actor=people.lead, now=NOW),
        )
        assert delivery.deliver_due(now=NOW) == 4
        assert told(last) == (MessageState.CANCELLED, "the case is closed")

    def test_a_case_given_away_meanwhile_is_told_to_its_new_owner(self, people, alerts, server):
        last = alerts[-1].case
        while_the_first_leaves(
            server,
            lambda: workflow.assign(
                case_id=last.pk, owner=people.colleague, reason="Hers.", actor=people.lead, now=NOW
            ),
        )
        delivery.deliver_due(now=NOW)
        assert told(last)[0] == MessageState.CANCELLED

    def test_news_announced_meanwhile_is_told_instead(self, people, alerts, server):
        def again():
            for to in (people.colleague, people.agent):
                workflow.assign(case_id=last.pk, owner=to, reason="Theirs.", actor=people.lead, now=NOW)
            announce.announce_missed(now=NOW)

        last = alerts[-1].case
        while_the_first_leaves(server, again)
        delivery.deliver_due(now=NOW)
        old = Message.objects.get(pk=alerts[-1].pk)
        assert old.state == MessageState.CANCELLED
        assert old.error.startswith("superseded by case_assigned")

    def test_who_cannot_sign_in_any_more_is_not_told(self, people, alerts, server):
        while_the_first_leaves(server, lambda: User.objects.filter(pk=people.agent.pk).update(is_active=False))
        assert delivery.deliver_due(now=NOW) == 1

    def test_a_new_address_holds_from_then_on(self, people, alerts, server):
        while_the_first_leaves(server, lambda: User.objects.filter(pk=people.agent.pk).update(email="a@new.example"))
        delivery.deliver_due(now=NOW)
        assert [mail.to for mail in server.taken] == [["anna@loop.example"]] + [["a@new.example"]] * 4

    def test_who_is_away_from_now_on_is_stood_in_for(self, people, alerts, server):
        def leave():
            days = {"starts_on": NOW.date(), "ends_on": NOW.date()}
            absences.plan(user=people.agent, **days, substitute=people.colleague, actor=people.lead, now=NOW)

        while_the_first_leaves(server, leave)
        assert delivery.deliver_due(now=NOW) == 1

    def test_a_score_put_right_meanwhile_is_the_one_that_is_told(self, people, alerts, server):
        last = Case.objects.get(pk=alerts[-1].case_id)
        while_the_first_leaves(
            server, lambda: Response.objects.filter(pk=last.response_id).update(score=5, revised_at=NOW)
        )
        delivery.deliver_due(now=NOW)
        assert server.taken[-1].subject.startswith("Score 5")

    def test_a_message_called_off_meanwhile_does_not_leave(self, alerts, server):
        last = Message.objects.filter(pk=alerts[-1].pk)
        while_the_first_leaves(server, lambda: last.update(state=MessageState.CANCELLED))
        assert delivery.deliver_due(now=NOW) == 4

    def test_what_has_not_changed_is_not_read_again(self, alerts, server, monkeypatch):
        anew, read = [], read_ahead.with_all
        monkeypatch.setattr(claims.read_ahead, "with_all", lambda roots: anew.append(roots) or read(roots))
        assert delivery.deliver_due(now=NOW) == 5
        assert len(anew) == 1


def test_a_reader_whose_clock_nobody_knows_holds_up_no_other(people, alerts, server):
    """A time zone may be gone from the machine; only what is to that reader fails."""
    factories.case(owner=people.other_agent)
    announce.announce_missed(now=NOW)
    User.objects.filter(pk=people.agent.pk).update(time_zone="Nowhere/Nobody")
    assert delivery.deliver_due(now=NOW) == 1
    assert [mail.to for mail in server.taken] == [[people.other_agent.email]]
    assert set(Message.objects.filter(user=people.agent).values_list("state", "attempts")) == {
        (MessageState.PENDING, 1)
    }
