"""Two schedulers, a person who pauses, two clocks that announce: everybody in a wave is asked once, at a calm pace."""

from collections import Counter
from datetime import timedelta

import pytest

from feedback import waves
from feedback.models import Invitation, Wave, WaveMember, WaveTurn
from feedback.waves import planning, scheduling
from notifications import announce
from notifications.models import Message
from tests import factories
from tests.concurrency.racing import at_once, failures
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

CONTACTS, SCHEDULERS, PER_HOUR = 40, 4, 3


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    monkeypatch.setattr(planning, "CHUNK", 7)
    monkeypatch.setattr(scheduling, "CHUNK", 7)


@pytest.fixture
def draft(people):
    account = factories.account(owner=people.agent, country="SE")
    for _each in range(CONTACTS):
        factories.contact(account=account)
    return waves.draft(survey=factories.survey(), share="1/2", seed=7, per_hour=PER_HOUR, starts_on=NOW.date(), now=NOW)


@pytest.fixture
def approved(draft):
    waves.plan(draft, now=NOW)
    return waves.approve(Wave.objects.get(), by="ada@loop.example", now=NOW)


def assert_everybody_once():
    asked = Counter(WaveMember.objects.filter(asked=True).values_list("contact", flat=True))
    assert Counter(Invitation.objects.values_list("contact", flat=True)) == asked
    times = list(Invitation.objects.values_list("due_at", flat=True))
    assert len(set(times)) == len(times) == CONTACTS // 2
    assert max(Counter(time.replace(minute=0, second=0) for time in times).values()) == PER_HOUR


class TestSeveralSchedulers:
    def schedule(self):
        return at_once(*[lambda: waves.schedule_approved(now=NOW)] * SCHEDULERS)

    def test_invite_everybody_once_and_keep_the_pace(self, approved):
        results = self.schedule()
        assert failures(results) == []
        assert sum(results) == CONTACTS // 2
        assert_everybody_once()

    def test_tell_owners_once(self, approved):
        self.schedule()
        assert Message.objects.filter(kind="wave_heads_up").count() == 1

    def test_invite_nobody_twice_even_without_row_locks(self, approved, without_row_locks):
        assert failures(self.schedule()) == []
        contacts = Invitation.objects.values_list("contact", flat=True)
        assert len(set(contacts)) == len(contacts) == CONTACTS // 2


def test_several_planners_decide_about_everybody_once_and_alike(draft):
    results = at_once(*[lambda: waves.plan(Wave.objects.get(pk=draft.pk), now=NOW)] * 2)
    refused = [result for result in failures(results) if not isinstance(result, waves.WaveStepNotAllowed)]
    assert refused == []
    assert WaveMember.objects.count() == CONTACTS
    assert waves.reasons(draft) == {"drawn": CONTACTS // 2, "not_drawn": CONTACTS // 2}


def test_somebody_who_pauses_while_it_is_scheduled_is_heard_and_nobody_is_lost(approved):
    results = at_once(lambda: waves.schedule(approved, now=NOW), lambda: waves.pause(approved))
    assert failures(results) == []
    assert Wave.objects.get().state == "paused"
    waves.resume(Wave.objects.get())
    waves.schedule_approved(now=NOW)
    assert_everybody_once()


def test_two_clocks_announce_a_wave_once(approved):
    waves.schedule(approved, now=NOW)
    Message.objects.all().delete()
    Wave.objects.update(announced_at=None)
    results = at_once(*[lambda: announce.announce_waves(now=NOW)] * 3)
    assert sorted(results) == [0, 0, 1]


def test_two_people_approve_a_wave_and_one_of_them_has(draft):
    waves.plan(draft, now=NOW)
    planned = Wave.objects.get()
    results = at_once(*[lambda who=who: waves.approve(planned, by=who, now=NOW) for who in ("ada", "lars")])
    assert [type(failure) for failure in failures(results)] == [waves.WaveStepNotAllowed]
    assert Wave.objects.get().approved_by in ("ada", "lars")


class TestSeveralSweeps:
    def test_make_the_next_of_a_wave_that_comes_again_once(self, draft):
        waves.repeat(draft, every="monthly", by="ada@loop.example", now=NOW)
        a_month_later = NOW + timedelta(days=28)
        results = at_once(*[lambda: waves.repeat_due(now=a_month_later)] * SCHEDULERS)
        assert failures(results) == []
        assert sum(results) == 1
        assert WaveTurn.objects.count() == 2
