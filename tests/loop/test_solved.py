"""Whether it is solved: asked of the customer on their page, and no more once a better score has said so."""

import pytest

from feedback.suspects import Evidence
from loop import customer_pages, solved, sweeping
from loop.models import Case, CustomerPage, Said
from loop.solved import Heard
from loop.views import customer_words
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

SEEN = Evidence(3, 8)


@pytest.fixture
def case(people) -> Case:
    return factories.case(3, owner=people.agent, comment="Late.")


@pytest.fixture
def page(case) -> CustomerPage:
    return customer_pages.page_of(case, now=NOW)


class TestWhetherItIsSolved:
    """Asked once it is closed, and no more once a better score has said so."""

    @pytest.fixture
    def closed(self, case) -> Case:
        factories.reach(case, now=later(hours=1))
        return factories.resolve(Case.objects.get(pk=case.pk), now=later(hours=2))

    def answer_again(self, closed, score):
        sweeping.run_all(now=later(days=40))
        invitation = Case.objects.get(pk=closed.pk).recovery_invitation
        factories.response(
            score, contact=closed.contact, invitation=invitation, survey_key="recovery", now=later(days=41)
        )

    def offered(self, page) -> bool:
        page = CustomerPage.objects.select_related("case__response__survey").get(pk=page.pk)
        return customer_words.of_page(page, now=later(days=42))["asks_solved"]

    def test_is_asked_on_the_page(self, closed, page):
        assert self.offered(page)

    def test_is_not_asked_of_who_answered_better_since(self, closed, page):
        self.answer_again(closed, 9)
        assert not self.offered(page)
        page = CustomerPage.objects.get(pk=page.pk)
        assert solved.say(page, Said.NOT_SOLVED, evidence=SEEN, now=later(days=42)) == Heard.KEPT
        assert CustomerPage.objects.get(pk=page.pk).said == ""

    def test_is_asked_of_who_is_no_happier(self, closed, page):
        self.answer_again(closed, 3)
        assert self.offered(page)
