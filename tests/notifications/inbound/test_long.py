"""Does a mail that was made to be slow hold up the mailbox? Each of these took minutes, or hours, to read."""

import signal
from datetime import date

import pytest

from notifications.inbound import letters, mails

REPORT = b"From: mailer-daemon@mail.example\r\n\r\n"
LETTER = b"From: Bo <bo@customer.example>\r\nSubject: Re: Your answer\r\n"
PLAIN, HTML = LETTER + b"\r\n", LETTER + b"Content-Type: text/html\r\n\r\n"
PATIENCE = 60  # seconds after which reading hangs; it takes one or two


@pytest.fixture
def patience():
    def hangs(*_signal):
        raise TimeoutError("reading it hangs")

    before = signal.signal(signal.SIGALRM, hangs)
    signal.alarm(PATIENCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize(
    ("head", "again", "times"),
    [
        (REPORT, b"5", 400_000),
        (REPORT, b"\n \n", 60_000),
        (PLAIN, b"on Mon wrote ", 30_000),
        (HTML, b"<style ", 70_000),
        (HTML, b"<a ", 60_000),
        (HTML, b"<br>\n", 100_000),
    ],
    ids=["digits", "empty lines", "wrote", "style", "tags", "breaks"],
)
def test_is_read_without_hanging(patience, head, again, times):
    raw = head + again * times
    assert mails.read(raw).kind in mails.Kind
    assert letters.read(raw, today=date(2026, 11, 28)) is not None


def test_what_was_said_in_a_long_line_is_kept():
    said = " ".join(f"word{n}" for n in range(600))
    assert letters.read(PLAIN + said.encode(), today=date(2026, 11, 28)).text.split() == said.split()


def test_what_only_looks_like_a_tag_is_said():
    raw = HTML + b"<p>We pay 5 < 7 and <b>wait</b></p><!-- <b>no</b> --><style>p { color: red }</style>"
    assert letters.read(raw, today=date(2026, 11, 28)).text == "We pay 5 < 7 and wait"
