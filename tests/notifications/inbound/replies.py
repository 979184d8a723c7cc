"""What customers' mail programs really send when somebody answers: shapes of real mails, with invented people.

`{to}` stands for our signed address. Of each sample: the mail, and the words that should be left of it.
"""

from email.message import EmailMessage

HEAD = (
    "From: Eva Lind <eva@customer.example>\nTo: {to}\nSubject: Re: Your answer\n"
    "Message-ID: <{id}@customer.example>\nDate: Thu, 19 Nov 2026 10:12:00 +0100\n"
)
PLAIN = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"

QUOTED: dict[str, tuple[str, str]] = {
    "gmail en": (
        "Sure, call me at ten.\n\nOn Thu, 19 Nov 2026 at 10:12, Anna at Fjord <case+1@loop.example>\n"
        "wrote:\n\n> Hello Eva,\n> may I call?\n",
        "Sure, call me at ten.",
    ),
    "gmail sv": (
        "Hej, ring klockan tio.\n\n"
        "Den tors 19 nov. 2026 kl 10:12 skrev Anna hos Fjord <case+1@loop.example>:\n\n> Hej Eva!\n",
        "Hej, ring klockan tio.",
    ),
    "gmail nb": (
        "Hei, ring meg i morgen.\n\n"
        "tor. 19. nov. 2026 kl. 10:12 skrev Anna hos Fjord <case+1@loop.example>:\n\n> Hei Eva!\n",
        "Hei, ring meg i morgen.",
    ),
    "gmail da": (
        "Hej, ring i morgen.\n\n"
        "Den tors. 19. nov. 2026 kl. 10.12 skrev Anna hos Fjord <case+1@loop.example>:\n\n> Hej Eva\n",
        "Hej, ring i morgen.",
    ),
    "gmail fi": (
        "Hei, huomenna sopii.\n\n"
        "to 19. marrask. 2026 klo 10.12 Anna, Fjord (case+1@loop.example) kirjoitti:\n\n> Hei Eva\n",
        "Hei, huomenna sopii.",
    ),
    "outlook en": (
        "Sure.\n\n________________________________\nFrom: Anna at Fjord <case+1@loop.example>\n"
        "Sent: Thursday, November 19, 2026 10:12 AM\nTo: Eva Lind <eva@customer.example>\n"
        "Subject: Your answer\n\nHello Eva,\n",
        "Sure.",
    ),
    "outlook sv": (
        "Det går bra.\n\nFrån: Anna hos Fjord <case+1@loop.example>\n"
        "Skickat: den 19 november 2026 10:12\nTill: Eva Lind <eva@customer.example>\nÄmne: Ditt svar\n\n"
        "Hej Eva!\n",
        "Det går bra.",
    ),
    "outlook nb": (
        "Det er greit.\n\nFra: Anna hos Fjord <case+1@loop.example>\n"
        "Sendt: torsdag 19. november 2026 10:12\nTil: Eva Lind <eva@customer.example>\n"
        "Emne: Svaret ditt\n\nHei Eva!\n",
        "Det er greit.",
    ),
    "outlook da": (
        "Det er fint.\n\nFra: Anna hos Fjord <case+1@loop.example>\nSendt: 19. november 2026 10:12\n"
        "Til: Eva Lind <eva@customer.example>\nEmne: Dit svar\n\nHej Eva\n",
        "Det er fint.",
    ),
    "outlook fi": (
        "Sopii hyvin.\n\nLähettäjä: Anna, Fjord <case+1@loop.example>\n"
        "Lähetetty: torstai 19. marraskuuta 2026 10.12\nVastaanottaja: Eva Lind <eva@customer.example>\n"
        "Aihe: Vastauksesi\n\nHei Eva\n",
        "Sopii hyvin.",
    ),
    "apple sv": (
        "Går bra.\n\n> 19 nov. 2026 kl. 10:12 skrev Anna hos Fjord <case+1@loop.example>:\n> \n> Hej Eva!\n",
        "Går bra.",
    ),
    "no quotation": (
        "From here on it works.\n\nThank you: all of you!",
        "From here on it works.\n\nThank you: all of you!",
    ),
    "answer below": ("> May I call?\n\nTomorrow at ten.\n", "> May I call?\n\nTomorrow at ten."),
    "several paragraphs": (
        "First.\n\n1. The invoice\n2. The delivery\n\n- and this\n\nLast.\n\n"
        "On Thu, 19 Nov 2026 at 10:12, Anna <case+1@loop.example> wrote:\n> Hi\n",
        "First.\n\n1. The invoice\n2. The delivery\n\n- and this\n\nLast.",
    ),
}


def plain(text: str, *, to: str, number: int = 1, head: str = "") -> bytes:
    """A mail of text alone."""
    return (head + HEAD.format(to=to, id=number) + PLAIN + text).replace("\n", "\r\n").encode()


def with_headers(headers: str, text: str = "I am back on 3 December.", *, to: str, number: int = 1) -> bytes:
    """A mail with these headers before the usual ones."""
    return plain(text, to=to, number=number, head=headers)


def html_alone(html: str, *, to: str, charset: str = "utf-8", number: int = 1) -> bytes:
    """A mail that comes as HTML and nothing else, in some character set."""
    head = HEAD.format(to=to, id=number) + f"MIME-Version: 1.0\nContent-Type: text/html; charset={charset}\n"
    return (head + "Content-Transfer-Encoding: 8bit\n\n").replace("\n", "\r\n").encode() + html.encode(charset)


def with_files(text: str, files: list[tuple[str, str, bytes]], *, to: str) -> bytes:
    """A mail with attachments: name, type, content."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Eva Lind <eva@customer.example>", to, "Re: Your answer"
    mail["Message-ID"] = "<files@customer.example>"
    mail.set_content(text)
    for name, content_type, content in files:
        main, _slash, sub = content_type.partition("/")
        mail.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


AUTOMATIC = {
    "exchange en": "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n",
    "rfc 3834": "Auto-Submitted: auto-replied\n",
    "gmail vacation": "Auto-Submitted: auto-replied\nPrecedence: bulk\nX-Autoreply: yes\n",
    "precedence alone": "Precedence: auto_reply\n",
    "lotus": "X-Autorespond: vacation\n",
    "empty return path": "Return-Path: <>\n",
    "a list": "List-Id: <all.customer.example>\nPrecedence: list\n",
}
AWAY_SUBJECTS = {
    "en": "Automatic reply: Your answer",
    "sv": "Autosvar: Ditt svar",
    "sv absence": "Frånvaromeddelande",
    "nb": "Automatisk svar: Svaret ditt",
    "da": "Automatisk svar: Dit svar",
    "fi": "Automaattinen vastaus: Vastauksesi",
    "fi holiday": "Lomavastaus",
    "de": "Automatische Antwort: Ihre Antwort",
}
