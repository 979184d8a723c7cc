"""Everybody in an approved wave gets a time of their own, once, whatever interrupts it and however often it runs."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback import invitations, sending_times, waves
from feedback.models import Contact, Invitation, Wave
from feedback.waves import scheduling
from tests import factories
from tests.factories import NOW, later

pytestmark = pytest.mark.django_db

ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kolkata", "")


def people(count):
    account = factories.account(country="SE")
    return [factories.contact(account=account, time_zone=ZONES[place % len(ZONES)]) for place in range(count)]


def approved(**fields):
    facts = {"survey": factories.survey(), "method": "whole", "seed": 7, "starts_on": NOW.date(), "now": NOW, **fields}
    wave = waves.draft(**facts)
    waves.plan(wave, now=NOW)
    return waves.approve(Wave.objects.get(pk=wave.pk), by="ada@loop.example", now=NOW)


def times():
    return list(Invitation.objects.order_by("contact").values_list("contact", "due_at"))


class TestEverybody:
    def test_is_invited_once_in_a_morning_of_theirs(self):
        people(20)
        Contact.objects.filter(time_zone="").update(time_zone="Mars/Olympus")  # from before zones were checked
        wave = approved()
        assert waves.schedule(wave, now=NOW) == 20
        assert Counter(Invitation.objects.values_list("contact", flat=True)) == Counter(
            Contact.objects.values_list("pk", flat=True)
        )
        for invitation in Invitation.objects.select_related("contact"):
            local = invitation.due_at.astimezone(
                sending_times.known_zone(invitation.contact.time_zone, "Europe/Stockholm")
            )
            assert local.weekday() in (0, 1)
            assert 7 <= local.hour < 10
            assert invitation.due_at >= NOW

    def test_has_a_link_of_their_own_that_works_as_long_as_the_wave_says(self):
        people(3)
        waves.schedule(approved(open_days=20), now=NOW)
        links = {invitations.link_token(invitation) for invitation in Invitation.objects.all()}
        assert len(links) == 3
        for invitation in Invitation.objects.all():
            assert invitations.find(invitations.link_token(invitation)) == invitation
            assert invitation.expires_at == invitation.due_at + timedelta(days=20)
            assert (invitation.channel, invitation.created_at) == ("email", NOW)

    def test_leaves_at_a_calm_pace_in_the_order_of_the_draw(self):
        people(10)
        wave = approved(per_hour=2)
        waves.schedule(wave, now=NOW)
        in_zone = Invitation.objects.filter(contact__time_zone="Europe/Stockholm")
        draws = dict(wave.members.values_list("contact", "draw"))
        assert [draws[i.contact_id] for i in in_zone.order_by("due_at")] == sorted(draws[i.contact_id] for i in in_zone)
        hours = Counter(time.replace(minute=0) for _contact, time in times())
        assert max(hours.values()) <= 2

    def test_stays_as_they_are_when_it_is_done_again(self):
        people(4)
        wave = approved()
        waves.schedule(wave, now=NOW)
        before = times()
        assert waves.schedule(wave, now=later(hours=1)) == 0
        assert waves.schedule_approved(now=later(hours=1)) == 0
        assert times() == before

    def test_who_is_not_asked_is_not_invited(self):
        people(9)
        wave = approved(method="random", share="1/3")
        waves.schedule(wave, now=NOW)
        assert set(Invitation.objects.values_list("contact", flat=True)) == set(
            wave.members.filter(asked=True).values_list("contact", flat=True)
        )


class TestTheSweep:
    def test_schedules_every_approved_wave(self):
        people(4)
        approved()
        assert waves.schedule_approved(now=NOW) == 4
        assert Wave.objects.get().scheduled_at == NOW

    def test_leaves_drafts_and_paused_waves_alone(self):
        people(4)
        waves.pause(approved())
        waves.draft(survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        assert waves.schedule_approved(now=NOW) == 0
        assert not Invitation.objects.exists()

    def test_goes_on_when_one_wave_cannot_be_scheduled(self, monkeypatch, caplog):
        people(2)
        broken = approved()
        Wave.objects.filter(pk=broken.pk).update(scheduled_at=None)
        fine = waves.draft(survey=factories.survey("product"), method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        fine.members.bulk_create(
            type(fine.members.model())(wave=fine, contact=one, asked=True, reason="everybody", draw=0.5)
            for one in Contact.objects.all()
        )
        waves.steps.move(fine, "mark_planned")
        fine.save(update_fields=["state"])
        waves.approve(fine, by="ada@loop.example", now=NOW)
        schedule = scheduling.schedule

        def fail(wave, *, now):
            if wave == broken:
                raise RuntimeError("a bug")
            return schedule(wave, now=now)

        monkeypatch.setattr(scheduling, "schedule", fail)
        assert waves.schedule_approved(now=NOW) == 2
        assert f"wave {broken.pk} could not be scheduled" in caplog.text


class TestAScheduleThatIsInterrupted:
    class PowerCut(Exception):
        """The process dies here."""

    @pytest.fixture(autouse=True)
    def small_chunks(self, monkeypatch):
        monkeypatch.setattr(scheduling, "CHUNK", 3)

    def interrupt(self, wave, monkeypatch, *, after_chunks):
        done = []

        def insert(*args, **kwargs):
            original(*args, **kwargs)
            if len(done) == after_chunks:
                raise self.PowerCut  # the chunk was written and is not committed
            done.append(True)

        original = scheduling.insert
        with monkeypatch.context() as patch:
            patch.setattr(scheduling, "insert", insert)
            with pytest.raises(self.PowerCut):
                waves.schedule(wave, now=NOW)

    @pytest.mark.parametrize("after_chunks", [0, 1, 3])
    def test_goes_on_and_everybody_is_invited_once_at_the_same_times(self, monkeypatch, after_chunks):
        people(11)
        wave = approved(per_hour=2)
        self.interrupt(wave, monkeypatch, after_chunks=after_chunks)
        assert Invitation.objects.count() == 3 * after_chunks
        assert Wave.objects.get().scheduled_at is None
        assert waves.schedule(wave, now=NOW) == 11 - 3 * after_chunks
        interrupted = times()
        Invitation.objects.all().delete()
        Wave.objects.update(scheduled_at=None)
        waves.schedule(wave, now=NOW)
        assert interrupted == times()

    def test_sends_nothing_before_everybody_has_a_time(self, monkeypatch):
        people(11)
        wave = approved()
        self.interrupt(wave, monkeypatch, after_chunks=2)
        assert not Invitation.objects.due(later(days=30)).exists()
        waves.schedule(wave, now=NOW)
        assert Invitation.objects.due(later(days=30)).count() == 11

    def test_for_weeks_gives_those_who_should_have_left_another_time(self, monkeypatch):
        people(11)
        wave = approved()
        self.interrupt(wave, monkeypatch, after_chunks=2)
        waves.schedule(wave, now=later(days=20))
        assert all(time >= later(days=20) for _contact, time in times())
        assert Invitation.objects.count() == 11

    def test_by_another_scheduler_gives_nobody_a_time_that_one_has_given(self, monkeypatch):
        """Between its first chunk and its second one, another takes a chunk and dies."""
        people(11)
        Contact.objects.update(time_zone="")
        wave, turns = approved(per_hour=50), []
        locked = scheduling.locked

        def take_turns(wave):
            turns.append(wave)
            turn = len(turns)
            if turn == 2:
                with pytest.raises(self.PowerCut):
                    waves.schedule(wave, now=NOW)
            if turn == 4:
                raise self.PowerCut
            return locked(wave)

        monkeypatch.setattr(scheduling, "locked", take_turns)
        waves.schedule(wave, now=NOW)
        given = [time for _contact, time in times()]
        assert len(set(given)) == len(given) == 11


class TestAWaveThatWasPaused:
    def test_holds_back_what_has_not_left(self):
        people(5)
        wave = approved()
        waves.schedule(wave, now=NOW)
        waves.pause(wave)
        assert not Invitation.objects.due(later(days=30)).exists()

    def test_lets_the_rest_leave_at_new_times_of_the_same_kind(self):
        people(12)
        wave = approved(per_hour=1)
        waves.schedule(wave, now=NOW)
        first = Invitation.objects.earliest("due_at")
        invitations.mark_sent(first.pk, now=first.due_at)
        waves.pause(wave)
        waves.resume(wave)
        thursday = later(days=7)
        assert not Invitation.objects.due(thursday).exists()  # not in a heap, on a Thursday
        assert waves.schedule_approved(now=thursday) == 0  # nobody is new
        rest = Invitation.objects.exclude(pk=first.pk)
        assert all(invitation.due_at > thursday for invitation in rest)
        assert {invitation.due_at.astimezone(ZoneInfo("UTC")).weekday() for invitation in rest} <= {0, 1}
        assert max(Counter(one.due_at.replace(minute=0, second=0) for one in rest).values()) == 1
        assert all(invitation.expires_at == invitation.due_at + timedelta(days=30) for invitation in rest)

    def test_keeps_the_times_that_have_not_gone_by(self):
        people(5)
        wave = approved()
        waves.schedule(wave, now=NOW)
        before = times()
        waves.pause(wave)
        waves.resume(wave)
        waves.schedule_approved(now=later(hours=1))
        assert times() == before


class TestNothingLeaves:
    @pytest.fixture
    def wave(self):
        people(2)
        wave = approved()
        waves.schedule(wave, now=NOW)
        return wave

    def due(self):
        return Invitation.objects.due(later(days=30)).count()

    def test_before_owners_were_told(self, wave):
        assert self.due() == 2
        Wave.objects.update(announced_at=None)
        assert self.due() == 0
        waves.announced(wave, now=NOW)
        waves.announced(wave, now=later(days=1))
        assert self.due() == 2
        assert Wave.objects.get().announced_at == NOW

    def test_before_everybody_has_a_time(self, wave):
        Wave.objects.update(scheduled_at=None)
        assert self.due() == 0

    def test_of_a_wave_that_has_ended(self, wave):
        waves.close(wave, now=NOW)
        assert self.due() == 0

    def test_twice_to_one_contact_by_constraint(self, wave):
        scheduling._invite(wave, [(one.contact_id, "", "", None, 0.5) for one in wave.members.all()], ramp(), NOW)
        assert Invitation.objects.count() == 2


def ramp():
    return sending_times.Ramp(NOW, 500, frozenset())
