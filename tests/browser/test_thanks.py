"""What somebody who is thanked sees on a phone, and an administrator who sets it up, in a real browser."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop import favours, thanks
from loop.models import Ask, Favour, Thank, Thanks, ThanksPolicy
from tests import factories
from tests.browser.accessible import check_accessible
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def address(people, live_server) -> str:
    """The page of Tove, who gave a 9 to Anna's customer and reads Swedish."""
    ThanksPolicy.objects.create(
        survey=factories.survey(), promoter_thanks=Thank.MAIL, promoter_ask=Ask.REFERENCE, passive_ask=Ask.REFERRAL
    )
    tove = factories.contact("Tove", account=factories.account("Fjord AS", owner=people.agent), language="sv")
    answer = factories.response(9, contact=tove, now=timezone.now())
    return live_server.url + thanks.path(answer.thanks)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_promoter_says_yes_on_the_phone_and_takes_it_back(page: Page, address, scripts) -> None:
    browser = page.context.browser
    assert browser
    context = browser.new_context(viewport=PHONE, locale="sv-SE", has_touch=True, java_script_enabled=scripts)
    phone = context.new_page()
    phone.goto(address)
    expect(phone.get_by_text("Får vi nämna dig som kund")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    if scripts:
        check_accessible(phone)
    phone.get_by_label("får nämna mig som kund").check()
    phone.get_by_role("button", name="Ja, gärna").click()
    expect(phone.get_by_text("Det här har du sagt ja till:")).to_be_visible()
    if scripts:
        check_accessible(phone)
    assert Favour.objects.standing().get().may_name
    phone.get_by_role("button", name="Ta tillbaka mitt ja").click()
    expect(phone.get_by_text("Det är återtaget.")).to_be_visible()
    assert not Favour.objects.standing().exists()
    context.close()


def test_an_administrator_sees_what_customers_will_see_before_saving(page: Page, people, address, live_server) -> None:
    sign_in(page, people.admin, live_server)
    page.goto(f"{live_server.url}/surveys/{factories.survey().pk}/thanks/")
    check_accessible(page)
    page.get_by_label("Promoters are asked").select_option("referral")
    expect(page.get_by_text("Promoters are asked: ")).to_contain_text("whom else we could help")
    page.get_by_label("Preview in").select_option("fi")
    expect(page.locator("#preview").get_by_text("Tunnetko jonkun").first).to_be_visible()
    assert ThanksPolicy.objects.get().promoter_ask == Ask.REFERENCE
    check_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert ThanksPolicy.objects.get().promoter_ask == Ask.REFERRAL


def test_words_and_the_list_serve_everybody(page: Page, people, address, live_server) -> None:
    favours.say_yes(Thanks.objects.get(), may_name=True, may_call=True, text="In spring", now=timezone.now())
    sign_in(page, people.admin, live_server)
    for size in ({"width": 1280, "height": 900}, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in (f"/surveys/{factories.survey().pk}/complaint-words/", "/accounts/favours/"):
            page.goto(live_server.url + path)
            check_accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") == size["width"], path
    page.get_by_role("link", name="Fjord AS").click()
    expect(page.get_by_text(re.compile("we may name them"))).to_be_visible()
    check_accessible(page)


def sign_in(page: Page, user, live_server) -> None:
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("E-mail").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login/" not in url)
