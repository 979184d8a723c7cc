"""The widget in a product: shown to whom the host vouches for, on the sites of its list, when they may be asked."""

import hashlib
import hmac
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from feedback import invitations, sampling, survey_links
from feedback.models import Invitation, Response, SurveyLink
from loop import thanks
from loop.models import Ask, Case, Thanks, ThanksPolicy
from tests import factories
from tests.feedback.doors import HOST, eligible, frame, hidden, path, send, signed, standing
from tests.feedback.survey_page import SEEN

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(people):
    return factories.contact("Eva", account=factories.account(owner=people.agent), external_id="C-1")


@pytest.fixture
def link(eva):
    return standing("widget")


class TestWhoTheHostVouchesFor:
    def test_is_asked(self, link):
        said = eligible(link, signed(link, "C-1"))
        assert said.json()["ask"] is True
        assert said.headers["Access-Control-Allow-Origin"] == HOST
        assert "Access-Control-Allow-Credentials" not in said.headers
        assert "Origin" in said.headers["Vary"]

    def test_is_signed_by_what_the_documentation_says(self, link):
        secret, time = survey_links_secret(link), int(timezone.now().timestamp())
        signature = hmac.new(secret.encode(), f"C-1.{time}".encode(), hashlib.sha256).hexdigest()
        assert eligible(link, {"contact": "C-1", "time": str(time), "signature": signature}).json()["ask"] is True

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"contact": "C-2"}, "forged"),
            ({"time": "1"}, "forged"),
            ({"time": "٣"}, "forged"),
            ({"time": "9" * 40}, "forged"),
            ({"signature": "0" * 64}, "forged"),
            ({"signature": "å"}, "forged"),
            ({"signature": ""}, "missing"),
            ({"contact": ""}, "missing"),
            ({"time": ""}, "missing"),
        ],
    )
    def test_but_forged_is_refused_and_never_taken_for_nobody(self, link, change, why):
        said = eligible(link, {**signed(link, "C-1"), **change})
        assert (said.status_code, said.json()["refused"]) == (403, why)
        assert said.headers["Access-Control-Allow-Origin"] == HOST  # so that the console can say why
        assert "query" not in said.json()

    @pytest.mark.parametrize(("ago", "why"), [(16 * 60, "expired"), (-6 * 60, "expired"), (14 * 60, None)])
    def test_but_long_ago_or_ahead_of_time_is_refused(self, link, ago, why):
        assert eligible(link, signed(link, "C-1", ago=ago)).json().get("refused") == why

    def test_with_a_secret_that_was_replaced_is_refused(self, link):
        said = signed(link, "C-1")
        opened = frame(link, "C-1")
        survey_links.new_secret(link)
        assert eligible(link, said).json()["refused"] == "forged"
        assert Client().get(opened).status_code == 403
        assert eligible(link, signed(link, "C-1")).json()["ask"] is True

    def test_with_the_secret_of_another_widget_is_refused(self, link):
        assert eligible(link, signed(standing("widget", name="Other"), "C-1")).json()["refused"] == "forged"

    def test_lives_through_a_new_key_of_ours(self, link, settings):
        said, before = signed(link, "C-1"), settings.SECRET_KEY
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [before]
        assert eligible(link, said).json()["ask"] is True

    def test_and_is_nobody_we_know_sees_nothing(self, link):
        said = eligible(link, signed(link, "C-9"))
        assert said.json() == {"ask": False, "says": "Loop knows no contact with this external id."}


def survey_links_secret(link):
    from feedback import widget_identity

    return widget_identity.secret(SurveyLink.objects.get(pk=link.pk))


class TestOtherSites:
    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "http://app.customer.example", f"{HOST}:444", f"{HOST}.evil.example"]
    )
    def test_learn_nothing(self, link, origin):
        said = eligible(link, signed(link, "C-1"), origin)
        assert (said.status_code, said.json()["refused"]) == (403, "origin")
        assert "Access-Control-Allow-Origin" not in said.headers

    def test_may_not_frame_the_page(self, link):
        page = Client().get(frame(link, "C-1"))
        assert f"frame-ancestors 'self' {HOST};" in page.headers["Content-Security-Policy"] + ";"
        assert "X-Frame-Options" not in page.headers

    @pytest.mark.parametrize("address", ["/login/", "/s/aaaaaaaaaaaaaaaaaaaaaa/", "/w/aaaaaaaaaaaaaaaaaaaaaa/"])
    def test_may_frame_no_other_page(self, link, address):
        page = Client().get(address)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]

    def test_may_not_frame_open_links_and_stations(self, link):
        for kind in ("open", "kiosk"):
            page = Client().get(path(standing(kind)))
            assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
            assert page.headers["X-Frame-Options"] == "DENY"


class TestQuiet:
    def test_whoever_answered_lately_sees_nothing_and_nobody_hears_why(self, link, eva):
        factories.response(9, contact=eva, now=timezone.now())
        assert eligible(link, signed(link, "C-1")).json() == {"ask": False}

    def test_whoever_has_an_open_case_sees_nothing(self, link, eva):
        factories.response(2, contact=eva, now=timezone.now() - timedelta(days=400))
        assert eligible(link, signed(link, "C-1")).json() == {"ask": False}

    def test_whoever_opted_out_sees_nothing(self, link, eva):
        eva.opted_out_at = timezone.now()
        eva.save()
        assert eligible(link, signed(link, "C-1")).json() == {"ask": False}

    def test_whoever_has_no_address_may_be_asked_here(self, link):
        factories.contact("Bo", external_id="C-2", email="")
        assert eligible(link, signed(link, "C-2")).json()["ask"] is True

    def test_not_now_begins_the_quiet_period_and_looking_does_not(self, link, eva):
        for _page in range(3):
            Client().get(frame(link, "C-1"))
        assert not Invitation.objects.exists()
        assert send(frame(link, "C-1"), later="on").status_code == 303
        assert Invitation.objects.get().channel == "widget"
        assert eligible(link, signed(link, "C-1")).json() == {"ask": False}
        later = timezone.now() + timedelta(days=30)
        assert sampling.why_not(eva, link.survey, now=later) == "silent_recently"


class TestThePageInTheFrame:
    def test_takes_the_contacts_answer_once(self, link, eva, people):
        address = frame(link, "C-1")
        browser = Client(enforce_csrf_checks=True)
        form = hidden(browser.get(address).content.decode())
        for _press in range(2):
            sent = browser.post(address, {**form, "score": 2, "comment": "Slow.", "page": SEEN})
            assert sent.status_code == 303
        response = Response.objects.get()
        assert (response.contact, response.invitation.channel, response.score) == (eva, "widget", 2)
        assert Case.objects.get().owner == people.agent
        thanks = browser.get(sent.url).content.decode()
        assert "Thank you" in thanks
        assert f'data-host="{HOST}"' in thanks
        assert "Slow." not in thanks
        assert not browser.cookies

    def test_opens_only_with_a_fresh_pass(self, link):
        address = frame(link, "C-1")
        assert Client().get(path(link)).status_code == 403
        assert Client().get(address[:-1]).status_code == 403
        with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
            assert "too old" in Client().get(address).content.decode()

    def test_takes_an_answer_by_somebody_who_writes_for_long(self, link):
        address = frame(link, "C-1")
        form = hidden(Client().get(address).content.decode())
        with time_machine.travel(timezone.now() + timedelta(hours=2), tick=False):
            assert Client().post(address, {**form, "score": 7, "page": SEEN}).status_code == 303
        assert Response.objects.get().score == 7

    def test_takes_no_form_made_for_another_visitor(self, link):
        factories.contact("Bo", external_id="C-2")
        form = hidden(Client().get(frame(link, "C-2")).content.decode())
        assert Client().post(frame(link, "C-1"), {**form, "score": 0}).status_code == 403
        assert not Response.objects.exists()

    def test_takes_no_pass_of_another_widget(self, link):
        other = standing("widget", name="Other")
        query = frame(other, "C-1").partition("?")[2]
        assert Client().get(f"{path(link)}?{query}").status_code == 403

    def test_says_what_is_missing_and_leaves_no_invitation(self, link):
        assert send(frame(link, "C-1"), comment="x").status_code == 400
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize("closed", [True, False])
    def test_says_that_it_is_off(self, link, closed):
        address = frame(link, "C-1")
        said = signed(link, "C-1")
        if closed:
            link.survey.closes_at = timezone.now()
            link.survey.save()
        else:
            SurveyLink.objects.update(is_active=False)
        assert Client().get(address).status_code == 410
        assert eligible(link, said).json()["refused"] == "off"

    def test_hears_who_had_the_question_before_them_when_the_survey_closed(self, link):
        address = frame(link, "C-1")
        form = hidden(Client().get(address).content.decode())
        link.survey.closes_at = timezone.now()
        link.survey.save()
        assert Client().post(address, {**form, "score": 3, "comment": "Slow.", "page": SEEN}).status_code == 303
        assert (Response.objects.get().is_late, Response.objects.get().comment) == (True, "Slow.")

    def test_of_a_trial_keeps_nothing(self, link):
        address = frame(link, "loop:trial")
        assert "Nothing is recorded." in Client().get(address).content.decode()
        assert send(address, score=3, page=SEEN).status_code == 303
        assert send(address, later="on").status_code == 303
        assert not Response.objects.exists()
        assert not Invitation.objects.exists()


class TestTheScript:
    def test_is_small_and_kept_by_browsers(self):
        script = Client().get("/w/loop.js")
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert len(script.content) < 5000
        assert "max-age=86400" in script.headers["Cache-Control"]
        again = Client().get("/w/loop.js", headers={"If-None-Match": script.headers["ETag"]})
        assert again.status_code == 304
        assert not script.cookies

    def test_lets_a_message_go_to_one_origin_only(self):
        from pathlib import Path

        for name in ("widget.js", "frame.js"):
            text = (Path("feedback/static/feedback") / name).read_text(encoding="utf-8")
            assert '"*"' not in text
            assert "cookie" not in text.replace("No cookie is read or set", "")


def test_a_recovery_survey_or_one_not_in_use_asks_nobody(link, eva):
    link.survey.is_active = False
    link.survey.save()
    assert invitations.why_not_hand_over(link.survey, eva, now=timezone.now()) == "survey_not_in_use"


class TestWhatAGladVisitorIsAsked:
    """By the survey's policy, as on the page after the survey; the link opens beside the product, not in its frame."""

    @pytest.fixture(autouse=True)
    def policy(self, link):
        return ThanksPolicy.objects.create(survey=link.survey, promoter_ask=Ask.REFERENCE)

    def thanked(self, link, **answer):
        browser = Client()
        return browser.get(send(frame(link, "C-1"), **answer).url).content.decode()

    def test_is_what_the_policy_says(self, link):
        shown = self.thanked(link, score="9", comment="Fine.", page=SEEN)
        assert "May we mention you as a customer" in shown
        assert f'href="{thanks.path(Thanks.objects.get())}" target="_blank"' in shown
        assert "data-done" not in shown  # it closes when they close it: nobody reads that in five seconds

    def test_is_nothing_with_a_low_score(self, link):
        shown = self.thanked(link, score="2", comment="Slow.", page=SEEN)
        assert "May we mention you" not in shown
        assert 'data-done="5"' in shown

    def test_is_nothing_where_they_want_to_be_left_alone(self, link):
        shown = Client().get(send(frame(link, "C-1"), later="1").url).content.decode()
        assert "May we mention you" not in shown
