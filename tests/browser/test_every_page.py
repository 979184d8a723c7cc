"""Is every page for everybody? No address forgotten, nothing for axe in either theme, nothing cut off on a phone."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from loop.models import User
from tests.architecture import urls
from tests.browser import company
from tests.browser.accessible import LANDMARKS, check_accessible
from tests.browser.company import Company
from tests.browser.every_page import NO_PAGES, NO_PAGES_BELOW, ROUNDS, Visit

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
UNFOLD = "for (const part of document.querySelectorAll('details')) part.open = true"
# What reaches over the right edge. In what scrolls by itself, such as a wide table, nothing is cut off.
OVER_THE_EDGE = """() => {
  const {scrollWidth, clientWidth} = document.documentElement
  const over = [...document.body.querySelectorAll('*')].filter(each => each.getBoundingClientRect().right > clientWidth)
  return scrollWidth > clientWidth ? over.slice(0, 5).map(each => each.outerHTML.slice(0, 120)).concat(scrollWidth) : []
}"""


@pytest.mark.django_db
def test_every_address_is_a_page_that_is_looked_at_or_has_a_reason(people):
    looked_at = {visit.name for visits in ROUNDS.values() for visit in visits}
    answering = set()
    with time_machine.travel(company.NOW, tick=False):
        world = urls.world(people)
        browser = Client()
        browser.force_login(people.admin)
        for name, _route in urls.addresses():
            if not name.startswith(NO_PAGES_BELOW):
                path = reverse(name, kwargs=world.of(name))
                if name in looked_at or answers(browser, path):
                    answering.add(name)
    assert answering == looked_at | {*NO_PAGES}
    assert not looked_at & {*NO_PAGES}


def answers(browser: Client, path: str) -> bool:
    """Whether the address can be opened; a download is fetched to its end, which closes its file."""
    answer = browser.get(path)
    if answer.streaming:
        list(answer.streaming_content)
    return answer.status_code != 405


@pytest.fixture
def shown(db) -> Iterator[Company]:
    with time_machine.travel(company.NOW, tick=False):
        yield company.found()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("visits", ROUNDS.values(), ids=ROUNDS)
def test_every_page_is_for_everybody(page: Page, live_server, settings, shown, visits):
    settings.BASE_URL = live_server.url
    windows = {"": page}
    troubles = []
    for visit in visits:
        if visit.who not in windows:
            windows[visit.who] = window_of(page, getattr(shown.people, visit.who), live_server.url)
        troubles += look(windows[visit.who], f"{live_server.url}{path_of(visit, shown)}", visit)
    assert not troubles, "\n".join(troubles)


def window_of(page: Page, user: User, server: str) -> Page:
    """A window of the same browser in which somebody has signed in."""
    signed_in = Client()
    signed_in.force_login(user)
    browser = page.context.browser
    assert browser
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": signed_in.cookies["sessionid"].value, "url": server}])
    return context.new_page()


def path_of(visit: Visit, shown: Company) -> str:
    if visit.name == "widget":
        return shown.widget
    return reverse(visit.name, kwargs=shown.of(visit.name, visit.which)) + visit.query.format(**shown.of("survey", ""))


def look(window: Page, address: str, visit: Visit) -> list[str]:
    """What is wrong with a page, everything on it unfolded."""
    troubles = []
    window.set_viewport_size(DESK)  # type: ignore[arg-type]
    is_page = opened(window, address, visit)
    window.evaluate(UNFOLD)
    try:
        check_accessible(window, without=() if is_page else LANDMARKS)
    except AssertionError as found:
        troubles.append(f"{visit}: {found}")
    window.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for _moment in range(100):  # the page hears of its new size a moment later
        if window.evaluate("innerWidth") == PHONE["width"]:
            break
        window.wait_for_timeout(20)
    if over := window.evaluate(OVER_THE_EDGE):
        troubles.append(f"{visit}, on a phone: {over}")
    return troubles


def opened(window: Page, address: str, visit: Visit) -> bool:
    """Open a page. One that lets no script run, such as a mail in a frame, would stop axe too: it is shown alone."""
    answer = window.goto(address)
    assert answer
    assert (answer.status == 404) == (visit.which == "unknown"), f"{visit}: {answer.status}"
    assert "/login/" not in window.url or visit.name == "login", f"{visit}: {window.url}"
    if "sandbox" not in answer.headers.get("content-security-policy", ""):
        return True
    html = answer.text()
    window.goto("about:blank")
    window.set_content(html)
    return False
