"""Lars prepares and holds his weekly meeting without a mouse: board, a case given away, the huddle to its end."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from loop.models import AssignmentRule, Case
from tests import factories
from tests.browser.accessible import check_accessible

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, server: str, address: str) -> None:
    page.goto(f"{server}/login/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(address)
    page.keyboard.press("Tab")
    page.keyboard.type(factories.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


def test_a_lead_s_huddle_without_a_mouse(page: Page, live_server, people) -> None:
    now = timezone.now()
    waiting = factories.case(1, team=people.north, contact_name="Eva Lind", comment="Nobody calls back.", now=now)
    factories.resolved_case(owner=people.agent, contact_name="Bo Ek", now=now - timedelta(hours=5))
    factories.away(people.colleague, substitute=people.agent, now=now)
    sign_in(page, live_server.url, people.lead.email)

    # The board: the case that waits goes to Anna, by the form beside it.
    page.goto(f"{live_server.url}/team/")
    check_accessible(page)
    tab_to(page, f"[data-give='{waiting.pk}'] select")
    page.keyboard.type("Anna")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Handed over to Anna.")).to_be_visible()
    assert Case.objects.get(pk=waiting.pk).owner == people.agent

    # The huddle: h opens it, n goes on, j reads the first voice, u goes back.
    page.keyboard.press("h")
    expect(page.get_by_role("heading", name="New voices")).to_be_visible()
    expect(page.get_by_text("Nobody calls back.")).to_be_visible()
    check_accessible(page)
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('a.voice')")
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name="What we learned")).to_be_visible()
    expect(page.get_by_text("Invoice corrected.")).to_be_visible()
    check_accessible(page)
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="New voices")).to_be_visible()
    page.wait_for_load_state()  # keys are heard once the script has run
    page.keyboard.press("u")
    expect(page.get_by_role("heading", name="Who has how much")).to_be_visible()


def test_a_case_is_dragged_onto_a_person_and_a_rule_into_its_place(page: Page, live_server, people) -> None:
    waiting = factories.case(1, team=people.north, contact_name="Eva Lind", now=timezone.now())
    sign_in(page, live_server.url, people.lead.email)
    page.goto(f"{live_server.url}/team/")
    page.locator(f"[data-case='{waiting.pk}']").drag_to(page.locator(f"[data-person='{people.agent.pk}']"))
    expect(page.get_by_text("Handed over to Anna.")).to_be_visible()
    assert Case.objects.get(pk=waiting.pk).owner == people.agent

    made = [AssignmentRule.objects.create(position=n, name=f"Rule {n}", user=people.agent) for n in (1, 2, 3)]
    page.context.clear_cookies()
    sign_in(page, live_server.url, people.admin.email)
    page.goto(f"{live_server.url}/setup/rules/")
    check_accessible(page)
    page.locator(f"[data-id='{made[2].pk}']").drag_to(
        page.locator(f"[data-id='{made[0].pk}']"), target_position={"x": 20, "y": 4}
    )
    expect(page.get_by_text("The order is changed.")).to_be_visible()
    assert [rule.name for rule in AssignmentRule.objects.order_by("position")] == ["Rule 3", "Rule 1", "Rule 2"]


@pytest.mark.parametrize("path", ["people/", "people/{anna}/", "people/{anna}/leaving/", "teams/", "teams/{north}/",
                                  "rules/new/", "rules/try/"])  # fmt: skip
def test_setup_is_accessible_in_both_themes(page: Page, live_server, people, path) -> None:
    factories.case(owner=people.agent, now=timezone.now())
    sign_in(page, live_server.url, people.admin.email)
    page.goto(f"{live_server.url}/setup/{path.format(anna=people.agent.pk, north=people.north.pk)}")
    check_accessible(page)


@pytest.mark.parametrize("path", ["settings/", "absences/"])
def test_one_s_own_pages_are_accessible_in_both_themes(page: Page, live_server, people, path) -> None:
    factories.away(people.agent, substitute=people.colleague, now=timezone.now())
    sign_in(page, live_server.url, people.agent.email)
    page.goto(f"{live_server.url}/{path}")
    check_accessible(page)
