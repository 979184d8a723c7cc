"""The page on which leads decide whether the customer answered, or a machine."""

import pytest
from django.test import Client
from django.urls import reverse

from feedback import invitations, open_answers, suspects
from feedback.models import Response, SuspectAnswer
from feedback.suspects import Sending
from loop.models import Case
from tests import factories
from tests.factories import later
from tests.feedback import doors

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(people):
    """A contact of Anna's account, and so of Lars's team."""
    return factories.contact("Eva Lind", account=factories.account("Fjord AB", owner=people.agent))


def scanned(contact, *scores, **details):
    """The link of this contact, to which a machine has sent these scores."""
    at = later(days=-1)
    invitation = invitations.invite(survey=factories.survey(), contact=contact, due_at=at, now=at)
    factories.sent(invitation, now=at)
    for number, score in enumerate(scores):
        suspects.take(invitation, Sending(score, **details), now=later(seconds=number))
    return invitation


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def page(user):
    return browser(user).get(reverse("suspects")).content.decode()


def decide(user, how, score):
    suspect = SuspectAnswer.objects.get(score=score)
    return browser(user).post(reverse(f"suspect-{how}", args=[suspect.pk]), follow=True)


class TestThePage:
    def test_shows_each_score_with_whose_link_it_was_and_why_it_waits(self, people, eva):
        scanned(eva, 0, 10, is_hidden=True, comment="Great <b>deals</b>")
        shown = page(people.lead)
        assert "Eva Lind" in shown
        assert "Fjord AB" in shown
        assert "Followed a link no person sees" in shown
        assert "Great &lt;b&gt;deals&lt;/b&gt;" in shown
        assert shown.count("This is the answer") == 2

    def test_gives_no_name_to_what_somebody_else_sent(self, people, eva):
        scanned(eva, 0, is_hidden=True, forwarded_as="abc")
        shown = page(people.lead)
        assert "Somebody the link was passed on to" in shown
        assert "Eva Lind" not in shown

    def test_says_what_counts_already(self, people, eva):
        invitation = scanned(eva, 4)
        suspects.take(invitation, Sending(0, is_hidden=True), now=later(hours=1))
        assert "The answer that counts is 4." in page(people.lead)

    def test_is_empty_in_words(self, people):
        assert "Nothing to verify" in page(people.admin)

    def test_costs_the_same_for_many_links(self, people, eva, django_assert_max_num_queries):
        for _link in range(12):
            scanned(eva, 0, 1)
        client = browser(people.lead)
        with django_assert_max_num_queries(10):
            client.get(reverse("suspects"))


class TestOfALinkAnybodyMayUse:
    @pytest.fixture
    def station(self):
        link = doors.standing("kiosk", name="The counter in Malmö")
        for page in ("a", "b"):
            open_answers.take(link, Sending(2, is_hidden=True, name="Eva"), page=page, now=later())
        return link

    def test_they_stand_together_under_its_name(self, people, station):
        shown = page(people.lead)
        assert shown.count("The counter in Malmö, feedback station") == 1
        assert shown.count("<b>Eva</b>") == 2

    def test_one_can_be_counted_and_the_others_put_away(self, people, station):
        first = SuspectAnswer.objects.get(external_id="a-unseen")
        browser(people.lead).post(reverse("suspect-accept", args=[first.pk]))
        assert Response.objects.get().external_id == "a-unseen"
        rest = SuspectAnswer.objects.get(external_id="b-unseen")
        assert (
            "Put away: 1 answer"
            in browser(people.lead).post(reverse("suspect-dismiss", args=[rest.pk]), follow=True).content.decode()
        )


class TestTheWayThere:
    def test_is_in_a_leads_navigation_while_something_waits(self, people, eva):
        home = browser(people.lead).get(reverse("cases")).content.decode()
        assert reverse("suspects") not in home
        scanned(eva, 0, 10)
        home = browser(people.lead).get(reverse("cases")).content.decode()
        assert f'href="{reverse("suspects")}"' in home
        assert reverse("suspects") not in browser(people.agent).get(reverse("cases")).content.decode()


class TestDeciding:
    def test_that_it_was_the_customer_makes_the_answer_count(self, people, eva):
        scanned(eva, 0, 3)
        shown = decide(people.lead, "accept", 3).content.decode()
        assert "Counted: the answer is 3." in shown
        assert "Nothing to verify" in shown
        assert Response.objects.counted().get().score == 3
        assert Case.objects.open().count() == 1
        assert SuspectAnswer.objects.get(score=3).settled_by == people.lead.email

    def test_that_it_was_a_machine_puts_the_link_away(self, people, eva):
        scanned(eva, 0, 3)
        assert "Put away: 2 answers of a machine." in decide(people.admin, "dismiss", 3).content.decode()
        assert not Response.objects.counted().exists()
        assert set(SuspectAnswer.objects.values_list("settled_by", flat=True)) == {people.admin.email}

    def test_too_late_says_so_and_changes_nothing(self, people, eva):
        scanned(eva, 0, 3)
        decide(people.admin, "dismiss", 3)
        assert "Somebody has decided about this answer meanwhile" in decide(people.lead, "accept", 3).content.decode()
        assert not Response.objects.counted().exists()

    def test_by_a_link_is_not_possible(self, people, eva):
        scanned(eva, 0, 3)
        suspect = SuspectAnswer.objects.first()
        for how in ("accept", "dismiss"):
            assert browser(people.lead).get(reverse(f"suspect-{how}", args=[suspect.pk])).status_code == 405

    def test_from_elsewhere_is_refused(self, people, eva):
        scanned(eva, 0, 3)
        client = Client(enforce_csrf_checks=True)
        client.force_login(people.lead)
        suspect = SuspectAnswer.objects.first()
        assert client.post(reverse("suspect-accept", args=[suspect.pk])).status_code == 403


class TestWhoMay:
    @pytest.mark.parametrize("who", ["agent", "leader"])
    def test_not_look_who_answers_for_no_case_or_all_of_them(self, people, eva, who):
        scanned(eva, 0, 3)
        assert browser(getattr(people, who)).get(reverse("suspects")).status_code == 403
        assert decide(getattr(people, who), "accept", 3).status_code == 403

    def test_not_see_another_teams(self, people, eva):
        scanned(eva, 0, 3)
        assert "Nothing to verify" in page(people.other_lead)
        assert decide(people.other_lead, "accept", 3).status_code == 404
        assert suspects.to_verify().count() == 2

    def test_see_those_of_nobodys_customers(self, people):
        scanned(factories.contact("Per"), 0, 3)
        assert "Per" in page(people.other_lead)
