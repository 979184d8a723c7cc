"""The survey page in a real browser: one driven by a machine that sends every form it finds, and one a person uses."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from feedback import suspects
from feedback.models import Contact, Invitation, Response
from loop.models import Case
from notifications import announce, rendering
from notifications.models import Message
from tests import factories
from tests.feedback.survey_page import invited, link

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAUSE = 200  # milliseconds a machine looks at each page; `make prove` takes 10 seconds

# How machines send a form: as a script would, by pressing its button from a script, or as if with a mouse.
WAYS = {
    "form.submit()": lambda page: page.evaluate("document.querySelector('form').submit()"),
    "button.click()": lambda page: page.evaluate("document.querySelector('form button').click()"),
    "a mouse": lambda page: page.locator("form button").click(),
}


@pytest.fixture
def asked(live_server, settings) -> Invitation:
    settings.BASE_URL = live_server.url
    return invited(factories.contact("Eva"))


def links_of_the_mail(invitation: Invitation) -> list[str]:
    """Every address in the mail as it would be sent."""
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=None)
    announce.enqueue_invitations(now=timezone.now())
    mail = rendering.render(Message.objects.get(invitation=invitation), now=timezone.now()).html
    Invitation.objects.filter(pk=invitation.pk).update(sent_at=invitation.sent_at)
    return [address.replace("&amp;", "&") for address in re.findall(r'href="(http[^"]+)"', mail)]


@pytest.mark.parametrize("way", WAYS)
def test_a_machine_that_opens_every_link_and_sends_every_form_gives_no_score(page: Page, asked, way) -> None:
    addresses = links_of_the_mail(asked)
    surveys = [address for address in addresses if "/s/" in address]
    assert len(surveys) == 12  # eleven buttons, and the one no person sees
    for address in surveys:
        page.goto(address)
        page.wait_for_timeout(PAUSE)
        if page.locator("input[name=score]:checked").count() == 0:
            page.evaluate("document.querySelector('input[name=score]').checked = true")
        with page.expect_navigation():
            WAYS[way](page)
    assert Response.objects.counted().count() == 0
    assert Case.objects.open().count() == 0
    assert suspects.to_verify().count() >= 1
    assert not Contact.objects.exclude(opted_out_at=None).exists()


def test_a_person_is_seen_by_the_page_and_may_correct_a_slip_at_once(page: Page, asked, live_server) -> None:
    page.goto(f"{live_server.url}{link(asked)}?score=3")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    page.get_by_role("link", name="Change my answer").click()
    page.get_by_role("radio", name="8", exact=True).check()
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Change my answer").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert Response.objects.counted().get().score == 8
    assert not suspects.to_verify().exists()


def test_a_person_at_the_keyboard_is_seen_as_well(page: Page, asked, live_server) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)
    page.goto(f"{live_server.url}{link(asked)}?score=3")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send my answer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you")).to_be_visible()
    assert re.search(r"page=[1-9]\d*%3A[1-9]\d*", sent[0])


def test_a_browser_without_scripts_gets_an_answer_to_us(page: Page, asked, live_server) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(f"{live_server.url}{link(asked)}")
    plain.get_by_role("radio", name="3", exact=True).check()
    plain.get_by_role("button", name="Send my answer").click()
    expect(plain.get_by_text("Thank you")).to_be_visible()
    context.close()
    assert Response.objects.counted().get().score == 3


def test_the_field_for_machines_is_seen_by_no_person(page: Page, asked, live_server) -> None:
    page.goto(f"{live_server.url}{link(asked)}")
    expect(page.locator("input[name=subject]")).to_be_hidden()


def test_the_link_for_machines_is_seen_by_no_person(page: Page, asked) -> None:
    links_of_the_mail(asked)
    page.set_content(rendering.render(Message.objects.get(invitation=asked), now=timezone.now()).html)
    unseen = page.locator("a[href*='v=2']")
    assert unseen.count() == 1
    expect(unseen).to_be_hidden()
    assert unseen.inner_text() == ""
    assert (unseen.get_attribute("aria-hidden"), unseen.get_attribute("tabindex")) == ("true", "-1")
