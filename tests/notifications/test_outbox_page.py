"""The outbox page: administrators see what was and will be sent, and can send or drop what could not be."""

import re

import pytest

from feedback import invitations
from notifications import announce, delivery, kinds
from notifications.kind_words import KIND_WORDS
from notifications.models import Message, MessageState
from tests import factories
from tests.factories import NOW, later


@pytest.fixture
def ada(client, people):
    """The administrator's browser."""
    client.force_login(people.admin)
    return client


@pytest.fixture
def asked(people):
    """A customer who has been asked."""
    contact = factories.contact("Eva", email="eva@fjord.example", account=factories.account(owner=people.agent))
    invitation = invitations.invite(survey=factories.survey(), contact=contact, due_at=NOW, now=NOW)
    announce.enqueue_invitations(now=NOW)
    delivery.deliver_due(now=NOW)
    return invitation


@pytest.fixture
def alert(people):
    """A message to Anna that waits."""
    factories.case(owner=people.agent, contact_name="Per Dahl")
    announce.announce_missed(now=NOW)
    return Message.objects.get(user=people.agent)


def kill(message):
    Message.objects.filter(pk=message.pk).update(state=MessageState.DEAD, attempts=5, error="550 no such mailbox")


def rows(page):
    return re.findall(r'href="/setup/outbox/(\d+)/"', page.content.decode())


class TestTheList:
    def test_shows_what_was_sent_and_what_waits_newest_first(self, ada, asked, alert):
        page = ada.get("/setup/outbox/")
        assert rows(page) == [str(alert.pk), str(Message.objects.get(invitation=asked).pk)]
        assert "eva@<wbr>fjord.example" in page.content.decode()

    def test_calls_each_kind_by_its_words(self, ada, alert):
        assert set(KIND_WORDS) == set(kinds.BY_NAME)
        for page in ("/setup/outbox/", f"/setup/outbox/{alert.pk}/"):
            text = re.sub(r'"[^"]*"', "", ada.get(page).content.decode())
            assert "A case has a new owner" in text
            assert "case_assigned" not in text

    @pytest.mark.parametrize(
        ("wanted", "found"),
        [
            ("state=pending", ["alert"]), ("state=sent", ["question"]), ("kind=case_assigned", ["alert"]),
            ("to=FJORD", ["question"]), ("state=dead", []), ("to=nobody", []), ("state=sent&kind=case_assigned", []),
        ],
    )  # fmt: skip
    def test_is_narrowed_by_state_kind_and_recipient(self, ada, asked, alert, wanted, found):
        pks = {"alert": alert.pk, "question": Message.objects.get(invitation=asked).pk}
        assert rows(ada.get(f"/setup/outbox/?{wanted}")) == [str(pks[name]) for name in found]

    @pytest.mark.parametrize(
        "wanted", ["state=x", "kind=' OR 1=1", "before=x", "before=9" + "9" * 30, "to=" + "x" * 999]
    )
    def test_takes_nonsense_in_its_address_calmly(self, ada, alert, wanted):
        assert ada.get(f"/setup/outbox/?{wanted}").status_code == 200

    def test_goes_on_with_older_ones(self, ada, alert):
        Message.objects.bulk_create(
            Message(key=f"k{n}", kind="case_assigned", user=alert.user, send_after=NOW, created_at=NOW)
            for n in range(60)
        )
        first = ada.get("/setup/outbox/?kind=case_assigned")
        older = re.search(r'href="(\?[^"]*before=\d+)"', first.content.decode()).group(1).replace("&amp;", "&")
        second = ada.get(f"/setup/outbox/{older}")
        assert len(rows(first)) == 50
        assert len(rows(second)) == 11
        assert not set(rows(first)) & set(rows(second))

    def test_says_what_will_be_here_while_it_is_empty(self, ada):
        assert "No messages here" in ada.get("/setup/outbox/").content.decode()


class TestAMessage:
    def test_that_waits_is_shown_as_it_would_leave_now(self, ada, alert):
        page = ada.get(f"/setup/outbox/{alert.pk}/").content.decode()
        assert "from Per Dahl" in page
        assert "Per Dahl" in ada.get(f"/setup/outbox/{alert.pk}/mail/").content.decode()

    def test_to_a_customer_opens_nothing_in_production(self, ada, asked):
        message = Message.objects.get()
        for address in (f"/setup/outbox/{message.pk}/", f"/setup/outbox/{message.pk}/mail/"):
            page = ada.get(address).content.decode()
            assert invitations.link_token(asked) not in page
            assert "/s/***/" in page

    def test_to_a_customer_can_be_clicked_through_on_a_trial_machine(self, ada, people, settings):
        settings.DEBUG = True
        invitation = invitations.invite(survey=factories.survey(), contact=factories.contact(), due_at=NOW, now=NOW)
        announce.enqueue_invitations(now=NOW)
        delivery.deliver_due(now=NOW)
        page = ada.get(f"/setup/outbox/{Message.objects.get().pk}/mail/").content.decode()
        assert f"/s/{invitations.link_token(invitation)}/?score=3" in page

    def test_can_do_nothing_to_the_page_it_is_shown_on(self, ada, alert):
        mail = ada.get(f"/setup/outbox/{alert.pk}/mail/")
        policy = mail.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "sandbox allow-popups" in policy
        assert "allow-scripts" not in policy
        assert "allow-same-origin" not in policy
        assert mail.headers["X-Frame-Options"] == "SAMEORIGIN"
        frame = re.search(r"<iframe[^>]*>", ada.get(f"/setup/outbox/{alert.pk}/").content.decode()).group()
        assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in frame

    def test_that_cannot_be_made_says_why(self, ada, alert):
        Message.objects.filter(pk=alert.pk).update(kind="telepathy")
        page = ada.get(f"/setup/outbox/{alert.pk}/")
        assert page.status_code == 200
        assert "TemplateDoesNotExist" in page.content.decode()

    def test_that_does_not_exist_is_not_found(self, ada):
        for address in ("/setup/outbox/4711/", "/setup/outbox/4711/mail/"):
            assert ada.get(address).status_code == 404


class TestADeadMessage:
    def test_says_what_went_wrong_and_offers_two_ways_on(self, ada, alert):
        kill(alert)
        page = ada.get(f"/setup/outbox/{alert.pk}/").content.decode()
        assert "550 no such mailbox" in page
        assert f"/setup/outbox/{alert.pk}/retry/" in page
        assert f"/setup/outbox/{alert.pk}/discard/" in page

    def test_is_sent_again(self, ada, alert):
        kill(alert)
        ada.post(f"/setup/outbox/{alert.pk}/retry/")
        assert delivery.deliver_due(now=later(days=400)) == 1

    def test_is_discarded(self, ada, alert):
        kill(alert)
        ada.post(f"/setup/outbox/{alert.pk}/discard/")
        assert Message.objects.get(pk=alert.pk).error == "discarded by ada@loop.example"

    @pytest.mark.parametrize("step", ["retry", "discard"])
    def test_is_left_alone_by_a_link_and_one_that_lives_by_a_button(self, ada, alert, step):
        address = f"/setup/outbox/{alert.pk}/{step}/"
        assert ada.get(address).status_code == 405
        ada.post(address)
        assert Message.objects.get(pk=alert.pk).state == MessageState.PENDING


class TestWhoMayLook:
    @pytest.mark.parametrize("address", ["", "{}/", "{}/mail/"])
    @pytest.mark.parametrize("person", ["agent", "lead", "leader"])
    def test_nobody_but_administrators(self, client, people, alert, person, address):
        client.force_login(getattr(people, person))
        assert client.get("/setup/outbox/" + address.format(alert.pk)).status_code == 403

    @pytest.mark.parametrize("step", ["retry", "discard"])
    def test_nobody_else_may_do_anything_either(self, client, people, alert, step):
        kill(alert)
        client.force_login(people.lead)
        assert client.post(f"/setup/outbox/{alert.pk}/{step}/").status_code == 403
        assert Message.objects.get(pk=alert.pk).state == MessageState.DEAD

    def test_strangers_are_asked_to_sign_in(self, client, alert):
        answer = client.get("/setup/outbox/")
        assert answer.status_code == 302
        assert answer.url.startswith("/login/")
