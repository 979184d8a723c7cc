"""A wave is written down, planned, looked at, approved, paused and closed; who is asked, and why, can be read."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from scipy import stats

from feedback import contacts, invitations, waves
from feedback.models import Account, Contact, Invitation, ProgrammeRules, Wave, WaveMember
from feedback.models.wave import WaveState
from feedback.waves import WaveRefused, WaveStepNotAllowed, planning
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db


def draft(**fields):
    facts = {"survey": factories.survey(), "share": "1/2", "seed": 7, "starts_on": NOW.date(), "now": NOW, **fields}
    return waves.draft(**facts)


def whole(**fields):
    return draft(method="whole", share="", **fields)


def people(count, *, segment="", **fields):
    account = factories.account(segment=segment)
    return [factories.contact(account=account, **fields) for _each in range(count)]


def planned(wave, now=NOW):
    waves.plan(wave, now=now)
    return Wave.objects.get(pk=wave.pk)


def approved(wave, now=NOW):
    return waves.approve(planned(wave), by="ada@loop.example", now=now)


def asked(wave):
    return set(WaveMember.objects.filter(wave=wave, asked=True).values_list("contact", flat=True))


class TestADraft:
    def test_is_named_after_its_survey_and_month_unless_it_has_a_name(self):
        assert draft().name == "Relationship 2026-11"
        assert draft(name=" Autumn ").name == "Autumn"

    def test_sends_and_chooses_nothing(self):
        people(3)
        assert draft().state == WaveState.DRAFT
        assert not WaveMember.objects.exists()
        assert not Invitation.objects.exists()

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"share": ""}, "share"),
            ({"share": "1/2", "count": 5}, "share"),
            ({"share": "2"}, "share"),
            ({"share": "lots"}, "share"),
            ({"share": "", "count": 0}, "count"),
            ({"method": "whole"}, "share"),
            ({"method": "whole", "share": "", "count": 3}, "share"),
            ({"method": "by taste"}, "method"),
            ({"filters": {"shoe_size": [44]}}, "shoe_size"),
            ({"strata": ["shoe_size"]}, "strata"),
            ({"per_hour": 0}, "per_hour"),
            ({"open_days": 0}, "open_days"),
            ({"remind_after_days": 30}, "remind_after_days"),
            ({"at_least": -1}, "at_least"),
            ({"seed": 2**63}, "seed"),
        ],
    )
    def test_that_makes_no_sense_is_refused_by_name(self, fields, field):
        with pytest.raises(WaveRefused) as refusal:
            draft(**fields)
        assert refusal.value.field == field
        assert not Wave.objects.exists()

    def test_is_never_of_a_recovery_survey(self):
        with pytest.raises(WaveRefused, match="by a case"):
            draft(survey=factories.survey("recovery"))

    def test_is_never_of_a_survey_that_is_not_in_use(self):
        survey = factories.survey()
        survey.is_active = False
        with pytest.raises(WaveRefused, match="not in use"):
            draft(survey=survey)

    @pytest.mark.parametrize("preset", waves.PRESETS)
    def test_can_be_made_of_every_preset(self, preset):
        chosen = waves.PRESETS[preset]
        assert draft(method=chosen.method, share=chosen.share, filters=dict(chosen.filters)).method == chosen.method


class TestAPlan:
    def test_decides_about_everybody_once_and_says_why(self):
        opted_out, *_others = people(10)
        contacts.opt_out(opted_out, now=NOW)
        wave = draft(share="1/3")
        assert waves.plan(wave, now=NOW) == {"not_drawn": 6, "drawn": 3, "opted_out": 1}
        assert WaveMember.objects.count() == 10
        assert WaveMember.objects.get(contact=opted_out).reason == "opted_out"

    def test_of_the_whole_base_asks_whoever_may_be_asked(self):
        opted_out, *others = people(4)
        contacts.opt_out(opted_out, now=NOW)
        wave = planned(whole())
        assert asked(wave) == {contact.pk for contact in others}
        assert waves.reasons(wave) == {"everybody": 3, "opted_out": 1}

    def test_of_a_selection_asks_whom_the_filters_select(self):
        retail, energy = people(3, segment="Retail"), people(2, segment="Energy")
        wave = planned(draft(method="dynamic", share="", filters={"segment": ["Retail"]}))
        assert asked(wave) == {contact.pk for contact in retail}
        assert {WaveMember.objects.get(contact=contact).reason for contact in energy} == {"filtered"}

    def test_draws_from_those_the_filters_select(self):
        people(10, segment="Retail")
        people(10, segment="Energy")
        wave = planned(draft(filters={"segment": ["Retail"]}))
        assert waves.reasons(wave) == {"filtered": 10, "drawn": 5, "not_drawn": 5}

    def test_with_the_same_seed_asks_the_same(self):
        people(40)
        assert asked(planned(draft(seed=1))) == asked(planned(draft(seed=1)))

    def test_with_another_seed_asks_others(self):
        people(40)
        assert asked(planned(draft(seed=1))) != asked(planned(draft(seed=2)))

    def test_hears_small_groups(self):
        people(30, segment="Small")
        few = people(3, segment="Enterprise")
        wave = planned(draft(share="1/10", strata=["segment"], at_least=2))
        assert len(asked(wave) & {contact.pk for contact in few}) == 2
        assert len(asked(wave)) == 5

    def test_can_be_made_again_when_the_base_has_changed(self):
        people(2)
        wave = planned(whole())
        people(3)
        assert waves.plan(wave, now=NOW) == {"everybody": 5}

    def test_says_how_many_without_writing_anything(self):
        contacts.opt_out(people(21, segment="A")[0], now=NOW)
        people(13, segment="B")
        facts = {"share": "1/4", "strata": ["segment"], "at_least": 4}
        unsaved = waves.unsaved(survey=factories.survey(), seed=7, starts_on=NOW.date(), now=NOW, **facts)
        told = waves.forecast(unsaved, now=NOW)
        assert not Wave.objects.exists()
        assert not WaveMember.objects.exists()
        assert told == waves.plan(draft(**facts), now=NOW)

    def test_of_an_approved_wave_stands(self):
        people(3)
        wave = approved(whole())
        with pytest.raises(WaveStepNotAllowed):
            waves.plan(wave, now=NOW)
        with pytest.raises(WaveStepNotAllowed):
            waves.replan(wave)

    def test_leaves_out_who_is_chosen_in_a_wave_about_to_be_scheduled(self):
        people(3)
        approved(whole())
        assert waves.plan(whole(), now=NOW) == {"about_to_be_mailed": 3}

    def test_leaves_out_who_waits_in_a_wave_that_is_paused(self):
        people(3)
        first = approved(whole())
        waves.schedule(first, now=NOW)
        waves.pause(first)
        assert waves.plan(whole(), now=NOW) == {"about_to_be_mailed": 3}

    def test_goes_through_the_base_in_chunks(self, monkeypatch):
        people(7)
        monkeypatch.setattr(planning, "CHUNK", 3)
        assert waves.plan(whole(), now=NOW) == {"everybody": 7}

    def test_holds_a_contact_once_by_constraint(self):
        (eva,) = people(1)
        wave = planned(whole())
        with pytest.raises(IntegrityError), transaction.atomic():
            WaveMember.objects.create(wave=wave, contact=eva, reason="drawn", draw=0.5)


class TestTheSweep:
    def test_plans_what_nobody_has_planned_to_the_end(self):
        people(3)
        whole()
        assert waves.plan_drafts(now=NOW) == 1
        assert waves.plan_drafts(now=NOW) == 0
        assert Wave.objects.get().state == WaveState.PLANNED

    def test_goes_on_when_one_wave_cannot_be_planned(self, caplog):
        people(3)
        broken, fine = whole(), whole()
        Wave.objects.filter(pk=broken.pk).update(filters={"of an older release": 1})
        assert waves.plan_drafts(now=NOW) == 1
        assert Wave.objects.get(pk=fine.pk).state == WaveState.PLANNED
        assert f"wave {broken.pk} could not be planned" in caplog.text


class TestAPlanThatIsInterrupted:
    class PowerCut(Exception):
        """The process dies here."""

    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch):
        monkeypatch.setattr(planning, "CHUNK", 3)

    def interrupt(self, wave, monkeypatch, *, after_chunks):
        done = []

        def insert(*args, **kwargs):
            if len(done) == after_chunks:
                raise self.PowerCut
            done.append(original(*args, **kwargs))

        original = planning.insert
        with monkeypatch.context() as patch:
            patch.setattr(planning, "insert", insert)
            with pytest.raises(self.PowerCut):
                waves.plan(wave, now=NOW)

    @pytest.mark.parametrize("after_chunks", [0, 1, 3])
    def test_goes_on_and_everybody_is_decided_about_once(self, monkeypatch, after_chunks):
        everybody = people(10)
        wave = draft(share="1/2", seed=3)
        self.interrupt(wave, monkeypatch, after_chunks=after_chunks)
        assert WaveMember.objects.count() == 3 * after_chunks
        waves.plan(Wave.objects.get(pk=wave.pk), now=later(hours=1))
        assert Counter(WaveMember.objects.values_list("contact", flat=True)) == Counter(one.pk for one in everybody)
        assert asked(wave) == asked(planned(draft(share="1/2", seed=3)))

    def test_does_not_decide_again_about_those_it_had_come_to(self, monkeypatch):
        people(10)
        wave = whole()
        self.interrupt(wave, monkeypatch, after_chunks=2)
        (opted_out, *_others) = Contact.objects.order_by("pk")
        contacts.opt_out(opted_out, now=NOW)
        decided = []
        decisions = planning._decisions

        def watched(*args, **kwargs):
            for chunk in decisions(*args, **kwargs):
                decided.extend(chunk)
                yield chunk

        monkeypatch.setattr(planning, "_decisions", watched)
        waves.plan(Wave.objects.get(), now=NOW)
        assert len(decided) == 4
        assert WaveMember.objects.get(contact=opted_out).reason == "everybody"

    def test_before_it_drew_draws_then(self, monkeypatch):
        people(10)
        wave = draft()
        with monkeypatch.context() as patch:
            patch.setattr(planning, "_draw", lambda wave: (_ for _ in ()).throw(self.PowerCut))
            with pytest.raises(self.PowerCut):
                waves.plan(wave, now=NOW)
        stored = Wave.objects.get()
        assert stored.state == WaveState.DRAFT
        assert waves.plan(stored, now=NOW) == {"drawn": 5, "not_drawn": 5}


def test_over_two_hundred_seeds_every_contact_is_asked_as_often_as_configured():
    for segment, size in (("Enterprise", 7), ("Mid", 20), ("Small", 39)):
        people(size, segment=segment)
    times, seeds, share = Counter(), 200, 1 / 11
    for seed in range(seeds):
        with transaction.atomic():
            times.update(asked(planned(draft(share="1/11", strata=["segment"], seed=seed))))
            transaction.set_rollback(True)
    drawn = [times[contact] for contact in Contact.objects.values_list("pk", flat=True)]
    expected = seeds * share
    statistic = sum((seen - expected) ** 2 for seen in drawn) / (expected * (1 - share))
    assert len(drawn) == 66
    assert stats.chi2.sf(statistic, len(drawn) - 1) > 0.001


class TestApproval:
    def test_says_who_and_when(self):
        people(1)
        wave = approved(whole())
        assert (wave.state, wave.approved_by, wave.approved_at) == (WaveState.SENDING, "ada@loop.example", NOW)

    def test_gives_owners_a_whole_working_day(self):
        """NOW is a Thursday: Friday is the day, so nothing leaves before Saturday, which means Monday."""
        people(1)
        assert approved(whole()).starts_on == date(2026, 11, 21)

    def test_keeps_a_later_first_day(self):
        people(1)
        assert approved(whole(starts_on=date(2027, 1, 12))).starts_on == date(2027, 1, 12)

    def test_needs_a_plan(self):
        with pytest.raises(WaveStepNotAllowed):
            waves.approve(draft(), by="ada@loop.example", now=NOW)

    def test_needs_somebody_to_ask(self):
        wave = planned(whole())
        with pytest.raises(WaveStepNotAllowed, match="Nobody"):
            waves.approve(wave, by="ada@loop.example", now=NOW)
        assert Wave.objects.get().state == WaveState.PLANNED

    def test_needs_a_month_that_is_open(self):
        people(1)
        ProgrammeRules.objects.create(pk=1, closed_months=list(range(1, 13)))
        with pytest.raises(WaveStepNotAllowed, match="no wave could ever leave"):
            approved(whole())

    def test_cannot_be_given_twice(self):
        people(1)
        wave = approved(whole())
        with pytest.raises(WaveStepNotAllowed):
            waves.approve(wave, by="lars@loop.example", now=NOW)
        assert Wave.objects.get().approved_by == "ada@loop.example"


class TestItsEnd:
    def test_calls_off_what_has_not_left_and_says_why(self):
        people(3)
        wave = approved(whole())
        waves.schedule(wave, now=NOW)
        left = Invitation.objects.first()
        invitations.mark_sent(left.pk, now=NOW)
        waves.close(wave, now=later(days=6))
        assert Wave.objects.get().state == WaveState.CLOSED
        assert set(Invitation.objects.exclude(pk=left.pk).values_list("cancel_reason", flat=True)) == {"wave_closed"}
        assert Invitation.objects.get(pk=left.pk).cancelled_at is None

    def test_comes_by_itself_when_the_last_link_has_run_out(self):
        people(3)
        wave = approved(whole(open_days=20))
        waves.schedule(wave, now=NOW)
        last = Invitation.objects.latest("expires_at").expires_at
        assert waves.close_finished(now=last) == 0
        assert waves.close_finished(now=last + timedelta(seconds=1)) == 1
        assert Wave.objects.get().closed_at == last + timedelta(seconds=1)

    def test_comes_to_a_paused_wave_too_when_its_last_link_has_run_out(self):
        people(3)
        wave = approved(whole())
        waves.schedule(wave, now=NOW)
        waves.pause(wave)
        assert waves.close_finished(now=later(days=20)) == 0
        assert waves.close_finished(now=later(days=60)) == 1
        assert set(Invitation.objects.values_list("cancel_reason", flat=True)) == {"wave_closed"}

    def test_comes_to_a_wave_that_was_paused_before_anybody_had_a_time(self):
        people(3)
        waves.pause(approved(whole()))
        assert waves.close_finished(now=later(days=20)) == 0
        assert waves.close_finished(now=later(days=60)) == 1

    def test_comes_to_the_others_where_one_wave_breaks(self, monkeypatch, caplog):
        for _each in range(2):
            people(1)
            waves.schedule(approved(whole()), now=NOW)
        close, broken = waves.steps.close, Wave.objects.first()
        monkeypatch.setattr(
            waves.steps, "close", lambda wave, **clock: 1 / 0 if wave == broken else close(wave, **clock)
        )
        assert waves.close_finished(now=later(days=60)) == 1
        assert f"wave {broken.pk} could not be closed" in caplog.text

    def test_does_not_come_before_everybody_has_a_time(self):
        people(3)
        approved(whole())
        assert waves.close_finished(now=later(days=900)) == 0

    def test_is_for_good(self):
        people(1)
        wave = approved(whole())
        waves.close(wave, now=NOW)
        for step in (waves.pause, waves.resume):
            with pytest.raises(WaveStepNotAllowed, match="closed"):
                step(wave)

    def test_does_not_come_to_a_draft(self):
        with pytest.raises(WaveStepNotAllowed):
            waves.close(draft(), now=NOW)


def test_a_contact_without_an_account_can_be_asked():
    eva = factories.contact("Eva")
    assert Account.objects.count() == 0
    assert asked(planned(whole(strata=["segment", "country"]))) == {eva.pk}
