"""A call is logged with two taps on a phone, nothing overlaps, and axe finds nothing in either theme."""

import pytest
from django.urls import reverse
from django.utils import timezone

from loop.models import ContactAttempt, ConversationGuide, SlaPolicy
from tests import factories
from tests.browser.accessible import check_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 390, "height": 844}


def sign_in(page, live_server, user):
    page.goto(f"{live_server.url}/login/")
    page.fill("[name=username]", user.email)
    page.fill("[name=password]", factories.PASSWORD)
    page.click("button")
    page.wait_for_load_state()


@pytest.fixture
def case(people):

    now = timezone.now()
    account = factories.account("Fjord AB", owner=people.agent, now=now)
    contact = factories.contact("Eva Lind", account=account, phone="+46 70 123 45 67", now=now)
    return factories.response(3, contact=contact, comment="Wrong invoice.", now=now).case


def test_no_answer_is_logged_with_two_taps(page, live_server, people, case):
    page.set_viewport_size(PHONE)
    sign_in(page, live_server, people.agent)
    page.goto(f"{live_server.url}{reverse('case', args=[case.pk])}")
    form = page.locator(f"form[action='/cases/{case.pk}/attempt/']")
    form.scroll_into_view_if_needed()
    assert form.locator("a[href='tel:+46701234567']").is_visible()
    form.get_by_text("No answer", exact=True).click()
    save = form.get_by_role("button", name="Save")
    assert save.evaluate("b => { const r = b.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight }")
    save.click()
    page.get_by_text("Attempt logged.").wait_for()
    assert list(ContactAttempt.objects.values_list("outcome", flat=True)) == ["no_answer"]
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_the_next_try_is_asked_for_only_when_nobody_was_reached(page, live_server, people, case):
    page.set_viewport_size(PHONE)
    sign_in(page, live_server, people.agent)
    page.goto(f"{live_server.url}{reverse('case', args=[case.pk])}")
    form = page.locator(f"form[action='/cases/{case.pk}/attempt/']")
    assert not form.get_by_text("another time", exact=True).is_visible()
    form.get_by_text("Voicemail", exact=True).click()
    assert form.get_by_text("another time", exact=True).is_visible()
    form.get_by_text("Reached", exact=True).click()
    assert not form.get_by_text("another time", exact=True).is_visible()


def test_axe_finds_nothing(page, live_server, people, case):

    factories.promised(case, now=timezone.now())
    sign_in(page, live_server, people.admin)
    guide, policy = ConversationGuide.objects.order_by("pk")[0], SlaPolicy.objects.get()
    for name, args in (
        ("case", [case.pk]),
        ("cases", []),
        ("account", [case.account_id]),
        ("setup", []),
        ("guides", []),
        ("guide", [guide.pk]),
        ("root-causes", []),
        ("deadlines", []),
        ("policy", [policy.pk]),
        ("work-calendar", [policy.calendar_id]),
    ):
        answer = page.goto(f"{live_server.url}{reverse(name, args=args)}")
        assert answer.ok, name
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.removeAttribute('name'); d.open = true })")
        check_accessible(page)
