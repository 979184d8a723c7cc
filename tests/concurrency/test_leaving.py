"""Somebody is given a colleague's cases while that colleague logs a call: neither waits for the other in a circle."""

import pytest
from django.conf import settings

from loop import absences, leaving, workflow
from loop import people as doors
from loop.leaving import Home
from loop.models import Channel, ContactAttempt, Role
from tests import factories
from tests.concurrency.racing import at_once
from tests.factories import NOW, later

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        not settings.DATABASES["default"]["ENGINE"].endswith("postgresql"), reason="SQLite has one writer at a time"
    ),
]


def plan(people):
    days = {"starts_on": later(days=5).date(), "ends_on": later(days=9).date()}
    absences.plan(user=people.agent, substitute=None, actor=people.admin, now=NOW, **days)


def change(people):
    facts = {"email": people.agent.email, "name": "Anna L", "teams": [people.north], "language": "", "time_zone": ""}
    doors.change(people.agent, role=Role.AGENT, **facts, actor=people.admin, now=NOW)


def hand_over(people):
    leaving.hand_over(people.agent, to=Home(people.colleague), actor=people.admin, now=NOW)


@pytest.mark.parametrize(
    ("act", "under_the_lock"),
    [
        (hand_over, "loop.leaving.holdings"),
        (change, "loop.people._checked_address"),
        (plan, "loop.absences._check_days"),
    ],
)
def test_a_call_is_logged_while_its_caller_is_locked(people, monkeypatch, act, under_the_lock):
    case = factories.case(owner=people.agent)
    module, _dot, name = under_the_lock.rpartition(".")
    real = getattr({"loop.leaving": leaving, "loop.people": doors, "loop.absences": absences}[module], name)

    def log():
        workflow.attempt(case_id=case.pk, channel=Channel.PHONE, reached=False, actor=people.agent, now=NOW)

    def meanwhile(*args, **details):
        assert at_once(log)[0] is None
        return real(*args, **details)

    monkeypatch.setattr(under_the_lock, meanwhile)
    act(people)
    assert ContactAttempt.objects.filter(case=case, actor=people.agent).count() == 1
