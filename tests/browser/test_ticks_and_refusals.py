"""On a phone's small screen: what was ticked stays ticked from page to page, and a refused field comes into view."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop import inbox
from loop.models import Case
from tests import factories
from tests.browser.accessible import check_accessible
from tests.browser.test_inbox import cases_of, check_fits, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SMALL = {"width": 390, "height": 664}
IN_VIEW = """each => {
  const box = each.getBoundingClientRect(), nav = document.querySelector('.side').getBoundingClientRect()
  return box.top >= 0 && box.bottom <= Math.min(innerHeight, nav.top > 0 ? nav.top : innerHeight)
}"""


def test_ticks_are_kept_from_page_to_page_and_handed_over_together(
    page: Page, live_server, people, monkeypatch
) -> None:
    monkeypatch.setattr(inbox, "PAGE_SIZE", 2)
    cases_of(people, "Ada One", "Bo Two", "Cy Three", "Di Four")
    page.set_viewport_size(SMALL)
    sign_in(page, people.lead, live_server)
    boxes = page.locator(".item input[type=checkbox]")
    boxes.nth(0).check()
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_text("One ticked, 1 of them on other pages")).to_be_visible()
    expect(boxes.nth(0)).not_to_be_checked()
    boxes.nth(1).check()
    expect(page.get_by_text("2 ticked, 1 of them on other pages")).to_be_visible()
    check_accessible(page)
    check_fits(page)

    # Back again it is as it was left; another list begins anew.
    page.get_by_role("link", name="First page").click()
    expect(boxes.nth(0)).to_be_checked()
    page.goto(f"{live_server.url}/cases/?tab=unassigned")
    page.goto(f"{live_server.url}/cases/?tab=team")
    expect(boxes.nth(0)).not_to_be_checked()

    boxes.nth(0).check()
    page.get_by_role("link", name="Next page").click()
    boxes.nth(1).check()
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("heading", name="Hand over 2 cases")).to_be_visible()
    page.get_by_role("combobox", name="To", exact=True).select_option(label="Kim")
    page.get_by_role("textbox", name="Why", exact=True).fill("Anna is away.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("2 cases handed over to Kim.")).to_be_visible()
    check_accessible(page)
    page.reload()
    expect(page.get_by_text("2 cases handed over to Kim.")).to_be_visible()
    assert {case.contact.name for case in Case.objects.filter(owner=people.colleague)} == {"Ada One", "Di Four"}
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("[data-several]")).to_be_hidden()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_refused_field_comes_into_view_with_the_focus(page: Page, live_server, people, scripts) -> None:
    case = factories.case(owner=people.agent, now=timezone.now())
    window = page.context.browser.new_context(viewport=SMALL, java_script_enabled=scripts, reduced_motion="reduce")
    page = window.new_page()
    sign_in(page, people.agent, live_server)
    page.goto(f"{live_server.url}/cases/{case.pk}/")
    page.get_by_text("Note a promise", exact=True).click()
    form = page.locator(f"form[action='/cases/{case.pk}/promise/']")
    expect(form.get_by_role("textbox", name="By when")).not_to_have_value("")
    form.get_by_role("textbox", name="By when").fill("")
    form.get_by_role("textbox", name="What you promised").fill("A new invoice")
    form.get_by_role("button", name="Save").click()
    field = form.get_by_role("textbox", name="By when")
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description("Say by when.")
    expect(form.get_by_role("textbox", name="What you promised")).to_have_value("A new invoice")
    assert field.evaluate(IN_VIEW)
    if scripts:
        check_accessible(page)
    window.close()


def test_the_filters_fit_on_the_screen_with_the_button_that_shows_them(page: Page, live_server, people) -> None:
    cases_of(people, "Ada One")
    page.set_viewport_size(SMALL)
    sign_in(page, people.lead, live_server)
    page.get_by_text("Filter", exact=True).click()
    button = page.get_by_role("button", name="Show these")
    expect(button).to_be_visible()
    assert button.evaluate(IN_VIEW)
    check_accessible(page)
    page.locator("#inbox").get_by_text("Close", exact=True).click()
    expect(button).to_be_hidden()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Escalated only").check()
    button.click()
    expect(page.get_by_text("Nothing here matches the filter")).to_be_visible()
