"""Several senders begin at once after an outage: each reader still has one mail of a kind."""

import time
from threading import Event, Thread

import pytest
from django.db import connection, transaction

from loop import sweeping
from notifications import announce, claims, delivery
from notifications.models import Message
from tests import factories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import later
from tests.notifications.mailbox import Server

pytestmark = pytest.mark.django_db(transaction=True)

SENDERS = 4
CASES = 40  # more than one sender puts aside of what leaves one by one
MORNING = later(days=3)


@pytest.fixture
def mails(people, settings, monkeypatch):
    """Sends what waits for Anna and Kim since three days, by several senders. Returns to whom the mails went.

    Two senders that both have something to tell together wait for each other before either tells it.
    """
    settings.EMAIL_BACKEND = "tests.notifications.mailbox.Server"
    for name, value in {"taken": [], "behave": None, "away": False, "in_transaction": []}.items():
        monkeypatch.setattr(Server, name, value)
    sweeping.run("deliver_due", now=factories.NOW)
    for owner in (people.agent, people.colleague):
        for _case in range(CASES):
            factories.case(3, comment="Late again.", owner=owner)
    announce.announce_missed(now=MORNING)
    meeting, put_aside = Meeting(2), claims._put_aside_beside

    def put_aside_and_wait(*args):
        mine = put_aside(*args)
        meeting.wait()
        return mine

    monkeypatch.setattr(claims, "_put_aside_beside", put_aside_and_wait)

    def sent():
        results = at_once(*[lambda: delivery.deliver_due(now=MORNING)] * SENDERS)
        assert failures(results) == []
        return sorted(
            to for mail in Server.taken for to in mail.to if to in (people.agent.email, people.colleague.email)
        )

    return sent


def test_each_reader_has_one_mail_of_a_kind(people, mails):
    assert mails() == sorted([people.agent.email, people.colleague.email])


def test_what_another_sender_is_just_looking_at_is_told_in_the_same_mail(people, mails, monkeypatch):
    looking, others, put_aside_beside = Event(), list[Thread](), claims._put_aside_beside

    def look_and_send(reader):
        with transaction.atomic():
            theirs = Message.objects.filter(user=reader).order_by("-send_after", "-pk")
            list(theirs.select_for_update(of=("self",))[: claims.GROUP])
            looking.set()
            time.sleep(0.2)
        delivery.deliver_due(now=MORNING)
        connection.close()

    def put_aside_while_another_looks(first, *args):
        if looking.is_set():
            return put_aside_beside(first, *args)
        other = Thread(target=look_and_send, args=[first.user])
        other.start()
        others.append(other)
        looking.wait()
        return put_aside_beside(first, *args)

    monkeypatch.setattr(claims, "_put_aside_beside", put_aside_while_another_looks)
    delivery.deliver_due(now=MORNING)
    others[0].join()
    assert sorted(to for mail in Server.taken for to in mail.to) == sorted([people.agent.email, people.colleague.email])
