"""The five-minute tour of the README in a real browser: the customer answers 3, Anna calls and resolves, Lena reads."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop import demo, sweeping
from loop.demo.company import TOUR_CONTACT
from loop.models import Case
from tests.browser.accessible import check_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, address: str, name: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{name}/login/")
    page.get_by_label("E-mail").fill(address)
    page.get_by_label("Password").fill(demo.DEMO_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def test_the_tour_of_the_readme(page: Page, live_server, settings) -> None:
    settings.DEBUG = True  # the trial mode in which the README starts: customers' links in the outbox work
    settings.BASE_URL = live_server.url
    demo.seed(accounts=4, answers=16, now=timezone.now())

    # 1. Be the customer: the administrator opens her mail in the outbox and clicks 3.
    sign_in(page, "ada@loop.example", live_server.url)
    check_accessible(page)
    page.goto(f"{live_server.url}/setup/outbox/")
    check_accessible(page)
    page.get_by_role("row").filter(has_text=TOUR_CONTACT).first.get_by_role("link").first.click()
    check_accessible(page)
    mail = page.frame_locator("iframe").first
    link = mail.get_by_role("link", name=re.compile(r"^3\b")).first.get_attribute("href")
    assert link is not None
    page.goto(link)
    check_accessible(page)
    assert Case.objects.filter(contact__email=TOUR_CONTACT).count() == 0  # a link that is opened is no answer
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()
    page.locator("textarea[name=comment]").fill("Nobody calls back.")
    page.get_by_label("Please call me about this").check()
    page.get_by_role("button", name="Send my answer").click()
    expect(page.get_by_text("Thank you")).to_be_visible()
    check_accessible(page)

    # 2. Be her account manager: it is in Anna's inbox, with her words.
    case = Case.objects.get(contact__email=TOUR_CONTACT)
    sweeping.run_all(now=timezone.now())
    sign_in(page, "anna@loop.example", live_server.url)
    expect(page.get_by_text("Nobody calls back.")).to_be_visible()
    check_accessible(page)

    # 3. Call her: log the call, reached.
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    check_accessible(page)
    form = page.locator(f"form[action='/cases/{case.pk}/attempt/']")
    form.get_by_text("Reached", exact=True).click()
    form.locator("textarea").fill("She wants one number to call.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("She wants one number to call.").first).to_be_visible()
    assert Case.objects.get(pk=case.pk).state == "contacted"

    # 4. Resolve it.
    form = page.locator(f"form[action='/cases/{case.pk}/resolve/']")
    root_cause = form.locator("[name=root_cause]").first
    if root_cause.evaluate("element => element.tagName") == "SELECT":
        root_cause.select_option(label="Service")
    else:
        form.get_by_text("Service", exact=True).click()
    form.locator("textarea").fill("One named person in support.")
    form.get_by_role("button").last.click()
    expect(page.get_by_text("One named person in support.").first).to_be_visible()
    assert Case.objects.get(pk=case.pk).resolution == "solved"
    check_accessible(page)

    # 5. See whether it helps: leadership's overview.
    sign_in(page, "lena@loop.example", live_server.url)
    expect(page.get_by_text("NPS").first).to_be_visible()
    check_accessible(page)
    for report in ("nps", "loop", "recovery"):
        page.goto(f"{live_server.url}/reports/{report}/")
        check_accessible(page)
