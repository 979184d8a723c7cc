"""What does a mail have to tell: about a case or a wave to our people, about a question to a customer?

Values are plain text in the language and time zone that are active; templates put them into words.
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, Min
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from feedback import contacts, invitations, suspects, wording
from feedback.models import AskBy, Contact, Invitation, Survey
from loop import access, customer_pages, deadlines, people, sla, step_links, wishes
from loop.models import AccountOwner, Case, CaseMail, CustomerPage, Role, User, Verdict
from loop.own_words import own_words
from notifications import audience
from notifications.models import Message

COMMENT_SHOWN = 1500  # characters; the case has the rest
PEOPLE_SHOWN = 25  # the wave's page has the rest


def of_case(message: Message) -> dict[str, Any]:
    """What somebody must know to act on a case from their phone, without signing in first.

    Raises:
        ValueError: the message is about no case.
    """
    case, user = message.case, message.user
    if case is None or user is None:
        raise ValueError(f"{message.key} is about no case")
    response, contact, account = case.response, case.contact, case.account
    data = message.event.data if message.event is not None else {}
    actor = message.event.actor if message.event is not None else None
    phone = response.phone or (contact.phone if contact else "")
    return {
        "case": case,
        "score": response.score,
        "scale_max": response.survey.scale_max,
        "category": response.category,
        "comment": shortened(response.comment),
        "word": case.opened_by_word,
        "wants_callback": wishes.is_call_wanted(case),
        "standing_wish": wishes.wish_told(case),
        "name": contact.display_name if contact else response.respondent_name or phone,
        "who": who(contact, account.name if account else response.respondent_name),
        "title": contact.title if contact else "",
        "account": account.name if account else "",
        "phone": phone,
        "dial": "".join(character for character in phone if character in "+0123456789"),
        "email": contact.email if contact else response.respondent_email,
        "stage": deadlines.stage(case),
        "due_short": told_when(case.due_at, _("D j M H:i")),
        "due_long": told_when(case.due_at, _("l j F, H:i")),
        "deadline_reason": _deadline_reason(case),
        "owner": case.owner,
        "is_owner": case.owner_id == user.pk,
        "why_you": _why_you(case, user),
        "case_url": settings.BASE_URL + reverse("case", args=[case.pk]),
        "actor": actor,
        "reason": own_words(data.get("reason", ""), by_person=actor is not None),
        "note": data.get("note", ""),
        "stands_in": user.pk != case.owner_id and case.owner_id in user.covering_people,
        "level": data.get("level", ""),
        "what": data.get("what", ""),
        "promised_by": data.get("promised_by_name", ""),
        "promise_short": told_when(datetime.fromisoformat(data["due_at"]), _("D j M H:i")) if "due_at" in data else "",
        "promise_long": told_when(datetime.fromisoformat(data["due_at"]), _("l j F, H:i")) if "due_at" in data else "",
        "try_at": told_when(datetime.fromisoformat(data["at"]), _("D j M H:i")) if data.get("at") else "",
        "before": data.get("before", ""),
        "after": data.get("after", ""),
        "links": step_links.offered(user, case),
        **_of_mail(message),
        "verdict": Verdict(data["verdict"]).label if "verdict" in data else "",
    }


def _of_mail(message: Message) -> dict[str, Any]:
    """What a mail of the case said, where the message is about one."""
    data = message.event.data if message.event is not None else {}
    mail = CaseMail.objects.filter(pk=data["mail"]).first() if "mail" in data else None
    if mail is None:
        return {}
    return {
        "mail": mail,
        "written": shortened(mail.text),
        "attached": [attachment["name"] for attachment in mail.attachments],
        "has_left": data.get("left", True),
        "why_lost": data.get("why", ""),
    }


def of_lead_look(message: Message) -> dict[str, Any]:
    """What somebody is told of an answer their lead looks at first: that there is one. Not whose, nor what it says.

    Raises:
        ValueError: the message is about no case.
    """
    case = message.case
    if case is None:
        raise ValueError(f"{message.key} is about no case")
    return {
        "account": case.account.name if case.account else "",
        "lead": case.owner.display_name if case.owner else "",
    }


def of_invited_person(message: Message) -> dict[str, Any]:
    """The way in. The link is made when the mail leaves, and works once.

    Raises:
        ValueError: the message is to nobody.
    """
    if message.user is None:
        raise ValueError(f"{message.key} is to nobody")
    hours = settings.PASSWORD_RESET_TIMEOUT // 3600
    link = people.set_password_link(message.user)
    return {"name": message.user.name, "company": wording.company(), "link": link, "hours": hours}


def of_stand_in(message: Message) -> dict[str, Any]:
    """Whose work somebody does now, until when, and how much of it there is.

    Raises:
        ValueError: the message is to nobody.
    """
    user = message.user
    if user is None:
        raise ValueError(f"{message.key} is to nobody")
    away = User.objects.filter(pk__in=user.covering_people, away_until__isnull=False).order_by("away_until", "pk")
    return {
        "people": [
            (
                person.display_name,
                formats.date_format(person.away_until, _("l j F")),
                access.visible_cases(user).open().filter(owner=person).count(),
            )
            for person in away
            if person.away_until is not None
        ],
        "inbox_url": settings.BASE_URL + reverse("cases"),
    }


def of_invitation(message: Message) -> dict[str, Any]:
    """The question, a link for each score, who reads the answer, and the way out.

    Raises:
        ValueError: the message carries no invitation.
        LookupError: the link cannot be made any more, since SECRET_KEY was changed without keeping the old one.
    """
    invitation, contact = message.invitation, message.contact
    if invitation is None or contact is None:
        raise ValueError(f"{message.key} carries no invitation")
    survey = invitation.survey
    link = settings.BASE_URL + reverse("respond", args=[invitations.link_token(invitation)])
    return {
        **question(survey, wording.words(survey, wording.active_language()), link),
        "name": contact.name,
        "reader": looked_after_by(contact, message.case),
        "page_url": _own_page(message.case),
        "unsubscribe_url": settings.BASE_URL + reverse("unsubscribe", args=[contacts.unsubscribe_token(contact)]),
    }


def _own_page(case: Case | None) -> str:
    """Where a customer who is asked again finds what was done; "" where they have no such page."""
    page: CustomerPage | None = getattr(case, "customer_page", None)
    return customer_pages.link(page) if page is not None else ""


def question(survey: Survey, words: wording.Words, link: str) -> dict[str, Any]:
    """What is asked, with a link for each score to the page behind `link`."""
    low, high = survey.scale
    return {
        "words": words,
        "company": wording.company(),
        "link": link,
        "scores": [(score, f"{link}?score={score}") for score in range(low, high + 1)],
        "unseen": suspects.unseen_link(link),
    }


def of_wave(message: Message) -> dict[str, Any]:
    """Which of their customers somebody is told will be asked, and when.

    Raises:
        ValueError: the message is about no wave.
    """
    wave, user = message.wave, message.user
    if wave is None or user is None:
        raise ValueError(f"{message.key} is about no wave")
    members = audience.members_looked_after(wave, user)
    theirs = Invitation.objects.filter(wave=wave, contact__in=members.values("contact"))
    leaves = theirs.aggregate(first=Min("due_at"), last=Max("due_at"))
    named = theirs.select_related("contact__account").order_by("due_at", "pk")[:PEOPLE_SHOWN]
    asked = members.count()
    return {
        "wave": wave,
        "survey": wave.survey.name,
        "asked": asked,
        "people": [
            (
                invitation.contact.display_name,
                invitation.contact.account.name if invitation.contact.account else "",
                told_when(invitation.due_at, _("D j M")),
            )
            for invitation in named
        ],
        "more": max(0, asked - PEOPLE_SHOWN),
        "first_day": told_when(leaves["first"], _("l j F")) if leaves["first"] else "",
        "last_day": told_when(leaves["last"], _("l j F")) if leaves["last"] else "",
        "halted": wave.halted,
        "wave_url": settings.BASE_URL + reverse("wave", args=[wave.pk]),
    }


def of_bounce(message: Message) -> dict[str, Any]:
    """Whom our mail does not reach, and where that can be put right.

    Raises:
        ValueError: the message carries no invitation.
    """
    if message.invitation is None:
        raise ValueError(f"{message.key} carries no invitation")
    contact = message.invitation.contact
    account = contact.account
    return {
        "who": who(contact, account.name if account else ""),
        "name": contact.display_name,
        "address": contact.email,
        "phone": contact.phone,
        "by_text": message.invitation.channel == AskBy.SMS,
        "survey": message.invitation.survey.name,
        "account_url": settings.BASE_URL + reverse("account", args=[account.pk]) if account else "",
    }


def looked_after_by(contact: Contact, case: Case | None) -> User | None:
    """Who reads this customer's answer: the owner of the case, else of the account."""
    if case is not None and case.owner is not None and case.owner.is_active:
        return case.owner
    ownership = AccountOwner.objects.select_related("user").filter(account=contact.account_id).first()
    return ownership.user if ownership is not None and ownership.user.is_active else None


def shortened(comment: str) -> str:
    comment = comment.strip()
    return comment if len(comment) <= COMMENT_SHOWN else f"{comment[:COMMENT_SHOWN].rstrip()} …"


def told_when(instant: datetime, date_format: str) -> str:
    """A time on the reader's clock; the format is a text to translate, since languages order dates differently."""
    return formats.date_format(timezone.localtime(instant), date_format)


def who(contact: Contact | None, account: str) -> str:
    name = contact.display_name if contact else ""
    if name and account:
        return _("%(name)s, %(account)s") % {"name": name, "account": account}
    return name or account or _("an unknown customer")


def _deadline_reason(case: Case) -> str:
    if deadlines.stage(case) != "contact" or not case.due_reason:
        return ""
    why = sla.Why.from_dict(case.due_reason)
    return " ".join(part for part in (why.sentence(), why.skipped_sentence()) if part)


def _why_you(case: Case, user: User) -> str:
    if case.owner_id == user.pk:
        return own_words(case.owner_reason)
    told = {"name": case.owner.display_name if case.owner else "", "team": case.team.name if case.team else ""}
    leads_the_team = user.role == Role.LEAD and case.team is not None
    if case.owner_id in user.covering_people:
        return _("%(name)s has this case, and you stand in for them.") % told
    if case.owner is None and leads_the_team:
        return _("Nobody has this case yet, and you lead %(team)s.") % told
    if case.owner is None:
        return _("Nobody has this case yet.")
    if leads_the_team:
        return _("%(name)s has this case, and you lead %(team)s.") % told
    return _("%(name)s has this case, and no lead could be told.") % told
