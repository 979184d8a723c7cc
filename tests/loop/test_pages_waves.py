"""The pages of waves: planned, looked at, approved, paused and closed by administrators; owners see their own customers
in it and say who has an open complaint."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from feedback import complaints, waves
from feedback.models import Invitation, OpenComplaint, Wave, WaveMember
from feedback.models.wave import WaveState
from loop import sweeping
from loop.templatetags.asking import wave_state
from loop.views import waves as wave_views
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

FORM = {
    "method": "random", "share": "1/2", "at_least": "0", "starts_on": "2026-11-23", "per_hour": "500",
    "remind_after_days": "7", "open_days": "30", "seed": "7",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _thursday_morning():
    with time_machine.travel(NOW, tick=False):
        yield


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def customers(owner, number=1, **facts):
    return [
        factories.contact(f"{owner.name} {n}", account=factories.account(owner=owner, **facts)) for n in range(number)
    ]


def planned(**facts) -> Wave:
    facts = {"method": "whole", "survey": factories.survey(), "seed": 7, "starts_on": NOW.date(), **facts}
    wave = waves.draft(name="Winter", created_by="ada@loop.example", now=NOW, **facts)
    waves.plan(wave, now=NOW)
    return as_it_is(wave)


def approved(**facts) -> Wave:
    wave = waves.approve(planned(**facts), by="ada@loop.example", now=NOW)
    waves.schedule(wave, now=NOW)
    waves.announced(wave, now=NOW)
    return as_it_is(wave)


def as_it_is(wave) -> Wave:
    return Wave.objects.select_related("survey").get(pk=wave.pk)


def page(user, wave, query=""):
    return browser(user).get(reverse("wave", args=[wave.pk]) + query)


def take(user, wave, step):
    return browser(user).post(reverse(f"wave-{step}", args=[wave.pk]), follow=True)


def report(user, wave, contact, reason="The invoice is wrong."):
    return browser(user).post(
        reverse("wave-complaint", args=[wave.pk]), {"contact": contact.pk, "reason": reason}, follow=True
    )


class TestPlanning:
    def fill(self, user, **facts):
        data = {**FORM, "survey": factories.survey().pk, **facts}
        return browser(user).post(reverse("wave-new"), data, follow=True)

    def test_works_out_who_would_be_asked_and_asks_nobody(self, people):
        customers(people.agent, 10)
        shown = self.fill(people.admin)
        wave = Wave.objects.get()
        assert (wave.state, wave.seed, wave.created_by) == (WaveState.PLANNED, 7, "ada@loop.example")
        assert WaveMember.objects.filter(asked=True).count() == 5
        assert not Invitation.objects.exists()
        assert "Nothing leaves before it is approved." in shown.text

    def test_takes_filters_and_groups(self, people):
        customers(people.agent, 4, segment="Steel")
        customers(people.agent, 4, segment="Wood")
        self.fill(people.admin, segment=["Steel"], strata=["segment"], attributes="account:industry = Ships, Boats")
        wave = Wave.objects.get()
        assert wave.filters == {"segment": ["Steel"], "account:industry": ["Ships", "Boats"]}
        assert wave.strata == ["segment"]

    def test_are_told_in_words_on_its_page(self, people):
        wave = Wave.objects.create(
            survey=factories.survey(), count=9, seed=1, starts_on=NOW.date(), created_at=NOW,
            strata=["segment", "account:branch"], filters={"language": ["sv"], "account:industry": ["Ships", "Boats"]},
        )  # fmt: skip
        browser = Client()
        browser.force_login(people.admin)
        page = browser.get(f"/surveys/waves/{wave.pk}/").content.decode()
        for words in ("segment, branch", "language: Swedish", "industry: Ships, Boats"):
            assert words in page

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"share": "2/1"}, "share"),
            ({"share": "half"}, "share"),
            ({"count": "5"}, "share"),
            ({"attributes": "industry: Steel"}, "attributes"),
            ({"attributes": "account:in__x = Steel"}, "attributes"),
            ({"remind_after_days": "30"}, "remind_after_days"),
            ({"seed": "luck"}, "seed"),
            ({"survey": "9999"}, "survey"),
        ],
    )
    def test_is_refused_at_the_field(self, people, facts, field):
        shown = self.fill(people.admin, **facts)
        assert shown.status_code == 400
        assert list(shown.context["form"].errors) == [field]
        assert not Wave.objects.exists()

    def test_a_usual_way_fills_in_the_form(self, people):
        form = browser(people.admin).get(reverse("wave-new") + "?preset=monthly").context["form"]
        assert form["share"].value() == "1/11"

    def test_of_a_large_base_goes_on_in_the_background(self, people, monkeypatch):
        customers(people.agent, 3)
        rung = []
        monkeypatch.setattr(wave_views, "PLANNED_AT_ONCE", 2)
        monkeypatch.setattr(wave_views.bell, "ring", lambda task: rung.append(task.name))
        shown = self.fill(people.admin)
        wave = Wave.objects.get()
        assert rung == ["loop.tasks.plan_waves"]
        assert wave.state == WaveState.DRAFT
        assert "Decided about 0 of 3 contacts." in shown.text
        sweeping.run("plan_waves", now=NOW)
        assert as_it_is(wave).state == WaveState.PLANNED


class TestLookingAtIt:
    def test_says_why_each_contact_is_asked_or_not(self, people):
        asked, quiet = customers(people.agent, 2)
        factories.response(9, contact=quiet, now=NOW)
        shown = page(people.admin, planned(), f"?q={quiet.email}").text
        assert "answered within the quiet period" in shown
        assert asked.name not in shown

    def test_narrows_by_reason(self, people):
        _asked, quiet = customers(people.agent, 2)
        factories.response(9, contact=quiet, now=NOW)
        shown = page(people.admin, planned(), "?reason=answered_recently").context["members"]
        assert [row.member.contact for row in shown] == [quiet]

    def test_offers_no_approval_when_nobody_is_asked(self, people):
        assert "Approve" not in [str(step.name) for step in page(people.admin, planned()).context["steps"]]

    def test_pages_that_make_no_sense_are_the_first(self, people):
        customers(people.agent, 2)
        wave = planned()
        for query in ("?page=0", "?page=x", "?page=99999999", "?reason=%00&q=%00"):
            assert page(people.admin, wave, query).status_code == 200


class TestSteps:
    def test_from_planned_to_closed(self, people):
        customers(people.agent, 3)
        wave = planned()
        assert "Approved." in take(people.admin, wave, "approve").text
        assert as_it_is(wave).approved_by == "ada@loop.example"
        waves.schedule(as_it_is(wave), now=NOW)
        shown = page(people.admin, wave).text
        assert "3 mails that wait stay here" in shown
        assert "3 mails that wait never leave" in shown
        for step, state in (("pause", "paused"), ("resume", "sending"), ("pause", "paused"), ("close", "closed")):
            take(people.admin, wave, step)
            assert as_it_is(wave).state == state
        assert not Invitation.objects.filter(cancelled_at=None).exists()

    def test_one_that_the_state_forbids_is_told_and_changes_nothing(self, people):
        wave = planned()
        answer = take(people.admin, wave, "pause")
        assert answer.status_code == 409
        assert as_it_is(wave).state == WaveState.PLANNED

    def test_nobody_approved_it_so_it_may_be_thrown_away(self, people):
        customers(people.agent)
        take(people.admin, planned(), "discard")
        assert not Wave.objects.exists()

    def test_what_was_approved_stays_on_record(self, people):
        customers(people.agent)
        wave = approved()
        assert take(people.admin, wave, "discard").status_code == 409
        assert as_it_is(wave).state == WaveState.SENDING

    @pytest.mark.parametrize("step", ["plan", "approve", "discard", "pause", "resume", "close"])
    def test_are_for_administrators(self, people, step):
        customers(people.agent)
        wave = planned()
        for person in (people.agent, people.lead, people.leader):
            assert take(person, wave, step).status_code == 403
        assert as_it_is(wave).state == WaveState.PLANNED


class TestWhoSeesIt:
    def test_an_owner_sees_their_own_customers_and_nobody_elses(self, people):
        (mine,), (theirs,) = customers(people.agent), customers(people.other_agent)
        shown = page(people.agent, approved())
        assert mine.name in shown.text
        assert theirs.name not in shown.text
        assert [row.member.contact for row in shown.context["members"]] == [mine]

    def test_a_lead_sees_those_of_their_people(self, people):
        (hers,), (his,) = customers(people.agent), customers(people.other_agent)
        members = page(people.lead, approved()).context["members"]
        assert [row.member.contact for row in members] == [hers]
        assert his not in [row.member.contact for row in members]

    def test_who_stands_in_for_somebody_away_sees_their_customers(self, people):
        (hers,) = customers(people.agent)
        wave = approved()
        assert page(people.other_agent, wave).status_code == 404
        factories.away(people.agent, substitute=people.other_agent)
        assert [row.member.contact for row in page(people.other_agent, wave).context["members"]] == [hers]

    def test_who_has_nobody_in_it_does_not_know_of_it(self, people):
        customers(people.agent)
        assert page(people.other_agent, approved()).status_code == 404

    def test_before_it_is_approved_it_is_the_administrators_alone(self, people):
        customers(people.agent)
        wave = planned()
        assert page(people.agent, wave).status_code == 404
        assert page(people.leader, wave).status_code == 200

    def test_searching_does_not_reach_beyond_ones_own(self, people):
        customers(people.agent)
        (theirs,) = customers(people.other_agent)
        assert page(people.agent, approved(), f"?q={theirs.name}&reason=").context["members"] == []


class TestOpenComplaints:
    def test_are_reported_by_whoever_looks_after_the_customer_and_listed_with_who_and_why(self, people):
        (mine,) = customers(people.agent)
        wave = approved()
        shown = report(people.agent, wave, mine)
        complaint = OpenComplaint.objects.get()
        assert (complaint.contact, complaint.reported_by) == (mine, "anna@loop.example")
        assert Invitation.objects.get().cancel_reason == "complaint"
        for text in (shown.text, page(people.admin, wave).text):
            assert "The invoice is wrong." in text
            assert "anna@loop.example" in text

    def test_need_a_reason(self, people):
        (mine,) = customers(people.agent)
        answer = report(people.agent, approved(), mine, reason="  ")
        assert answer.status_code == 400
        assert "Say why." in answer.text
        assert not OpenComplaint.objects.exists()

    def test_of_another_agents_customer_are_not_found(self, people):
        customers(people.agent)
        (theirs,) = customers(people.other_agent)
        assert report(people.agent, approved(), theirs).status_code == 404
        assert not OpenComplaint.objects.exists()

    def test_are_not_leaderships_to_report(self, people):
        (mine,) = customers(people.agent)
        assert report(people.leader, approved(), mine).status_code == 403

    def test_of_other_peoples_customers_stay_unread(self, people):
        customers(people.agent)
        (theirs,) = customers(people.other_agent)
        wave = approved()
        complaints.report(theirs, reason="Secret quarrel.", by="otto@loop.example", now=NOW)
        assert "Secret quarrel." not in page(people.agent, wave).text

    def test_reasons_are_text(self, people):
        (mine,) = customers(people.agent)
        assert "<script>x" not in report(people.agent, approved(), mine, reason="<script>x</script>").text

    def test_end_by_the_same_people(self, people):
        (mine,) = customers(people.agent)
        wave = approved()
        report(people.agent, wave, mine)
        address = reverse("wave-complaint-end", args=[wave.pk, OpenComplaint.objects.get().pk])
        assert browser(people.other_agent).post(address).status_code == 404
        assert browser(people.leader).post(address).status_code == 403
        assert OpenComplaint.objects.filter(ended_at=None).exists()
        browser(people.agent).post(address)
        assert OpenComplaint.objects.get().ended_by == "anna@loop.example"
        for reader in (people.agent, people.leader):  # whom it took out stays out, in the open
            shown = " ".join(page(reader, wave).text.split())
            assert "reported by anna@" in shown
            assert "ended by anna@" in shown


def test_progress_tells_what_became_of_everybody(people):
    arrived, answered, back, left_out, waiting = customers(people.agent, 5)
    wave = approved()
    sent = Invitation.objects.filter(contact__in=[arrived, answered, back])
    sent.update(sent_at=NOW)
    sent.filter(contact=back).update(bounced_at=NOW)
    factories.response(9, contact=answered, invitation=sent.get(contact=answered))
    report(people.agent, wave, left_out)
    with time_machine.travel(later(days=1), tick=False):
        progress = page(people.leader, wave).context["progress"]
    assert (progress.asked, progress.sent, progress.bounced, progress.waiting) == (5, 3, 1, 1)
    assert (progress.answered.count, progress.answered.n) == (1, 2)
    assert [(left.reason, left.count) for left in progress.left_out] == [("complaint", 1)]
    assert waiting.name in page(people.admin, wave).text


def test_a_wave_closed_early_says_that_nothing_more_is_sent(people):
    customers(people.agent, 2)
    wave = approved()
    waves.close(wave, now=later(days=1))
    shown = page(people.admin, wave).text
    assert "0 of 2 were asked. The wave is closed: nothing more is sent." in shown
    assert "wait for their morning" not in shown


def test_the_first_day_that_is_promised_is_one_on_which_mails_leave(people):
    customers(people.agent)
    wave = planned(starts_on=later(days=6).date())  # a Wednesday
    done = take(people.admin, wave, "approve").text
    assert "the first mails leave on 30 Nov 2026 at the earliest" in done
    assert "from 30 Nov 2026" in done
    assert "30 Nov 2026" in browser(people.admin).get(reverse("waves")).text  # not the day that was wished


def test_an_account_manager_finds_the_wave_on_the_page_of_the_customer(people):
    (eva,) = customers(people.agent)
    (other,) = customers(people.other_agent)
    wave = planned()
    address = reverse("wave", args=[wave.pk])
    assert address not in browser(people.agent).get(reverse("account", args=[eva.account_id])).text
    waves.approve(wave, by="ada@loop.example", now=NOW)
    assert address in browser(people.agent).get(reverse("account", args=[eva.account_id])).text
    assert browser(people.agent).get(address).status_code == 200
    assert address in browser(people.other_agent).get(reverse("account", args=[other.account_id])).text


class TestTheListOfAnAccountManager:
    """The waves that ask customers of hers, with her own figures; the way there is in the navigation."""

    def test_has_what_asks_her_customers_once_it_is_approved(self, people):
        customers(people.agent, 2)
        customers(people.other_agent, 5)
        planned()
        assert "Winter" not in browser(people.agent).get(reverse("waves")).text
        waves.approve(Wave.objects.get(), by="ada@loop.example", now=NOW)
        shown = browser(people.agent).get(reverse("waves"))
        assert [(wave.name, wave.asked) for wave, _day in shown.context["waves"]] == [("Winter", 2)]
        (theirs,) = browser(people.leader).get(reverse("waves")).context["waves"]
        assert theirs[0].asked == 7

    def test_is_reached_by_the_navigation(self, people):
        assert f'href="{reverse("waves")}"' in browser(people.agent).get(reverse("cases")).text

    def test_says_so_where_there_is_none(self, people):
        shown = browser(people.lead).get(reverse("waves")).text
        assert "No survey that asks a customer of yours has been approved." in shown
        assert reverse("triggers") not in shown


def test_who_was_called_off_is_not_called_asked(people):
    eva, _colleague = customers(people.agent, 2)
    wave = approved()
    report(people.agent, wave, eva)
    shown = page(people.admin, wave, f"?q={eva.email}").text
    assert '<span class="chip">called off</span>' in shown
    assert '<span class="chip ok">asked</span>' not in shown


def test_a_wave_is_approved_and_not_sending_before_its_first_day(people):
    asked = Wave(state="sending", starts_on=timezone.localdate() + timedelta(days=20))
    assert ">approved<" in wave_state(asked)
    asked.starts_on = timezone.localdate()
    assert ">sending<" in wave_state(asked)
