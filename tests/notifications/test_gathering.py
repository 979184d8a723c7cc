"""Many events are announced at once: by few statements, each told once, and none silenced by another that fails."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import suspects
from feedback.models import Response
from loop import customer_pages, timeline
from loop.models import CaseEvent, CustomerPage
from loop.models.event import EventKind
from notifications import announce, tasks
from notifications.models import Message
from notifications.webhooks import outgoing
from tests import factories
from tests.factories import NOW, later

CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


@pytest.fixture
def cases(people):
    """Ten answers, with an event that tells of nothing and one that tells Anna, each."""
    return [factories.case(owner=people.agent) for _ in range(10)]


def assigned(case):
    return CaseEvent.objects.get(case=case, kind=EventKind.ASSIGNED)


def told():
    return list(Message.objects.filter(kind="case_assigned").order_by("pk").values_list("case", flat=True))


class TestManyEvents:
    def test_are_told_of_by_few_statements(self, cases):
        with CaptureQueriesContext(connection) as captured:
            assert announce.announce_missed(now=NOW) == 10
        assert sum(not query["sql"].startswith(CONTROL) for query in captured) <= 10 + 10

    def test_are_each_told_once_in_their_order(self, cases):
        for _again in range(2):
            announce.announce_missed(now=NOW)
        assert told() == [case.pk for case in cases]

    def test_are_told_under_the_bell_as_well(self, cases):
        announce.announce_missed(now=NOW)
        assert Message.notices.count() == 10

    def test_do_not_tell_again_what_was_stored_already(self, cases, people):
        announce._enqueue("case_assigned", assigned(cases[3]), people.agent, NOW)
        assert announce.announce_missed(now=NOW) == 9
        assert sorted(told()) == [case.pk for case in cases]


class TestTheBellOfOneEvent:
    def test_tells_of_the_later_ones_that_wait(self, cases):
        assert announce.announce_from(assigned(cases[2]).pk, now=NOW) == 8
        assert told() == [case.pk for case in cases[2:]]

    def test_does_nothing_where_all_was_told_already(self, cases):
        announce.announce_from(assigned(cases[0]).pk, now=NOW)
        with CaptureQueriesContext(connection) as captured:
            tasks.announce(event_id=assigned(cases[5]).pk)
        assert len(captured) <= 3

    def test_tells_of_the_rest_of_its_transaction_though_its_own_event_was_told_with_another(self, cases):
        announce.announce(assigned(cases[0]).pk, now=NOW)
        announce.announce_from(assigned(cases[0]).pk, now=NOW)
        assert told() == [case.pk for case in cases]

    def test_tells_of_the_others_though_one_fails(self, cases, monkeypatch):
        enqueue, bad = announce._enqueue, cases[4]
        broken = lambda kind, event, *rest: 1 / 0 if event.case_id == bad.pk else enqueue(kind, event, *rest)  # noqa: E731
        monkeypatch.setattr(announce, "_enqueue", broken)
        announce.announce_from(assigned(cases[0]).pk, now=NOW)
        assert told() == [case.pk for case in cases if case != bad]
        assert list(CaseEvent.objects.filter(announced_at=None, case=bad, kind=EventKind.ASSIGNED)) == [assigned(bad)]

    def test_tells_other_systems_of_the_others_though_one_fails(self, cases, monkeypatch):
        heard = []

        def tell_of(events, *, now):
            if assigned(cases[4]) in events:
                raise RuntimeError("a bug of ours")
            heard.extend(events)

        monkeypatch.setattr(outgoing, "tell_of", tell_of)
        announce.announce_missed(now=NOW)
        assert len(heard) == CaseEvent.objects.count() - 1
        assert len(told()) == 10


def test_an_alarm_that_waits_for_a_correction_is_hastened_by_an_event_of_the_same_group(people):
    case = factories.case(owner=people.agent)
    Response.objects.filter(pk=case.response_id).update(source=suspects.PAGE)
    assert CustomerPage.objects.get(case=case).done_at is None
    timeline.record(case, EventKind.CUSTOMER_WISH, actor=None, now=later(minutes=1), data={"wish": "email"})
    announce.announce_missed(now=later(minutes=1))
    alarm = Message.objects.get(kind="case_assigned")
    assert alarm.send_after == later(minutes=1)


@pytest.mark.parametrize("is_done", [True, False])
def test_an_alarm_that_missed_that_its_customer_is_done_leaves_with_the_next_sweep(people, is_done):
    case = factories.case(owner=people.agent)
    Response.objects.filter(pk=case.response_id).update(source=suspects.PAGE)
    announce.announce_missed(now=NOW)
    if is_done:  # told of in the instant in which the alarm was put to wait, by somebody who did not see it
        timeline.record(case, EventKind.CUSTOMER_DONE, actor=None, now=later(minutes=1))
        CaseEvent.objects.update(announced_at=later(minutes=1))
    announce.announce_missed(now=later(minutes=2))
    waits_until = later(minutes=2) if is_done else case.opened_at + customer_pages.SETTLING
    assert Message.objects.get(kind="case_assigned").send_after == waits_until
