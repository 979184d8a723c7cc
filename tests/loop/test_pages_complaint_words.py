"""The words that open a case for a higher score: tried, stored, and on the case they opened."""

import pytest
import time_machine

from loop.models import Case, WordRule
from tests import factories
from tests.factories import later
from tests.loop.test_pages_thanks import as_

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(minutes=5), tick=False) as moved:
        yield moved


@pytest.fixture
def tove(people):
    return factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent), language="en")


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
