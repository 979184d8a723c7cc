"""Somebody's session ends while they write: signed in again, in place or on another page, they send what they wrote."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Page, expect

from loop.models.event import EventKind
from tests import factories
from tests.browser.accessible import check_accessible
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_was_typed_outlives_the_session(page: Page, live_server, people) -> None:
    case = factories.case(owner=people.agent, contact_name="Eva Lind")
    client = Client()
    client.force_login(people.agent)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    box = page.locator("form[action$='/note/'] textarea")
    if not box.is_visible():
        page.locator("details:has(form[action$='/note/']) > summary").click()
    box.fill("Her invoice is wrong.\nShe is right.")
    Session.objects.all().delete()

    page.locator("form[action$='/note/'] button.primary, form[action$='/note/'] .send button").first.click()
    expect(page.get_by_text("Nothing is lost")).to_be_visible()
    check_accessible(page)
    page.get_by_label("E-mail").fill(people.agent.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("Her invoice is wrong.")).to_be_visible()
    check_accessible(page)
    page.get_by_role("button", name="Send it now").click()

    page.wait_for_url(f"**/cases/{case.pk}/")
    assert case.events.get(kind=EventKind.NOTE).data["text"].splitlines() == ["Her invoice is wrong.", "She is right."]
