"""Our own people are told in their chat and by text message too: short, of what they chose, and never inside."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from loop import reminders, workflow
from notifications import announce, chat_services, delivery, sealing, staff_addresses
from notifications.channels import guarded
from notifications.channels.chat import judged
from notifications.models import Message, StaffAddress
from tests import factories
from tests.notifications import chat_server, sms_gateway

pytestmark = pytest.mark.django_db

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-12.westeurope.logic.azure.com:443/workflows/643e69f83c8944438d68119179a10a64/triggers/manual/paths/"
    "invoke?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu"
)
GOOGLE = "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=aKey&token=aToken"
MATTERMOST = "https://chat.example.com/hooks/3ccdd113474722377935511fc85d3dd4"


@pytest.fixture
def chat(settings):
    with chat_server.running() as server:
        settings.WEBHOOK_HOSTS_INSIDE = frozenset({server.host})
        yield server


@pytest.fixture
def gateway(settings):
    with sms_gateway.running() as running:
        settings.SMS_URL = "46elks://user:secret@Loop/{to}"
        from apprise.plugins.fortysixelks import Notify46Elks

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Notify46Elks, "notify_url", running.address)
            yield running


def chat_of(user, server, wanted=staff_addresses.CHOICES, now=factories.NOW):
    return staff_addresses.save(user=user, channel="chat", said=server.mattermost, wanted=wanted, now=now)


def tell(now=factories.NOW):
    announce.announce_missed(now=now)
    delivery.deliver_due(now=now)


def texts(server):
    return [said["body"]["text"] for said in server.said]


class TestAChat:
    def test_is_told_in_one_line_with_a_link_besides_the_mail(self, people, chat, mailoutbox):
        chat_of(people.agent, chat)
        eva = factories.contact("Eva Ek", account=factories.account("Fjord AB", owner=people.agent))
        case = factories.response(3, contact=eva, comment="Never again", source="api").case
        tell()

        (text,) = texts(chat)
        assert "Eva Ek" in text
        assert "Fjord AB" in text
        assert f"/cases/{case.pk}/" in text
        assert "Never again" not in text
        assert text.count("http") == 1
        assert len(mailoutbox) == 1

    def test_is_told_of_what_its_owner_chose(self, people, chat):
        chat_of(people.agent, chat, wanted=["reminder_overdue"])
        case = factories.case(3, owner=people.agent)
        tell()
        assert texts(chat) == []

        late = case.contact_due_at + timedelta(minutes=1)
        reminders.remind_due(now=late)
        tell(late)
        assert len(texts(chat)) == 1
        assert f"/cases/{case.pk}/" in texts(chat)[0]

    def test_is_not_told_of_what_its_owner_did(self, people, chat):
        chat_of(people.lead, chat)
        chat_of(people.agent, chat)
        case = factories.case(3, owner=people.lead)
        tell()
        chat.said.clear()
        for owner in (people.agent, people.lead):
            workflow.assign(case_id=case.pk, owner=owner, reason="Yours", actor=people.lead, now=factories.NOW)
            tell()

        assert len(texts(chat)) == 1

    def test_is_told_nothing_of_a_case_that_went_out_of_sight(self, people, chat):
        chat_of(people.agent, chat)
        case = factories.case(3, owner=people.agent)
        announce.announce_missed(now=factories.NOW)
        workflow.assign(case_id=case.pk, owner=people.other_agent, reason="His", actor=people.lead, now=factories.NOW)
        delivery.deliver_due(now=factories.NOW)

        assert texts(chat) == []
        assert Message.objects.filter(channel="chat", user=people.agent).get().state == "cancelled"

    def test_is_not_interrupted_by_what_is_hours_old(self, people, chat, mailoutbox):
        chat_of(people.agent, chat)
        factories.case(3, owner=people.agent)
        tell(factories.later(hours=4))

        assert (texts(chat), len(mailoutbox)) == ([], 1)

    def test_that_was_taken_away_is_told_nothing(self, people, chat):
        address = chat_of(people.agent, chat)
        factories.case(3, owner=people.agent)
        announce.announce_missed(now=factories.NOW)
        staff_addresses.remove(address)
        delivery.deliver_due(now=factories.NOW)

        assert texts(chat) == []

    def test_lies_sealed_in_the_database(self, people, chat):
        chat_of(people.agent, chat)
        assert "3ccdd113" not in str(StaffAddress.objects.values().get())
        factories.case(3, owner=people.agent)
        tell()
        assert "3ccdd113" not in str(list(Message.objects.values()))


class TestAChatThatFails:
    @pytest.mark.parametrize("status", [400, 403, 404, 410])
    def test_for_good_is_not_tried_again_and_its_owner_sees_it(self, people, chat, status):
        chat.status = status
        chat_of(people.agent, chat)
        factories.case(3, owner=people.agent)
        tell()

        assert Message.objects.get(channel="chat").state == "dead"
        address = StaffAddress.objects.get()
        assert f"HTTP {status}" in address.trouble
        assert address.trouble_at == factories.NOW

    @pytest.mark.parametrize("status", [408, 429, 500, 503])
    def test_for_now_is_tried_again(self, people, chat, status):
        chat.status = status
        chat_of(people.agent, chat)
        factories.case(3, owner=people.agent)
        tell()
        chat.status = 200
        delivery.deliver_due(now=factories.later(minutes=2))

        assert Message.objects.get(channel="chat").state == "sent"
        assert StaffAddress.objects.get().trouble == ""

    def test_holds_up_neither_mails_nor_other_chats(self, people, chat, settings, mailoutbox):
        with chat_server.running() as away:
            gone = away.mattermost
            settings.WEBHOOK_HOSTS_INSIDE |= {away.host}
        StaffAddress.objects.all().delete()
        staff_addresses.save(user=people.agent, channel="chat", said=gone, wanted=["case_assigned"], now=factories.NOW)
        StaffAddress.objects.filter(user=people.agent).update(host="gone.example")
        chat_of(people.colleague, chat)
        for _number in range(4):
            factories.case(3, owner=people.agent)
            factories.case(3, owner=people.colleague)
        tell()

        assert len(texts(chat)) == 4
        assert len(mailoutbox) == 8
        assert Message.objects.filter(user=people.agent, channel="chat", attempts__gt=0).count() == 1

    def test_tells_no_secret_of_its_address(self):
        told = "A Connection error occurred sending to https://hooks.slack.com/services/T1/B2/sEcReT"
        assert "sEcReT" not in str(judged(told))


class TestATeamsChat:
    def test_is_told_what_happens_to_its_cases(self, people, chat):
        staff_addresses.save(
            team=people.north, channel="chat", said=chat.mattermost, wanted=staff_addresses.USUAL_OF_TEAM,
            now=factories.NOW,
        )  # fmt: skip
        case = factories.case(3, owner=people.agent)
        factories.case(3, owner=people.other_agent)
        tell()

        (text,) = texts(chat)
        assert f"/cases/{case.pk}/" in text

    def test_is_told_nothing_of_a_case_that_went_to_another_team(self, people, chat):
        staff_addresses.save(
            team=people.north, channel="chat", said=chat.mattermost, wanted=["case_assigned"], now=factories.NOW
        )
        case = factories.case(3, owner=people.agent)
        announce.announce_missed(now=factories.NOW)
        workflow.assign(case_id=case.pk, owner=people.other_agent, reason="His", actor=people.admin, now=factories.NOW)
        delivery.deliver_due(now=factories.NOW)

        assert texts(chat) == []

    def test_is_told_nothing_at_night(self, people, chat, settings):
        settings.STAFF_HOURS = (7, 19)
        staff_addresses.save(
            team=people.north, channel="chat", said=chat.mattermost, wanted=["case_assigned"], now=factories.NOW
        )
        evening = factories.later(hours=12)
        factories.case(3, owner=people.agent, now=evening)
        tell(evening)
        assert texts(chat) == []
        morning = Message.objects.get(team=people.north).send_after
        assert f"{morning.astimezone(ZoneInfo('Europe/Stockholm')):%a %H:%M}" == "Fri 07:00"


class TestATextMessage:
    def test_tells_by_itself_what_cannot_wait(self, people, gateway):
        staff_addresses.save(
            user=people.agent, channel="sms", said="070-123 45 67", wanted=staff_addresses.URGENT, now=factories.NOW
        )
        case = factories.case(3, owner=people.agent)
        tell()
        assert gateway.sent == []

        late = case.contact_due_at + timedelta(minutes=1)
        reminders.remind_due(now=late)
        tell(late)
        assert {sent["to"] for sent in gateway.sent} == {"+46701234567"}
        assert all(f"/cases/{case.pk}/" in sent["message"] for sent in gateway.sent)

    def test_is_not_to_be_had_without_a_gateway(self, people, settings):
        settings.SMS_URL = ""
        with pytest.raises(staff_addresses.AddressRefused, match="SMS_URL"):
            staff_addresses.save(user=people.agent, channel="sms", said="0701234567", wanted=[], now=factories.NOW)


class TestWhatAnAddressMayBe:
    @pytest.mark.parametrize(
        ("address", "service", "host"),
        [
            (SLACK, "Slack", "slack.com"),
            (TEAMS, "Microsoft Teams", "prod-12.westeurope.logic.azure.com"),
            (GOOGLE, "Google Chat", "chat.googleapis.com"),
            (MATTERMOST, "Mattermost", "chat.example.com"),
        ],
    )
    def test_as_the_chat_shows_it(self, address, service, host):
        chat = chat_services.of(address)
        assert (chat.service, chat.host, chat.plugin.verify_certificate) == (service, host, True)
        assert address[-10:] not in chat.shown

    @pytest.mark.parametrize(
        "address",
        [
            "json://127.0.0.1/x", "jsons://example.com/", "xml://example.com/", "form://example.com/",
            "file:///etc/passwd", "syslog://", "dbus://", "gnome://", "mailto://a:b@example.com", "http://example.com/",
            "https://example.com/", "https://chat.example.com/hooks/short", "apprise://example.com/token",
            "mmost://chat.example.com/3ccdd113474722377935511fc85d3dd4", "windows://", "",
            "https://hooks.slack.com@127.0.0.1/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        ],
    )  # fmt: skip
    def test_and_nothing_else(self, people, address):
        with pytest.raises(chat_services.ChatRefused):
            chat_services.of(address)

    def test_without_its_certificate_being_looked_at_it_is_looked_at(self):
        assert chat_services.of("mmosts://chat.example.com/3ccdd113474722377935511fc85d3dd4?verify=no").plugin.secure
        plugin = chat_services.of("mmosts://chat.example.com/3ccdd113474722377935511fc85d3dd4?verify=no").plugin
        assert plugin.verify_certificate


class TestEachService:
    """As the services are reached: by TLS, under their names; only the socket leads to this machine."""

    @pytest.fixture
    def everywhere(self, tmp_path, monkeypatch):
        path = tmp_path / "chat.pem"
        with chat_server.running(path) as server:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
            monkeypatch.setattr(guarded.public_addresses, "resolve", lambda host, port: ["203.0.113.7"])
            connect = guarded._connect
            monkeypatch.setattr(
                guarded, "_connect", lambda _address, *args, **kwargs: connect(server.server_address, *args, **kwargs)
            )
            yield server

    @pytest.mark.parametrize(
        ("address", "path", "said"),
        [
            (SLACK, "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "attachments"),
            (TEAMS, "/workflows/643e69f83c8944438d68119179a10a64", "attachments"),
            (GOOGLE, "/v1/spaces/AAAA/messages", "text"),
            (MATTERMOST, "/hooks/3ccdd113474722377935511fc85d3dd4", "text"),
        ],
    )
    def test_is_spoken_to_as_it_wants(self, people, everywhere, address, path, said):
        staff_addresses.save(
            user=people.agent, channel="chat", said=address, wanted=["case_assigned"], now=factories.NOW
        )
        case = factories.case(3, owner=people.agent)
        tell()

        (heard,) = everywhere.said
        assert heard["path"].startswith(path)
        assert heard["host"].split(":")[0] in address
        assert said in heard["body"]
        assert f"/cases/{case.pk}/" in str(heard["body"])


class TestTheGuard:
    def test_keeps_a_chat_from_reaching_inside(self, people, chat, settings):
        """The name was public when it was typed in, and leads inside now."""
        chat_of(people.agent, chat)
        settings.WEBHOOK_HOSTS_INSIDE = frozenset()
        StaffAddress.objects.update(sealed=sealing.seal(f"mmosts://{chat.host}/3ccdd113474722377935511fc85d3dd4"))
        factories.case(3, owner=people.agent)
        tell()

        assert chat.said == []
        assert Message.objects.get(channel="chat").state == "dead"

    def test_does_not_follow_a_chat_elsewhere(self, people, chat):
        with chat_server.running() as inside:
            chat.status, chat.location = 307, f"http://{inside.host}/"
            chat_of(people.agent, chat)
            factories.case(3, owner=people.agent)
            tell()
            assert inside.said == []


def test_a_test_says_that_it_is_one(people, chat):
    address = chat_of(people.agent, chat)
    staff_addresses.try_out(address, language="en", now=factories.NOW)
    delivery.deliver_due(now=factories.NOW)

    assert "test from Loop" in texts(chat)[0]
    assert StaffAddress.objects.get().arrived_at == factories.NOW
