"""What does a message say? Its subject, text and HTML in the reader's language, and the headers it leaves with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from feedback import fixed_texts, phones, wording
from feedback.contact_zones import zone_of
from feedback.models import AskBy
from loop.config.logs import TOKEN
from notifications import (
    customer_facts,
    digests,
    facts,
    file_pulls,
    kinds,
    programme,
    reply_address,
    sealing,
    short_words,
    subscriptions,
    thanks_mails,
    together,
    weekly,
    written_mail,
)
from notifications.channels.base import Envelope
from notifications.channels.email import domain
from notifications.models import Message
from notifications.webhooks import stopped

SUBJECT_LIMIT = 200  # characters

# Kinds that tell of less, or of something else, than the row they belong to.
BY_KIND = {
    Message.CUSTOMER_BOUNCED: facts.of_bounce,
    "case_with_lead": facts.of_lead_look,
    "person_invited": facts.of_invited_person,
    "stand_in": facts.of_stand_in,
    "waves_wait": programme.of_waiting,
    "webhook_off": stopped.of_stopped,
    "pull_troubled": file_pulls.of_troubled,
}

# Kinds that tell their reader how things stand, and belong to no case.
TO_READ = {kinds.DIGEST.name: digests.facts_of, kinds.WEEKLY.name: weekly.facts_of}

_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True)
class Shown:
    """A message as the outbox page may show it."""

    subject: str
    text: str
    html: str


def render(message: Message, *, now: datetime) -> Envelope:
    """Put a message into words, as of `now`.

    Raises:
        ValueError, LookupError: a fact the message needs is missing.
        TemplateDoesNotExist: its kind has no texts.
    """
    if message.kind == Message.SURVEY_TEST:
        return _as_stored(message)
    language = _language(message)
    with fixed_texts.speaking(language), timezone.override(_zone(message)):
        if message.kind == Message.CUSTOMER_MAIL:
            return written_mail.envelope(message, language, now=now)
        if short_words.is_short(message):
            secret = sealing.unseal(message.address.sealed) if message.address is not None else ""
            return short_words.envelope(message, lambda told: _facts(told, now), secret=secret, language=language)
        context = _facts(message, now)
        if message.channel == AskBy.SMS:
            return _text_message(message, context, language)
        said = put_into_words(message.kind, context, language)
        return Envelope(
            to=message.contact.email if message.contact else message.user.email if message.user else "",
            subject=said.subject,
            text=said.text,
            html=said.html,
            language=language,
            message_id=str(message.message_id),
            reply_to=_answers_to(message, context, now),
            headers=_customer_headers(context) if message.is_to_customer else _staff_headers(message),
            sender_name=_sender_name(message),
            calendar=customer_facts.calendar_of(message, context, now=message.created_at),
            pictures=tuple(context.get("pictures", ())),
        )


def render_together(messages: list[Message]) -> Envelope:
    """Put several messages of one kind to one reader into the words of one mail, as of now.

    Raises:
        ValueError: they are to nobody, or about no case.
    """
    first = messages[0]
    if first.user is None:
        raise ValueError(f"{first.key} is to nobody")
    language = _language(first)
    with translation.override(language), timezone.override(_zone(first)):
        context = together.facts_of(messages)
        said = put_into_words("together", context, language)
        return Envelope(
            to=first.user.email,
            subject=said.subject,
            text=said.text,
            html=said.html,
            language=language,
            message_id=str(first.message_id),
        )


def put_into_words(kind: str, context: dict[str, Any], language: str) -> Shown:
    """What a message of this kind says with these facts, in the language that is active.

    Raises:
        TemplateDoesNotExist: the kind has no texts.
    """
    template = f"notifications/email/{kind}"
    subject = one_line(render_to_string(f"{template}.subject.txt", context))[:SUBJECT_LIMIT]
    language, words = wording.around(language), context.get("words")
    words_lang = wording.marked(words, language) if isinstance(words, wording.Words) else ""
    context = {**context, "language": language, "subject": subject, "words_lang": words_lang}
    return Shown(
        subject=subject,
        text=tidy(render_to_string(f"{template}.txt", context)),
        html=_inliner.inline(render_to_string(f"{template}.html", context)),
    )


def _answers_to(message: Message, context: dict[str, Any], now: datetime) -> str:
    """Where a customer's answer goes: to the case the mail is about, else to whoever reads it."""
    about = message.case_id if message.is_to_customer else None
    reader = context.get("reader")
    return (reply_address.of_case(about, now=now) if about else "") or (reader.email if reader else "")


def _text_message(message: Message, context: dict[str, Any], language: str) -> Envelope:
    contact = message.contact
    if contact is None:
        raise ValueError(f"{message.key} is to nobody")
    return Envelope(
        to=phones.mobile(contact.phone, contact.account.country if contact.account else ""),
        subject="",
        text=as_text_message(message.kind, context),
        html="",
        language=language,
        message_id=str(message.message_id),
    )


def as_text_message(kind: str, context: dict[str, Any]) -> str:
    """What a text message of this kind says with these facts, in the language that is active."""
    return tidy(render_to_string(f"notifications/sms/{kind}.txt", context)).strip()


def _as_stored(message: Message) -> Envelope:
    """A test mail was put into words when it was asked for: it shows the survey as it was then."""
    return Envelope(
        to=message.user.email if message.user else "",
        subject=message.subject,
        text=message.body,
        html=message.body_html,
        language=message.language,
        message_id=str(message.message_id),
    )


def _facts(message: Message, now: datetime) -> dict[str, Any]:
    if message.asks:
        return facts.of_invitation(message)
    if message.is_to_customer:
        about_thanks = message.thanks_id is not None
        return thanks_mails.facts_of(message, now) if about_thanks else customer_facts.of_own_case(message)
    return _facts_for_ours(message, now)


def _facts_for_ours(message: Message, now: datetime) -> dict[str, Any]:
    if message.kind == kinds.REPORT.name:
        return subscriptions.facts_of(message, now)
    if message.kind in TO_READ and message.user is not None:
        return TO_READ[message.kind](message.user, now)
    if message.kind in BY_KIND:
        return BY_KIND[message.kind](message)
    if message.wave_id is not None:
        return facts.of_wave(message)
    return facts.of_case(message) | customer_facts.of_call(message)


def _sender_name(message: Message) -> str:
    """The name a survey is sent under, for what we write to its respondents."""
    if not message.is_to_customer:
        return ""
    survey = message.invitation.survey if message.invitation is not None else None
    survey = survey or (message.thanks.response.survey if message.thanks is not None else None)
    survey = survey or (message.case.response.survey if message.case is not None else None)
    return survey.sender_name if survey is not None else ""


def keep(message: Message, envelope: Envelope) -> None:
    """Put what was sent into the message, for the outbox page; the caller saves it.

    A link in a mail to a customer is that customer's password: only on a trial machine (DEBUG) is it kept.
    """
    message.to, message.language, message.subject = envelope.to, envelope.language, envelope.subject
    message.body, message.body_html = envelope.text, envelope.html
    if not settings.DEBUG:
        message.body, message.body_html = masked(message.body), masked(message.body_html)


def shown(message: Message, *, now: datetime) -> Shown:
    """What a message said or, while it waits, would say now; customers' links work on a trial machine (DEBUG) only."""
    if message.body:
        said = Shown(message.subject, message.body, message.body_html)
    else:
        envelope = render(message, now=now)
        said = Shown(envelope.subject, envelope.text, envelope.html)
    if settings.DEBUG:
        return said
    return Shown(said.subject, masked(said.text), masked(said.html))


def masked(text: str) -> str:
    """The text without the tokens of customers' links."""
    return TOKEN.sub(r"\1***", text)


def one_line(text: str) -> str:
    """The text as a header may hold it: one line, nothing that is not printed."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def tidy(text: str) -> str:
    """The text without the blank lines that template tags leave behind."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    kept = [line for line, before in zip(lines, ["x", *lines], strict=False) if line or before]
    return "\n".join(kept) + "\n"


def _language(message: Message) -> str:
    if message.case_mail is not None:
        return message.case_mail.language or settings.LANGUAGE_CODE
    if message.contact is not None:
        survey = message.invitation.survey if message.invitation is not None else None
        added = "" if survey else wording.added_language_of(message.contact)
        return wording.language_of(message.contact, survey) or added or settings.LANGUAGE_CODE
    known = dict(settings.LANGUAGES)
    wanted = message.user.language if message.user is not None else ""
    return wanted if wanted in known else settings.LANGUAGE_CODE


def _zone(message: Message) -> ZoneInfo:
    if message.contact is not None:
        return zone_of(message.contact)
    return ZoneInfo((message.user.time_zone if message.user is not None else "") or settings.TIME_ZONE)


def _customer_headers(context: dict[str, str]) -> dict[str, str]:
    """Mail programs show their own unsubscribe button for these (RFC 2369, RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{context['unsubscribe_url']}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _staff_headers(message: Message) -> dict[str, str]:
    """All mails of one case, or of one wave, are one conversation in the reader's mail program."""
    if (message.case_id is None and message.wave_id is None) or message.kind in BY_KIND:
        return {}
    about = f"case-{message.case_id}" if message.wave_id is None else f"wave-{message.wave_id}"
    return {"References": f"<{about}@{domain()}>"}
