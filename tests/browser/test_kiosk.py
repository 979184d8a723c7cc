"""The feedback station in a real browser: one person after another, and none sees what the one before wrote."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback.models import Response, SurveyLink
from feedback.views import customer_page
from tests.browser.accessible import check_accessible
from tests.feedback.doors import path, standing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def station(page: Page, live_server, settings) -> str:
    """A station that stands on the page, with time in the hands of the test."""
    settings.BASE_URL = live_server.url
    address = f"{live_server.url}{path(standing('kiosk'))}"
    page.clock.install()
    page.goto(address)
    return address


def wait(page: Page, seconds: int) -> None:
    page.clock.run_for(seconds * 1000)


def answer(page: Page, score: int, comment: str = "") -> None:
    page.get_by_role("radio", name=str(score), exact=True).check()
    wait(page, 1)
    if comment:
        page.locator("#comment").fill(comment)
    page.get_by_role("button", name="Send my answer").click()


def expect_untouched(page: Page) -> None:
    expect(page.locator("#answer")).to_be_visible()
    expect(page.locator("#answer :checked")).to_have_count(0)
    expect(page.locator("#comment")).to_have_value("")
    expect(page.locator("#email")).to_have_value("")
    assert "rude" not in page.content()


def test_begins_anew_after_the_thanks(page: Page, station) -> None:
    check_accessible(page)
    answer(page, 2, "Somebody was rude.")
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    assert page.url == station
    check_accessible(page)
    wait(page, 7)
    expect_untouched(page)
    answer(page, 9)
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    assert sorted(Response.objects.counted().values_list("score", flat=True)) == [2, 9]


def test_asks_whether_somebody_is_still_there_and_clears_the_page(page: Page, station) -> None:
    page.get_by_role("radio", name="2", exact=True).check()
    page.locator("#comment").fill("Somebody was rude.")
    wait(page, 11)
    still = page.get_by_text("Still there?")
    expect(still).to_be_visible()
    check_accessible(page)
    page.locator("#comment").press("!")
    expect(still).to_be_hidden()
    wait(page, 25)
    expect(page.locator("#comment")).to_have_value("Somebody was rude.!")
    wait(page, 6)
    expect_untouched(page)
    assert not Response.objects.exists()


def test_keeps_answers_while_the_connection_is_away_and_sends_each_once(page: Page, station) -> None:
    page.context.set_offline(True)
    answer(page, 3, "Offline.")
    expect(page.get_by_text("1 answer is kept here")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    wait(page, 7)
    expect_untouched(page)
    answer(page, 8)
    expect(page.get_by_text("2 answers are kept here")).to_be_visible()
    assert not Response.objects.exists()
    page.context.set_offline(False)
    wait(page, 6)
    expect(page.locator("#kept")).to_be_empty()
    assert sorted(Response.objects.counted().values_list("score", "comment")) == [(3, "Offline."), (8, "")]


def test_says_what_is_missing_and_clears_that_too(page: Page, station) -> None:
    page.get_by_role("radio", name="2", exact=True).check()
    page.get_by_label("Please call me about this").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Please tell us a number or an e-mail address.")).to_be_visible()
    check_accessible(page)
    page.locator("#email").fill("eva@fjord.example")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    wait(page, 7)
    expect_untouched(page)
    assert Response.objects.get().respondent_email == "eva@fjord.example"


def test_takes_answers_after_standing_for_longer_than_a_seal_lives(page: Page, station) -> None:
    form = page.locator("#answer input[type=hidden]").first
    with time_machine.travel(timezone.now() - timedelta(days=8), tick=False):
        old = customer_page.seal(station.rstrip("/").rpartition("/")[2], "oabc")
    form.evaluate("(field, seal) => { field.value = seal; }", old)
    answer(page, 4)
    expect(page.get_by_role("heading", name=re.compile("Thank you"))).to_be_visible()
    assert Response.objects.get().score == 4


def test_says_that_it_was_switched_off_and_comes_back_by_itself(page: Page, station) -> None:
    SurveyLink.objects.update(is_active=False)
    answer(page, 4)
    expect(page.get_by_text("This page takes no answers at the moment")).to_be_visible()
    SurveyLink.objects.update(is_active=True)
    wait(page, 32)
    expect_untouched(page)


def test_works_without_scripts(page: Page, live_server, settings) -> None:
    settings.BASE_URL = live_server.url
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{live_server.url}{path(standing('kiosk'))}")
    plain.get_by_role("radio", name="3", exact=True).check()
    plain.get_by_role("button", name="Send my answer").click()
    expect(plain.get_by_text("Thank you")).to_be_visible()
    expect(plain.locator("#answer")).to_be_visible(timeout=10_000)  # by itself, after the pause
    expect(plain.locator("#answer :checked")).to_have_count(0)
    context.close()
    assert Response.objects.get().score == 3


def test_an_open_link_is_answered_by_a_person(page: Page, live_server, settings) -> None:
    settings.BASE_URL = live_server.url
    page.goto(f"{live_server.url}{path(standing('open'))}")
    check_accessible(page)
    page.get_by_role("radio", name="2", exact=True).check()
    page.get_by_label("Please call me about this").check()
    check_accessible(page)
    page.get_by_label("or your e-mail address").fill("eva@fjord.example")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    response = Response.objects.counted().get()
    assert (response.score, response.respondent_email) == (2, "eva@fjord.example")
    assert not response.external_id.endswith("-unseen")


def test_a_machine_that_sends_every_form_of_an_open_link_gives_no_score(page: Page, live_server, settings) -> None:
    settings.BASE_URL = live_server.url
    address = f"{live_server.url}{path(standing('open'))}"
    for score in range(11):
        page.goto(f"{address}?score={score}")
        with page.expect_navigation():
            page.evaluate("document.querySelector('form').submit()")
    assert Response.objects.counted().count() == 0
