"""Bounces, automatic replies and people: each mail is taken for what it is, whoever's software wrote it."""

from uuid import uuid4

import pytest

from notifications.channels.email import domain
from notifications.inbound import mails
from notifications.inbound.mails import Kind
from tests.notifications.inbound import samples
from tests.notifications.inbound.letters import letter

EVERY = [(kind, name, text) for kind, texts in samples.ALL.items() for name, text in texts.items()]
BOUNCES = [(name, text) for name, text in {**samples.NO_MAILBOX, **samples.NOT_NOW}.items()]


@pytest.mark.parametrize(("kind", "name", "text"), EVERY, ids=[f"{kind}: {name}" for kind, name, _text in EVERY])
def test_a_mail_is_taken_for_what_it_is(kind, name, text):
    assert mails.read(letter(text)).kind == kind


@pytest.mark.parametrize(("name", "text"), BOUNCES, ids=[name for name, _text in BOUNCES])
def test_a_bounce_says_which_of_our_mails_came_back(name, text):
    ours = uuid4()
    report = mails.read(letter(text, ours))
    is_named = ours in report.messages or f"<{ours}@{domain()}>" in report.message_ids
    assert is_named


@pytest.mark.parametrize(
    ("name", "text"), list(samples.NO_MAILBOX.items()), ids=[name for name, _text in samples.NO_MAILBOX.items()]
)
def test_a_bounce_names_who_was_not_reached_or_nobody(name, text):
    named = {address.lower() for address in mails.read(letter(text)).recipients}
    assert not named or "anna@customer.example" in named


def test_there_are_enough_of_them():
    assert len(EVERY) >= 60


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"no headers at all",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x",
        b"Content-Type: multipart/report; boundary=\r\n\r\nx",
        b"From: MAILER-DAEMON@x\r\nSubject: =?utf-8?B?broken\r\n\r\n550",
        b"From: =?nonsense?Q?x?= <mailer-daemon@x>\r\n\r\n" + b"5" * 100_000,
        b"Content-Type: message/delivery-status\r\n\r\n" + b"Action: failed\r\n\r\n" * 2000,
        b"Content-Type: message/rfc822\r\n\r\n" * 200,
    ],
)
def test_no_mail_is_so_odd_that_reading_it_fails(raw):
    assert mails.read(raw).kind in Kind


def test_a_name_that_is_forged_or_cut_is_no_name():
    ours = uuid4()
    forged = mails.read(letter(samples.NO_MAILBOX["qmail: plain words"], ours, signed=False))
    assert forged.messages == ()


def test_two_reports_are_two_and_one_told_twice_is_one():
    first = letter(samples.NOT_NOW["postfix: mailbox full"])
    other = letter(samples.NOT_NOW["gmail: over quota"])
    assert mails.read(first).key == mails.read(first).key
    assert mails.read(first).key != mails.read(other).key
