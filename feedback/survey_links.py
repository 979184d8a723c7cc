"""Which standing links has a survey, where do they lead, and who may be behind one?

A link is made, changed and found here. What stands in its address is derived, as in `feedback.tokens`. Behind a link in
the company's own mails stands one contact: the address holds their external id and a signature of ours, so that it can
be written into a mail long before anybody is known to answer.
"""

import hmac
import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import tokens
from feedback.contacts import BOUNCED, clean_line
from feedback.editing import STAMPED, Edit, stamp
from feedback.models import Contact, Response, Suppression, Survey, SurveyLink
from feedback.models.survey import SurveyKind
from feedback.models.survey_link import ANONYMOUS, SOURCE, LinkKind
from feedback.origins import UnusableOrigin, clean_origin

MOST_ORIGINS = 20
ROUTES = {LinkKind.OPEN: "open-link", LinkKind.KIOSK: "kiosk", LinkKind.WIDGET: "widget"}


class LinkRefused(ValueError):
    """The link cannot be like this; `field` names what is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


@transaction.atomic
def create(
    *,
    survey: Survey,
    kind: str,
    name: str,
    language: str = "",
    expires_at: datetime | None = None,
    allowed_origins: Iterable[str] = (),
    now: datetime,
) -> SurveyLink:
    """Make a standing link; it takes answers at once.

    Args:
        kind: one of `LinkKind`; "mail" exists once a survey.
        name: where it is, for our own people.
        language: of the page; empty for the reader's.
        expires_at: when it stops taking answers; None for never.
        allowed_origins: of a widget: the sites that may show it.

    Raises:
        LinkRefused: naming the field.
    """
    if kind not in LinkKind.values:
        raise LinkRefused("kind", _("Choose one."))
    if survey.kind == SurveyKind.RECOVERY:
        raise LinkRefused("kind", _("A recovery survey is sent by a case, and by nothing else."))
    if not survey.is_active:
        raise LinkRefused("kind", _("The survey is not in use."))
    if kind == LinkKind.MAIL and survey.links.filter(kind=kind).exists():
        raise LinkRefused("kind", _("This survey has its link for your own mails already."))
    link = SurveyLink(survey=survey, kind=kind, created_at=now)
    link.token_hash = tokens.fingerprint(tokens.derive(_purpose(link), link.public_id))
    if kind == LinkKind.WIDGET:
        link.identity_salt = secrets.token_urlsafe(24)
    _set(link, name, language, expires_at, allowed_origins, now)
    link.save(force_insert=True)
    return link


@transaction.atomic
def change(
    link: SurveyLink,
    *,
    name: str,
    language: str,
    expires_at: datetime | None,
    allowed_origins: Iterable[str] = (),
    is_active: bool,
    now: datetime,
    edit: Edit | None = None,
) -> SurveyLink:
    """Change a standing link, or turn it off and on. Its address stays.

    Raises:
        ChangedMeanwhile: somebody was faster.
        LinkRefused: naming the field.
    """
    link = SurveyLink.objects.select_for_update(of=("self",)).select_related("survey").get(pk=link.pk)
    _set(link, name, language, expires_at, allowed_origins, now)
    link.is_active = is_active
    stamp(link, edit)
    link.save(update_fields=["name", "language", "expires_at", "allowed_origins", "is_active", *STAMPED])
    return link


@transaction.atomic
def new_secret(link: SurveyLink, edit: Edit | None = None) -> None:
    """Give a widget another secret. What is signed with the one before is refused from now on.

    Raises:
        ChangedMeanwhile: somebody was faster, perhaps with a secret that is in use by now.
    """
    link = SurveyLink.objects.select_for_update().get(pk=link.pk, kind=LinkKind.WIDGET)
    link.identity_salt = secrets.token_urlsafe(24)
    stamp(link, edit)
    link.save(update_fields=["identity_salt", *STAMPED])


def token(link: SurveyLink) -> str:
    """What stands in its address.

    Raises:
        LookupError: SECRET_KEY was changed without keeping the old one in SECRET_KEY_FALLBACKS.
    """
    return tokens.matching(_purpose(link), link.public_id, link.token_hash)


def address(link: SurveyLink) -> str:
    """Where an open link, a feedback station or a widget is found.

    Raises:
        LookupError: as `token`.
    """
    return settings.BASE_URL + reverse(ROUTES[LinkKind(link.kind)], args=[token(link)])


def find(given: str, kind: LinkKind) -> SurveyLink | None:
    """The link of this kind with this token, or None. Off or on."""
    found = SurveyLink.objects.select_related("survey")
    return found.filter(token_hash=tokens.fingerprint(given), kind=kind).first()


def came_by(response: Response) -> str:
    """The name of the standing link an answer without a name came by; "" for all others."""
    number = response.source.removeprefix(SOURCE)
    if number == response.source or not number.isdigit():
        return ""
    return SurveyLink.objects.filter(pk=int(number)).values_list("name", flat=True).first() or ""


# -- Links in the company's own mails ---------------------------------------------------------------------------------


def in_mails(survey: Survey) -> SurveyLink | None:
    """The link of this survey that stands in the company's own mails, if it has one that is on."""
    return survey.links.filter(kind=LinkKind.MAIL, is_active=True).first()


def address_for(link: SurveyLink, survey_key: str, external_id: str) -> str:
    """Where the contact with this external id answers by a link in the company's own mails. Ready for `?score=`."""
    signature = tokens.derive("standing", f"{link.public_id}:{external_id}")
    return settings.BASE_URL + reverse("embedded", args=[survey_key, external_id, signature])


def find_embedded(survey_key: str, external_id: str, signature: str) -> tuple[SurveyLink, Contact] | None:
    """The link and the contact an address in a mail names; None for one that is forged, or for another contact."""
    links = SurveyLink.objects.select_related("survey")
    link = links.filter(survey__key=survey_key, kind=LinkKind.MAIL).first()
    if link is None or not _signed(link, external_id, signature):
        return None
    contact = Contact.objects.select_related("account").filter(external_id=external_id).first()
    return (link, contact) if contact is not None else None


def for_mail_merge(link: SurveyLink) -> Iterator[tuple[str, str, str]]:
    """External id, e-mail and address of every contact who can be given one, a few thousand at a time."""
    survey_key = link.survey.key
    rows = mergeable().order_by("pk").values_list("external_id", "email")
    for external_id, email in rows.iterator(chunk_size=2000):
        yield str(external_id), email, address_for(link, survey_key, str(external_id))


def mergeable() -> QuerySet[Contact]:
    """The contacts with an external id to whom mail has not stopped.

    Who said here or at another account that they want no surveys is the same person, and so is who has no address and
    said it at this number.
    """
    stopped = Exists(Suppression.objects.filter(address_hash=OuterRef("address_hash")))
    by_number = Suppression.objects.exclude(reason=BOUNCED).filter(address_hash=OuterRef("mobile_hash"))
    return (
        Contact.objects.exclude(Q(external_id=None) | Q(external_id=""))
        .filter(opted_out_at=None)
        .exclude(stopped)
        .exclude(Q(address_hash="") & Exists(by_number))
    )


def _signed(link: SurveyLink, external_id: str, signature: str) -> bool:
    named = f"{link.public_id}:{external_id}"
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    expected = [tokens.derive("standing", named, key=str(key)) for key in keys]
    return any(hmac.compare_digest(each.encode(), signature.encode()) for each in expected)


# -- What they may be -------------------------------------------------------------------------------------------------


def _purpose(link: SurveyLink) -> tokens.Purpose:
    return cast("tokens.Purpose", str(link.kind))


def _set(
    link: SurveyLink,
    name: str,
    language: str,
    expires_at: datetime | None,
    allowed_origins: Iterable[str],
    now: datetime,
) -> None:
    name = clean_line(name)
    if not name or len(name) > 100:
        raise LinkRefused("name", _("Give it a name of up to 100 characters, such as the counter in Malmö."))
    if language and not link.survey.wordings.filter(language=language).exists():
        raise LinkRefused("language", _("The survey has no words in this language."))
    if expires_at is not None and expires_at <= now and expires_at != link.expires_at:
        raise LinkRefused("expires_at", _("That day is over."))
    link.name, link.language, link.expires_at = name, language, expires_at
    if link.kind == LinkKind.WIDGET:
        link.allowed_origins = _origins(allowed_origins)


def _origins(given: Iterable[str]) -> list[str]:
    try:
        found = list(dict.fromkeys(clean_origin(text) for text in given))
    except UnusableOrigin as error:
        raise LinkRefused("allowed_origins", str(error)) from None
    if len(found) > MOST_ORIGINS:
        raise LinkRefused("allowed_origins", _("At most %(n)d sites.") % {"n": MOST_ORIGINS})
    return found


def answers_by(links: Iterable[SurveyLink]) -> Mapping[int, int]:
    """How many answers that count came in by each of these links."""
    counted: dict[int, int] = {}
    for link in links:
        if link.kind in ANONYMOUS:
            found = Response.objects.counted().filter(source=link.source).exclude(external_id="")
        else:
            found = Response.objects.counted().filter(invitation__link=link)
        counted[link.pk] = found.count()
    return counted
