"""Tasks run twice, beats double, sweeps run side by side, the broker is gone: everybody is told once all the same."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.utils import timezone

from feedback import invitations
from loop import bell, reminders, sweeping
from loop.models import CaseEvent, Role
from notifications import announce, delivery, tasks
from notifications.models import Message, MessageState
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

CASES = 12


@pytest.fixture(autouse=True)
def no_broker(monkeypatch):
    """Nobody hears the bell: what is told is told by what the test itself runs."""
    monkeypatch.setattr(bell, "ring", lambda *args, **kwargs: None)


@pytest.fixture
def team():
    north = factories.team("North")
    factories.user("Lars", role=Role.LEAD, team=north)
    return north


@pytest.fixture
def cases(team):
    """Cases of as many people, with their `assigned` events unannounced."""
    return [
        factories.case(comment="Late again.", owner=factories.user(team=team), now=timezone.now())
        for _case in range(CASES)
    ]


def side_by_side(count, work):
    """Run `work` in so many threads, all starting at the same moment. What one of them raises fails the test."""
    barrier, errors = Barrier(count), []

    def run():
        try:
            barrier.wait()
            work()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run) for _thread in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def copies(server):
    """How often each mail left."""
    return set(Counter(mail.extra_headers["Message-ID"] for mail in server.taken).values())


class TestATask:
    def test_run_twice_has_the_effect_of_once(self, cases, server):
        for event_id in list(CaseEvent.objects.values_list("pk", flat=True)) * 2:
            tasks.announce(event_id=event_id)
        for task in (tasks.announce_missed, tasks.enqueue_invitations, tasks.release_stuck, tasks.deliver_due) * 2:
            task()
        assert len(server.taken) == CASES
        assert copies(server) == {1}

    def test_tolerates_arguments_of_an_older_release(self, cases, server):
        for event_id in CaseEvent.objects.values_list("pk", flat=True):
            tasks.announce(event_id=event_id, priority="high")
        tasks.deliver_due(batch=7)
        assert len(server.taken) == CASES


class TestFourAtOnce:
    def test_announce_each_event_once(self, cases):
        side_by_side(4, lambda: announce.announce_missed(now=timezone.now()))
        assert Message.objects.count() == CASES

    def test_announcing_one_event_tell_it_and_those_behind_it_once(self, cases):
        event_id = CaseEvent.objects.filter(kind="assigned").first().pk
        side_by_side(4, lambda: tasks.announce(event_id=event_id))
        assert Message.objects.filter(event=event_id).count() == 1
        assert Message.objects.count() == CASES

    def test_deliver_each_message_once(self, cases, server):
        announce.announce_missed(now=timezone.now())
        side_by_side(4, lambda: delivery.deliver_due(now=timezone.now()))
        assert len(server.taken) == CASES
        assert copies(server) == {1}

    def test_ask_each_customer_once(self, server):
        now = factories.NOW
        for _invitation in range(CASES):
            contact = factories.contact(now=now)
            invitations.invite(survey=factories.survey(), contact=contact, due_at=now, now=now)
        side_by_side(4, lambda: announce.enqueue_invitations(now=now))
        side_by_side(4, lambda: delivery.deliver_due(now=now))
        assert len({tuple(mail.to) for mail in server.taken}) == len(server.taken) == CASES

    def test_sweeping_with_reminders_due_tell_each_owner_once(self, cases, server):
        at = max(case.remind_at for case in cases)  # by day they were opened one after the other

        def sweep():
            sweeping.run_all(now=at)

        announce.announce_missed(now=timezone.now())
        delivery.deliver_due(now=timezone.now())
        server.taken.clear()
        side_by_side(4, sweep)
        sweep()
        by_the_clock = Message.objects.filter(kind__in=("weekly", "digest"), state=MessageState.SENT).count()
        assert len(server.taken) == CASES + by_the_clock  # what the calendar brings on such a day comes besides
        assert copies(server) == {1}


class TestWithoutABroker:
    def test_the_sweep_alone_tells_everybody(self, cases, server):
        sweeping.run_all(now=timezone.now())
        assert len(server.taken) == CASES

    def test_one_sweep_takes_a_reminder_all_the_way(self, cases, server):
        at = max(case.remind_at for case in cases)  # by day they were opened one after the other
        sweeping.run_all(now=at)
        assert reminders.remind_due(now=at) == 0
        assert Message.objects.filter(kind="reminder_half_time", state="sent", sent_at=at).count() == CASES
