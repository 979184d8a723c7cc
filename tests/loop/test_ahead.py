"""Agreed calls, promises and planned tries stand where people look: the board, the huddle, the mail, the calendar."""

from datetime import timedelta

import pytest

from loop import ahead, board, calendar_feed, calls, huddle, promises
from loop.models import Callback, Case
from notifications import digests
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(people):
    """Anna's, with a call in two hours, a promise for this evening and a try planned for tomorrow."""
    case = factories.case(owner=people.agent)
    Callback.objects.create(
        case=case, owner=people.agent, starts_at=later(hours=2), ends_at=later(hours=2, minutes=30), booked_at=NOW
    )
    promises.promise(case_id=case.pk, what="A new invoice", due_at=later(hours=6), actor=people.agent, now=NOW)
    calls.plan_next(case_id=case.pk, at=later(days=1), reason="After lunch", actor=people.agent, now=NOW)
    return Case.objects.get(pk=case.pk)


def titles(user):
    calendar = calendar_feed.written(user, now=NOW).decode()
    return [line.removeprefix("SUMMARY:") for line in calendar.splitlines() if line.startswith("SUMMARY:")]


def test_her_calendar_has_each_of_them(people, case):
    assert [title.partition(" ")[0] for title in titles(people.agent)] == ["Call", "Promised", "Contact", "Try"]


@pytest.mark.parametrize("who", ["colleague", "lead", "other_agent", "leader"])
def test_nobody_else_s_has(people, case, who):
    assert titles(getattr(people, who)) == []


def test_who_stands_in_has_them_too(people, case):
    factories.away(people.agent, starts_on=NOW.date(), substitute=people.colleague)
    people.colleague.refresh_from_db()
    assert len(titles(people.colleague)) == 4


def test_her_lead_sees_them_on_the_board_and_in_the_huddle(people, case):
    scope = board.Scope(people.lead, [people.north], later(hours=1))
    keys = [section.key for section in board.sections(scope)]
    assert {"calls", "promises"} <= set(keys)
    assert "promised" in [part.key for part in huddle.parts(scope)]


def test_the_lead_of_another_team_does_not(people, case):
    scope = board.Scope(people.other_lead, [people.south], later(hours=1))
    assert not {"calls", "promises"} & {section.key for section in board.sections(scope)}


def test_the_morning_mail_tells_them(people, case):
    morning = NOW.replace(hour=6, minute=40) + timedelta(days=1)
    told = {part.key: list(part.told) for part in digests.parts(people.agent, morning)}
    assert told["promises"][0].endswith("A new invoice")
    assert told["tries"][0].endswith("After lunch")
    assert "calls" not in told  # that was yesterday's


def test_what_has_ended_is_no_longer_ahead(people, case):
    made = case.promises.get()
    promises.keep_promise(case_id=case.pk, promise_id=made.pk, actor=people.agent, now=later(hours=1))
    assert ahead.promises(Case.objects.all(), until=later(days=9)) == []
