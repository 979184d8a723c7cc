"""The pages about thanks: the customer's own, those of setup, and who may see what was agreed to."""

import pytest
import time_machine
from django.test import Client

from feedback import tokens
from loop import customer_pages, favours, thanks
from loop.models import Ask, Case, Favour, Thanks, ThanksPolicy, WordRule
from tests import factories
from tests.factories import NOW, later
from tests.feedback.survey_page import SEEN, answer, form_of, invited, link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(minutes=5), tick=False) as moved:
        yield moved


@pytest.fixture
def policy() -> ThanksPolicy:
    return ThanksPolicy.objects.create(
        survey=factories.survey(),
        promoter_ask=Ask.REFERENCE,
        review_url="https://reviews.example/loop",
        referral_url="https://loop.example/friends",
    )


@pytest.fixture
def tove(people):
    return factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent), language="en")


@pytest.fixture
def address(policy, tove) -> str:
    return thanks.path(factories.response(9, contact=tove).thanks)


def as_(user) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def send(address, **fields):
    page = Client().get(address).content.decode()
    return Client().post(address, {**form_of(page), **fields}, follow=True)


class TestTheCustomersPage:
    def test_asks_and_takes_a_yes(self, address, tove):
        page = Client().get(address)
        assert "May we mention you as a customer" in page.content.decode()
        assert "no-referrer" in page.headers["Referrer-Policy"]
        said = send(address, do="yes", name="1", text="Only in the north.")
        assert "This is what you agreed to" in said.content.decode()
        favour = Favour.objects.get()
        told = (favour.contact, favour.kind, favour.may_name, favour.may_call, favour.text)
        assert told == (tove, "reference", True, False, "Only in the north.")

    def test_opened_never_writes(self, address):
        for method in ("get", "head"):
            for query in ("", "?do=yes&name=1&call=1", "?did=yes", "?do=take-back"):
                assert getattr(Client(), method)(address + query).status_code == 200
        assert not Favour.objects.exists()
        assert list(Thanks.objects.values_list("mailed_at", "withheld")) == [(None, "")]

    def test_takes_no_form_that_is_not_its_own(self, address):
        assert Client().post(address, {"do": "yes", "name": "1"}).status_code == 403
        assert not Favour.objects.exists()

    def test_takes_nothing_of_a_machine_that_fills_in_every_field(self, address):
        send(address, do="yes", name="1", call="1", text="x", subject="x")
        assert not Favour.objects.exists()

    def test_takes_no_yes_to_nothing(self, address):
        said = send(address, do="yes")
        assert said.status_code == 400
        assert "Please tick what you agree to." in said.content.decode()

    def test_takes_it_back_with_one_button(self, address):
        send(address, do="yes", call="1")
        page = send(address, do="take-back")
        assert "It is taken back." in page.content.decode()
        assert [one.revoked_by for one in Favour.objects.all()] == ["customer"]

    def test_lets_it_be_said_again(self, address):
        for step in ({"do": "yes", "call": "1"}, {"do": "take-back"}, {"do": "yes", "name": "1"}):
            send(address, **step)
        assert Favour.objects.count() == 2
        assert Favour.objects.standing().get().may_name

    def test_says_nothing_of_a_favour_while_a_case_is_open(self, address, tove):
        factories.response(2, contact=tove, survey_key="product", now=later(minutes=2))
        page = Client().get(address).content.decode()
        assert "mention you" not in page
        assert "Nothing else is needed from you." in page

    def test_can_be_taken_back_while_a_case_is_open(self, address, tove):
        send(address, do="yes", call="1")
        factories.response(2, contact=tove, survey_key="product", now=later(minutes=2))
        send(address, do="take-back")
        assert not Favour.objects.standing().exists()

    def test_asks_whom_we_could_help_and_shows_what_may_be_passed_on(self, address, policy):
        ThanksPolicy.objects.update(promoter_ask=Ask.REFERRAL)
        Thanks.objects.update(ask=Ask.REFERRAL)
        page = Client().get(address).content.decode()
        assert 'href="https://loop.example/friends"' in page
        assert send(address, do="yes", text=" ").status_code == 400
        send(address, do="yes", text="Siri at Strand AB <b>")
        assert Favour.objects.get().text == "Siri at Strand AB <b>"
        assert "&lt;b&gt;" in Client().get(address).content.decode()

    def test_leads_straight_to_reviews_and_nowhere_else(self, address):
        form = form_of(Client().get(address).content.decode())
        ThanksPolicy.objects.update(promoter_ask=Ask.REVIEW)
        Thanks.objects.update(ask=Ask.REVIEW)
        page = Client().get(address + "?url=https://evil.example&next=https://evil.example").content.decode()
        assert 'href="https://reviews.example/loop"' in page
        assert "evil" not in page
        assert Client().post(address, {**form, "do": "yes", "name": "1", "call": "1", "text": "x"}).status_code == 400
        assert not Favour.objects.exists()

    def test_asks_for_two_months_and_no_longer(self, address, clock):
        clock.move_to(later(days=59))
        assert "mention you" in Client().get(address).content.decode()
        clock.move_to(later(days=61))
        assert "mention you" not in Client().get(address).content.decode()

    def test_has_a_link_nobody_can_guess(self, address):
        found = Thanks.objects.get()
        for token in ("x" * 22, tokens.derive("case", found.public_id), tokens.derive("thanks", 1), "%00", "a" * 500):
            assert Client().get(f"/t/{token}/").status_code == 404

    def test_is_over_after_a_year_unless_something_stands(self, address, clock):
        clock.move_to(later(days=366))
        assert Client().get(address).status_code == 410
        found = Thanks.objects.get()
        Favour.objects.create(thanks=found, contact=found.contact, kind="reference", may_call=True, said_at=NOW)
        assert Client().get(address).status_code == 200

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", "Yes, gladly"),
            ("sv", "Ja, gärna"),
            ("nb", "Ja, gjerne"),
            ("da", "Ja, gerne"),
            ("fi", "Kyllä, mielelläni"),
        ],
    )
    def test_speaks_the_customers_language(self, people, policy, language, words):
        person = factories.contact(account=factories.account(owner=people.agent), language=language)
        page = Client().get(thanks.path(factories.response(9, contact=person).thanks))
        assert words in page.content.decode()
        assert page.headers["Content-Language"] == language

    def test_is_small(self, address):
        assert len(Client().get(address).content) < 30_000


class TestTheThanksAfterTheSurvey:
    def sent(self, contact, score):
        asked = invited(contact)
        answer(link(asked), score=score, page=SEEN)
        return Client().get(f"{link(asked)}?sent").content.decode()

    def test_asks_a_promoter_and_leads_to_their_page(self, policy, tove):
        page = self.sent(tove, 9)
        assert "May we mention you" in page
        assert f'href="{thanks.path(Thanks.objects.get())}"' in page

    def test_leads_a_promoter_straight_to_reviews(self, policy, tove):
        ThanksPolicy.objects.update(promoter_ask=Ask.REVIEW)
        assert 'href="https://reviews.example/loop"' in self.sent(tove, 10)

    def test_asks_a_passive_nothing(self, policy, tove):
        assert "mention you" not in self.sent(tove, 8)

    def test_asks_nothing_of_somebody_with_an_open_case(self, policy, tove):
        factories.response(2, contact=tove, survey_key="product")
        assert "mention you" not in self.sent(tove, 9)

    def test_asks_nothing_of_what_may_be_a_machine(self, policy, tove):
        asked = invited(tove)
        form = form_of(Client().get(f"{link(asked)}?v=2").content.decode())
        Client().post(link(asked), {**form, "score": "9"})
        page = Client().get(f"{link(asked)}?sent").content.decode()
        assert "mention you" not in page
        assert not Thanks.objects.exists()

    def test_leads_back_to_a_yes(self, policy, tove):
        self.sent(tove, 9)
        favours.say_yes(Thanks.objects.get(), may_name=True, may_call=False, text="", now=later(minutes=5))
        page = Client().get(f"{link(Thanks.objects.get().response.invitation)}?sent").content.decode()
        assert "See it, or take it back" in page

    def test_asks_no_more_once_a_yes_was_taken_back(self, policy, tove):
        self.sent(tove, 9)
        given = Thanks.objects.get()
        favours.say_yes(given, may_name=True, may_call=False, text="", now=later(minutes=5))
        favours.take_back(given, now=later(minutes=6))
        page = Client().get(f"{link(given.response.invitation)}?sent").content.decode()
        assert "mention you" not in page
        assert "take it back" not in page

    def test_leads_to_the_case_its_words_opened(self, policy, tove):
        WordRule.objects.create(survey=factories.survey(), for_promoters=True, words={"en": ["broken"]})
        asked = invited(tove)
        answer(link(asked), score=9, comment="It is broken.", page=SEEN)
        page = Client().get(f"{link(asked)}?sent").content.decode()
        assert "mention you" not in page
        assert "See what happens now" in page
        assert Case.objects.get().opened_by_word == "broken"


class TestWhatIsStoredAboutMe:
    def test_holds_what_was_agreed_to(self, address, tove):
        send(address, do="yes", name="1", text="In spring.")
        case = factories.response(2, contact=tove, survey_key="product", now=later(minutes=3)).case
        page = Client().get(f"/c/{customer_pages.token_of(case.customer_page)}/data/").content.decode()
        assert "may mention me as a customer. In spring." in page


class TestWhoSeesWhatWasAgreedTo:
    def test_on_the_list_and_the_accounts_page(self, people, address):
        send(address, do="yes", name="1", text="Ring in spring")
        account = Favour.objects.get().contact.account
        sees = {person: "Fjord AS" in as_(person).get("/accounts/favours/").content.decode() for person in people}
        may_see = [people.agent, people.lead, people.leader, people.admin]
        assert [person for person, may in sees.items() if may] == may_see
        for person in people:
            page = as_(person).get(f"/accounts/{account.pk}/")
            assert (page.status_code == 200) == sees[person]
            assert ("Ring in spring" in page.content.decode()) == sees[person]

    def test_what_was_taken_back_is_struck_out_with_its_words_gone(self, people, address):
        send(address, do="yes", name="1", text="Ring in spring")
        send(address, do="take-back")
        for where in ("/accounts/favours/", f"/accounts/{Favour.objects.get().contact.account_id}/"):
            page = as_(people.agent).get(where).content.decode()
            assert "taken back" in page
            assert "Ring in spring" not in page

    def test_of_nobodys_account_leadership_sees_it(self, people, policy):
        bo = factories.contact("Bo")
        send(thanks.path(factories.response(9, contact=bo).thanks), do="yes", call="1")
        assert "somebody may call" in as_(people.leader).get("/accounts/favours/").content.decode().lower()
        assert "somebody may call" not in as_(people.lead).get("/accounts/favours/").content.decode().lower()
