"""The page where a customer answers: a machine that only opens it changes nothing, a person always gets through."""

import re
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.staticfiles import finders
from django.db import connections
from django.test import Client
from django.utils import timezone

from feedback import invitations
from feedback.models import Invitation, Response, ResponseRevision, SurveyWording
from feedback.views import customer_page
from loop.models import Case
from tests import factories


@pytest.fixture
def customer(db):
    return factories.contact("Eva Lind", phone="+46 70 123 45 67")


@pytest.fixture
def invitation(customer):
    return invited(customer)


@pytest.fixture
def browser():
    """A browser that keeps no cookies and checks forms as production does."""
    return Client(enforce_csrf_checks=True)


def invited(contact, *, survey="relational", days_ago=1):
    at = timezone.now() - timedelta(days=days_ago)
    return invitations.invite(survey=factories.survey(survey), contact=contact, due_at=at, now=at)


def link(invitation):
    return f"/s/{invitations.link_token(invitation)}/"


def fill_in(browser, address, **answer):
    """Open the page, fill in its form, send it. Returns the answer to the sending."""
    page = browser.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', page))
    return browser.post(address, {**hidden, **answer})


def checked(page):
    return re.findall(r'value="(\d+)" required(?: class="promoter")? checked', page.content.decode())


class TestAPerson:
    def test_gets_an_answer_to_us(self, browser, invitation):
        sent = fill_in(
            browser, link(invitation), score="3", comment="Late again.", wants_callback="on", phone="070 999"
        )
        assert sent.status_code == 303
        response = Response.objects.get(invitation=invitation)
        assert (response.score, response.comment, response.category) == (3, "Late again.", "detractor")
        assert (response.wants_callback, response.phone, response.source) == (True, "070 999", "page")
        assert Case.objects.get().response == response

    def test_is_thanked_and_sees_what_we_understood(self, browser, invitation):
        sent = fill_in(browser, link(invitation), score="9", comment="Quick\nand kind")
        page = browser.get(sent.url).content.decode()
        assert "Thank you. Your answer has reached" in page
        assert "Quick\nand kind" in page
        assert f'href="{link(invitation)}"' in page

    def test_finds_the_score_of_the_mail_already_chosen(self, browser, invitation):
        assert checked(browser.get(f"{link(invitation)}?score=7")) == ["7"]

    @pytest.mark.parametrize("score", ["11", "-1", "x", "7.5", "", "７", "7 OR 1=1"])
    def test_finds_nothing_chosen_by_a_link_that_was_tampered_with(self, browser, invitation, score):
        page = browser.get(link(invitation), {"score": score})
        assert page.status_code == 200
        assert checked(page) == []

    def test_corrects_an_answer_and_the_first_one_is_kept(self, browser, invitation):
        fill_in(browser, link(invitation), score="3", comment="Late.")
        fill_in(browser, link(invitation), score="8", comment="Late, but they called.")
        response = Response.objects.get()
        assert (response.score, response.comment) == (8, "Late, but they called.")
        assert list(ResponseRevision.objects.values_list("score", "comment")) == [(3, "Late.")]

    def test_finds_the_earlier_answer_when_changing_it(self, browser, invitation):
        fill_in(browser, link(invitation), score="3", comment="Late.", wants_callback="on", phone="070 999")
        page = browser.get(link(invitation))
        assert checked(page) == ["3"]
        assert ">Late.</textarea>" in page.content.decode()
        assert 'value="070 999"' in page.content.decode()

    def test_who_sends_twice_has_answered_once(self, browser, invitation):
        for _again in range(2):
            fill_in(browser, link(invitation), score="3", comment="Late.")
        assert Response.objects.count() == 1
        assert ResponseRevision.objects.count() == 0
        assert Case.objects.count() == 1

    def test_never_sees_the_number_we_hold_for_the_link_may_have_been_forwarded(self, browser, invitation):
        assert "123 45 67" not in browser.get(link(invitation)).content.decode()

    def test_may_leave_the_page_open_for_a_week_and_loses_nothing(self, browser, invitation, monkeypatch):
        monkeypatch.setattr(customer_page, "SEAL_LIFE", timedelta(seconds=-1))
        late = fill_in(browser, link(invitation), score="3", comment="A long story.")
        assert late.status_code == 403
        assert "A long story." in late.content.decode()
        assert checked(late) == ["3"]
        assert Response.objects.count() == 0

    def test_who_answers_a_survey_from_one_to_ten_gets_ten_buttons(self, browser, customer):
        survey = factories.survey("product")
        survey.scale_min = 1
        survey.save(update_fields=["scale_min"])
        invitation = invited(customer, survey="product")
        page = browser.get(link(invitation)).content.decode()
        assert re.findall(r'name="score" value="(\d+)"', page) == [str(n) for n in range(1, 11)]
        assert fill_in(browser, link(invitation), score="0").status_code == 400


class TestAMachine:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0"},
            {"Purpose": "prefetch", "Sec-Purpose": "prefetch"},
            {"User-Agent": "Slackbot-LinkExpanding 1.0"},
        ],
    )
    def test_that_opens_all_eleven_links_has_answered_nothing(self, browser, invitation, headers):
        for score in range(11):
            assert browser.get(f"{link(invitation)}?score={score}", headers=headers).status_code == 200
            assert browser.head(f"{link(invitation)}?score={score}", headers=headers).status_code == 200
        assert Response.objects.count() == 0
        assert Case.objects.count() == 0

    def test_that_posts_without_the_page_has_answered_nothing(self, browser, invitation):
        assert browser.post(link(invitation), {"score": "0"}).status_code == 403
        assert Response.objects.count() == 0

    def test_that_reuses_the_form_of_another_link_has_answered_nothing(self, browser, customer, invitation):
        other = invited(customer)
        page = browser.get(link(other)).content.decode()
        seal = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        assert browser.post(link(invitation), {"score": "0", "csrfmiddlewaretoken": seal}).status_code == 403
        assert Response.objects.count() == 0

    @pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
    def test_finds_no_other_verb(self, browser, invitation, method):
        assert getattr(browser, method)(link(invitation)).status_code == 405


class TestALinkThatDoesNotWork:
    def test_expired_is_gone_and_says_so(self, browser, customer):
        old = invited(customer, days_ago=60 + 366)
        page = browser.get(link(old))
        assert page.status_code == 410
        assert "run out" in page.content.decode()

    def test_expired_keeps_an_answer_from_a_page_opened_in_time_as_late(self, browser, invitation):
        hidden = re.search(r'value="([^"]+)"', browser.get(link(invitation)).content.decode()).group(1)
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        sent = browser.post(link(invitation), {"score": "3", "csrfmiddlewaretoken": hidden, "page": "2:9"})
        assert sent.status_code == 303
        assert Response.objects.get().is_late

    def test_cancelled_is_gone_and_says_so(self, browser, invitation):
        invitations.cancel(invitation, reason="case reopened", now=timezone.now())
        page = browser.get(link(invitation))
        assert page.status_code == 410
        assert "withdrawn" in page.content.decode()

    def test_forged_gets_one_answer_whatever_is_wrong_with_it(self, browser, invitation):
        token = invitations.link_token(invitation)
        unsubscribing = f"{invitation.contact_id}-{token}"
        forged = ["x", token[:-1], token + "A", token.swapcase(), unsubscribing, "%00", "a" * 5000, "../../etc"]
        pages = {(page.status_code, page.content) for page in (browser.get(f"/s/{text}/") for text in forged[:-1])}
        assert len(pages) == 1
        assert pages.pop()[0] == 404


class TestBadInput:
    @pytest.mark.parametrize(
        ("answer", "said"),
        [
            ({}, "Please choose a number."),
            ({"score": "11"}, "“11” is not one of the numbers shown."),
            ({"score": "3.5"}, "“3.5” is not one of the numbers shown."),
            ({"score": "3", "comment": "x" * 10_001}, "Please keep it under 10000 characters."),
            ({"score": "3", "phone": "0" * 51}, "This telephone number is too long."),
        ],
    )
    def test_is_named_and_nothing_is_stored(self, browser, invitation, answer, said):
        page = fill_in(browser, link(invitation), **answer)
        assert page.status_code == 400
        assert said in page.content.decode()
        assert Response.objects.count() == 0

    def test_like_no_number_to_call_is_named(self, browser, db):
        unlisted = invited(factories.contact("Per"))
        page = fill_in(browser, link(unlisted), score="3", wants_callback="on")
        assert page.status_code == 400
        assert "Please tell us the number to call." in page.content.decode()

    def test_a_script_in_a_comment_is_text(self, browser, invitation):
        fill_in(browser, link(invitation), score="3", comment="<script>alert(1)</script>")
        for address in (link(invitation), f"{link(invitation)}?sent"):
            page = browser.get(address).content.decode()
            assert "<script>" not in page
            assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


class TestThePage:
    def test_is_kept_by_nobody_and_tells_nobody_its_address(self, browser, invitation):
        for page in (browser.get(link(invitation)), browser.get("/s/forged/")):
            assert page.headers["Referrer-Policy"] == "no-referrer"
            assert "no-store" in page.headers["Cache-Control"]
            assert "noindex" in page.headers["X-Robots-Tag"]

    def test_sets_no_cookie(self, browser, invitation):
        fill_in(browser, link(invitation), score="3")
        assert not browser.cookies

    def test_loads_nothing_from_elsewhere_and_runs_no_script_but_ours(self, browser, invitation):
        page = browser.get(link(invitation)).content.decode()
        assert re.findall(r"<script[^>]*>[^<]*", page) == ['<script type="module" src="/static/feedback/answer.js">']
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)

    @pytest.mark.parametrize("query", ["", "?score=3", "?sent", "?who=other", "?who=other&sent"])
    def test_weighs_less_than_30_kb_with_all_it_loads(self, browser, invitation, query):
        fill_in(browser, link(invitation), score="3", comment="Late.")
        loaded = [Path(finders.find(f"feedback/{name}")).stat().st_size for name in ("survey.css", "answer.js")]
        assert sum(loaded) < 6_000
        assert len(browser.get(f"{link(invitation)}{query}").content) + sum(loaded) < 30_000

    @pytest.mark.parametrize("query", ["", "?score=3", "?v=2", "?sent", "?who=other", "?who=other&sent"])
    @pytest.mark.parametrize("answered", [False, True])
    def test_asks_the_database_at_most_four_times(
        self, browser, invitation, django_assert_max_num_queries, query, answered
    ):
        if answered:
            fill_in(browser, link(invitation), score="3", comment="Late.")
        with django_assert_max_num_queries(4):
            assert browser.get(f"{link(invitation)}{query}").status_code == 200

    def test_speaks_the_language_of_the_contact(self, browser, db):
        swede = factories.contact("Eva", language="sv-SE")
        page = browser.get(link(invited(swede)), headers={"Accept-Language": "fi"})
        assert 'lang="sv"' in page.content.decode()
        assert page.headers["Content-Language"] == "sv"
        assert "Hur sannolikt" in page.content.decode()

    def test_speaks_the_language_of_the_browser_to_whom_we_do_not_know(self, browser, invitation):
        page = browser.get(link(invitation), headers={"Accept-Language": "fi,en;q=0.5"}).content.decode()
        assert "Kuinka todennäköisesti" in page

    def test_falls_back_to_words_it_has(self, browser, db):
        SurveyWording.objects.exclude(language="en").delete()
        finn = factories.contact("Aino", language="fi")
        assert "How likely are you" in browser.get(link(invited(finn))).content.decode()

    def test_calls_us_by_our_name(self, browser, invitation, settings):
        settings.DEFAULT_FROM_EMAIL = "Nordlys AS <hello@nordlys.example>"
        page = browser.get(link(invitation)).content.decode()
        assert "recommend Nordlys AS to a friend" in page
        assert "{company}" not in page


@pytest.mark.django_db(transaction=True)
class TestTwentyTabsAtOnce:
    def test_make_one_response_and_one_case(self):
        invitation = invited(factories.contact("Eva"))
        address = link(invitation)
        page = Client().get(address).content.decode()
        seal = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page).group(1)
        statuses = []

        def send(number):
            answer = {"score": "3", "comment": f"tab {number}", "csrfmiddlewaretoken": seal}
            statuses.append(Client().post(address, answer).status_code)
            connections.close_all()

        threads = [Thread(target=send, args=[number]) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [303] * 20
        assert Response.objects.count() == 1
        assert Case.objects.count() == 1
        assert ResponseRevision.objects.count() == 19
