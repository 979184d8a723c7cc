"""The setup pages of thanks, and of words that open a case: looked at before they are saved, and kept."""

import re

import pytest
import time_machine
from django.test import Client

from feedback.models import Survey
from loop.models import Ask, Case, ThanksPolicy, WordRule
from tests import factories
from tests.factories import later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(minutes=5), tick=False) as moved:
        yield moved


@pytest.fixture
def tove(people):
    return factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent), language="en")


def as_(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


class TestSettingThanksUp:
    @pytest.fixture
    def page(self):
        return f"/surveys/{factories.survey().pk}/thanks/"

    def filled_in(self, browser, page, **fields):
        html = browser.get(page).content.decode()
        form = {
            "version": re.search(r'name="version" value="(\d*)"', html)[1],
            "promoter_thanks": "mail",
            "promoter_ask": "reference",
            "passive_thanks": "page",
            "passive_ask": "",
            "review_url": "",
            "referral_url": "",
            "quiet_days": "180",
            "language": "en",
        }
        texts = re.findall(r'<textarea name="([a-z]+-[a-z]+)"[^>]*>\s*([^<]*)</textarea>', html)
        return {**form, **dict(texts), **fields}

    def test_begins_with_thanks_on_the_page_and_no_ask(self, people, page):
        html = as_(people.admin).get(page).content.decode()
        assert html.count("own thanks, and nothing else") == 2
        assert not ThanksPolicy.objects.exists()

    def test_shows_what_will_change_and_what_customers_will_see(self, people, page):
        browser = as_(people.admin)
        html = browser.post(page, self.filled_in(browser, page, look="1")).content.decode()
        assert "This will change:" in html
        assert "Promoters are asked: nothing → whether we may name them, or somebody may call them" in html
        assert "May we mention you as a customer" in html
        assert not ThanksPolicy.objects.exists()

    def test_shows_it_in_another_language(self, people, page):
        browser = as_(people.admin)
        html = browser.post(page, self.filled_in(browser, page, look="1", language="sv")).content.decode()
        assert "Tack för ditt svar" in html

    def test_is_stored_with_its_history(self, people, page):
        browser = as_(people.admin)
        assert browser.post(page, self.filled_in(browser, page)).status_code == 302
        stored = ThanksPolicy.objects.get()
        assert (stored.promoter_thanks, stored.promoter_ask, stored.version) == ("mail", "reference", 1)
        assert stored.own_words == {}  # Loop's own words stay Loop's own
        words = {"reference-sv": "Får vi nämna {company} och dig?"}
        browser.post(page, self.filled_in(browser, page, quiet_days="365", **words))
        html = browser.get(page).content.decode()
        assert ThanksPolicy.objects.get().own_words == {"reference": {"sv": "Får vi nämna {company} och dig?"}}
        assert "Ada" in html
        assert "<del>180</del> → 365" in html

    def test_by_two_at_once_tells_the_slower_one(self, people, page):
        first, second = as_(people.admin), as_(factories.user("Bert", role="admin"))
        of_the_second = self.filled_in(second, page, quiet_days="90")
        first.post(page, self.filled_in(first, page))
        refused = second.post(page, of_the_second)
        assert refused.status_code == 409
        assert "Ada saved this" in refused.content.decode()
        assert ThanksPolicy.objects.get().quiet_days == 180
        again = {**of_the_second, "version": "1"}
        assert second.post(page, again).status_code == 302
        assert ThanksPolicy.objects.get().quiet_days == 90

    @pytest.mark.parametrize(
        "fields",
        [
            {"promoter_ask": "review"},
            {"promoter_ask": "review", "review_url": "http://reviews.example/"},
            {"promoter_ask": "review", "review_url": "javascript:alert(1)"},
            {"promoter_ask": "review", "review_url": "https://user:secret@reviews.example/"},
            {"promoter_ask": "review", "review_url": "//reviews.example/"},
            {"promoter_ask": "review", "review_url": "https://localhost/"},
            {"referral_url": "data:text/html,x"},
            {"quiet_days": "3"},
            {"quiet_days": ""},
            {"promoter_thanks": "none"},
            {"promoter_ask": "money"},
            {"reference-sv": "{name}, får vi?"},
            {"reference-sv": "x" * 501},
        ],
    )
    def test_with_what_cannot_be_is_refused(self, people, page, fields):
        browser = as_(people.admin)
        assert browser.post(page, self.filled_in(browser, page, **fields)).status_code == 400
        assert not ThanksPolicy.objects.exists()

    def test_of_a_recovery_survey_is_refused(self, people, page):
        recovery = f"/surveys/{Survey.objects.get(key='recovery').pk}/thanks/"
        browser = as_(people.admin)
        assert "asked for no favours" in browser.get(recovery).content.decode()
        form = self.filled_in(browser, page)
        assert browser.post(recovery, {**form, "version": "0"}).status_code == 400
        assert not ThanksPolicy.objects.exists()

    def test_says_why_some_were_not_asked(self, people, page, tove):
        ThanksPolicy.objects.create(survey=factories.survey(), promoter_ask=Ask.REFERENCE)
        factories.response(2, contact=tove, survey_key="product")
        factories.response(9, contact=tove, now=later(minutes=1))
        html = as_(people.admin).get(page).content.decode()
        assert "The customer has an open case" in html


class TestSettingWordsUp:
    @pytest.fixture
    def page(self):
        return f"/surveys/{factories.survey().pk}/complaint-words/"

    def form(self, **fields):
        return {"version": "0", "for_promoters": "on", "words-en": "broken\nnot working", **fields}

    def test_is_tried_on_the_last_month_before_it_is_saved(self, people, page, tove):
        factories.response(9, contact=tove, comment="Nice, but <i>broken</i>.")
        html = as_(people.admin).post(page, self.form(**{"try": "1"})).content.decode()
        assert "It would have opened 1 case." in html
        assert "Tove" in html
        assert "&lt;i&gt;broken" in html
        assert not WordRule.objects.exists()
        assert not Case.objects.exists()

    def test_is_stored_with_its_history(self, people, page):
        browser = as_(people.admin)
        assert browser.post(page, self.form(save="1")).status_code == 302
        assert WordRule.objects.get().words == {"en": ["broken", "not working"]}
        browser.post(page, self.form(save="1", version="1", **{"words-en": "broken"}))
        html = browser.get(page).content.decode()
        assert "Ada" in html
        assert "<del>broken, not working</del> → broken" in html

    def test_by_two_at_once_tells_the_slower_one(self, people, page):
        as_(people.admin).post(page, self.form(save="1"))
        refused = as_(factories.user("Bert", role="admin")).post(page, self.form(save="1", **{"words-en": "slow"}))
        assert refused.status_code == 409
        assert WordRule.objects.get().words == {"en": ["broken", "not working"]}

    def test_with_words_that_are_none_is_refused(self, people, page):
        refused = as_(people.admin).post(page, self.form(save="1", **{"words-en": "ab"}))
        assert refused.status_code == 400
        assert not WordRule.objects.exists()

    def test_the_reason_stands_on_the_case(self, people, page, tove):
        as_(people.admin).post(page, self.form(save="1"))
        case = factories.response(9, contact=tove, comment="It is broken.").case
        html = as_(people.agent).get(f"/cases/{case.pk}/").content.decode()
        assert "The customer answered 9 and wrote “broken”" in html
