"""Bea in Swedish on her phone, from the survey's mail to the recovery survey, in a real browser and by the links of her
mails; and what her page is like: small, without scripts, for everybody."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.core import mail
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from feedback.models import Contact
from loop import customer_pages
from loop.models import Callback, Case, CustomerPage, RootCause, Verdict
from tests import factories
from tests.browser.accessible import check_accessible
from tests.journeys.walk import STOCKHOLM, Walk

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def walk(db) -> Iterator[Walk]:
    """It is Wednesday, 18 November 2026, 09:00 in Stockholm; time stands still but for what the journey moves on."""
    start = datetime(2026, 11, 18, 9, 0, tzinfo=STOCKHOLM)
    with time_machine.travel(start, tick=False) as clock:
        yield Walk(clock)


@pytest.fixture
def bea(people, walk, live_server, settings) -> Contact:
    settings.BASE_URL = live_server.url
    nordlund = factories.account("Nordlund AB", owner=people.agent, now=walk.now)
    contact = factories.contact("Bea", account=nordlund, language="sv", phone="+46701740605", now=walk.now)
    walk.ask(contact)
    walk.sweep()
    return contact


@pytest.fixture(params=["with scripts", "without scripts"])
def phone(page: Page, request) -> Iterator[Page]:
    """A phone's browser that speaks Swedish; every page it shows says so."""
    browser = page.context.browser
    assert browser
    context = browser.new_context(
        viewport=PHONE, locale="sv-SE", has_touch=True, java_script_enabled=request.param == "with scripts"
    )
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def in_mail(person: Contact, subject: str, pattern: str) -> str:
    """The address in the latest mail to her, whose subject is as expected; its text and its HTML have the same."""
    latest = [each for each in mail.outbox if person.email in each.to][-1]
    assert latest.subject == subject
    html = str(latest.alternatives[0].content).replace("&amp;", "&")
    (address, *_more) = re.findall(rf"http://\S+?{pattern}", str(latest.body))
    assert address in html
    return address


def say(phone: Page, name: str) -> None:
    """Read for a second, and press. A browser without scripts is asked once more."""
    phone.wait_for_timeout(1100)
    phone.get_by_role("button", name=name).click()
    again = phone.get_by_role("heading", name="Är det löst? Tryck gärna en gång till.")
    if "/solved/" in phone.url:
        expect(again).to_be_visible()
        phone.get_by_role("button", name=name).click()


def test_a_customer_is_heard_called_and_asked(phone: Page, people, walk, bea) -> None:
    # The mail asks; she presses 3, writes a few words, and goes on to her own page.
    walk.until("2026-11-18 10:00")
    phone.goto(in_mail(bea, "En fråga från Loop", r"/s/[\w-]+/\?score=3"))
    phone.get_by_role("textbox").first.fill("Fakturan är fel igen.")
    phone.get_by_role("button", name="Skicka svaret").click()
    phone.get_by_role("link", name="Se vad som händer nu och välj hur vi når dig").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Tack. Anna läser ditt svar och ringer dig senast torsdag 10:00."
    )

    # Thursday at ten suits her; then it does not.
    phone.get_by_text("Annan tid").click()
    phone.get_by_role("radio", name="10:00", exact=True).first.check()
    phone.get_by_role("button", name="Boka samtalet").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Anna ringer dig torsdag 19 november, 10:00.")
    walk.sweep()
    own = in_mail(bea, "Anna ringer dig torsdag 19 november, 10:00", r"/c/[\w-]+/")
    phone.goto(own)
    phone.get_by_role("radio", name="tors 19 nov 13:00").check()
    phone.get_by_role("button", name="Flytta samtalet").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Anna ringer dig torsdag 19 november, 13:00.")
    walk.sweep()
    assert in_mail(bea, "Anna ringer dig torsdag 19 november, 13:00", r"/c/[\w-]+/") == own
    assert sorted(walk.mails()) == [
        ("callback_booked", "Anna"),
        ("callback_moved", "Anna"),
        ("case_assigned", "Anna"),
        ("customer_call_agreed", "Bea"),
        ("customer_call_agreed", "Bea"),
        ("survey_invitation", "Bea"),
    ]

    # Both are reminded; Anna calls and logs it, and thinks on Friday that it is solved.
    case = Case.objects.get()
    walk.until("2026-11-19 12:00")
    in_mail(bea, "Anna ringer dig klockan 13:00", r"/c/[\w-]+/")
    walk.until("2026-11-19 13:10")
    walk.step(people.agent, "attempt", case, channel="phone", outcome="reached", note="Twice charged.")
    assert Callback.objects.get().state == "held"
    phone.goto(own)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Anna har haft kontakt med dig och arbetar med det.")
    cause = RootCause.objects.get(key="billing").pk
    walk.until("2026-11-20 11:00")
    walk.step(people.agent, "resolve", case, root_cause=cause, summary="Credited.")
    walk.sweep()

    # It is not. A minute later her case is open again.
    walk.until("2026-11-20 15:00")
    phone.goto(in_mail(bea, "Är det löst?", r"/c/[\w-]+/solved/\?not_solved"))
    say(phone, "Nej, det är inte löst")
    expect(phone.get_by_role("status")).to_contain_text("inte är löst än")
    walk.mails()
    walk.until("2026-11-20 15:02")
    assert sorted(walk.mails()) == [("case_reopened", "Anna"), ("case_reopened", "Lars")]

    # Now it is, and she says so.
    walk.until("2026-11-23 10:00")
    walk.step(people.agent, "resolve", case, root_cause=cause, summary="The template is corrected.")
    walk.sweep()
    walk.until("2026-11-23 12:00")
    phone.goto(in_mail(bea, "Är det löst?", r"/c/[\w-]+/solved/\?solved"))
    say(phone, "Ja, det är löst")
    expect(phone.get_by_role("status")).to_contain_text("det är löst")
    walk.until("2026-11-23 12:02")
    assert walk.mails()[-1] == ("customer_confirmed", "Anna")
    assert Case.objects.get().customer_confirmed_at is not None

    # A month later she is asked for her score again, and gives a 9.
    walk.until("2026-12-23 10:00")
    walk.until("2026-12-23 10:05")
    phone.goto(in_mail(bea, "Är det bättre nu?", r"/s/[\w-]+/\?score=9"))
    phone.get_by_role("button", name="Skicka svaret").click()
    assert Case.objects.get().outcome.verdict == Verdict.RECOVERED
    walk.sweep()
    assert walk.mails() == [("recovery_invitation", "Bea"), ("case_outcome", "Anna")]


def test_the_page_is_for_everybody(page: Page, people, walk, bea) -> None:
    """Axe finds nothing to complain about, with every part of the page unfolded; contrast included."""
    factories.response(3, contact=bea, comment="Fel faktura.", now=walk.now)
    own = f"{customer_pages.link(CustomerPage.objects.get())}"
    browser: Browser | None = page.context.browser
    assert browser
    phone = browser.new_page(viewport=PHONE, locale="sv-SE", reduced_motion="reduce")
    for address in (own, f"{own}solved/?not_solved", f"{own}data/", own.replace("/c/", "/c/x")):
        phone.goto(address)
        phone.evaluate("for (const part of document.querySelectorAll('details')) part.open = true")
        check_accessible(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    phone.close()


def test_the_page_is_small(people, walk, bea, live_server) -> None:
    """Under 30 kB with its stylesheets and script, uncompressed."""
    factories.response(3, contact=bea, comment="Fel faktura.", now=walk.now)
    browser = Client()
    html = browser.get(customer_pages.link(CustomerPage.objects.get()).removeprefix(live_server.url)).content
    sizes = {"page": len(html)}
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', html.decode()):
        page = browser.get(address)
        sizes[address] = len(b"".join(page.streaming_content) if page.streaming else page.content)
    assert len(sizes) == 4
    assert sum(sizes.values()) < 30_000, sizes
