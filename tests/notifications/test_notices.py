"""The bell: what happened stands behind it until it is read, and only while its reader may see the case."""

import pytest
from django.urls import reverse

from loop import workflow
from notifications import announce, delivery, notices, outbox
from notifications.models import Message
from tests import factories

pytestmark = pytest.mark.django_db

PAGE = reverse("notices")


def tell(now=factories.NOW):
    announce.announce_missed(now=now)


def lines(user, now=factories.NOW):
    return [(notice.what, notice.who) for notice in notices.of(user, now=now)]


@pytest.fixture
def case(people):
    eva = factories.contact("Eva Ek", account=factories.account("Fjord AB", owner=people.agent))
    case = factories.response(3, contact=eva, comment="Never again", source="api").case
    tell()
    return case


def test_anna_is_told_of_her_case_and_nobody_else_is(people, case):
    assert lines(people.agent) == [("A case has a new owner", "Eva Ek, Fjord AB")]
    assert [lines(one) for one in (people.other_agent, people.other_lead, people.colleague)] == [[], [], []]


def test_it_is_told_once_however_often_it_is_announced(people, case):
    event = Message.notices.get().event
    notices.enqueue("case_assigned", event, [people.agent], send_after=factories.NOW, now=factories.NOW)
    assert notices.unread(people.agent, now=factories.NOW).count() == 1


def test_it_is_no_mail_and_leaves_by_no_channel(people, case, mailoutbox):
    assert [message.channel for message in Message.objects.all()] == ["email"]
    delivery.deliver_due(now=factories.NOW)
    assert len(mailoutbox) == 1
    notice = Message.notices.get()
    assert (notice.state, notice.body, notice.subject, notice.to) == ("sent", "", "", "")


def test_a_case_that_is_out_of_sight_is_not_shown_any_more(people, case):
    workflow.assign(case_id=case.pk, owner=people.other_agent, reason="His", actor=people.lead, now=factories.NOW)

    assert lines(people.agent) == []
    assert notices.unread(people.agent, now=factories.NOW).count() == 0
    with pytest.raises(Message.DoesNotExist):
        notices.read(people.agent, Message.notices.get(user=people.agent).pk, now=factories.NOW)


def test_who_did_it_is_not_told(people, case):
    workflow.assign(case_id=case.pk, owner=people.lead, reason="Mine", actor=people.lead, now=factories.NOW)
    tell()
    assert lines(people.lead) == []


def test_what_waits_for_the_customer_to_settle_waits_here_too(people):
    case = factories.case(3, owner=people.agent)
    tell()
    Message.notices.update(send_after=factories.later(minutes=10))

    assert lines(people.agent) == []
    assert len(lines(people.agent, now=factories.later(minutes=11))) == 1
    assert case.pk


class TestTheBell:
    @pytest.fixture
    def anna(self, client, people):
        client.force_login(people.agent)
        return client

    def test_counts_what_is_unread_on_every_page(self, anna, case):
        for path in (reverse("my-settings"), reverse("case", args=[case.pk])):
            page = anna.get(path).content.decode()
            assert '1<span class="hush"> unread</span>' in page

    def test_leads_to_the_case_by_a_button_that_marks_it_as_read(self, anna, people, case):
        page = anna.get(PAGE).content.decode()
        assert "Eva Ek, Fjord AB" in page
        assert "Never again" not in page
        assert notices.unread(people.agent, now=factories.NOW).count() == 1  # looking at the list reads nothing

        opened = anna.post(reverse("notice", args=[Message.notices.get().pk]))
        assert opened["Location"] == reverse("case", args=[case.pk])
        assert notices.unread(people.agent, now=factories.NOW).count() == 0
        assert "unread</span>" not in anna.get(PAGE).content.decode()

    def test_forgets_all_at_once(self, anna, people, case):
        factories.case(2, owner=people.agent)
        tell()
        anna.post(reverse("notices-read"))
        assert notices.unread(people.agent, now=factories.NOW).count() == 0

    def test_does_not_open_what_is_somebody_elses(self, client, people, case):
        client.force_login(people.admin)
        assert client.post(reverse("notice", args=[Message.notices.get().pk])).status_code == 404
        client.post(reverse("notices-read"))
        assert Message.notices.get().read_at is None

    def test_comes_along_when_the_inbox_looks_for_news(self, anna, case):
        first = anna.get(reverse("cases-news"))
        assert 'id="bell"' in first.content.decode()
        assert 'hx-swap-oob="true"' in first.content.decode()
        assert anna.get(reverse("cases-news"), headers={"If-None-Match": first["ETag"]}).status_code == 304
        anna.post(reverse("notices-read"))
        assert anna.get(reverse("cases-news"), headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_is_not_there_for_a_customer(self, client, case):
        assert "bell" not in client.get(reverse("login")).content.decode()


def test_a_notice_is_kept_as_long_as_a_message(people, case):
    assert notices.delete_old(before=factories.later(days=89) - outbox.KEEP) == 0
    assert notices.delete_old(before=factories.later(days=91) - outbox.KEEP) == 1
