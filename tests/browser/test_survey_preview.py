"""Ada writes the words of a survey in a real browser: mail and page beside follow her, and nothing she types runs."""

import pytest
from playwright.sync_api import Page, expect

from feedback.models import Response, Survey
from tests import factories
from tests.browser.accessible import check_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

MARKUP = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def sign_in(page: Page, server: str) -> None:
    factories.user("Ada", role="admin")
    page.goto(f"{server}/login/")
    page.get_by_label("E-mail").fill("ada@loop.example")
    page.get_by_label("Password").fill(factories.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_mail_and_page_follow_what_is_typed_and_only_saving_keeps_it(page: Page, live_server) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    survey = Survey.objects.get(key="relational")
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/surveys/{survey.pk}/sv/words/")
    check_accessible(page)
    page.get_by_label("Question").fill(f"Hur troligt är det? {MARKUP}")
    for frame in (page.frame_locator("iframe").nth(0), page.frame_locator("iframe").nth(1)):
        expect(frame.get_by_role("heading", name=f"Hur troligt är det? {MARKUP}")).to_be_visible()
    assert "Hur troligt" not in survey.wordings.get(language="sv").question
    page.get_by_role("button", name="Save the words").click()
    expect(page.get_by_text("The words are saved.")).to_be_visible()
    assert "Hur troligt" in survey.wordings.get(language="sv").question


def test_trying_the_page_goes_all_the_way_and_records_nothing(page: Page, live_server) -> None:
    survey = Survey.objects.get(key="relational")
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/surveys/{survey.pk}/en/try/?score=3")
    check_accessible(page)
    page.locator("textarea[name=comment]").fill("Only a trial.")
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Only a trial.")).to_be_visible()
    expect(page.get_by_text("Nothing is recorded.")).to_be_visible()
    assert not Response.objects.exists()
