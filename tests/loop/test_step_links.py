"""Anna presses a link in a mail: a page with one button, for her alone, that changes nothing until she presses it."""

import re

import pytest
import time_machine
from django.test import Client

from loop import step_links, timeline, workflow
from loop.models import User
from tests import factories, stories
from tests.factories import NOW, PASSWORD, later


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(later(minutes=30), tick=False):
        yield


@pytest.fixture
def case(people):
    return factories.case(3, owner=people.agent, contact_name="Eva Lind")


def link(user, case, step="attempt", at=NOW):
    with time_machine.travel(at, tick=False):
        return "/m/" + step_links.url(user, case, step).partition("/m/")[2]


def signed_in(user):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(user)
    return browser


def press(browser, address, page=None, **more):
    """Send the form as the page has it."""
    html = (page or browser.get(address)).content.decode()
    form = re.search(r'<form class="form".*?</form>', html, re.DOTALL)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0])) if form else {}
    return browser.post(address, {**fields, **more})


class TestThePage:
    def test_changes_nothing_when_it_is_opened(self, case, people):
        browser = signed_in(people.agent)
        for _time in range(3):
            assert browser.get(link(people.agent, case)).status_code == 200
        assert browser.head(link(people.agent, case)).status_code == 200
        assert stories.as_it_is_now(case).version == case.version

    def test_logs_the_contact_when_its_button_is_pressed(self, case, people):
        browser, address = signed_in(people.agent), link(people.agent, case)
        assert press(browser, address, note="Will get a credit note.").status_code == 302
        told = stories.told(case, "attempt")[0]
        assert (told["reached"], told["note"], told["via"]) == (True, "Will get a credit note.", "mail")
        assert stories.as_it_is_now(case).state == "contacted"
        assert "Contact logged." in browser.get(address).content.decode()

    def test_pressed_twice_is_one_contact(self, case, people):
        browser, address = signed_in(people.agent), link(people.agent, case)
        page = browser.get(address)
        press(browser, address, page)
        assert press(browser, address, page).status_code == 302
        assert len(stories.told(case, "attempt")) == 1

    def test_on_a_case_somebody_changed_says_who_and_does_nothing(self, case, people):
        browser, address = signed_in(people.agent), link(people.agent, case)
        page = browser.get(address)
        workflow.note(case_id=case.pk, text="Is on holiday.", actor=people.lead, now=later(minutes=29))
        answer = press(browser, address, page)
        assert answer.status_code == 409
        assert "Somebody changed this case" in answer.content.decode()
        assert stories.told(case, "attempt") == []

    def test_is_kept_by_nobody_and_tells_its_address_to_nobody(self, case, people):
        headers = signed_in(people.agent).get(link(people.agent, case)).headers
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "noindex" in headers["X-Robots-Tag"]

    def test_takes_no_form_it_did_not_make(self, case, people):
        browser, address = signed_in(people.agent), link(people.agent, case)
        assert browser.post(address, {"version": case.version}).status_code == 403
        other = link(people.agent, factories.case(2, owner=people.agent))
        html = browser.get(other).content.decode()
        seal = re.search(r'<form class="form".*?name="csrfmiddlewaretoken" value="([^"]*)"', html, re.DOTALL)[1]
        assert browser.post(address, {"version": case.version, "csrfmiddlewaretoken": seal}).status_code == 403
        assert stories.told(case, "attempt") == []

    def test_offers_no_button_for_what_the_case_no_longer_allows(self, people):
        solved = factories.resolved_case(owner=people.agent)
        page = signed_in(people.agent).get(link(people.agent, solved)).content.decode()
        assert "I reached them" not in page
        assert "no longer to be taken" in page


class TestOtherSteps:
    def test_a_case_in_the_queue_is_taken_and_the_slower_one_told(self, people):
        waiting = factories.case(3, team=people.north)
        hers, his = link(people.agent, waiting, "take"), link(people.colleague, waiting, "take")
        kim = signed_in(people.colleague)
        page = kim.get(his)
        assert press(signed_in(people.agent), hers).status_code == 302
        assert stories.as_it_is_now(waiting).owner == people.agent
        assert press(kim, his, page).status_code == 404  # out of sight: it is Anna's now

    def test_a_closed_case_is_opened_again_by_its_lead(self, people):
        solved = factories.resolved_case(owner=people.agent)
        assert press(signed_in(people.lead), link(people.lead, solved, "reopen")).status_code == 302
        assert stories.as_it_is_now(solved).state == "contacted"

    def test_and_not_by_its_owner(self, people):
        solved = factories.resolved_case(owner=people.agent)
        browser, address = signed_in(people.agent), link(people.agent, solved, "reopen")
        assert "Open it again" not in browser.get(address).content.decode()
        assert press(browser, address).status_code in (403, 409)
        assert stories.as_it_is_now(solved).state == "resolved"

    def test_links_are_offered_for_what_one_may_do(self, case, people):
        assert set(step_links.offered(people.agent, case)) == {"attempt"}
        assert step_links.offered(people.leader, case) == {}
        assert "take" in step_links.offered(people.lead, factories.case(3, team=people.north))


class TestSomebodyElse:
    @pytest.mark.parametrize("role", ["colleague", "lead", "other_agent", "leader", "admin"])
    def test_who_is_signed_in_learns_nothing(self, case, people, role):
        answer = signed_in(getattr(people, role)).get(link(people.agent, case))
        assert answer.status_code == 403
        assert "Eva Lind" not in answer.content.decode()

    def test_without_a_session_is_asked_to_sign_in_and_comes_back(self, case, people):
        browser, address = Client(), link(people.agent, case)
        answer = browser.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/login/?next=/m/")
        assert Client().post(address, {}).status_code == 302
        assert stories.told(case, "attempt") == []

    def test_cannot_use_a_link_that_is_forged_altered_or_old(self, case, people):
        browser, address = signed_in(people.agent), link(people.agent, case)
        for bad in (
            address[:-2] + "/",
            address.replace("/m/", "/m/x"),
            "/m/x/",
            link(people.agent, case, at=later(days=-15)),
        ):
            answer = browser.get(bad)
            assert answer.status_code == 404
            assert "Eva Lind" not in answer.content.decode()

    def test_a_link_of_another_kind_is_no_step(self, case, people):
        assert signed_in(people.agent).get(link(people.agent, case, "resolve")).status_code == 404

    def test_who_lost_the_case_sees_nothing_of_it(self, case, people):
        address = link(people.agent, case)
        factories.hand_over(case, people.colleague)
        answer = signed_in(people.agent).get(address)
        assert answer.status_code == 404
        assert "Eva Lind" not in answer.content.decode()


class TestADevice:
    @pytest.fixture
    def phone(self, case, people):
        """Anna was signed in when she opened a link on it; the session has ended since."""
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(people.agent)
        browser.get(link(people.agent, case))
        del browser.cookies["sessionid"]
        return browser

    def test_that_knows_its_person_asks_for_no_password(self, phone, case, people):
        address = link(people.agent, case)
        assert press(phone, address).status_code == 302
        assert stories.told(case, "attempt")[0]["reached"] is True

    def test_opens_nothing_else(self, phone, case):
        assert phone.get(f"/cases/{case.pk}/").status_code == 302
        assert phone.cookies["device"]["path"] == "/m/"
        assert phone.cookies["device"]["httponly"]

    def test_is_of_no_use_for_the_links_of_others(self, phone, case, people):
        assert phone.get(link(people.lead, case)).status_code == 302

    def test_forgets_after_a_new_password(self, phone, case, people):
        people.agent.set_password("another one, much longer")
        people.agent.save()
        assert phone.get(link(people.agent, case)).status_code == 302

    def test_forgets_who_was_deactivated(self, phone, case, people):
        User.objects.filter(pk=people.agent.pk).update(is_active=False)
        assert phone.get(link(people.agent, case)).status_code == 404

    def test_forgets_when_its_person_signs_out(self, case, people):
        browser = Client()
        browser.login(username=people.agent.email, password=PASSWORD)
        browser.get(link(people.agent, case))
        browser.post("/logout/")
        assert browser.cookies["device"].value == ""
        assert browser.get(link(people.agent, case)).status_code == 302

    def test_forgets_after_half_a_year(self, phone, case, people):
        with time_machine.travel(later(days=200), tick=False):
            assert phone.get(link(people.agent, case, at=later(days=199))).status_code == 302


class TestOpeningAgain:
    @pytest.mark.parametrize(
        ("kind", "reason"),
        [
            ("customer_wrote", "The customer wrote on their page."),
            ("mail_received", "The customer answered by mail."),
            ("outcome", "The customer answered the question after the follow-up."),
            (None, "Opened again by a link in a mail."),
        ],
    )
    def test_says_what_the_mail_told_of(self, people, kind, reason):
        case = factories.resolved_case(owner=people.agent)
        if kind:
            timeline.record(case, kind, actor=None, now=later(hours=5), data={})
        assert press(signed_in(people.lead), link(people.lead, case, "reopen")).status_code == 302
        assert stories.told(case, "reopened")[0]["reason"] == reason
