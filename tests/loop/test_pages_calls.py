"""The case page around a call: outcome buttons, guide and call form, promises, one call for several cases."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from feedback.models import Contact
from loop import callbacks, guides, workflow
from loop.models import Callback, Case, ContactAttempt, ConversationGuide, Promise, RootCause
from tests import factories, stories
from tests.factories import NOW, later
from tests.people import browser

pytestmark = pytest.mark.django_db

NEXT_DAY = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)  # 14:00 in Stockholm


@pytest.fixture(autouse=True)
def _ten_past_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def read(user, case):
    return browser(user).get(reverse("case", args=[case.pk]))


def step(user, case, name, **data):
    return browser(user).post(reverse(f"case-{name}", args=[case.pk]), {"version": case.version, **data})


def log(user, case, **data):
    return step(user, case, "attempt", **{"channel": "phone", "outcome": "reached", **data})


@pytest.fixture
def case(people):
    return factories.case(owner=people.agent)


@pytest.fixture
def three(people):
    """Three new cases of one account of Anna's."""
    account = factories.account("Fjord AB", owner=people.agent)
    cases = [factories.response(3, contact=factories.contact(account=account)).case for _ in range(3)]
    return [factories.hand_over(case, people.agent) for case in cases]


class TestLoggingACall:
    def test_takes_an_outcome_and_nothing_more(self, people, case):
        assert log(people.agent, case, outcome="voicemail").status_code == 302
        made = ContactAttempt.objects.get()
        assert (made.reached, made.outcome, made.actor) == (False, "voicemail", people.agent)

    def test_offers_every_outcome_and_the_number_to_call(self, people):
        account = factories.account(owner=people.agent)
        called = factories.response(2, contact=factories.contact(account=account, phone="+46 70 123 45 67")).case
        page = read(people.agent, called).text
        for outcome in ("reached", "no_answer", "voicemail", "busy", "wrong_number", "sent", "other"):
            assert f'name="outcome" value="{outcome}"' in page
        assert page.count('href="tel:+46701234567"') >= 2

    def test_without_an_outcome_is_refused_and_keeps_the_note(self, people, case):
        page = log(people.agent, case, outcome="", note="She was angry.")
        assert (page.status_code, ContactAttempt.objects.count()) == (400, 0)
        assert "Say how it went." in page.text
        assert "She was angry." in page.text

    def test_says_how_many_days_were_tried_and_when_it_may_be_closed(self, people, case):
        log(people.agent, case, outcome="busy")
        page = re.sub(r"\s+", " ", read(people.agent, case).text)
        assert "1 of 3 days tried." in page
        assert "may be closed as not reached from Mon 23 Nov" in page

    def test_tells_the_outcome_and_the_answers_on_the_timeline(self, people, case):
        log(people.agent, case, outcome="reached", **{"answers.leaving": "no", "answers.make_right": "A credit note"})
        page = read(people.agent, stories.as_it_is_now(case)).text
        assert "Is the customer thinking of leaving? no" in page
        assert "What would make it right for them? A credit note" in page
        log(people.agent, stories.as_it_is_now(case), outcome="voicemail")
        assert "phone, voicemail" in read(people.agent, case).text

    def test_plans_the_next_try_at_a_suggested_time(self, people, case):
        page = read(people.agent, case)
        suggested = re.findall(r'name="next_try" value="(2[^"]+)"', page.text)
        assert len(suggested) == 3
        log(people.agent, case, outcome="no_answer", next_try=suggested[1], next_try_reason="In the morning")
        planned = stories.as_it_is_now(case)
        assert planned.next_try_at.isoformat() == "2026-11-20T08:00:00+00:00"
        page = read(people.agent, planned).text
        assert "Next try" in page
        assert "In the morning" in page
        assert "next try" in browser(people.agent).get(reverse("cases")).text

    def test_planned_for_after_it_is_due_is_kept_and_says_so(self, people, case):
        browsing, too_late = browser(people.agent), "2026-11-27T10:00"
        assert "First contact is due" in read(people.agent, case).text
        data = {"version": case.version, "at": too_late}
        told = browsing.post(reverse("case-plan_next", args=[case.pk]), data, follow=True).text
        assert '<p class="warning">The next try is planned, but for after it is due' in told
        assert "The try lies after it is due" in told
        assert "after it is due" in browser(people.agent).get(reverse("cases")).text
        assert stories.as_it_is_now(case).next_try_at is not None

        now = stories.as_it_is_now(case)
        log = {
            "version": now.version,
            "channel": "phone",
            "outcome": "busy",
            "next_try": "own",
            "next_try_at": too_late,
        }
        told = browsing.post(reverse("case-attempt", args=[case.pk]), log, follow=True).text
        assert "The next try is planned for after it is due" in told

        now = stories.as_it_is_now(case)
        data = {"version": now.version, "at": "2026-11-19T11:00"}
        told = browsing.post(reverse("case-plan_next", args=[case.pk]), data, follow=True).text
        assert "after it is due" not in told

    def test_of_a_case_that_is_overdue_already_is_not_warned_of(self, people):
        late = factories.case(owner=people.agent, now=later(days=-20))
        step(people.agent, late, "plan_next", at="2026-11-20T10:00")
        assert "after it is due" not in read(people.agent, late).text

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"next_try": "own"}, "Say when."),
            ({"next_try": "own", "next_try_at": "2026-11-18T10:00"}, "The next try lies ahead"),
            ({"next_try": "tomorrow"}, "Select a valid choice"),
            ({"promise_what": "A new invoice"}, "Say by which day."),
            ({"promise_day": "2026-11-24"}, "Say what was promised."),
            ({"promise_what": "A new invoice", "promise_day": "2026-11-01"}, "A promise is due ahead"),
            ({"outcome": "sent"}, "say by which"),
        ],
    )
    def test_that_makes_no_sense_says_what_is_wrong_and_does_nothing(self, people, case, data, words):
        page = log(people.agent, case, **{"outcome": "no_answer", **data})
        assert (page.status_code, ContactAttempt.objects.count(), Promise.objects.count()) == (400, 0, 0)
        assert words in page.text

    def test_notes_a_promise_for_the_end_of_the_day(self, people, case):
        log(people.agent, case, promise_what="A new invoice", promise_day="2026-11-24")
        assert Promise.objects.get().due_at.isoformat() == "2026-11-24T16:00:00+00:00"

    def test_asks_what_must_be_asked_of_a_customer_who_was_reached(self, people, case):
        guide = ConversationGuide.objects.get(category="detractor")
        question = {"kind": "text", "required": True, "labels": {"en": "Whom else does it hurt?"}, "options": {}}
        guides.save_question(guide_id=guide.pk, question=question, actor=people.admin, now=NOW)
        assert log(people.agent, case, outcome="no_answer").status_code == 302
        refused = log(people.agent, stories.as_it_is_now(case))
        assert refused.status_code == 400
        assert "This is to be asked on every call." in refused.text


class TestTheGuide:
    def test_is_in_the_customer_s_language(self, people):
        account = factories.account(owner=people.agent)
        finnish = factories.response(2, contact=factories.contact(account=account, language="fi")).case
        assert "Mikä sinua harmitti?" in read(people.agent, finnish).text

    def test_is_that_of_the_survey_where_it_has_one(self, people, case):
        assert "What disappointed you?" in read(people.agent, case).text
        own = guides.create(survey=factories.survey(), category="", actor=people.admin, now=NOW)
        guides.change_texts(guide_id=own.pk, texts={"en": "Ask about <b>delivery</b>."}, actor=people.admin, now=NOW)
        page = read(people.agent, case).text
        assert "Ask about &lt;b&gt;delivery&lt;/b&gt;." in page
        assert "What disappointed you?" not in page


class TestOneCallForSeveral:
    def ticks(self, page):
        return re.findall(r'name="also" value="(\d+:\d+)"', page.text)

    def test_is_offered_for_the_open_cases_beside(self, people, three):
        ticks = self.ticks(read(people.agent, three[0]))
        assert sorted(int(tick.split(":")[0]) for tick in ticks) == sorted(case.pk for case in three[1:])

    def test_is_not_offered_for_a_colleagues(self, people, three):
        factories.hand_over(three[1], people.colleague)
        assert len(self.ticks(read(people.agent, three[0]))) == 1
        refused = log(people.agent, three[0], also=[f"{three[1].pk}:{three[1].version + 1}"])
        assert (refused.status_code, ContactAttempt.objects.count()) == (400, 0)

    def test_logs_for_all_that_were_ticked_and_says_so(self, people, three):
        client = browser(people.agent)
        ticks = self.ticks(read(people.agent, three[0]))
        data = {"version": three[0].version, "channel": "phone", "outcome": "reached", "also": ticks}
        page = client.post(reverse("case-attempt", args=[three[0].pk]), data, follow=True)
        assert "Logged for 3 cases." in page.text
        assert {case.state for case in Case.objects.all()} == {"contacted"}

    def test_that_meets_a_change_saves_nothing_and_loses_nothing(self, people, three):
        ticks = self.ticks(read(people.agent, three[0]))
        workflow.note(case_id=three[1].pk, text="Me first.", actor=people.lead, now=NOW)
        page = log(people.agent, three[0], also=ticks, note="She was angry.")
        assert (page.status_code, ContactAttempt.objects.count()) == (409, 0)
        assert "Nothing was saved for any of the cases" in page.text
        assert "She was angry." in page.text
        again = re.findall(r'name="also" value="(\d+:\d+)"[^>]*checked', page.text)
        assert len(again) == 2
        assert log(people.agent, three[0], also=again).status_code == 302

    def test_resolves_them_together_with_words_of_their_own(self, people, three):
        log(people.agent, three[0], also=self.ticks(read(people.agent, three[0])))
        first, second, third = (stories.as_it_is_now(case) for case in three)
        page = read(people.agent, first)
        billing, price = RootCause.objects.get(key="billing"), RootCause.objects.get(key="price")
        assert f'name="summary-{second.pk}"' in page.text
        ticks = [f"{case.pk}:{case.version}" for case in (second, third)]
        own = {f"root_cause-{second.pk}": price.pk, f"summary-{second.pk}": "A better plan."}
        step(people.agent, first, "resolve", root_cause=billing.pk, summary="Credited.", also=ticks, **own)
        assert sorted((case.root_cause.key, case.summary) for case in Case.objects.all()) == [
            ("billing", "Credited."), ("billing", "Credited."), ("price", "A better plan.")
        ]  # fmt: skip


class TestPromises:
    def test_show_with_what_can_be_done_about_them(self, people, case):
        factories.promised(case)
        page = read(people.agent, case).text
        assert "A new invoice" in page
        assert f'action="/cases/{case.pk}/keep_promise/"' in page
        assert "The customer may read this" in page
        leader = read(people.leader, case).text
        assert "A new invoice" in leader
        assert "keep_promise" not in leader

    def test_are_kept_with_one_tap(self, people, case):
        promised = factories.promised(case)
        promise = promised.promises.get()
        assert step(people.agent, promised, "keep_promise", promise=promise.pk).status_code == 302
        assert Promise.objects.get().ending == "kept"

    def test_are_moved_and_taken_back(self, people, case):
        promised = factories.promised(case)
        promise = promised.promises.get()
        refused = step(people.agent, promised, "move_promise", promise=promise.pk, due_at="2026-11-25T10:00")
        assert refused.status_code == 400
        assert "Say what you agreed with the customer." in refused.text
        moved = step(
            people.agent, promised, "move_promise", promise=promise.pk, due_at="2026-11-25T10:00", reason="Agreed."
        )
        assert moved.status_code == 302
        now = stories.as_it_is_now(case)
        assert now.promise_due_at.isoformat() == "2026-11-25T09:00:00+00:00"
        step(people.agent, now, "withdraw_promise", promise=promise.pk, reason="She found it.")
        assert Promise.objects.get().ending == "withdrawn"

    def test_of_a_case_that_is_not_theirs_are_out_of_reach(self, people, case):
        promise = factories.promised(case).promises.get()
        other = factories.case(owner=people.other_agent)
        assert step(people.other_agent, case, "keep_promise", promise=promise.pk).status_code == 404
        assert step(people.other_agent, other, "keep_promise", promise=promise.pk).status_code == 400

    def test_make_a_reason_field_appear_before_resolving(self, people):
        case = factories.contacted_case(owner=people.agent)
        assert 'name="promises_reason"' not in read(people.agent, case).text
        case = factories.promised(case)
        assert 'name="promises_reason"' in read(people.agent, case).text
        cause = RootCause.objects.get(key="billing")
        refused = step(people.agent, case, "resolve", root_cause=cause.pk, summary="Done.")
        assert refused.status_code == 400
        assert "Say why it closes before that promise is kept." in refused.text
        done = step(people.agent, case, "resolve", root_cause=cause.pk, summary="Done.", promises_reason="It follows.")
        assert done.status_code == 302
        assert "It follows." in read(people.agent, case).text

    def test_show_on_the_account_and_in_the_inbox(self, people, case):
        factories.promised(case)
        account = browser(people.agent).get(reverse("account", args=[case.account_id])).text
        assert "A new invoice" in account
        inbox = browser(people.lead).get(reverse("cases"), {"tab": "promised"}).text
        assert "promised" in inbox
        assert f'href="/cases/{case.pk}/"' in inbox
        assert f'href="/cases/{case.pk}/"' not in browser(people.other_agent).get("/cases/?tab=promised").text


def test_the_page_takes_at_most_twelve_queries(people, django_assert_max_num_queries):
    """At its dearest: contacted, corrected by the customer, promises, other cases beside it."""
    account = factories.account("Fjord AB", owner=people.agent)
    opened = [factories.response(3, contact=factories.contact(account=account)).case for _ in range(4)]
    cases = [factories.hand_over(case, people.agent) for case in opened]
    for case in cases:
        factories.promised(factories.reach(case, now=NOW))
    workflow.attempt(case_id=cases[0].pk, channel="phone", reached=False, outcome="busy", actor=None, now=NOW)
    response = cases[0].response
    response.revised_at = later(minutes=5)
    response.save(update_fields=["revised_at"])
    for user in (people.agent, people.lead, people.leader, people.admin):
        client = browser(user)
        with django_assert_max_num_queries(12):
            assert client.get(reverse("case", args=[cases[0].pk])).status_code == 200


class TestTheAgreedCall:
    @pytest.fixture
    def call(self, people):
        case = factories.case(3, owner=people.agent)
        return callbacks.book(case_id=case.pk, starts_at=NEXT_DAY, actor=people.agent, now=NOW)

    def test_is_told_with_its_day_and_at_the_top_of_the_page(self, people, call):
        page = browser(people.agent).get(reverse("case", args=[call.case_id])).text
        assert "<b>Fri 20 Nov 14:00</b>" in page
        assert "Fri 14:00" in page.partition("What the customer said")[0]

    def test_is_told_on_the_customer_s_clock_where_that_is_another(self, people, call):
        case = reverse("case", args=[call.case_id])
        assert "it is 14:00 then" not in browser(people.agent).get(case).text
        Contact.objects.filter(pk=call.case.contact_id).update(time_zone="Europe/Helsinki")
        page = browser(people.agent).get(case).text
        assert "In Helsinki it is 15:00 then." in page, re.findall(r"In .{0,60}then", page)


class TestAgreeingOnATime:
    def times(self, user, case):
        return browser(user).get(reverse("case-call-times", args=[case.pk]))

    def test_offers_free_times_and_takes_the_one_that_is_pressed(self, people, case):
        offered = re.findall(r'name="at" value="([^"]+)"', self.times(people.agent, case).text)
        assert 2 <= len(offered) <= 5
        browser(people.agent).post(reverse("case-call", args=[case.pk]), {"at": offered[0]})
        assert timezone.localtime(Callback.objects.get().starts_at).strftime("%Y-%m-%dT%H:%M") == offered[0]

    def test_offers_no_time_that_is_taken(self, people, case):
        before = re.findall(r'name="at" value="([^"]+)"', self.times(people.agent, case).text)
        other = factories.case(owner=people.agent)
        browser(people.agent).post(reverse("case-call", args=[other.pk]), {"at": before[0]})
        assert f'value="{before[0]}"' not in self.times(people.agent, case).text

    def test_is_for_those_who_may_call(self, people, case):
        asked = {
            name: self.times(getattr(people, name), case).status_code for name in ("lead", "other_agent", "leader")
        }
        assert asked == {"lead": 200, "other_agent": 404, "leader": 403}
