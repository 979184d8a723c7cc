"""The customers list and the page of one account: who sees which, in which order, and what stands there."""

from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop.views import accounts as view
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def visit(user, address="accounts", *args, **query):
    client = Client()
    client.force_login(user)
    return client.get(reverse(address, args=args), query)


class TestTheList:
    def test_an_agent_sees_her_accounts_and_those_with_a_case_of_hers(self, people):
        factories.account("Hers AB", owner=people.agent)
        factories.account("His AS", owner=people.other_agent)
        waiting = factories.case(team=people.north)

        page = visit(people.agent)

        assert "Hers AB" in page.text
        assert waiting.account.name in page.text
        assert "His AS" not in page.text

    def test_open_cases_counted_are_those_the_reader_sees(self, people):
        account = factories.account("Shared AB", owner=people.agent)
        for score in (1, 2):
            case = factories.response(score, contact=factories.contact(account=account)).case
        factories.hand_over(case, people.other_agent)

        counts = {name: visit(getattr(people, name)).context["accounts"][0].open_cases for name in ("agent", "leader")}

        assert counts == {"agent": 1, "leader": 2}

    def test_by_value_the_dearest_comes_first_and_those_without_one_last(self, people):
        factories.account("Small AB", owner=people.agent, annual_value=Decimal(1000), currency="SEK")
        factories.account("Unknown AB", owner=people.agent)
        factories.account("Large AB", owner=people.agent, annual_value=Decimal(2_400_000), currency="SEK")

        page = visit(people.agent, order="value")

        assert [row.name for row in page.context["accounts"]] == ["Large AB", "Small AB", "Unknown AB"]
        assert "2.4" in page.text

    def test_an_order_there_is_not_is_by_name(self, people):
        for name in ("B AB", "A AB"):
            factories.account(name, owner=people.agent)

        page = visit(people.agent, order="ownership__user__password")

        assert [row.name for row in page.context["accounts"]] == ["A AB", "B AB"]

    @pytest.mark.parametrize("q", ["holmgren", "anna", "åkeri"])
    def test_search_by_name_and_owner(self, people, q):
        factories.account("Holmgren Åkeri AB", owner=people.agent)
        factories.account("Other AS", owner=people.other_agent)

        page = visit(people.leader, q=q)

        assert "Holmgren" in page.text
        assert "Other AS" not in page.text

    def test_pages_follow_each_other(self, people, monkeypatch):
        monkeypatch.setattr(view, "PAGE_SIZE", 2)
        for letter in "ABC":
            factories.account(f"{letter} AB", owner=people.agent)

        assert [row.name for row in visit(people.agent, page=2).context["accounts"]] == ["C AB"]
        assert [row.name for row in visit(people.agent, page="x").context["accounts"]] == ["A AB", "B AB"]

    def test_an_empty_list_says_what_will_appear_and_the_administrator_what_to_do(self, people):
        assert "No customers yet" in visit(people.agent).text
        assert reverse("imports") in visit(people.admin).text
        assert reverse("imports") not in visit(people.agent).text

    def test_takes_few_queries(self, people, django_assert_max_num_queries):
        for _ in range(6):
            factories.case(owner=people.agent)
        client = Client()
        client.force_login(people.agent)

        with django_assert_max_num_queries(5):
            client.get(reverse("accounts"))


class TestOneAccount:
    def test_its_people_scores_cases_value_and_owner(self, people):
        account = factories.account("Holmgren AB", owner=people.agent, annual_value=Decimal(340_000), currency="NOK")
        karin = factories.contact("Karin Holmgren", account=account, title="CFO", phone="+46 70 000 00 00")
        factories.response(9, contact=karin, now=later(days=-300))
        factories.response(2, contact=karin)

        page = visit(people.agent, "account", account.pk)

        for told in ("Holmgren AB", "Karin Holmgren", "CFO", "tel:+46700000000", "340", "NOK", "Anna", "detractor"):
            assert told in page.text

    def test_the_unhappiest_person_comes_first(self, people):
        account = factories.account(owner=people.agent)
        for name, score in (("Content", 9), ("Unhappy", 1)):
            factories.response(score, contact=factories.contact(name, account=account))
        factories.contact("Silent", account=account)

        rows = visit(people.agent, "account", account.pk).context["contacts"]

        assert [row["contact"].name for row in rows] == ["Unhappy", "Content", "Silent"]

    def test_one_she_has_nothing_to_do_with_is_not_there(self, people):
        account = factories.account(owner=people.other_agent)

        assert visit(people.agent, "account", account.pk).status_code == 404
        assert visit(people.leader, "account", account.pk).status_code == 200

    def test_cases_of_it_she_may_not_see_are_not_listed(self, people):
        account = factories.account(owner=people.agent)
        case = factories.response(1, contact=factories.contact(account=account), comment="for the south only").case
        factories.hand_over(case, people.other_agent)

        assert "for the south only" not in visit(people.agent, "account", account.pk).text

    def test_names_from_outside_are_text(self, people):
        account = factories.account("<script>alert(1)</script> AB", owner=people.agent)

        assert "<script>alert" not in visit(people.agent, "account", account.pk).text


class TestWhatTheyAnswered:
    def test_answers_stand_newest_first_with_their_cases(self, people):
        account = factories.account(owner=people.agent)
        eva = factories.contact("Eva", account=account)
        factories.response(9, contact=eva, comment="All is well.", now=later(days=-30))
        case = factories.response(2, contact=eva, comment="Nobody calls.").case

        page = visit(people.agent, "account", account.pk)

        assert [each["answer"].score for each in page.context["answers"]] == [2, 9]
        assert page.text.index("“Nobody calls.”</p>") < page.text.index("“All is well.”</p>")
        assert page.text.count(f'href="/cases/{case.pk}/"') == 2  # among the open cases, and beside its answer
        assert f'aria-labelledby="scores-{eva.pk}-title' in page.text

    def test_the_words_of_a_case_one_does_not_see_are_not_shown(self, people):
        account = factories.account(owner=people.agent)
        case = factories.response(2, contact=factories.contact("Eva", account=account), comment="About Anna.").case
        factories.hand_over(case, people.other_agent)

        pages = {name: visit(getattr(people, name), "account", account.pk).text for name in ("agent", "leader")}

        assert "About Anna." not in pages["agent"]
        assert f"/cases/{case.pk}/" not in pages["agent"]
        assert "About Anna." in pages["leader"]
