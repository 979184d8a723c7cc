"""A wave on its way out: owners are told before, each mail is looked at again, one reminder, and pausing holds it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback import complaints, contacts, invitations, waves
from feedback.models import Invitation, Wave
from loop import sweeping
from loop.models import SweepRun
from notifications import announce, delivery, outbox, tasks
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW
from tests.notifications.mailbox import refuse

pytestmark = pytest.mark.django_db

MONDAY = datetime(
    2026, 11, 23, 6, 30, tzinfo=UTC
)  # half past seven of the first morning after NOW, a Thursday, and a working day
NEXT_MONDAY = MONDAY + timedelta(days=7)


@pytest.fixture
def base(people):
    """Eva and Bo at a customer of Anna's, Ida at one of Otto's, Per at one of nobody."""
    fjord = factories.account("Fjord AB", owner=people.agent, country="SE")
    berg = factories.account("Berg AB", owner=people.other_agent, country="SE")
    return {
        "Eva": factories.contact("Eva", account=fjord, email="eva@fjord.example"),
        "Bo": factories.contact("Bo", account=fjord, email="bo@fjord.example"),
        "Ida": factories.contact("Ida", account=berg, email="ida@berg.example"),
        "Per": factories.contact("Per", account=factories.account("Dal AB"), email="per@dal.example"),
    }


@pytest.fixture
def wave(base):
    """Approved and scheduled: all four are to be asked."""
    return launch()


def launch(**fields):
    facts = {"survey": factories.survey(), "method": "whole", "seed": 7, "starts_on": NOW.date(), "now": NOW, **fields}
    drafted = waves.draft(**facts)
    waves.plan(drafted, now=NOW)
    approved = waves.approve(Wave.objects.get(pk=drafted.pk), by="ada@loop.example", now=NOW)
    waves.schedule(approved, now=NOW)
    return Wave.objects.get(pk=drafted.pk)


def deliver(now):
    announce.announce_waves(now=now)
    announce.enqueue_invitations(now=now)
    announce.enqueue_reminders(now=now)
    return delivery.deliver_due(now=now)


def received(server, kind=""):
    """Who got what, in order."""
    by_id = {f"<{message.message_id}@localhost>": message for message in Message.objects.all()}
    mails = [(mail.to[0], by_id[mail.extra_headers["Message-ID"]].kind) for mail in server.taken]
    return sorted(to for to, its_kind in mails if its_kind == kind)


CUSTOMERS = ["bo@fjord.example", "eva@fjord.example", "ida@berg.example", "per@dal.example"]


class TestOwners:
    def test_are_told_once_each_when_a_wave_is_scheduled(self, wave, server):
        assert Wave.objects.get().announced_at == NOW
        deliver(NOW)
        assert received(server, "wave_heads_up") == ["anna@loop.example", "otto@loop.example"]
        deliver(MONDAY)
        assert len(received(server, "wave_heads_up")) == 2

    def test_are_told_a_working_day_before_the_first_mail_leaves(self, wave):
        friday_is_between = min(Invitation.objects.values_list("due_at", flat=True))
        assert Wave.objects.get().announced_at.date() == date(2026, 11, 19)
        assert friday_is_between.date() >= date(2026, 11, 21)

    def test_are_told_by_the_sweep_when_it_failed_at_first(self, base, monkeypatch, caplog):
        with monkeypatch.context() as patch:
            patch.setattr(announce, "announce_wave", lambda *args, **kwargs: 1 / 0)
            wave = launch()
        assert wave.scheduled_at == NOW
        assert wave.announced_at is None
        assert "without telling anybody" in caplog.text
        assert not Invitation.objects.due(MONDAY).exists()
        assert sweeping.run("announce_waves", now=NOW) == 2
        assert Wave.objects.get().announced_at == NOW

    def test_are_told_by_the_sweep_although_another_wave_cannot_be_announced(self, base, monkeypatch, caplog):
        announce_wave = announce.announce_wave
        with monkeypatch.context() as patch:
            patch.setattr(announce, "announce_wave", lambda *args, **kwargs: 1 / 0)
            first = launch()
            Invitation.objects.update(due_at=NOW - timedelta(days=99), sent_at=NOW - timedelta(days=99))
            second = launch(survey=factories.survey("product"), filters={"language": [""]}, method="dynamic")
        Wave.objects.filter(pk=second.pk).update(scheduled_at=NOW)

        def fail(wave_id, *, now):
            return 1 / 0 if wave_id == first.pk else announce_wave(wave_id, now=now)

        monkeypatch.setattr(announce, "announce_wave", fail)
        announce.announce_waves(now=NOW)
        assert f"wave {first.pk} could not be announced" in caplog.text
        assert Wave.objects.get(pk=second.pk).announced_at == NOW

    def test_who_are_away_are_told_and_so_is_whoever_stands_in_at_the_end_of_the_chain(self, base, people, server):
        factories.away(people.colleague, substitute=people.lead)
        factories.away(people.agent, substitute=people.colleague)
        launch()
        deliver(NOW)
        assert received(server, "wave_heads_up") == ["anna@loop.example", "lars@loop.example", "otto@loop.example"]

    def test_of_nobody_who_is_asked_are_not_told(self, base, server):
        for name in ("Eva", "Bo"):
            contacts.opt_out(base[name], now=NOW)
        launch()
        deliver(NOW)
        assert received(server, "wave_heads_up") == ["otto@loop.example"]

    def test_who_have_left_are_not_told(self, base, people, server):
        people.agent.is_active = False
        people.agent.save(update_fields=["is_active"])
        launch()
        deliver(NOW)
        assert received(server, "wave_heads_up") == ["otto@loop.example"]

    def test_who_lost_the_customer_before_the_mail_left_are_not_told(self, wave, people, server):
        people.agent.owned_accounts.update(user=people.colleague)
        deliver(NOW)
        assert received(server, "wave_heads_up") == ["otto@loop.example"]
        assert Message.objects.get(user=people.agent).error == "Anna looks after nobody who is asked"

    def test_are_not_told_of_a_wave_that_was_closed_first(self, wave, server):
        waves.close(wave, now=NOW)
        deliver(NOW)
        assert received(server, "wave_heads_up") == []
        assert {message.error_in_words for message in Message.objects.all()} == {
            "the wave was closed before the mail left"
        }


class TestACustomer:
    def test_gets_the_question_in_the_first_morning(self, wave, server):
        deliver(NOW)
        assert received(server, "survey_invitation") == []
        deliver(MONDAY)
        assert received(server, "survey_invitation") == CUSTOMERS

    @pytest.mark.parametrize("when", ["before it is due", "when it waits in the outbox"])
    @pytest.mark.parametrize(
        ("reason", "come_up"),
        [
            ("opted_out", lambda eva: contacts.opt_out(eva, now=MONDAY)),
            ("complaint", lambda eva: complaints.report(eva, reason="The roof leaks.", by="anna", now=MONDAY)),
            ("open_case", lambda eva: factories.response(2, contact=eva, now=MONDAY - timedelta(days=380))),
            ("answered_recently", lambda eva: factories.response(9, contact=eva, now=MONDAY)),
        ],
    )
    def test_is_not_asked_when_something_has_come_up_since_and_it_is_said_what(
        self, wave, base, server, when, reason, come_up
    ):
        if when == "when it waits in the outbox":
            announce.enqueue_invitations(now=MONDAY)
        come_up(base["Eva"])
        deliver(MONDAY)
        assert received(server, "survey_invitation") == [one for one in CUSTOMERS if not one.startswith("eva")]
        assert Invitation.objects.get(contact=base["Eva"]).cancel_reason == reason

    def test_whose_mail_waited_is_told_about_in_words_in_the_outbox(self, wave, base):
        announce.enqueue_invitations(now=MONDAY)
        contacts.opt_out(base["Eva"], now=MONDAY)
        delivery.deliver_due(now=MONDAY)
        message = Message.objects.get(contact=base["Eva"])
        assert (message.state, message.error_in_words) == (MessageState.CANCELLED, "does not want surveys")

    def test_is_not_asked_by_two_waves_at_once(self, base, server):
        first, second = launch(), waves.draft(
            survey=factories.survey("product"), method="whole", seed=1, starts_on=NOW.date(), now=NOW
        )  # fmt: skip
        Invitation.objects.filter(wave=first).update(due_at=MONDAY + timedelta(days=30))  # not in the way when planned
        waves.plan(second, now=NOW)
        waves.schedule(waves.approve(Wave.objects.get(pk=second.pk), by="ada@loop.example", now=NOW), now=NOW)
        Invitation.objects.filter(wave=first).update(due_at=MONDAY)
        deliver(MONDAY)
        assert received(server, "survey_invitation") == CUSTOMERS
        cancelled = Invitation.objects.exclude(cancelled_at=None)
        assert set(cancelled.values_list("cancel_reason", flat=True)) <= {"about_to_be_mailed", "mailed_recently"}
        assert cancelled.count() == 4

    def test_whose_link_has_run_out_is_not_asked(self, wave, base, server):
        Invitation.objects.filter(contact=base["Eva"]).update(expires_at=NOW)
        deliver(MONDAY)
        assert Invitation.objects.get(contact=base["Eva"]).cancel_reason == "link_expired"


class TestAPausedWave:
    def test_sends_nothing_and_sends_the_rest_when_resumed(self, wave, server):
        waves.pause(wave)
        deliver(MONDAY)
        assert received(server, "survey_invitation") == []
        waves.resume(wave)
        sweeping.run("schedule_waves", now=MONDAY)
        deliver(MONDAY + timedelta(minutes=5))
        assert received(server, "survey_invitation") == CUSTOMERS

    def test_takes_back_what_waits_in_the_outbox_already(self, wave, server):
        announce.enqueue_invitations(now=MONDAY)
        waves.pause(wave)
        deliver(MONDAY)
        assert received(server, "survey_invitation") == []
        assert not Message.objects.filter(kind="survey_invitation").exists()
        waves.resume(wave)
        sweeping.run("schedule_waves", now=MONDAY)
        deliver(MONDAY + timedelta(minutes=5))
        assert received(server, "survey_invitation") == CUSTOMERS

    def test_keeps_in_the_outbox_what_perhaps_was_sent(self, wave, server):
        announce.enqueue_invitations(now=MONDAY)
        Message.objects.filter(kind="survey_invitation").update(state=MessageState.UNCERTAIN, sent_at=MONDAY)
        waves.pause(wave)
        deliver(MONDAY)
        states = set(Message.objects.filter(kind="survey_invitation").values_list("state", flat=True))
        assert (states, received(server, "survey_invitation")) == ({MessageState.UNCERTAIN}, [])

    def test_reminds_nobody(self, wave, server):
        deliver(MONDAY)
        waves.pause(wave)
        deliver(NEXT_MONDAY)
        assert received(server, "survey_reminder") == []


class TestTheReminder:
    @pytest.fixture(autouse=True)
    def asked(self, wave, server):
        deliver(MONDAY)
        server.taken.clear()

    def test_goes_once_to_who_did_not_answer_with_the_same_link(self, base, server, settings):
        settings.DEBUG = True  # so that the outbox keeps links
        eva = Invitation.objects.get(contact=base["Eva"])
        factories.response(9, contact=base["Bo"], invitation=Invitation.objects.get(contact=base["Bo"]), now=MONDAY)
        for day in (6, 7, 8, 14, 21):
            deliver(MONDAY + timedelta(days=day))
        assert received(server, "survey_reminder") == ["eva@fjord.example", "ida@berg.example", "per@dal.example"]
        reminder = Message.objects.get(kind="survey_reminder", contact=base["Eva"])
        assert f"/s/{invitations.link_token(eva)}/?score=3" in reminder.body
        stored = Invitation.objects.get(pk=eva.pk)
        assert (stored.sent_at, stored.reminded_at) == (MONDAY, NEXT_MONDAY)

    @pytest.mark.parametrize("when", ["before", "in the outbox"])
    @pytest.mark.parametrize(
        "come_up",
        [
            lambda eva, asked: contacts.opt_out(eva, now=NEXT_MONDAY),
            lambda eva, asked: complaints.report(eva, reason="x", by="anna", now=NEXT_MONDAY),
            lambda eva, asked: factories.response(2, contact=eva, survey_key="product", now=NEXT_MONDAY),
            lambda eva, asked: factories.response(9, contact=eva, invitation=asked, now=NEXT_MONDAY),
            lambda eva, asked: waves.close(Wave.objects.get(), now=NEXT_MONDAY),
        ],
        ids=["opted out", "complaint", "open case", "answered", "closed"],
    )
    def test_does_not_go_to_who(self, base, server, when, come_up):
        if when == "in the outbox":
            announce.enqueue_reminders(now=NEXT_MONDAY)
        come_up(base["Eva"], Invitation.objects.get(contact=base["Eva"]))
        deliver(NEXT_MONDAY)
        assert "eva@fjord.example" not in received(server, "survey_reminder")
        assert Invitation.objects.get(contact=base["Eva"]).cancelled_at is None  # the question stands

    def test_that_was_called_off_is_not_tried_for_ever(self, base):
        contacts.opt_out(base["Eva"], now=NEXT_MONDAY)
        deliver(NEXT_MONDAY)
        assert Invitation.objects.get(contact=base["Eva"]).remind_at is None
        assert announce.enqueue_reminders(now=NEXT_MONDAY + timedelta(days=1)) == 0

    def test_that_cannot_be_sent_leaves_the_question_as_it_is(self, base, people, server):
        server.behave = refuse(550, "no such user", whom="eva@fjord.example")
        deliver(NEXT_MONDAY)
        message = Message.objects.get(kind="survey_reminder", contact=base["Eva"])
        assert message.state == MessageState.DEAD
        outbox.discard(message.pk, by=people.admin, now=NEXT_MONDAY)
        stored = Invitation.objects.get(contact=base["Eva"])
        assert (stored.cancelled_at, stored.remind_at, stored.reminded_at) == (None, None, None)

    def test_comes_from_every_sweep(self, server):
        done = sweeping.run_all(now=NEXT_MONDAY)
        assert done["enqueue_reminders"] == 4
        assert len(received(server, "survey_reminder")) == 4


@pytest.mark.parametrize("job", ["announce_waves", "enqueue_reminders"])
def test_each_task_runs_the_job_of_its_name_and_takes_any_keyword(job):
    getattr(tasks, job)(sent_by="a future version")
    assert SweepRun.objects.get().job == job


def test_a_survey_outside_a_wave_is_reminded_of_when_it_says_so(base, server):
    survey = factories.survey("transactional")
    survey.remind_after_days = 7
    survey.save(update_fields=["remind_after_days"])
    invitations.invite(survey=survey, contact=base["Eva"], due_at=MONDAY, now=NOW)
    deliver(MONDAY)
    deliver(NEXT_MONDAY)
    assert received(server, "survey_reminder") == ["eva@fjord.example"]
