"""The case page: what it tells, which steps it offers to whom, and that a refused step loses nothing."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from loop import timeline, workflow
from loop.models import Case, Resolution, RootCause, State
from loop.views.cases import STEPS
from tests import factories
from tests.factories import NOW, later
from tests.feedback import sendings
from tests.people import browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def read(user, case, **headers):
    return browser(user).get(reverse("case", args=[case.pk]), headers=headers)


def step(user, case, name, **data):
    """Send the form of a step as the page shows it, with the version the page showed."""
    return browser(user).post(reverse(f"case-{name}", args=[case.pk]), {"version": case.version, **data})


def receiver(user, team) -> str:
    """Somebody as the list of those who can get a case names them."""
    return f"person-{user.pk}-{team.pk}"


def offered(page) -> set[str]:
    """The steps a page has a form for."""
    return set(re.findall(r'action="/cases/\d+/(\w+)/"', page.text))


def without_tokens(page) -> str:
    """A page without what is new in it every time it is shown."""
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page.text)


class TestWhoMayRead:
    def test_her_own_case_and_not_another_teams(self, people):
        hers, his = factories.case(owner=people.agent), factories.case(owner=people.other_agent)

        assert read(people.agent, hers).status_code == 200
        assert read(people.agent, his).status_code == 404

    def test_a_case_there_is_not_looks_like_one_she_may_not_see(self, people):
        his = factories.case(owner=people.other_agent)

        missing = browser(people.agent).get(reverse("case", args=[987_654]))

        assert missing.status_code == read(people.agent, his).status_code == 404
        assert without_tokens(missing) == without_tokens(read(people.agent, his))

    def test_leadership_reads_and_is_offered_no_step(self, people):
        page = read(people.leader, factories.case(owner=people.agent))

        assert page.status_code == 200
        assert offered(page) == set()
        assert "You can read this case; its owner and their lead act on it." in page.text


class TestWhichStepsAreOffered:
    def test_the_owner_of_a_new_case_logs_a_contact_next(self, people):
        page = read(people.agent, factories.case(owner=people.agent))

        assert page.context["next_step"]["key"] == "attempt"
        assert offered(page) == {
            "attempt", "plan_next", "promise", "assign", "escalate", "close_unreached", "note", "someone_else", "call",
            "snooze",
        }  # fmt: skip

    def test_of_a_contacted_case_they_resolve_next(self, people):
        page = read(people.agent, factories.contacted_case(owner=people.agent))

        assert page.context["next_step"]["key"] == "resolve"

    def test_a_case_in_the_queue_is_taken_next(self, people):
        page = read(people.agent, factories.case(team=people.north))

        assert page.context["next_step"]["key"] == "take"
        assert "attempt" not in offered(page)

    def test_the_lead_may_withdraw_too(self, people):
        assert "withdraw" in offered(read(people.lead, factories.case(owner=people.agent)))

    def test_a_resolved_case_is_noted_on_by_its_owner_and_reopened_by_the_lead(self, people):
        case = factories.resolved_case(owner=people.agent)

        assert offered(read(people.agent, case)) == {"note"}
        assert offered(read(people.lead, case)) == {"note", "reopen"}


class TestTakingSteps:
    def test_reached_makes_the_case_contacted_and_the_page_says_so(self, people):
        case = factories.case(owner=people.agent)

        done = step(people.agent, case, "attempt", outcome="reached", channel="phone", note="They want a new invoice.")
        page = read(people.agent, case)

        assert (done.status_code, done.url) == (302, f"/cases/{case.pk}/")
        assert Case.objects.get(pk=case.pk).state == State.CONTACTED
        assert "You reached the customer" in page.text
        assert "They want a new invoice." in page.text

    def test_not_reached_leaves_it_new(self, people):
        case = factories.case(owner=people.agent)

        step(people.agent, case, "attempt", outcome="no_answer", channel="sms")

        assert Case.objects.get(pk=case.pk).state == State.NEW

    def test_resolving_names_the_cause_and_when_the_customer_is_asked_again(self, people):
        case = factories.contacted_case(owner=people.agent)
        cause = RootCause.objects.get(key="billing")

        step(people.agent, case, "resolve", root_cause=cause.pk, summary="New invoice sent.")
        page = read(people.agent, case)

        assert Case.objects.get(pk=case.pk).resolution == Resolution.SOLVED
        assert "New invoice sent." in page.text
        assert "We ask again" in page.text
        assert "The customer is asked again on 19 Dec 2026" in page.text

    def test_handing_over_to_somebody_out_of_her_sight_leads_back_to_the_inbox(self, people):
        case = factories.case(owner=people.agent)

        done = step(people.agent, case, "assign", to=receiver(people.other_agent, people.south), reason="Norwegian")

        assert Case.objects.get(pk=case.pk).owner == people.other_agent
        assert done.url == "/cases/"

    def test_and_by_htmx_the_whole_page_goes_there(self, people):
        case = factories.case(owner=people.agent)

        done = browser(people.agent).post(
            reverse("case-assign", args=[case.pk]),
            {"version": case.version, "to": f"team-{people.south.pk}", "reason": "Their customer"},
            headers={"HX-Request": "true"},
        )

        assert done.headers["HX-Redirect"] == "/cases/"
        assert Case.objects.get(pk=case.pk).team == people.south

    def test_nobody_who_has_left_or_only_reads_can_be_chosen(self, people):
        people.colleague.is_active = False
        people.colleague.save(update_fields=["is_active"])

        page = read(people.agent, factories.case(owner=people.agent))

        assert "Otto" in page.text
        assert "Kim" not in page.text
        assert ">Lena<" not in page.text

    def test_an_agent_takes_a_case_from_the_queue(self, people):
        case = factories.case(team=people.north)

        step(people.agent, case, "take")

        assert Case.objects.get(pk=case.pk).owner == people.agent
        assert "You took the case" in read(people.agent, case).text

    def test_escalating_withdrawing_and_reopening_tell_their_reason(self, people):
        case = factories.case(owner=people.agent)
        for name, reason in (
            ("escalate", "I need a credit note"),
            ("withdraw", "A test"),
            ("reopen", "It was no test"),
        ):
            step(people.lead, Case.objects.get(pk=case.pk), name, reason=reason)

        page = read(people.lead, case)

        for told in ("I need a credit note", "You withdrew it", "A test", "You reopened it", "It was no test"):
            assert told in page.text

    def test_a_note_may_be_added_to_a_resolved_case(self, people):
        case = factories.resolved_case(owner=people.agent)

        step(people.agent, case, "note", note="They called back, all is well.")

        assert "They called back, all is well." in read(people.agent, case).text


class TestRefusals:
    def test_a_stale_version_tells_who_did_what_and_keeps_every_word(self, people):
        case = factories.case(owner=people.agent)
        workflow.note(case_id=case.pk, text="I know them, shall I?", actor=people.lead, now=NOW)

        page = step(
            people.agent, case, "attempt", outcome="reached", channel="meeting", note="We met at the fair & talked."
        )

        assert page.status_code == 409
        assert "Somebody was faster. Nothing you typed is lost." in page.text
        assert re.search(r"Lars · note.*I know them, shall I\?", page.text, re.DOTALL)
        assert "We met at the fair &amp; talked.</textarea>" in page.text
        assert re.search(r'value="meeting"[^>]*checked', page.text)
        assert Case.objects.get(pk=case.pk).state == State.NEW

    def test_sent_again_from_that_page_it_goes_through(self, people):
        case = factories.case(owner=people.agent)
        workflow.note(case_id=case.pk, text="I know them, shall I?", actor=people.lead, now=NOW)
        page = step(people.agent, case, "attempt", outcome="reached", channel="phone")
        shown = re.search(r'action="/cases/\d+/attempt/".*?name="version" value="(\d+)"', page.text, re.DOTALL)

        case.version = int(shown[1])
        done = step(people.agent, case, "attempt", outcome="reached", channel="phone")

        assert done.status_code == 302
        assert Case.objects.get(pk=case.pk).state == State.CONTACTED

    def test_what_was_typed_for_a_step_no_longer_possible_can_still_be_copied(self, people):
        case = factories.contacted_case(owner=people.agent)
        seen = case.version
        cause = RootCause.objects.get(key="billing")
        workflow.resolve(case_id=case.pk, root_cause=cause, summary="Done.", actor=people.lead, now=NOW)

        case.version = seen
        page = step(people.agent, case, "resolve", root_cause=cause.pk, summary="Three pages of summary")

        assert page.status_code == 409
        assert "Three pages of summary" in page.text

    def test_a_step_the_state_forbids_is_told_kindly(self, people):
        case = factories.case(owner=people.agent)
        cause = RootCause.objects.get(key="billing")

        page = step(people.agent, case, "resolve", root_cause=cause.pk, summary="Nobody called though")

        assert page.status_code == 409
        assert "This step is not possible" in page.text
        assert "Nobody called though" in page.text

    def test_something_missing_is_said_beside_its_field(self, people):
        case = factories.contacted_case(owner=people.agent)

        page = step(people.agent, case, "resolve", summary="Called, sent a new invoice")

        assert page.status_code == 400
        assert "Choose the root cause." in page.text
        assert "Called, sent a new invoice</textarea>" in page.text

    def test_what_the_workflow_refuses_is_said_too(self, people):
        case = factories.case(owner=people.agent)

        page = step(people.agent, case, "close_unreached", reason="No answer")

        assert page.status_code == 400
        assert "Attempts on 3 different days are needed" in page.text

    @pytest.mark.parametrize("name", sorted(STEPS))
    def test_leadership_may_take_no_step(self, people, name):
        case = factories.case(owner=people.agent)

        assert step(people.leader, case, name).status_code == 403
        assert Case.objects.get(pk=case.pk).version == case.version

    @pytest.mark.parametrize("name", sorted(STEPS))
    def test_a_step_on_another_teams_case_is_not_there(self, people, name):
        assert step(people.agent, factories.case(owner=people.other_agent), name).status_code == 404

    @pytest.mark.parametrize("name", sorted(STEPS))
    def test_looking_at_the_address_of_a_step_changes_nothing(self, people, name):
        case = factories.case(owner=people.agent)

        answer = browser(people.agent).get(reverse(f"case-{name}", args=[case.pk]))

        assert answer.status_code == 405
        assert Case.objects.get(pk=case.pk).version == case.version

    def test_a_form_without_its_token_is_refused_in_words(self, people):
        case = factories.case(owner=people.agent)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(people.agent)

        answer = strict.post(reverse("case-note", args=[case.pk]), {"version": case.version, "note": "x"})

        assert answer.status_code == 403
        assert "Nothing was saved" in answer.text


class TestWhatThePageTells:
    def test_why_me_why_now_why_this_deadline(self, people):
        page = read(people.agent, factories.case(2, owner=people.agent))

        assert "Anna looks after" in page.text
        assert "Contact within one working day because the score is 3 or lower." in page.text
        assert "First contact due" in page.text

    def test_the_other_open_cases_of_the_account_stand_beside_it(self, people):
        account = factories.account(owner=people.agent)
        first = factories.response(2, contact=factories.contact("Karin", account=account)).case
        second = factories.response(4, contact=factories.contact("Nils", account=account)).case
        factories.hand_over(second, people.agent)

        page = read(people.agent, first)

        assert "One more open case here" in page.text
        assert "Nils" in page.text

    def test_but_never_one_the_reader_may_not_see(self, people):
        account = factories.account(owner=people.agent)
        hers = factories.response(2, contact=factories.contact("Karin", account=account)).case
        other = factories.response(4, contact=factories.contact("Nils", account=account)).case
        factories.hand_over(other, people.other_agent)

        assert "more open case" not in read(people.agent, hers).text

    def test_runs_of_reminders_are_folded_into_one_line(self, people):
        case = factories.case(owner=people.agent)
        for kind in ("reminder_half_time", "reminder_due", "reminder_overdue"):
            timeline.record(case, kind, actor=None, now=later(hours=1), data={"stage": "contact"})

        story = read(people.agent, case).context["story"]

        assert story[0].text == "3 reminders sent"
        assert len(story[0].folded) == 3

    def test_a_script_in_what_people_wrote_is_shown_as_text(self, people):
        case = factories.case(owner=people.agent, contact_name="<b>Eve</b>", comment='"><script>alert(1)</script>')
        workflow.note(case_id=case.pk, text="<img src=x onerror=alert(2)>", actor=people.agent, now=NOW)

        page = read(people.agent, case)

        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>Eve" not in page.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text

    def test_times_are_in_the_readers_own_zone(self, people):
        case = factories.case(2, owner=people.agent)
        people.agent.time_zone = "Europe/Helsinki"
        people.agent.save(update_fields=["time_zone"])

        assert 'title="Fri 20 Nov 2026 10:12"' in read(people.agent, case).text

    def test_a_zone_there_is_not_gives_the_projects_times(self, people):
        case = factories.case(2, owner=people.agent)
        people.agent.time_zone = "Mars/Olympus"
        people.agent.save(update_fields=["time_zone"])

        assert 'title="Fri 20 Nov 2026 09:12"' in read(people.agent, case).text

    @pytest.mark.parametrize(("zone", "country"), [("America/New_York", ""), ("", "US")])
    def test_the_customers_clock_is_shown_where_it_is_another(self, people, zone, country):
        contact = factories.contact(account=factories.account(owner=people.agent, country=country), time_zone=zone)

        page = read(people.agent, factories.response(2, contact=contact).case)

        assert "Thu 03:12" in page.text

    def test_what_the_customer_said_first_stays_to_be_read(self, people):
        eva = factories.contact(account=factories.account(owner=people.agent))
        asked = sendings.invite(eva)
        sendings.take(asked, 2, comment="Nobody <b>calls</b>.")
        sendings.take(asked, 6, seconds=3600, comment="Somebody called.")

        page = read(people.agent, Case.objects.get()).text

        assert "Somebody called." in page
        assert "Before that the answer was 2: “Nobody &lt;b&gt;calls&lt;/b&gt;.”" in page

    def test_nothing_in_the_page_needs_an_inline_script_or_style(self, people):
        page = read(people.agent, factories.case(owner=people.agent))

        assert not re.search(r"<script(?![^>]*\bsrc=)", page.text)
        assert not re.search(r"\sstyle=|<style|\son\w+=", page.text)
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["agent", "lead", "leader", "admin"])
def test_a_case_takes_few_queries_however_long_its_story_is(people, name, django_assert_max_num_queries):
    account = factories.account(owner=people.agent)
    contact = factories.contact(account=account)
    for score in (9, 8, 7):
        factories.response(score, contact=contact)
    case = factories.response(2, contact=contact).case
    for _ in range(5):
        factories.response(3, contact=factories.contact(account=account))
        workflow.note(case_id=case.pk, text="note", actor=people.agent, now=NOW)
    client = browser(getattr(people, name))

    with django_assert_max_num_queries(15):
        assert client.get(reverse("case", args=[case.pk])).status_code == 200
