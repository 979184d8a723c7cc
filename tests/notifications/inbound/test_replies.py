"""A customer answers the mail of a case: it lands there, once, trimmed; what is no answer is marked."""

import pytest

from loop import correspondence, sweeping, timeline
from loop.models import CaseMail
from notifications import reply_address
from notifications.inbound import arrivals, letters, mailbox
from notifications.inbound.intake import Result
from notifications.models import Message
from notifications.return_address import HEADER, name_of
from tests import factories, stories
from tests.factories import NOW, later
from tests.notifications import imap_server
from tests.notifications.inbound import replies

TODAY = NOW.date()


@pytest.fixture
def case(people, settings):
    settings.REPLY_ADDRESS = "case@loop.example"
    berg = factories.contact(
        "Eva Lind", email="eva@customer.example", account=factories.account("Fjord AB", owner=people.agent)
    )
    return factories.response(3, contact=berg).case


@pytest.fixture
def to(case):
    return reply_address.of_case(case.pk, now=NOW)


def take(raw, now=None):
    return arrivals.take(raw, now=now or later(hours=1))


class TestAnAnswer:
    @pytest.mark.parametrize("sample", replies.QUOTED)
    def test_is_kept_without_what_it_quotes(self, case, to, sample):
        text, left = replies.QUOTED[sample]
        assert take(replies.plain(text, to=to)) is Result.FILED
        mail = CaseMail.objects.get()
        assert (mail.case_id, mail.text, mail.subject) == (case.pk, left, "Re: Your answer")
        assert mail.original in ("", text.strip())
        assert bool(mail.original) == (mail.text != text.strip())
        assert mail.is_known

    @pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
    def test_as_html_alone_is_read_in_its_character_set(self, to, charset):
        html = (
            "<html><head><style>p{color:red}</style></head><body><p>Går bra, ring på måndag.</p>"
            '<div class="gmail_quote">Den tors 19 nov. 2026 kl 10:12 skrev Anna &lt;case+1@loop.example&gt;:<br>'
            "<blockquote>Hej Eva!</blockquote></div><script>alert(1)</script></body></html>"
        )
        take(replies.html_alone(html, to=to, charset=charset))
        assert CaseMail.objects.get().text == "Går bra, ring på måndag."

    def test_in_no_character_set_at_all_is_read_as_a_nordic_windows_writes(self, to):
        raw = replies.plain("x", to=to).replace(b"; charset=utf-8", b"").replace(b"\r\n\r\nx", b"\r\n\r\nG\xe5r bra")
        take(raw)
        assert CaseMail.objects.get().text == "Går bra"

    def test_in_a_character_set_nobody_knows_is_read_all_the_same(self, to):
        take(replies.plain("Fine.", to=to).replace(b"charset=utf-8", b"charset=x-unknown-8"))
        assert CaseMail.objects.get().text == "Fine."

    def test_with_an_encoded_name_and_subject_is_read(self, to):
        raw = replies.plain("Ok", to=to).replace(
            b"From: Eva Lind <eva@customer.example>", b"From: =?iso-8859-1?Q?P=E4r_=C5berg?= <par@customer.example>"
        ).replace(b"Subject: Re: Your answer", b"Subject: =?utf-8?B?U3Y6IERpdHQgc3ZhciDwn5GN?=")  # fmt: skip
        take(raw)
        mail = CaseMail.objects.get()
        assert (mail.name, mail.subject) == ("Pär Åberg", "Sv: Ditt svar 👍")

    def test_has_its_attachments_named_and_not_kept(self, to):
        files = [
            ("faktura å.pdf", "application/pdf", b"x" * 2048),
            ("run\u202egpj.exe", "application/x-msdownload", b"MZ"),
        ]
        take(replies.with_files("See attached.", files, to=to))
        mail = CaseMail.objects.get()
        assert mail.text == "See attached."
        assert [(file["name"], file["size"]) for file in mail.attachments] == [
            ("faktura å.pdf", 2048),
            ("rungpj.exe", 2),
        ]

    def test_names_at_most_twenty_attachments(self, to):
        take(replies.with_files("Many.", [(f"{n}.txt", "application/octet-stream", b"x") for n in range(40)], to=to))
        assert len(CaseMail.objects.get().attachments) == letters.MOST_ATTACHMENTS

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda raw: raw[: len(raw) // 2],
            lambda raw: raw.replace(b"text/plain", b"multipart/mixed; boundary=nowhere"),
            lambda raw: raw.replace(b"text/plain; charset=utf-8", b"text/plain; charset="),
            lambda raw: raw.replace(b"8bit", b"base64"),
            lambda raw: raw.replace(b"Subject: Re: Your answer", b"Subject: =?utf-8?B?not base64?="),
            lambda raw: raw.replace(b"Thank you", b"Thank\x00 you \xff\xfe"),
            lambda raw: raw.replace(b"Message-ID: <1@customer.example>", b"Message-ID: <" + b"x" * 2000 + b">"),
            lambda raw: raw.replace(b"Date: Thu, 19 Nov 2026 10:12:00 +0100", b"Date: yesterday"),
        ],
    )
    def test_that_is_malformed_never_fails_and_keeps_what_can_be_read(self, case, to, spoil):
        assert take(spoil(replies.plain("Hello.\n\nThank you all.", to=to))) in (Result.FILED, Result.NOTHING)
        for mail in CaseMail.objects.all():
            assert "\x00" not in mail.text + mail.original + mail.subject

    def test_by_two_ways_lands_once(self, case, to):
        raw = replies.plain("Fine.", to=to)
        assert take(raw) is Result.FILED
        assert take(raw.replace(b"From:", b"X-Forwarded-By: imap\r\nFrom:", 1)) is Result.NOTHING
        assert CaseMail.objects.count() == 1

    def test_without_a_message_id_lands_once_too(self, case, to):
        raw = replies.plain("Fine.", to=to).replace(b"Message-ID: <1@customer.example>\r\n", b"")
        assert take(raw) is Result.FILED
        assert take(raw.replace(b"MIME-Version", b"X-Other: 1\r\nMIME-Version", 1)) is Result.NOTHING

    def test_from_another_address_is_kept_as_such(self, case, to):
        take(replies.plain("It is me.", to=to).replace(b"eva@customer.example", b"eva@home.example"))
        mail = CaseMail.objects.get()
        assert (mail.case_id, mail.address, mail.is_known) == (case.pk, "eva@home.example", False)

    def test_makes_no_score_and_moves_no_case(self, case, to):
        take(replies.plain("10", to=to))
        now = stories.as_it_is_now(case)
        assert (now.state, now.version, now.response.score) == (case.state, case.version, 3)

    def test_tells_the_owner_and_nobody_else(self, case, to, people):
        sweeping.run_all(now=later(minutes=1))
        take(replies.plain("Call me.", to=to))
        sweeping.run_all(now=later(hours=1, minutes=1))
        told = Message.objects.get(kind="case_reply")
        assert (told.user, told.state) == (people.agent, "sent")
        assert "Call me." in told.body

    def test_on_a_closed_case_tells_the_lead_too_who_can_open_it_again(self, case, to, people, settings):
        settings.DEBUG = True  # stored with its links
        factories.resolve(factories.reach(case, now=later(minutes=5)), now=later(minutes=9))
        sweeping.run_all(now=later(minutes=10))
        take(replies.plain("It is not solved.", to=to))
        sweeping.run_all(now=later(hours=1, minutes=1))
        told = {message.user: message.body for message in Message.objects.filter(kind="case_reply")}
        assert set(told) == {people.agent, people.lead}
        assert "Open it again" in told[people.lead]
        assert "Open it again" not in told[people.agent]


class TestWhatIsNoAnswer:
    @pytest.mark.parametrize("sample", replies.AUTOMATIC)
    def test_a_machines_mail_is_marked_and_tells_nobody(self, case, to, sample):
        take(replies.with_headers(replies.AUTOMATIC[sample], to=to))
        assert CaseMail.objects.get().is_automatic
        assert correspondence.unanswered(timeline.story(case)) is None
        sweeping.run_all(now=later(hours=1, minutes=1))
        assert not Message.objects.filter(kind="case_reply").exists()

    @pytest.mark.parametrize("language", replies.AWAY_SUBJECTS)
    def test_an_absence_note_is_known_by_its_subject(self, to, language):
        raw = replies.plain("Tillbaka 3.12.2026", to=to).replace(
            b"Re: Your answer", replies.AWAY_SUBJECTS[language].encode()
        )
        take(raw)
        assert CaseMail.objects.get().is_automatic

    @pytest.mark.parametrize(
        ("text", "day"),
        [
            ("I am back on 3 December.", (2026, 12, 3)),
            ("I am away until December 3rd, 2026.", (2026, 12, 3)),
            ("Jag är tillbaka den 3 december.", (2026, 12, 3)),
            ("Jeg er tilbake 3. desember.", (2026, 12, 3)),
            ("Jeg er tilbage den 3. december 2026.", (2026, 12, 3)),
            ("Olen poissa 20.11.–3.12.2026.", (2026, 12, 3)),
            ("Palaan 3. joulukuuta.", (2026, 12, 3)),
            ("Back 2027-01-07.", (2027, 1, 7)),
            ("Tillbaka 7 januari.", (2027, 1, 7)),
            ("I was away until 3 March 2020. Call +46 8 12 34 56.", None),
            ("Back on 99.99.2026 or 2026-13-45.", None),
        ],
    )
    def test_an_absence_note_says_until_when(self, to, text, day):
        take(replies.with_headers("Auto-Submitted: auto-replied\n", text, to=to))
        found = CaseMail.objects.get().away_until
        assert (found.year, found.month, found.day) == day if day else found is None

    def test_a_mail_of_ours_that_comes_back_is_left_alone(self, case, to):
        raw = replies.with_headers(f"{HEADER}: {name_of('0' * 32)}\n", "Our own words.", to=to)
        assert take(raw) is Result.NOTHING
        assert not CaseMail.objects.exists()

    def test_nothing_is_ever_answered(self, case, to, server):
        sweeping.run_all(now=later(minutes=30))  # she is asked why, since she said nothing
        before = {mail.to[0] for mail in server.taken}
        for number, headers in enumerate(replies.AUTOMATIC.values()):
            take(replies.with_headers(headers, to=to, number=number))
        take(replies.plain("Hello.", to=to, number=99))
        sweeping.run_all(now=later(hours=2))
        assert before <= {mail.to[0] for mail in server.taken} <= before | {"anna@loop.example"}


class TestAnAddressNobodySigned:
    def test_is_refused_and_files_nothing(self, case, to):
        last = "a" if to.partition("@")[0][-1] != "a" else "b"
        forged = f"{to.partition('@')[0][:-1]}{last}@loop.example"
        assert take(replies.plain("x", to=forged)) is Result.REFUSED
        assert not CaseMail.objects.exists()

    def test_of_another_case_is_refused(self, case, to, people):
        other = factories.case(2, owner=people.agent)
        assert take(replies.plain("x", to=to.replace(f"+{case.pk}-", f"+{other.pk}-"))) is Result.REFUSED
        assert not CaseMail.objects.exists()

    def test_too_old_is_refused(self, case, to):
        assert take(replies.plain("x", to=to), now=later(days=367)) is Result.REFUSED

    def test_is_nothing_where_no_address_is_set_up(self, case, to, settings):
        settings.REPLY_ADDRESS = ""
        assert take(replies.plain("x", to=to)) is Result.NOTHING

    def test_but_a_good_one_beside_it_counts(self, case, to):
        forged = to.replace("-", "-0", 1)
        assert take(replies.plain("x", to=f"{forged}, {to}")) is Result.FILED


class TestTheMailbox:
    def test_files_answers_and_flags_what_is_not_believed(self, case, to, settings):
        mails = [replies.plain("Fine.", to=to), replies.plain("x", to=to.replace("-", "-0", 1), number=2)]
        with imap_server.running(mails) as server:
            settings.REPLY_MAILBOX_URL = server.address()
            assert mailbox.read_new(now=later(hours=1)) == 1
            assert server.seen == [1, 2]
            assert server.flagged == [2]
        assert CaseMail.objects.get().text == "Fine."

    def test_that_is_away_does_not_keep_the_other_from_being_read(self, case, to, settings):
        with imap_server.running([replies.plain("Fine.", to=to)]) as server:
            settings.BOUNCE_MAILBOX_URL = "imap://user:secret@127.0.0.1:9/INBOX"
            settings.REPLY_MAILBOX_URL = server.address()
            with pytest.raises(mailbox.MailboxAway):
                mailbox.read_new(now=later(hours=1))
        assert CaseMail.objects.count() == 1
