"""The mailbox for mails that come back is read over a real IMAP conversation."""

import pytest

from feedback import contacts
from feedback.models import Contact
from loop import sweeping
from notifications.inbound import intake, mailbox
from tests.factories import later
from tests.notifications import imap_server
from tests.notifications.inbound import samples
from tests.notifications.inbound.letters import letter


def look(settings, server, **details):
    settings.BOUNCE_MAILBOX_URL = server.address(**details)
    return mailbox.read_new(now=later(hours=1))


def test_what_came_back_stops_mail_and_everything_looked_at_is_marked_as_read(settings, sent):
    mails = [
        letter(samples.OTHER["a person who replies"], sent.message_id),
        letter(samples.AUTOMATIC["exchange fi"], sent.message_id),
        letter(samples.NO_MAILBOX["gmail: does not exist"], sent.message_id),
    ]
    with imap_server.running(mails) as server:
        assert look(settings, server) == 1
        assert server.seen == [1, 2, 3]
        assert look(settings, server) == 0
        assert server.left == 2
    assert not contacts.may_be_mailed(Contact.objects.get(pk=sent.contact_id))


def test_a_mail_that_cannot_be_taken_is_left_unread_and_holds_up_no_other(settings, sent, monkeypatch):
    real = intake.take

    def fail_once(report, *, now):
        if report.status == "5.2.2":
            raise RuntimeError("a bug of ours")
        return real(report, now=now)

    monkeypatch.setattr(intake, "take", fail_once)
    mails = [
        letter(samples.NOT_NOW["postfix: mailbox full"], sent.message_id),
        letter(samples.NO_MAILBOX["gmail: does not exist"], sent.message_id),
    ]
    with imap_server.running(mails) as server:
        assert look(settings, server) == 1
        assert server.seen == [2]


def test_a_folder_of_its_own_may_be_named(settings, sent):
    with imap_server.running([letter(samples.NO_MAILBOX["qmail: plain words"], sent.message_id)], "Bounces") as server:
        assert look(settings, server) == 1


def test_of_a_huge_mail_only_the_beginning_is_fetched(settings, sent, monkeypatch):
    monkeypatch.setattr(mailbox, "LARGEST", 3000)
    huge = letter(samples.NO_MAILBOX["postfix: user unknown"], sent.message_id) + b"x" * 100_000
    with imap_server.running([huge]) as server:
        assert look(settings, server) == 1


def test_a_wrong_password_is_said_and_the_next_look_tries_again(settings, sent):
    with imap_server.running([]) as server, pytest.raises(mailbox.MailboxAway, match=r"127\.0\.0\.1"):
        look(settings, server, password="wrong")


def test_a_folder_that_is_not_there_is_said(settings, sent):
    with imap_server.running([], "Bounces") as server:
        server.folder = "Elsewhere"
        settings.BOUNCE_MAILBOX_URL = server.address().replace("Elsewhere", "Bounces")
        with pytest.raises(mailbox.MailboxAway):
            mailbox.read_new(now=later())


def test_a_server_that_is_away_is_said(settings, db):
    settings.BOUNCE_MAILBOX_URL = "imap://loop:secret@127.0.0.1:9/INBOX"
    with pytest.raises(mailbox.MailboxAway):
        mailbox.read_new(now=later())


def test_without_a_mailbox_nothing_is_read(settings, db):
    settings.BOUNCE_MAILBOX_URL = ""
    assert sweeping.run_all(now=later())["read_bounces"] == 0
