"""The programme page and its rules, and the rules of triggers: leadership reads, administrators change."""

import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from feedback import invitations, sampling, trigger_rules, triggers
from feedback.models import Invitation, TriggerRule
from loop.views import received_events
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db

RULES = {
    "after_answer_days": "180", "after_silence_days": "60", "between_mails_days": "7", "closed_months": ["7", "12"],
}  # fmt: skip
TRIGGER = {
    "touchpoint": "ticket_closed", "delay": "2", "unit": "days", "weekday": "", "quiet_days": "60", "is_active": "on",
}  # fmt: skip


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def trigger(**facts) -> dict[str, object]:
    return {**TRIGGER, "survey": factories.survey("transactional").pk, **facts}


class TestTheProgramme:
    def test_says_what_will_appear_before_anybody_was_asked(self, people):
        page = browser(people.leader).get(reverse("programme")).text
        assert "Nobody was asked in the last 12 months" in page
        assert "Nothing in the next 30 days." in page

    def test_shows_rates_with_their_interval(self, people):
        with time_machine.travel(NOW, tick=False):
            for number in range(12):
                contact = factories.contact(account=factories.account(segment="Steel <b>"))
                invitation = invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)
                Invitation.objects.filter(pk=invitation.pk).update(sent_at=NOW)
                if number < 6:
                    factories.response(9, contact=contact, invitation=invitation)
            page = browser(people.leader).get(reverse("programme")).text
        assert "50\u202f%" in page
        assert "25\u202f% to 75\u202f%" in page
        assert "Steel <b>" not in page

    def test_rules_are_read_by_leadership_and_changed_by_administrators(self, people):
        assert "365 days" in browser(people.leader).get(reverse("programme")).text
        assert browser(people.leader).post(reverse("programme-rules"), RULES).status_code == 403
        assert sampling.rules().after_answer_days == 365
        browser(people.admin).post(reverse("programme-rules"), RULES)
        assert sampling.rules().closed_months == [7, 12]
        assert "July, December" in browser(people.leader).get(reverse("programme")).text

    @pytest.mark.parametrize(
        ("field", "value"), [("after_answer_days", "-1"), ("between_mails_days", "x"), ("closed_months", ["13"])]
    )
    def test_rules_are_refused_at_their_field(self, people, field, value):
        page = browser(people.admin).post(reverse("programme-rules"), {**RULES, field: value})
        assert page.status_code == 400
        assert list(page.context["form"].errors) == [field]
        assert sampling.rules().after_answer_days == 365

    def test_a_programme_that_never_asks_is_refused(self, people):
        months = [str(month) for month in range(1, 13)]
        page = browser(people.admin).post(reverse("programme-rules"), {**RULES, "closed_months": months})
        assert list(page.context["form"].errors) == ["closed_months"]


class TestTriggers:
    def test_are_added_by_administrators(self, people):
        assert browser(people.leader).post(reverse("trigger-add"), trigger()).status_code == 403
        page = browser(people.admin).post(reverse("trigger-add"), trigger(), follow=True)
        rule = TriggerRule.objects.get()
        assert (rule.touchpoint, rule.delay_minutes, rule.weekday, rule.quiet_days) == ("ticket_closed", 2880, None, 60)
        assert "after 2 days" in page.text

    def test_may_ask_once_a_week(self, people):
        page = browser(people.admin).post(reverse("trigger-add"), trigger(weekday="0"), follow=True)
        assert TriggerRule.objects.get().weekday == 0
        assert "once a week, on Monday" in page.text

    @pytest.mark.parametrize(
        ("facts", "field"),
        [({"touchpoint": "ticket closed"}, "touchpoint"), ({"delay": "91"}, "delay"), ({"weekday": "9"}, "weekday")],
    )
    def test_are_refused_at_their_field(self, people, facts, field):
        page = browser(people.admin).post(reverse("trigger-add"), trigger(**facts))
        assert page.status_code == 400
        assert list(page.context["new"].errors) == [field]
        assert not TriggerRule.objects.exists()

    def test_are_changed_in_place_and_refused_in_place(self, people):
        rule = trigger_rules.create(
            touchpoint="delivered", survey=factories.survey("transactional"), delay_minutes=60, weekday=None,
            quiet_days=90, is_active=True,
        )  # fmt: skip
        address = reverse("trigger-change", args=[rule.pk])
        assert browser(people.leader).post(address, trigger()).status_code == 403
        assert browser(people.admin).post(address, trigger(quiet_days="-1")).status_code == 400
        browser(people.admin).post(address, trigger(is_active=""))
        rule = TriggerRule.objects.get()
        assert (rule.touchpoint, rule.is_active) == ("ticket_closed", False)

    def test_show_their_delay_as_it_was_meant(self, people):
        delays = (("a", 0, "at once"), ("b", 45, "after 45 minutes"), ("c", 180, "after 3 hours"))
        for touchpoint, minutes, told in delays:
            trigger_rules.create(
                touchpoint=touchpoint, survey=factories.survey(), delay_minutes=minutes, weekday=None, quiet_days=1,
                is_active=True,
            )  # fmt: skip
            assert told in browser(people.leader).get(reverse("triggers")).text


class TestReceivedEvents:
    """What other systems told, and whom a rule asked because of it."""

    @pytest.fixture
    def told(self, people):
        rule = trigger_rules.create(
            touchpoint="delivered", survey=factories.survey("transactional"), delay_minutes=60, weekday=None,
            quiet_days=90, is_active=True,
        )  # fmt: skip
        eva = factories.contact("Eva", account=factories.account("Fjord AS"))
        for number in (1, 2):
            triggers.record_event(
                touchpoint=rule.touchpoint, contact=eva, external_id=f"D-{number}", occurred_at=NOW, now=NOW
            )

    def shown(self, people, query=""):
        return browser(people.leader).get(reverse("received-events") + query).text

    def test_say_what_became_of_each(self, people, told):
        page = self.shown(people)
        assert page.index("D-2") < page.index("D-1")
        assert "leaves" in page
        assert "not asked" in page

    def test_are_found_by_contact_account_and_number(self, people, told):
        for words, found in (("fjord", True), ("eva", True), ("D-2", True), ("D-9", False)):
            assert ("D-2" in self.shown(people, f"?q={words}").replace(f'value="{words}"', "")) == found
        assert "No event fits" in self.shown(people, "?touchpoint=onboarded")

    def test_come_a_page_at_a_time(self, people, told, monkeypatch):
        monkeypatch.setattr(received_events, "PAGE_SIZE", 1)
        page = self.shown(people)
        assert "D-2" in page
        assert "D-1" not in page
        older = html.unescape(re.search(r'href="(\?[^"]*before=[^"]*)"', page).group(1))
        assert "D-1" in self.shown(people, older)

    def test_say_so_where_there_are_none(self, people):
        assert "Nothing has been told yet" in self.shown(people)
