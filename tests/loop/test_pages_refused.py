"""A refused form says what is wrong where it is wrong, and that field has the focus; what is needed is marked."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import absences
from loop.models import Absence, Promise
from tests import factories, stories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


def step(user, case, name, **data):
    return browser(user).post(reverse(f"case-{name}", args=[case.pk]), {"version": case.version, **data})


def field(page, name):
    """The tag of the field with the focus."""
    found = re.search(rf'<(?:input|select|textarea)[^>]*name="{re.escape(name)}"[^>]*autofocus[^>]*>', page.text)
    assert found, f"{name} has not the focus"
    return found[0]


class TestARefusedFormOnACase:
    @pytest.mark.parametrize(
        ("name", "data", "focus", "words"),
        [
            ("promise", {"what": "A new invoice"}, "due_at", "Say by when."),
            ("promise", {"due_at": "2026-11-24T10:00"}, "what", "Say what was promised."),
            ("promise", {"what": "A new invoice", "due_at": "2026-11-01T10:00"}, "due_at", "A promise is due ahead"),
            ("attempt", {"channel": "phone"}, "outcome", "Say how it went."),
            ("attempt", {"channel": "phone", "outcome": "busy", "next_try": "own"}, "next_try_at", "Say when."),
            ("plan_next", {"at": "2026-11-01T10:00"}, "at", "The next try lies ahead"),
            ("assign", {"to": "", "reason": "Holiday"}, "to", "Choose a person"),
            ("escalate", {"reason": " "}, "reason", "Say why the case is escalated."),
            ("note", {"note": ""}, "note", "The note is empty."),
        ],
    )
    def test_says_it_at_the_field_which_has_the_focus(self, people, case, name, data, focus, words):
        page = step(people.agent, case, name, **data)
        assert page.status_code == 400
        assert page.text.count(words) == 1
        told_by = re.search(r'aria-describedby="([^"]+)"', field(page, focus))
        if told_by:  # a group of buttons is described by what stands around it
            assert re.search(rf'id="{told_by[1].split()[-1]}"[^>]*>\s*<li>{words}', page.text)
        assert "Not saved yet" not in page.text
        assert page.text.count("autofocus") == page.text.count("autofocus", page.text.index(f'name="{focus}"'))

    def test_about_one_of_several_promises_says_it_in_its_form(self, people, case):
        factories.promised(case)
        second = Promise.objects.get(case=factories.promised(stories.as_it_is_now(case), "A call"), what="A call")
        now = stories.as_it_is_now(case)
        page = step(people.agent, now, "move_promise", promise=second.pk, due_at="", reason="They are away")
        assert f'aria-describedby="movepromise-{second.pk}-due_at_error"' in field(page, "due_at")
        assert f'id="movepromise-{second.pk}-due_at_error"' in page.text

    def test_tells_above_the_case_who_was_faster(self, people, case):
        note = step(people.agent, case, "note", note="I call at ten.")
        assert note.status_code == 302
        page = step(people.agent, case, "note", note="Or at eleven.")
        assert page.status_code == 409
        assert "Somebody was faster" in page.text


class TestACallThatIsNotAgreed:
    @pytest.mark.parametrize(
        ("at", "words"),
        [
            ("", "Please give a day and a time"),
            ("2026-11-18T10:00", "A call begins at a whole or half hour"),
            ("2026-11-20T10:07", "A call begins at a whole or half hour"),
        ],
    )
    def test_says_why_at_the_field_and_keeps_what_was_typed(self, people, case, at, words):
        page = step(people.agent, case, "call", at=at)
        assert page.status_code == 400
        tag = field(page, "at")
        assert 'aria-describedby="call-at_error"' in tag
        assert re.search(rf'id="call-at_error"[^>]*>\s*<li>{words}', page.text)
        assert at in tag


class TestAPromise:
    def test_is_due_in_two_working_days_unless_somebody_says_otherwise(self, people, case):
        page = browser(people.agent).get(reverse("case", args=[case.pk]))
        assert 'name="due_at" value="2026-11-23T17:00"' in page.text  # Thursday: Friday, Monday
        assert 'name="promise_day" value="2026-11-23"' in page.text

    def test_made_on_a_call_takes_the_day_that_stands_there(self, people, case):
        data = {"channel": "phone", "outcome": "reached", "promise_what": "An invoice", "promise_day": "2026-11-23"}
        step(people.agent, case, "attempt", **data, **{"initial-promise_day": "2026-11-23"})
        assert Promise.objects.get().due_at == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

    def test_is_not_made_by_the_day_alone(self, people, case):
        data = {"channel": "phone", "outcome": "reached", "promise_day": "2026-11-23"}
        done = step(people.agent, case, "attempt", **data, **{"initial-promise_day": "2026-11-23"})
        assert (done.status_code, Promise.objects.count()) == (302, 0)

    def test_is_offered_by_one_name_once(self, people, case):
        page = browser(people.agent).get(reverse("case", args=[case.pk])).text
        assert page.count("Note a promise") == 1


class TestWhatIsNeeded:
    def marked(self, page, label):
        return re.search(rf"{label} <span class=\"needed\" aria-hidden=\"true\">\(required\)</span>", page.text)

    def test_is_marked_at_a_hand_over(self, people, case):
        page = browser(people.agent).get(reverse("case", args=[case.pk]))
        for label in ("To", "Why", "How did it go\\?", "What you promised", "By when"):
            assert self.marked(page, label), label
        assert not self.marked(page, "A word to whoever gets it")

    def test_is_marked_where_several_are_handed_over_and_in_the_setup(self, people, case):
        data = {"case": f"{case.pk}.{case.version}"}
        assert self.marked(browser(people.lead).post(reverse("cases-hand-over"), data), "Why")
        rule = browser(people.admin).get(reverse("setup-rule-new"))
        assert self.marked(rule, "Name")
        assert not self.marked(rule, "Country")

    def test_is_not_marked_at_the_door_where_everything_is(self):
        assert "(required)" not in Client().get(reverse("login")).text


class TestBeingOnesOwnSubstitute:
    def test_is_refused_at_the_field(self, people):
        data = {"user": people.agent.pk, "starts_on": "2026-11-23", "ends_on": "2026-11-24"}
        page = browser(people.agent).post(reverse("absences"), {**data, "substitute": people.agent.pk})
        assert (page.status_code, Absence.objects.count()) == (400, 0)
        assert 'aria-describedby="absence-substitute_helptext absence-substitute_error"' in field(page, "substitute")
        assert re.search(r'id="absence-substitute_error"><li>Nobody can stand in for themselves', page.text)

    def test_is_refused_when_an_absence_is_changed_too(self, people):
        plan = {"user": people.agent, "starts_on": later(days=4).date(), "ends_on": later(days=5).date()}
        planned = absences.plan(**plan, substitute=people.colleague, actor=people.agent, now=NOW)
        data = {"starts_on": "2026-11-23", "ends_on": "2026-11-24", "substitute": people.agent.pk}
        page = browser(people.agent).post(reverse("absence", args=[planned.pk]), data)
        assert page.status_code == 400
        assert f'id="absence{planned.pk}-substitute_error"><li>Nobody can stand in for themselves' in page.text
