"""New work appears by itself: told as a number, to who sees it, and told again only when there is more."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import workflow
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def look(user, *, since=NOW, headers=None, **query):
    client = Client()
    client.force_login(user)
    with time_machine.travel(later(minutes=5), tick=False):
        return client.get(reverse("cases-news"), {"since": since.isoformat(), **query}, headers=headers or {})


def test_what_was_opened_since_is_told_and_what_was_there_is_not(people):
    factories.case(owner=people.agent, now=later(minutes=-1))
    assert "new case" not in look(people.agent, tab="mine").text

    factories.case(owner=people.agent, now=later(minutes=1))
    assert "A new case: show it" in look(people.agent, tab="mine").text
    factories.case(owner=people.agent, now=later(minutes=2))
    assert "2 new cases: show them" in look(people.agent, tab="mine").text


def test_what_was_handed_to_her_is_told_and_what_she_did_herself_is_not(people):
    case = factories.case(owner=people.colleague, now=later(minutes=-60))
    workflow.assign(case_id=case.pk, owner=people.agent, reason="Holiday", actor=people.lead, now=later(minutes=1))
    assert "A new case" in look(people.agent, tab="mine").text

    queued = factories.case(team=people.north, now=later(minutes=-60))
    workflow.take(case_id=queued.pk, actor=people.agent, now=later(minutes=2))
    assert "A new case" in look(people.agent, tab="mine").text


@pytest.mark.parametrize("name", ["colleague", "other_agent", "other_lead"])
def test_others_hear_nothing_of_it(people, name):
    factories.case(owner=people.agent, now=later(minutes=1))

    assert "new case" not in look(getattr(people, name)).text


def test_only_what_the_filter_lets_through(people):
    factories.case(owner=people.agent, comment="needle", now=later(minutes=1))

    assert "A new case" in look(people.agent, tab="mine", q="needle").text
    assert "new case" not in look(people.agent, tab="mine", q="other").text


def test_what_was_told_before_is_not_sent_again(people):
    factories.case(owner=people.agent, now=later(minutes=1))
    first = look(people.agent, tab="mine")

    again = look(people.agent, tab="mine", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")

    factories.case(owner=people.agent, now=later(minutes=2))
    more = look(people.agent, tab="mine", headers={"If-None-Match": first.headers["ETag"]})
    assert more.status_code == 200
    assert "2 new cases" in more.text


@pytest.mark.parametrize("since", ["", "yesterday", "2026-11-19", "2026-99-99T00:00:00Z", "2026-11-19T08:00:00"])
def test_a_time_that_is_none_tells_nothing(people, since):
    factories.case(owner=people.agent)
    client = Client()
    client.force_login(people.agent)

    assert "new case" not in client.get(reverse("cases-news"), {"since": since}).text
