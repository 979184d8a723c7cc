"""A sending of which too much comes back pauses itself, at the line and not before it."""

import pytest

from feedback import bounces, contacts, suppressions, waves
from feedback.models import Bounce, Contact, Invitation, Suppression, SuppressionLift, Wave
from feedback.suppressions import LiftRefused
from feedback.waves import halting
from loop.models import Role
from notifications import announce, delivery, kinds, staleness
from notifications.channels.base import SendFailed
from notifications.models import Message
from tests import factories
from tests.factories import NOW, later


@pytest.fixture
def sending(people):
    """A wave of which a hundred mails have left."""
    wave = Wave.objects.create(
        survey=factories.survey(), name="November", seed=1, count=100, starts_on=NOW.date(), created_at=NOW
    )
    for step in ("mark_planned", "approve"):
        getattr(wave, step)()
    wave.approved_at = wave.scheduled_at = wave.announced_at = NOW
    wave.save()
    for number in range(100):
        contact = factories.contact(f"Person {number}")
        Invitation.objects.create(
            survey=wave.survey, contact=contact, wave=wave, due_at=NOW, sent_at=NOW, created_at=NOW,
            expires_at=later(days=30), token_hash=f"{number:064}",
        )  # fmt: skip
    return wave


def come_back(wave, first, last, *, is_permanent=True):
    for invitation in Invitation.objects.filter(wave=wave).order_by("pk")[first:last]:
        bounces.record(
            address=invitation.contact.email,
            invitation=invitation,
            is_permanent=is_permanent,
            key=f"report-{invitation.pk}",
            now=later(hours=1),
        )


def state(wave):
    return Wave.objects.get(pk=wave.pk).state


class TestAWave:
    def test_goes_on_at_five_of_a_hundred_and_pauses_itself_at_the_sixth(self, sending):
        come_back(sending, 0, 5)
        assert state(sending) == "sending"
        come_back(sending, 5, 6)
        halted = Wave.objects.get(pk=sending.pk)
        assert (halted.state, halted.halted_at) == ("paused", later(hours=1))
        assert (halted.halted["sent"], halted.halted["returned"], halted.halted["why"]) == (100, 6, "returned")

    def test_is_not_judged_by_its_first_few_mails(self, sending):
        Invitation.objects.filter(wave=sending).order_by("pk")
        late = list(Invitation.objects.filter(wave=sending).values_list("pk", flat=True)[19:])
        Invitation.objects.filter(pk__in=late).update(sent_at=None)
        come_back(sending, 0, 5)
        assert state(sending) == "sending"

    def test_that_somebody_lets_go_on_is_judged_by_what_comes_after(self, sending):
        come_back(sending, 0, 6)
        waves.resume(sending)
        come_back(sending, 6, 9)
        assert state(sending) == "sending"

    def test_pauses_when_readers_complain(self, sending):
        for invitation in Invitation.objects.filter(wave=sending).order_by("pk")[:2]:
            contacts.opt_out(invitation.contact, now=later(hours=1), reason="complained")
            halting.look(sending.pk, now=later(hours=1))
        assert Wave.objects.get(pk=sending.pk).halted["why"] == "complained"

    def test_paused_by_a_person_is_left_alone(self, sending):
        waves.pause(sending)
        come_back(sending, 0, 9)
        assert Wave.objects.get(pk=sending.pk).halted_at is None

    def test_tells_administrators_once_and_nobody_else(self, sending, people):
        come_back(sending, 0, 6)
        for _time in range(2):
            announce.announce_waves(now=later(hours=2))
        told = Message.objects.get(kind="wave_halted")
        assert (told.user, told.user.role) == (people.admin, Role.ADMIN)
        assert staleness.goes_on(told, NOW) == ""
        waves.resume(sending)
        told = Message.objects.select_related("wave").get(kind="wave_halted")
        assert staleness.goes_on(told, NOW) != ""
        assert kinds.WAVE_HALTED.name == told.kind


class TestAWaveThatServersRefuse:
    """By the way a mail takes: announced, delivered, refused while it is handed over."""

    @pytest.fixture
    def ready(self, people):
        """A wave to sixty people, whose mails are due on Monday morning."""
        account = factories.account(country="SE")
        for number in range(60):
            factories.contact(f"Person {number}", email=f"p{number}@customer.example", account=account)
        wave = waves.draft(survey=factories.survey(), method="whole", seed=1, starts_on=NOW.date(), now=NOW)
        waves.plan(wave, now=NOW)
        wave = waves.approve(Wave.objects.get(pk=wave.pk), by="ada@loop.example", now=NOW)
        waves.schedule(wave, now=NOW)
        waves.announced(wave, now=NOW)
        return wave

    def send(self, monkeypatch, refused):
        """Sends what is due, on a server that refuses the first so many."""
        first = Invitation.objects.latest("due_at").due_at
        taken = []

        class Server:
            def send(self, envelope):
                taken.append(envelope)
                if len(taken) <= refused:
                    raise SendFailed("550 5.1.1 <x> no such user", permanent=True)

            def close(self):
                pass

        monkeypatch.setitem(delivery.CHANNELS, "email", Server)
        announce.enqueue_invitations(now=first)
        delivery.deliver_due(now=first)
        return [envelope for envelope in taken if "customer.example" in envelope.to]

    def test_pauses_itself_as_soon_as_enough_was_tried(self, ready, monkeypatch):
        assert len(self.send(monkeypatch, refused=100)) == halting.ENOUGH_SENT
        halted = Wave.objects.get(pk=ready.pk)
        assert (halted.state, halted.halted["why"]) == ("paused", "returned")
        assert (halted.halted["sent"], halted.halted["returned"]) == (20, 20)
        assert Bounce.objects.count() == 20
        assert not Invitation.objects.filter(sent_at__isnull=False).exists()

    def test_goes_on_when_few_are(self, ready, monkeypatch):
        assert len(self.send(monkeypatch, refused=3)) == 60
        assert state(ready) == "sending"
        assert halting.counted(ready) == {"sent": 60, "returned": 3, "complained": 0}


class TestAStoppedAddress:
    @pytest.fixture
    def stopped(self, db):
        contact = factories.contact("Eva Lind", email="eva@customer.example")
        bounces.record(address=contact.email, invitation=None, is_permanent=True, key="1", status="5.1.1", now=NOW)
        return Suppression.objects.get()

    def test_is_listed_with_who_has_it_and_why(self, stopped):
        (row,) = suppressions.listed([stopped])
        assert [contact.name for contact in row.contacts] == ["Eva Lind"]
        assert row.bounce.status == "5.1.1"

    def test_is_mailed_again_once_somebody_says_why(self, stopped):
        suppressions.lift(stopped, why="She has a new mailbox.", by="ada@loop.example", now=later(days=1))
        assert contacts.may_be_mailed(Contact.objects.get())
        lifted = SuppressionLift.objects.get()
        assert (lifted.why, lifted.by, lifted.reason) == ("She has a new mailbox.", "ada@loop.example", "bounced")

    @pytest.mark.parametrize("why", ["", "  \n"])
    def test_is_not_let_go_on_without_a_reason(self, stopped, why):
        with pytest.raises(LiftRefused):
            suppressions.lift(stopped, why=why, by="ada@loop.example", now=NOW)
        assert Suppression.objects.exists()

    def test_is_not_stopped_again_by_what_came_back_before(self, stopped):
        for number in range(2, 4):
            bounces.record(
                address="eva@customer.example", invitation=None, is_permanent=False, key=str(number), now=NOW
            )
        suppressions.lift(stopped, why="New mailbox.", by="", now=later(days=1))
        bounces.record(address="eva@customer.example", invitation=None, is_permanent=False, key="9", now=later(days=2))
        assert Bounce.objects.count() == 4
        assert not Suppression.objects.exists()

    def test_of_who_opted_out_may_be_asked_again_when_they_say_so(self, stopped):
        contact = factories.contact("Bo", email="bo@customer.example")
        contacts.opt_out(contact, now=NOW)
        row = Suppression.objects.get(reason="unsubscribed")
        suppressions.lift(row, why="He asked for it by phone.", by="", now=later(days=1))
        assert contacts.may_be_mailed(Contact.objects.get(pk=contact.pk))


class TestItsPage:
    def test_lets_an_administrator_lift_it_with_a_reason(self, people, client):
        contact = factories.contact("Eva Lind", email="eva@customer.example")
        bounces.record(address=contact.email, invitation=None, is_permanent=True, key="1", status="5.1.1", now=NOW)
        row = Suppression.objects.get()
        client.force_login(people.admin)
        page = client.get("/setup/stopped/?q=EVA@customer.example").content.decode()
        assert "Eva Lind" in page
        assert "5.1.1" in page
        assert client.post(f"/setup/stopped/{row.pk}/lift/", {"why": " "}).status_code == 400
        assert client.post(f"/setup/stopped/{row.pk}/lift/", {"why": "New mailbox"}).status_code == 302
        assert not Suppression.objects.exists()
        assert "New mailbox" in client.get("/setup/stopped/").content.decode()

    @pytest.mark.parametrize("role", ["agent", "lead", "leader"])
    def test_is_nobody_elses(self, people, client, role):
        bounces.record(address="eva@customer.example", invitation=None, is_permanent=True, key="1", now=NOW)
        client.force_login(getattr(people, role))
        assert client.get("/setup/stopped/").status_code == 403
        client.post(f"/setup/stopped/{Suppression.objects.get().pk}/lift/", {"why": "x"})
        assert Suppression.objects.exists()
