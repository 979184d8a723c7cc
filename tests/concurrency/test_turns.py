"""Answers come in at the same moment to accounts nobody looks after: a team shares them fairly all the same."""

from collections import Counter

import pytest
from django.db.models import QuerySet

from loop import turns
from loop.models import AssignmentRule, Case, Turn
from loop.models.routing import Sharing
from tests import factories
from tests.concurrency.racing import Meeting, at_once, failures
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 8


@pytest.fixture
def customers(people):
    return [factories.contact(account=factories.account()) for _customer in range(AT_ONCE)]


def rule(people, sharing):
    Turn.objects.create(team=people.north)
    return AssignmentRule.objects.create(position=1, name="Shared", team=people.north, sharing=sharing)


def open_at_once(customers):
    results = at_once(*[lambda one=one: factories.response(2, contact=one, now=NOW) for one in customers])
    assert failures(results) == []
    return Counter(Case.objects.values_list("owner__name", flat=True))


@pytest.mark.parametrize("sharing", [Sharing.ROUND_ROBIN, Sharing.LEAST_LOADED])
def test_everybody_gets_as_many_as_the_others(people, customers, sharing):
    rule(people, sharing)
    assert open_at_once(customers) == {"Anna": AT_ONCE // 2, "Kim": AT_ONCE // 2}


@pytest.mark.postgres
def test_and_without_the_lock_two_would_get_the_same_person(people, customers, monkeypatch):
    """What the lock on the turn is good for: both have looked whose turn it is before either writes it down."""
    rule(people, Sharing.ROUND_ROBIN)
    locked = QuerySet.select_for_update
    monkeypatch.setattr(
        QuerySet, "select_for_update", lambda self, *a, **k: self if self.model is Turn else locked(self, *a, **k)
    )
    meeting = Meeting(2)
    with meeting.before(monkeypatch, turns, "_pick"):
        assert open_at_once(customers[:2]) == {"Anna": 2}
    assert meeting.met.is_set()


@pytest.mark.postgres
def test_and_the_lock_keeps_the_second_out_however_slow_the_first_is(people, customers, monkeypatch):
    rule(people, Sharing.ROUND_ROBIN)
    meeting = Meeting(2)
    with meeting.before(monkeypatch, turns, "_pick"):
        assert open_at_once(customers[:2]) == {"Anna": 1, "Kim": 1}
    assert not meeting.met.is_set()
