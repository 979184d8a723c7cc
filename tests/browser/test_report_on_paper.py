"""Lena prints a report at night, from a narrow dark window: on paper it is light and whole, and says what it is of."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests import factories
from tests.browser.test_huddle import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_report_on_paper(page: Page, live_server, people) -> None:
    customer = factories.account("Nordvik", segment="retail", owner=people.agent)
    for score in [9] * 12 + [3]:
        factories.response(score, contact=factories.contact(account=customer), now=timezone.now())
    sign_in(page, live_server.url, people.leader.email)
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}/reports/nps/?segment=retail&by=week")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    expect(page.locator(".paper")).to_be_hidden()

    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".side", ".tabs", ".choices", ".foot"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".paper")).to_contain_text("retail")
    expect(page.locator(".paper")).to_contain_text("Lena")
    ink, ground = (page.evaluate(f"getComputedStyle(document.body).{name}") for name in ("color", "backgroundColor"))
    assert ink == "rgb(23, 32, 46)"
    assert ground == "rgba(0, 0, 0, 0)"
    chart = page.locator(".chart.wide svg").first.bounding_box()
    assert chart["x"] >= 0
    assert chart["x"] + chart["width"] <= 390  # nothing of it lies where no paper is
