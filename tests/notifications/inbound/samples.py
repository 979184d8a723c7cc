"""Mails as servers and responders really send them, with our own mail's names put in where they quote it.

`{name}` is the signed name of our mail, `{id}` its Message-ID without brackets, `{to}` the address it was sent to.
Addresses and hosts are made up; the shapes and words are those of the software named by each key.
"""

# ruff: noqa: E501  what servers write is as long as it is
# fmt: off

import zlib
from textwrap import dedent

# What servers quote of our mail: as it was, or without the header that is ours alone.
ORIGINAL = """\
Return-Path: <bounces+{name}@nordlys.example>
From: Nordlys AS <hello@nordlys.example>
To: {to}
Subject: One question from Nordlys AS
Message-ID: <{id}>
X-Loop-Message: {name}
Auto-Submitted: auto-generated
"""
BARE_ORIGINAL = """\
From: Nordlys AS <hello@nordlys.example>
To: {to}
Subject: One question from Nordlys AS
Message-ID: <{id}>
"""


def dsn(
    *,
    sender: str,
    status: str,
    diagnostic: str,
    action: str = "failed",
    subject: str = "Undelivered Mail Returned to Sender",
    text: str = "Your message could not be delivered.",
    recipient: str = "Final-Recipient: rfc822; {to}",
    original: str = ORIGINAL,
    part: str = "message/rfc822",
    to: str = "hello@nordlys.example",
) -> str:
    """A delivery report as RFC 3464 wants it."""
    fields = [recipient, f"Action: {action}", f"Status: {status}"]
    if diagnostic:
        fields.append(f"Diagnostic-Code: {diagnostic}")
    about = "\n".join(fields)
    return f"""\
Return-Path: <>
From: {sender}
To: {to}
Subject: {subject}
Date: Thu, 19 Nov 2026 09:13:01 +0100
Message-ID: <{zlib.crc32(about.encode())}@mx.customer.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="edge"

--edge
Content-Type: text/plain; charset=utf-8

{text}

--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example
Arrival-Date: Thu, 19 Nov 2026 09:12:58 +0100

{about}

--edge
Content-Type: {part}

{original}
--edge--
"""


POSTFIX = "MAILER-DAEMON@mx.customer.example (Mail Delivery System)"
EXCHANGE = "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@customer.example>"
ONLINE = "postmaster@customer.onmicrosoft.com"
GMAIL = "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"

NO_MAILBOX = {
    "postfix: user unknown": dsn(
        sender=POSTFIX, status="5.1.1", text="<{to}>: host mx.customer.example said: 550 5.1.1 User unknown",
        diagnostic="smtp; 550 5.1.1 <{to}>: Recipient address rejected: User unknown in virtual mailbox table",
        recipient="Original-Recipient: rfc822;{to}\nFinal-Recipient: rfc822; {to}",
    ),
    "postfix: domain gone": dsn(
        sender=POSTFIX, status="5.4.4",
        diagnostic="X-Postfix; Host or domain name not found. Name service error for name=customer.example type=AAAA: Host not found",
    ),
    "postfix: to the address it returns to": dsn(
        sender=POSTFIX, status="5.1.1", diagnostic="smtp; 550 5.1.1 No such user", to="bounces+{name}@nordlys.example",
        original="Subject: removed by a filter\n", part="text/rfc822-headers",
    ),
    "exchange online: not found": dsn(
        sender=ONLINE, status="5.1.10", subject="Undeliverable: One question from Nordlys AS",
        text="{to} wasn't found at customer.example. The address may be misspelled or may not exist.",
        diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient {to} not found by SMTP address lookup",
        recipient="Final-Recipient: rfc822;{to}",
    ),
    "exchange online: refused at the edge": dsn(
        sender=ONLINE, status="5.4.1", subject="Undeliverable: One question from Nordlys AS",
        diagnostic="smtp;550 5.4.1 Recipient address rejected: Access denied. [AM6EUR05FT006.eop-eur05.prod.protection.outlook.com]",
        recipient="Final-Recipient: rfc822;{to}",
    ),
    "exchange 2016: swedish": dsn(
        sender=EXCHANGE, status="5.1.1", subject="Kan inte levereras: En fråga från Nordlys AS",
        text="Leveransen till följande mottagare misslyckades: {to}",
        diagnostic="smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found", recipient="Final-recipient: RFC822; {to}",
    ),
    "gmail: does not exist": dsn(
        sender=GMAIL, status="5.1.1", subject="Delivery Status Notification (Failure)",
        text="** Address not found **\n\nYour message wasn't delivered to {to} because the address couldn't be found, or is unable to receive mail.",
        diagnostic="smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos or\n 550-5.1.1 unnecessary spaces. For more information, go to\n 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser d2e1a72-20020a0cf5c2 - gsmtp",
    ),
    "gmail: account disabled": dsn(
        sender=GMAIL, status="5.2.1",
        diagnostic="smtp; 550 5.2.1 The email account that you tried to reach is disabled. Learn more at https://support.google.com/mail/?p=DisabledUser - gsmtp",
    ),
    "outlook.com: mailbox unavailable": dsn(
        sender=POSTFIX, status="5.5.0",
        diagnostic="smtp; 550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [DB5EUR01FT047.eop-EUR01.prod.protection.outlook.com]",
    ),
    "yahoo: no account": dsn(
        sender=POSTFIX, status="5.0.0",
        diagnostic="smtp; 554 delivery error: dd This user doesn't have a yahoo.com account ({to}) [0] - mta1234.mail.bf1.yahoo.com",
    ),
    "sendmail: user unknown": dsn(
        sender="Mail Delivery Subsystem <MAILER-DAEMON@relay.customer.example>", status="5.1.1",
        text="   ----- The following addresses had permanent fatal errors -----\n<{to}>\n    (reason: 550 5.1.1 <{to}>... User unknown)",
        diagnostic="SMTP; 550 5.1.1 <{to}>... User unknown", recipient="Final-Recipient: RFC822; {to}",
    ),
    "amazon ses: bounce": dsn(
        sender="MAILER-DAEMON@eu-north-1.amazonses.com", status="5.1.1", original=BARE_ORIGINAL + "X-Loop-Message: {name}\n",
        text="An error occurred while trying to deliver the mail to the following recipients:\n{to}",
        diagnostic="smtp; 550 5.1.1 user unknown", recipient="Final-Recipient: rfc822; {to}",
    ),
    "domino: not listed": dsn(
        sender="Postmaster@customer.example", status="5.1.1", subject="DELIVERY FAILURE: User {to} not listed in Domino Directory",
        diagnostic="X-Notes; User anna (anna@customer.example) not listed in Domino Directory; Recipient unknown",
    ),
    "mimecast: invalid recipient": dsn(
        sender=POSTFIX, status="5.0.0",
        diagnostic="smtp; 550 Invalid Recipient - https://community.mimecast.com/docs/DOC-1369#550 [kGzvPuRxNGyq]",
    ),
    "proofpoint: user unknown, headers only": dsn(
        sender=POSTFIX, status="5.1.1", part="text/rfc822-headers", original=BARE_ORIGINAL,
        diagnostic="smtp; 550 5.1.1 User Unknown",
    ),
    "a server that names no code": dsn(
        sender=POSTFIX, status="5.0.0", diagnostic="smtp; 550 Sorry, no mailbox here by that name. (#5.1.1)",
    ),
    "qmail: plain words": dedent("""\
        Return-Path: <>
        From: MAILER-DAEMON@mail.customer.example
        To: hello@nordlys.example
        Subject: failure notice
        Message-ID: <20261119081301.4711.qmail@mail.customer.example>

        Hi. This is the qmail-send program at mail.customer.example.
        I'm afraid I wasn't able to deliver your message to the following addresses.
        This is a permanent error; I've given up. Sorry it didn't work out.

        <{to}>:
        Sorry, no mailbox here by that name. (#5.1.1)

        --- Below this line is a copy of the message.

        """) + ORIGINAL,
    "exim: failed recipients": dedent("""\
        Return-Path: <>
        X-Failed-Recipients: {to}
        Auto-Submitted: auto-replied
        From: Mail Delivery System <Mailer-Daemon@exim.customer.example>
        To: hello@nordlys.example
        Subject: Mail delivery failed: returning message to sender
        Message-ID: <E1abcDE-0001Xy-7Q@exim.customer.example>

        This message was created automatically by mail delivery software.

        A message that you sent could not be delivered to one or more of its
        recipients. This is a permanent error. The following address(es) failed:

          {to}
            host mx.customer.example [192.0.2.25]
            SMTP error from remote mail server after RCPT TO:<{to}>:
            550 5.1.1 unknown user

        ------ This is a copy of the message, including all the headers. ------

        """) + ORIGINAL,
    "t-online: german words": dedent("""\
        From: Mail Delivery System <MAILER-DAEMON@mailout.t-online.example>
        To: bounces+{name}@nordlys.example
        Subject: Ihre Nachricht konnte nicht zugestellt werden
        Message-ID: <1a2b3c@mailout.t-online.example>

        |------------------------- Message log follows: -------------------------|
         no valid recipients were found for this message
        |------------------------- Failed addresses follow: ---------------------|
         <{to}> ... unknown user
        """),
    "an encoded report": dsn(sender=POSTFIX, status="5.1.1", diagnostic="").replace(
        dedent("""\
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mx.customer.example
            Arrival-Date: Thu, 19 Nov 2026 09:12:58 +0100

            Final-Recipient: rfc822; {to}
            Action: failed
            Status: 5.1.1
            """),
        "Content-Type: message/delivery-status\nContent-Transfer-Encoding: base64\n\n{encoded}\n",
    ),
    "a report in a character set nobody knows": dsn(
        sender=POSTFIX, status="5.1.1", diagnostic="smtp; 550 5.1.1 User unknown",
    ).replace("charset=utf-8", "charset=x-unknown-47"),
}

NOT_NOW = {
    "postfix: mailbox full": dsn(
        sender=POSTFIX, status="5.2.2", diagnostic="smtp; 552 5.2.2 <{to}>: Recipient address rejected: Mailbox full",
    ),
    "postfix: gave up after five days": dsn(
        sender=POSTFIX, status="4.4.1", diagnostic="smtp; connect to mx.customer.example[192.0.2.25]:25: Connection timed out",
    ),
    "gmail: over quota": dsn(
        sender=GMAIL, status="5.2.2",
        diagnostic="smtp; 552-5.2.2 The recipient's inbox is out of storage space and over quota. https://support.google.com/mail/?p=OverQuotaPerm",
    ),
    "gmail: our mail lacks a signature": dsn(
        sender=GMAIL, status="5.7.26",
        diagnostic="smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated. Gmail requires all senders to authenticate with either SPF or DKIM.",
    ),
    "gmail: too much mail for that account": dsn(
        sender=GMAIL, status="5.2.1",
        diagnostic="smtp; 550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered.",
    ),
    "outlook.com: our server is on a list": dsn(
        sender=POSTFIX, status="5.7.1",
        diagnostic="smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150).",
    ),
    "spamhaus: with the code of an unknown user": dsn(
        sender=POSTFIX, status="5.1.1",
        diagnostic="smtp; 550 5.1.1 <{to}> Recipient address rejected: blocked using zen.spamhaus.org",
    ),
    "exchange online: only colleagues may write": dsn(
        sender=ONLINE, status="5.7.133", subject="Undeliverable: One question from Nordlys AS",
        diagnostic="smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated",
    ),
    "exchange: too large": dsn(
        sender=EXCHANGE, status="5.3.4", diagnostic="smtp;550 5.3.4 ROUTING.SizeLimit; message size exceeds fixed maximum size for route",
    ),
    "exchange online: a loop": dsn(
        sender=ONLINE, status="5.4.14", diagnostic="smtp;554 5.4.14 Hop count exceeded - possible mail loop ATTR34",
    ),
}

# The address it names is not the one we wrote to.
FORWARDED = dsn(
    sender=POSTFIX, status="5.1.1", diagnostic="smtp; 550 5.1.1 User unknown",
    recipient="Final-Recipient: rfc822; old.job@elsewhere.example",
)

AUTOMATIC = {
    "postfix: delayed": dsn(
        sender=POSTFIX, status="4.4.1", action="delayed", subject="Delayed Mail (still being retried)",
        diagnostic="smtp; connect to mx.customer.example[192.0.2.25]:25: Connection refused",
    ),
    "gmail: delayed": dsn(
        sender=GMAIL, status="4.4.1", action="delayed", subject="Delivery Status Notification (Delay)",
        diagnostic="smtp; The recipient server did not accept our requests to connect.",
    ),
    "postfix: delivered": dsn(
        sender=POSTFIX, status="2.0.0", action="delivered", subject="Successful Mail Delivery Report", diagnostic="smtp; 250 2.0.0 Ok",
    ),
    "exchange: relayed": dsn(sender=EXCHANGE, status="2.1.5", action="relayed", subject="Relayed: One question", diagnostic=""),
    "exim: delayed, in plain words": dedent("""\
        From: Mail Delivery System <Mailer-Daemon@exim.customer.example>
        To: bounces+{name}@nordlys.example
        Auto-Submitted: auto-replied
        Subject: Warning: message 1abcDE-0001Xy-7Q delayed 24 hours

        This message was created automatically by mail delivery software.
        A message that you sent has not yet been delivered to one or more of its
        recipients after more than 24 hours on the queue on exim.customer.example.

          {to}
            Delay reason: SMTP error from remote mail server: 450 4.2.0 greylisted, user unknown

        No action is required on your part. Delivery attempts will continue for
        some time, and this warning may be repeated at intervals.
        """),
    "outlook: it was read": dedent("""\
        From: Anna <{to}>
        To: hello@nordlys.example
        Subject: Read: One question from Nordlys AS
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=disposition-notification; boundary="edge"

        --edge
        Content-Type: text/plain

        Your message was read on Thursday.

        --edge
        Content-Type: message/disposition-notification

        Final-Recipient: RFC822; {to}
        Original-Message-ID: <{id}>
        Disposition: automatic-action/MDN-sent-automatically; displayed

        --edge--
        """),
}


def away(subject: str, text: str, *headers: str) -> str:
    """An automatic reply of somebody who is away."""
    told = "\n".join(["From: Anna Berg <{to}>", "To: hello@nordlys.example", f"Subject: {subject}", *headers])
    return f"{told}\nIn-Reply-To: <{{id}}>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"


SUBMITTED = "Auto-Submitted: auto-replied"
EXCHANGE_AWAY = ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "X-MS-Exchange-Inbox-Rules-Loop: {to}")

AUTOMATIC |= {
    "exchange en": away("Automatic reply: One question from Nordlys AS", "I am out of the office until 30 November.", *EXCHANGE_AWAY),
    "exchange sv": away("Autosvar: En fråga från Nordlys AS", "Jag är på semester till den 30 november. 9 av 10 mejl besvaras då.", *EXCHANGE_AWAY),
    "exchange nb": away("Automatisk svar: Ett spørsmål fra Nordlys AS", "Jeg er på ferie til 30. november.", *EXCHANGE_AWAY),
    "exchange da": away("Automatisk svar: Et spørgsmål fra Nordlys AS", "Jeg er på ferie til den 30. november.", *EXCHANGE_AWAY),
    "exchange fi": away("Automaattinen vastaus: Yksi kysymys", "Olen lomalla 30.11. asti. Kiireissä soita 010 550 511.", *EXCHANGE_AWAY),
    "exchange de": away("Automatische Antwort: Eine Frage", "Ich bin bis 30. November nicht im Büro.", *EXCHANGE_AWAY),
    "gmail vacation": away("Out of office Re: One question", "I am away.", SUBMITTED, "Precedence: bulk", "X-Autoreply: yes"),
    "unix vacation": away("away from my mail", "I will read it when I return. 10/10", "Precedence: bulk", SUBMITTED),
    "only the subject tells, sv": away("Frånvaro: Re: En fråga från Nordlys AS", "Jag är föräldraledig."),
    "only the subject tells, sv 2": away("Automatiskt svar: En fråga", "Åter på måndag."),
    "only the subject tells, nb": away("Fravær: Ett spørsmål", "Tilbake mandag."),
    "only the subject tells, da": away("Ikke på kontoret: Et spørgsmål", "Tilbage mandag."),
    "only the subject tells, fi": away("Poissa toimistosta: Yksi kysymys", "Palaan maanantaina."),
    "only the subject tells, fi 2": away("Lomavastaus", "Palaan maanantaina."),
    "only the subject tells, de": away("Abwesenheitsnotiz: Eine Frage", "Ab Montag wieder da."),
    "only the subject tells, encoded": away("=?utf-8?Q?Fr=C3=A5nvarande=3A_En_fr=C3=A5ga?=", "Åter på måndag."),
    "a ticket system": away("[Ticket 4711] We have got your message", "We answer within two days.", "Auto-Submitted: auto-generated"),
    "a mailing list": away("One question", "Forwarded to 40 people.", "List-Id: <office.customer.example>", "Precedence: list"),
    "of nobody": away("Your message", "The mailbox is not watched; 550 5.1.1 it is not.", "Return-Path: <>"),
}

OTHER = {
    "a person who replies": away("Re: One question from Nordlys AS", "3, since the invoices are late."),
    "a person whose server asks for silence": away("SV: En fråga", "8 av 10!", "X-Auto-Response-Suppress: DR, OOF, AutoReply"),
    "a person who says it is no machine": away("Re: One question", "I answer myself.", "Auto-Submitted: no"),
    "a person who quotes an error": away(
        "Re: One question", "Your mail to my colleague came back: 550 5.1.1 User unknown <{to}>. Message-ID: <{id}>",
    ),
}

COMPLAINT = {
    "outlook.com: junk": dedent("""\
        From: staff@hotmail.example
        To: abuse@nordlys.example
        Subject: complaint about message from 192.0.2.1
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=feedback-report; boundary="edge"

        --edge
        Content-Type: text/plain

        This is an email abuse report.

        --edge
        Content-Type: message/feedback-report

        Feedback-Type: abuse
        User-Agent: SomeGenerator/1.0
        Version: 1

        --edge
        Content-Type: message/rfc822

        """) + ORIGINAL + "\n--edge--\n",
}
OTHER["a complaint that was taken back"] = COMPLAINT["outlook.com: junk"].replace("Feedback-Type: abuse", "Feedback-Type: not-spam")

ALL = {"no_mailbox": NO_MAILBOX, "not_now": NOT_NOW, "automatic": AUTOMATIC, "other": OTHER, "complaint": COMPLAINT}
