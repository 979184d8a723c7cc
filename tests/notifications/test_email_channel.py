"""Mail over a real SMTP conversation: one connection for many mails, and the right lesson from every way to fail."""

import smtplib
import socket

import pytest

from notifications.channels.base import Envelope, SendFailed
from notifications.channels.email import EmailChannel, judged
from tests.notifications import smtp_server


def envelope(to="eva@fjord.example", **fields):
    details = {
        "to": to, "subject": "Hej Åsa", "text": "Hej!\n", "html": "<p>Hej!</p>", "language": "sv",
        "message_id": "0b9b6c4e-7a5e-4d5b-9c63-8f9a3c1f2d3e", **fields,
    }  # fmt: skip
    return Envelope(**details)


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    with smtp_server.running() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def channel(server):
    channel = EmailChannel()
    yield channel
    channel.close()


class TestSending:
    def test_uses_one_connection_for_many(self, channel, server):
        for number in range(5):
            channel.send(envelope(f"eva{number}@fjord.example"))
        assert [to for to, _text in server.taken] == [f"eva{number}@fjord.example" for number in range(5)]
        assert server.connections == 1

    def test_notices_a_server_that_hung_up_between_two_mails(self, channel, server):
        server.mails_per_connection = 1
        for _mail in range(3):
            channel.send(envelope())
        assert len(server.taken) == 3

    def test_goes_on_after_a_refusal(self, channel, server):
        with pytest.raises(SendFailed):
            channel.send(envelope("no@fjord.example"))
        channel.send(envelope())
        assert len(server.taken) == 1


class TestAFailure:
    def test_of_an_address_that_does_not_exist_is_for_good(self, channel):
        with pytest.raises(SendFailed, match="550 no such mailbox") as failed:
            channel.send(envelope("no@fjord.example"))
        assert (failed.value.permanent, failed.value.maybe_sent, failed.value.unreachable) == (True, False, False)

    def test_of_a_server_that_is_busy_will_pass(self, channel):
        with pytest.raises(SendFailed, match="451 come back later") as failed:
            channel.send(envelope("la@fjord.example"))
        assert (failed.value.permanent, failed.value.maybe_sent, failed.value.unreachable) == (False, False, False)

    def test_after_the_mail_was_handed_over_leaves_it_open_whether_it_was_sent(self, channel):
        with pytest.raises(SendFailed) as failed:
            channel.send(envelope("hangs-up@fjord.example"))
        assert (failed.value.permanent, failed.value.maybe_sent, failed.value.unreachable) == (False, True, False)

    def test_to_reach_the_server_says_so(self, settings, channel):
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            settings.EMAIL_PORT = unused.getsockname()[1]
        with pytest.raises(SendFailed) as failed:
            channel.send(envelope())
        assert (failed.value.permanent, failed.value.maybe_sent, failed.value.unreachable) == (False, False, True)

    @pytest.mark.parametrize("to", ["", "eva", "a@b.example, c@d.example", "eva@fjord.example\nBcc: x@y.example"])
    def test_of_an_address_that_is_none_says_nothing_to_the_server(self, channel, server, to):
        with pytest.raises(SendFailed) as failed:
            channel.send(envelope(to))
        assert failed.value.permanent
        assert server.connections == 0

    def test_of_a_header_that_would_become_two_says_nothing_to_the_server(self, channel, server):
        with pytest.raises(SendFailed, match="not a possible mail") as failed:
            channel.send(envelope(subject="Hej\nBcc: x@y.example"))
        assert failed.value.permanent
        assert server.connections == 0


class TestJudging:
    @pytest.mark.parametrize(
        ("error", "permanent", "maybe_sent"),
        [
            (smtplib.SMTPDataError(554, b"spam"), True, False),
            (smtplib.SMTPDataError(452, b"disk full"), False, False),
            (smtplib.SMTPSenderRefused(530, b"log in first", "x@y.example"), False, False),
            (smtplib.SMTPNotSupportedError("SMTPUTF8"), True, False),
            (smtplib.SMTPServerDisconnected("gone"), False, True),
            (TimeoutError("timed out"), False, True),
            (ConnectionResetError(104, "reset"), False, True),
            (RuntimeError("a provider's own error"), False, False),
        ],
    )
    def test_tells_passing_from_permanent_and_sent_from_perhaps(self, error, permanent, maybe_sent):
        failure = judged(error)
        assert (failure.permanent, failure.maybe_sent) == (permanent, maybe_sent)
