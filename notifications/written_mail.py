"""How does a mail that somebody wrote to the customer of a case leave? In their words, under their name.

A person wrote it, so it says so: it is not marked as automatic, it has no list to leave, and it answers the customer's
last mail, so that both see one conversation. Answers go to the case's own address.
"""

from datetime import datetime

import css_inline
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from feedback import wording
from loop import correspondence
from loop.models import CaseMail, User
from notifications import reply_address
from notifications.channels.base import Envelope
from notifications.models import Message

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def envelope(message: Message, language: str, *, now: datetime) -> Envelope:
    """The mail in the language that is active.

    Raises:
        ValueError: there are no words, or nobody to send them to.
    """
    mail, contact = message.case_mail, message.contact
    if mail is None or contact is None:
        raise ValueError(f"{message.key} carries no mail to a customer")
    before = correspondence.thread(mail.case)
    return Envelope(
        to=contact.email,
        subject=mail.subject,
        text=mail.text.strip() + "\n",
        html=as_html(mail.subject, mail.text, language),
        language=language,
        message_id=str(message.message_id),
        reply_to=answers_to(mail, now=now),
        sender_name=sender_name(mail.author),
        headers={"In-Reply-To": before, "References": before} if before else {},
        is_automatic=False,
    )


def as_html(subject: str, text: str, language: str) -> str:
    """The words as a mail program shows them: a letter, nothing around it."""
    said = {"subject": subject, "text": text, "language": language}
    return _inliner.inline(render_to_string("notifications/email/customer_mail.html", said))


def sender_name(author: User | None) -> str:
    """Whom a customer sees as the sender: a person at a company."""
    if author is None or not author.name:
        return wording.company()
    return _("%(name)s at %(company)s") % {"name": author.name, "company": wording.company()}


def answers_to(mail: CaseMail, *, now: datetime) -> str:
    """The case's own address, else that of whoever wrote."""
    return reply_address.of_case(mail.case_id, now=now) or (mail.author.email if mail.author else "")
