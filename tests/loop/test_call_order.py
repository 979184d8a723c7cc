"""Who was called before somebody whose call was due earlier, and is the reason written down?"""

from datetime import timedelta

import pytest

from loop import call_order, workflow
from loop.access import NotAllowed
from loop.locking import StepRefused
from loop.models import Case
from loop.models.event import EventKind
from tests import factories, stories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db


def passed_over() -> set[int]:
    return set(call_order.passed_over(Case.objects.all()).values_list("pk", flat=True))


def two(people, other=None) -> tuple[Case, Case]:
    """One case, and another that opened a day later and is due later."""
    earlier = factories.case(5, owner=people.agent)
    return earlier, factories.case(5, owner=other or people.agent, now=later(days=1))


class TestPassedOver:
    def test_a_customer_due_earlier_who_is_not_called_while_another_is(self, people):
        earlier, latest = two(people)
        factories.reach(latest, now=later(days=1, hours=1))
        assert passed_over() == {earlier.pk}

    def test_called_afterwards_they_were_passed_over_all_the_same(self, people):
        earlier, latest = two(people)
        factories.reach(latest, now=later(days=1, hours=1))
        factories.reach(earlier, now=later(days=1, hours=2))
        assert passed_over() == {earlier.pk}

    def test_not_when_they_were_called_in_order(self, people):
        earlier, latest = two(people)
        factories.reach(earlier, now=later(hours=3))
        factories.reach(latest, now=later(days=1, hours=1))
        assert passed_over() == set()

    def test_not_when_they_were_tried_first_and_did_not_answer(self, people):
        earlier, latest = two(people)
        workflow.attempt(case_id=earlier.pk, channel="phone", reached=False, actor=None, now=later(hours=3))
        factories.reach(latest, now=later(days=1, hours=1))
        assert passed_over() == set()

    def test_not_when_somebody_else_called_a_customer_of_theirs(self, people):
        _earlier, latest = two(people, other=people.other_agent)
        factories.reach(latest, now=later(days=1, hours=1))
        assert passed_over() == set()

    def test_not_when_it_opened_only_afterwards(self, people):
        urgent = factories.case(5, owner=people.agent)
        factories.reach(urgent, now=later(hours=1))
        factories.case(0, owner=people.agent, now=later(hours=2))
        assert passed_over() == set()


class TestSayingWhy:
    @pytest.fixture
    def case(self, people) -> Case:
        earlier, latest = two(people)
        factories.reach(latest, now=later(days=1, hours=1))
        return earlier

    def test_the_owner_writes_it_down_and_is_asked_no_more(self, people, case):
        anna = browser(people.agent)
        assert "Others were called first" in anna.get(f"/cases/{case.pk}/").content.decode()
        anna.post(f"/cases/{case.pk}/why/", {"why": "worth", "text": ""})
        assert stories.told(case, EventKind.PASSED_OVER) == [{"why": "worth", "text": ""}]
        assert "Others were called first" not in anna.get(f"/cases/{case.pk}/").content.decode()
        assert "They are worth more" in anna.get(f"/cases/{case.pk}/").content.decode()

    def test_something_else_says_what(self, people, case):
        said = browser(people.agent).post(f"/cases/{case.pk}/why/", {"why": "other", "text": ""})
        assert said.status_code == 400
        assert "Say what it was." in said.content.decode()
        with pytest.raises(StepRefused):
            call_order.say_why(case_id=case.pk, why="because", actor=people.agent, now=NOW)
        assert stories.told(case, EventKind.PASSED_OVER) == []

    def test_only_who_may_write_a_note(self, people, case):
        with pytest.raises(NotAllowed):
            call_order.say_why(case_id=case.pk, why="worth", actor=people.leader, now=NOW + timedelta(days=2))
        assert browser(people.other_agent).post(f"/cases/{case.pk}/why/", {"why": "worth"}).status_code == 404
        assert browser(people.leader).post(f"/cases/{case.pk}/why/", {"why": "worth"}).status_code == 403
