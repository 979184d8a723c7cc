"""A day at the inbox in a real browser: on a phone, without a mouse, with several ticked, and with somebody faster."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop import workflow
from loop.models import Case, SavedView
from tests import factories
from tests.browser.accessible import check_accessible
from tests.people import People

expect.set_options(timeout=15_000)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# What is hit by a thumb.
TARGETS = (
    "a.row, a.btn, button, summary, .tabs a, .side a, .tickbox, select, "
    "input:not([type=hidden], [type=checkbox], [type=radio])"
)


def sign_in(page: Page, user, live_server) -> None:
    client = Client()
    client.force_login(user)
    cookie = client.cookies["sessionid"]
    page.context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/cases/")


def check_fits(page: Page) -> None:
    """Nothing is cut off at the side, and a thumb hits what can be pressed."""
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url
    small = page.evaluate(
        """(targets) => [...document.querySelectorAll(targets)]
            .filter((each) => each.checkVisibility() && each.offsetParent)
            .map((each) => [each.outerHTML.slice(0, 80), each.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && (box.height < 43.5 || box.width < 43.5)).map(([html]) => html)""",
        TARGETS,
    )
    assert small == [], page.url


def cases_of(people: People, *names: str) -> list[Case]:
    """Anna's, the first of them due first."""
    now = timezone.now()
    return [
        factories.case(2, owner=people.agent, contact_name=name, comment=f"{name} waits.", now=now - timedelta(hours=n))
        for n, name in zip(range(len(names), 0, -1), names, strict=True)
    ]


def test_a_day_of_an_account_manager_on_a_phone(page: Page, live_server, people) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    first, second = cases_of(people, "Karin Åkerlund", "Nils Ek")
    sign_in(page, people.agent, live_server)
    check_fits(page)
    check_accessible(page)

    # Find her by a part of her name, in capitals.
    page.get_by_role("searchbox").fill("ÅKERL")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator("a.row")).to_have_count(1)
    check_fits(page)

    # Open the case, log the call.
    page.get_by_role("link", name="Karin Åkerlund").click()
    check_fits(page)
    form = page.locator(f"form[action='/cases/{first.pk}/attempt/']")
    form.get_by_text("Reached", exact=True).click()
    form.locator("textarea").first.fill("She wants one number to call.")
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("She wants one number to call.").first).to_be_visible()

    # Resolve it, and on to the next one.
    form = page.locator(f"form[action='/cases/{first.pk}/resolve/']")
    form.locator("select[name=root_cause]").select_option(label="Service")
    form.locator("textarea[name=summary]").fill("One named person in support.")
    form.get_by_role("button").last.click()
    expect(page.get_by_text("One named person in support.").first).to_be_visible()
    assert Case.objects.get(pk=first.pk).resolution == "solved"
    page.get_by_role("link", name="Inbox").click()
    expect(page.locator("a.row")).to_have_count(1)
    page.get_by_role("link", name="Nils Ek").click()
    expect(page.get_by_role("heading", name="Nils Ek")).to_be_visible()

    # The customer's own page.
    page.goto(f"{live_server.url}/accounts/{second.account_id}/")
    check_fits(page)
    check_accessible(page)


def test_all_without_a_mouse(page: Page, live_server, people) -> None:
    first, second = cases_of(people, "Karin Åkerlund", "Nils Ek")
    sign_in(page, people.agent, live_server)
    keys = page.keyboard

    # j and k move, x ticks, and nothing fires while somebody types.
    for key in "jjk":
        keys.press(key)
    expect(page.locator("a.row").first).to_be_focused()
    keys.press("x")
    expect(page.get_by_text("One ticked")).to_be_visible()
    keys.press("/")
    keys.type("jxc?")
    expect(page.get_by_role("searchbox")).to_have_value("jxc?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto(f"{live_server.url}/cases/")

    # The sheet opens, is accessible, and gives the focus back.
    keys.press("j")
    keys.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    check_accessible(page)
    keys.press("Escape")
    expect(page.locator("a.row").first).to_be_focused()

    # c logs a contact on the selected case.
    keys.press("c")
    page.wait_for_url(f"**/cases/{first.pk}/#step-attempt")
    expect(page.locator("#case form[action$='/attempt/'] input[name=outcome]").first).to_be_focused()
    keys.press("Space")
    keys.press("Tab")
    keys.type("Spoke to her.")
    page.locator("#case form[action$='/attempt/']").get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Spoke to her.").first).to_be_visible()
    assert Case.objects.get(pk=first.pk).state == "contacted"

    # r resolves it.
    page.locator("h1").first.evaluate("() => document.activeElement.blur()")
    keys.press("r")
    expect(page.locator("#case form[action$='/resolve/'] select")).to_be_focused()
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.type("A new invoice.")
    page.locator("#case form[action$='/resolve/']").get_by_role("button").last.press("Enter")
    expect(page.get_by_text("A new invoice.").first).to_be_visible()

    # g i goes to the inbox; the menu finds the other case and hands it over.
    page.evaluate("() => document.activeElement.blur()")
    keys.press("g")
    keys.press("i")
    page.wait_for_url("**/cases/")
    keys.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    check_accessible(page)
    keys.type("nils")
    expect(page.get_by_role("option", name="Nils Ek")).to_be_visible()
    keys.press("Enter")
    page.wait_for_url(f"**/cases/{second.pk}/")
    keys.press("Control+k")
    keys.type("hand")
    keys.press("Enter")
    expect(page.locator("#case form[action$='/assign/'] select")).to_be_focused()

    # Switched off, single keys do nothing; the menu still opens, and Escape gives the focus back.
    page.goto(f"{live_server.url}/cases/")
    keys.press("?")
    page.get_by_label("Use these keys").press("Space")
    keys.press("Escape")
    keys.press("j")
    expect(page.locator("a.row").first).not_to_be_focused()
    page.locator("a.row").first.focus()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    # Of the selected case it offers what its state allows: the second is new, so it cannot be resolved yet.
    offered = page.get_by_role("option").filter(has_text="Nils Ek")
    expect(offered).to_have_count(4)
    expect(offered).to_contain_text(["Open the case", "Log a contact", "Hand over", "Tick the case"])
    keys.press("Escape")
    expect(page.locator("a.row").first).to_be_focused()


def test_several_at_once_while_somebody_is_faster_and_new_work_lands(page: Page, live_server, people) -> None:
    cases = cases_of(people, "Ada One", "Bo Two", "Cy Three", "Di Four")
    sign_in(page, people.lead, live_server)
    boxes = page.locator(".item input[type=checkbox]")
    expect(boxes).to_have_count(4)

    # A range by shift, all by one box.
    boxes.nth(0).click()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 ticked")).to_be_visible()
    page.get_by_label("All 4 on this page").check()
    expect(page.get_by_text("4 ticked")).to_be_visible()
    boxes.nth(3).uncheck()
    check_accessible(page)

    # A new case is told; the rows stay where they are until it is asked for, and the ticks stay after that.
    place = boxes.nth(0).bounding_box()
    factories.case(1, owner=people.agent, contact_name="Eva New", now=timezone.now() + timedelta(seconds=1))
    page.wait_for_timeout(1200)
    page.evaluate("() => htmx.trigger('#news', 'look')")
    link = page.get_by_role("link", name="A new case: show it")
    expect(link).to_be_visible()
    assert boxes.nth(0).bounding_box() == place
    expect(boxes).to_have_count(4)
    check_accessible(page)
    link.click()
    expect(boxes).to_have_count(5)
    expect(page.get_by_text("3 ticked")).to_be_visible()

    # Somebody writes on one of them meanwhile: two are handed over, one is not, and it is said why.
    workflow.note(case_id=cases[1].pk, text="I call him.", actor=people.agent, now=timezone.now())
    page.get_by_role("button", name="Hand over").click()
    check_accessible(page)
    page.get_by_role("combobox", name="To", exact=True).select_option(label="Kim")
    page.get_by_role("textbox", name="Why", exact=True).fill("Anna is away.")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_text("2 cases handed over to Kim, 1 not.")).to_be_visible()
    expect(page.get_by_text("Somebody changed this case meanwhile.")).to_be_visible()
    check_accessible(page)
    assert Case.objects.filter(owner=people.colleague).count() == 2


def test_filters_open_in_place_and_a_view_keeps_them(page: Page, live_server, people) -> None:
    cases_of(people, "Karin Åkerlund", "Nils Ek")
    sign_in(page, people.lead, live_server)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Owner").select_option(label="Anna")
    check_accessible(page)
    page.get_by_role("button", name="Show these").click()
    expect(page.get_by_text("Owner: Anna")).to_be_visible()
    page.get_by_text("Save as a view").click()
    page.get_by_role("textbox", name="Name", exact=True).fill("Anna's")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Anna's")).to_have_attribute("aria-current", "page")
    check_accessible(page)
    assert SavedView.objects.get().query.endswith(f"owner={people.agent.pk}")
    page.goto(f"{live_server.url}/find/?q=åkerlund")
    check_accessible(page)
    page.goto(f"{live_server.url}/cases/filter/?tab=team")
    check_accessible(page)
