"""The widget in a real browser, on a product's own site: shown where it may stand, to whom the host vouches for."""

import pytest
from django.db import connections
from playwright.sync_api import ConsoleMessage, Page, expect, sync_playwright

from feedback import survey_links
from feedback.models import Invitation, Response
from feedback.widget_identity import TRIAL
from tests import factories
from tests.browser.accessible import check_accessible
from tests.browser.hosts import site
from tests.browser.test_survey_preview import sign_in
from tests.feedback.doors import HOST, frame, path, signed, standing

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def host(live_server, settings):
    """The product, on a site of its own; its pages are written by the test."""
    settings.BASE_URL = live_server.url
    with site() as (origin, pages):
        yield origin, pages


@pytest.fixture
def eva():
    return factories.contact("Eva", external_id="C-1")


def script(server: str, link, **said: str) -> str:
    attributes = "".join(f' data-{name}="{value}"' for name, value in said.items())
    source = f'src="{server}/w/loop.js" data-survey="{survey_links.token(link)}"'
    page = f"<main><h1>Portal</h1></main><script {source}{attributes}></script>"
    return f'<!doctype html><html lang="en"><title>Portal</title>{page}'


def console(page: Page) -> list[str]:
    """What the browser's console says from now on."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", note)
    return said


def state(page: Page, expected: str, *, seconds: int = 5) -> None:
    at_work = page.locator("script[data-survey]")
    expect(at_work).to_have_attribute("data-state", expected, timeout=1000 * seconds)


def test_a_contact_answers_on_an_allowed_site_and_is_left_alone_after(page: Page, host, live_server, eva) -> None:
    origin, pages = host
    link = standing("widget", allowed_origins=[origin])
    pages["/"] = script(live_server.url, link, **signed(link, "C-1"))
    page.goto(origin)
    state(page, "shown")
    shown = page.frame_locator("iframe")
    check_accessible(page)
    shown.get_by_role("radio", name="9", exact=True).check()
    page.wait_for_timeout(1100)
    height = page.locator("iframe").bounding_box()["height"]
    inner = page.frames[1].evaluate("document.documentElement.scrollHeight")
    assert abs(min(inner, 0.9 * 900) - height) < 2  # as tall as what it shows, up to nine tenths of the window
    shown.get_by_role("button", name="Send my answer").click()
    expect(shown.get_by_text("Thank you")).to_be_visible()
    state(page, "closed", seconds=9)  # five of thanks
    expect(page.locator("iframe")).to_have_count(0)
    response = Response.objects.get()
    assert (response.contact, response.invitation.channel) == (eva, "widget")
    assert page.context.cookies() == []
    page.goto(origin)
    state(page, "quiet")
    expect(page.locator("iframe")).to_have_count(0)


def test_not_now_closes_it_and_begins_the_quiet_period(page: Page, host, live_server, eva) -> None:
    origin, pages = host
    link = standing("widget", allowed_origins=[origin])
    pages["/"] = '<div id="here"></div>' + script(live_server.url, link, target="#here", **signed(link, "C-1"))
    page.goto(origin)
    page.frame_locator("#here iframe").get_by_role("button", name="Not now").click()
    state(page, "closed")
    assert Invitation.objects.get().channel == "widget"
    page.goto(origin)
    state(page, "quiet")


REFUSED = (
    ({"contact": "C-2"}, 0, "refused", "does not fit"),
    ({"signature": "0" * 64}, 0, "refused", "does not fit"),
    ({"time": "1"}, 0, "refused", "does not fit"),
    ({"signature": ""}, 0, "refused", "are all needed"),
    ({}, 3600, "refused", "too old"),
)


def test_a_forged_or_expired_visitor_is_refused_and_the_console_says_why(page: Page, host, live_server, eva) -> None:
    origin, pages = host
    link = standing("widget", allowed_origins=[origin])
    for change, ago, expected, says in REFUSED:
        pages["/"] = script(live_server.url, link, **{**signed(link, "C-1", ago=ago), **change})
        said = console(page)
        page.goto(origin)
        state(page, expected)
        expect(page.locator("iframe")).to_have_count(0)
        assert any(says in line for line in said), change


def test_a_site_that_is_not_on_the_list_gets_no_answer(page: Page, host, live_server, eva) -> None:
    origin, pages = host
    link = standing("widget", allowed_origins=["https://elsewhere.example"])
    pages["/"] = script(live_server.url, link, **signed(link, "C-1"))
    said = console(page)
    page.goto(origin)
    state(page, "failed")
    expect(page.locator("iframe")).to_have_count(0)
    assert any("on the list of the widget" in line for line in said)


@pytest.fixture
def elsewhere(chromium: str, monkeypatch: pytest.MonkeyPatch):
    """A page whose browser may say that our policy kept something out of a frame: that is what is expected of it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()
    connections.close_all()


def shown_in_a_frame(page: Page, address: str, origin: str, pages: dict[str, str]) -> str:
    pages["/frame"] = f'<!doctype html><title>x</title><iframe src="{address}"></iframe>'
    page.goto(f"{origin}/frame")
    page.wait_for_timeout(300)
    return str(page.frames[1].evaluate("document.body ? document.body.innerText : ''"))


def test_the_frame_stands_on_the_sites_of_the_list_and_our_other_pages_nowhere(elsewhere, host, live_server, eva):
    origin, pages = host
    link = standing("widget", allowed_origins=[HOST, origin])
    address = f"{live_server.url}{frame(link, 'C-1')}"
    assert "How likely" in shown_in_a_frame(elsewhere, address, origin, pages)
    for other in (path(standing("open")), path(standing("kiosk")), path(standing("mail"), "C-1")):
        assert "How likely" not in shown_in_a_frame(elsewhere, f"{live_server.url}{other}", origin, pages)
    with site() as (forbidden, its_pages):
        assert "How likely" not in shown_in_a_frame(elsewhere, address, forbidden, its_pages)


def test_messages_from_anybody_else_move_nothing(page: Page, host, live_server, eva) -> None:
    origin, pages = host
    link = standing("widget", allowed_origins=[origin])
    pages["/"] = script(live_server.url, link, **signed(link, "C-1")) + '<iframe id="evil" src="/evil"></iframe>'
    pages["/evil"] = (
        "<script>setInterval(() => { parent.postMessage({loop: 'close'}, '*');"
        " parent.postMessage({loop: 'height', height: 9999}, '*'); }, 50)</script>"
    )
    page.goto(origin)
    state(page, "shown")
    page.evaluate("postMessage({loop: 'close'}, '*')")
    expect(page.frame_locator("iframe:not(#evil)").locator("#answer")).to_be_visible()
    ours = next(one for one in page.frames if "/w/" in one.url)
    unmoved = ours.evaluate(
        """() => { const before = document.body.innerHTML;
        for (const what of [{loop: 'close'}, {score: 10}]) window.postMessage(what, '*');
        return new Promise((done) => setTimeout(() => done(document.body.innerHTML === before), 300)); }"""
    )
    page.wait_for_timeout(500)
    assert unmoved
    state(page, "shown")
    assert page.locator("iframe:not(#evil)").bounding_box()["height"] < 1000
    assert not Response.objects.exists()


def test_the_page_for_trying_it_goes_all_the_way_and_records_nothing(page: Page, live_server, settings) -> None:
    settings.BASE_URL = live_server.url
    link = standing("widget")
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/surveys/links/{link.pk}/try/")
    state(page, "shown")
    check_accessible(page)
    shown = page.frame_locator("iframe")
    expect(shown.get_by_text("Nothing is recorded.")).to_be_visible()
    shown.get_by_role("radio", name="3", exact=True).check()
    shown.get_by_role("button", name="Send my answer").click()
    expect(shown.get_by_text("Thank you")).to_be_visible()
    page.goto(f"{live_server.url}{frame(link, TRIAL)}")
    check_accessible(page)
    assert not Response.objects.exists()
    assert not Invitation.objects.exists()


def test_the_pages_of_setup_copy_an_address(page: Page, live_server, settings) -> None:
    settings.BASE_URL = live_server.url
    link = standing("open")
    sign_in(page, live_server.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{live_server.url}/surveys/{link.survey_id}/ways/")
    check_accessible(page)
    page.get_by_role("link", name="Malmö").click()
    check_accessible(page)
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == survey_links.address(link)
