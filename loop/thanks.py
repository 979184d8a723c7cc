"""Who is thanked for an answer, how, and what may they be asked? Decided once with the answer, asked again all along.

The decision is a row, so nobody is thanked twice and every reason not to can be looked up. A mail of thanks waits until
the answer has settled. What made it right may be gone by then, so the same is asked when the mail leaves, when the page
is shown and when the customer says yes. Favours are never asked of somebody who waits for us.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.functional import Promise as Text
from django.utils.translation import gettext_lazy as _

from feedback import contacts, erasure, tokens
from feedback.models import Contact, OpenComplaint, Response, Survey, SuspectAnswer
from feedback.models.response import Category
from feedback.models.survey import SurveyKind
from loop.customer_pages import SETTLING
from loop.models import Ask, Case, Favour, Thank, Thanks, ThanksPolicy

TOO_LATE = timedelta(days=7)  # a thank-you that comes later is none
ASKED_FOR = timedelta(days=60)  # a favour can be agreed to that long after the answer
FRESH = timedelta(days=1)  # answers that came to us later than that are history, such as those of a file
OF_A_FILE = "import:"  # begins the source of answers that were read from one
PAGE_KEPT = timedelta(days=365)
SHOWN = ("response__survey", "response__invitation", "response__contact", "contact__account")

#: Why there are no thanks, or nothing is asked. None of them is shown to a customer.
WORDS: dict[str, Text] = {
    "retracted": _("it was a machine's answer"),
    "suspect": _("answers by this link wait to be verified"),
    "detractor": _("the answer is a low score now"),
    "not_now": _("the survey's policy does not thank for it any more"),
    "old": _("the answer is too old"),
    "no_mail": _("the customer does not want our mail, or it does not arrive"),
    "complaint": _("an open complaint was reported"),
    "open_case": _("the customer has an open case"),
    "account_case": _("somebody else at the account has an open case"),
    "promise": _("something we promised the customer is not done yet"),
    "quiet": _("the customer was asked for a favour a while ago"),
    "agreed": _("the customer has said yes already"),
}


def policy_of(survey: Survey) -> ThanksPolicy:
    """How this survey thanks; on the page alone where nobody has said anything else."""
    return ThanksPolicy.objects.filter(survey=survey).first() or ThanksPolicy(survey=survey, version=0)


def wanted(policy: ThanksPolicy, category: str) -> tuple[str, str]:
    """How somebody of this category is thanked, and what they are asked; ("none", "") for a low score."""
    if category == Category.PROMOTER:
        return policy.promoter_thanks, policy.promoter_ask
    return (policy.passive_thanks, policy.passive_ask) if category == Category.PASSIVE else (Thank.NONE, "")


def decide(response: Response, *, now: datetime, unseen: bool = False) -> Thanks | None:
    """Decide about thanks for an answer as it stands. Safe to repeat; a corrected answer is decided about anew.

    All of it or nothing: whoever calls it in a transaction of theirs may go on when it fails.

    Args:
        unseen: the answer was stored in this very transaction, so that nothing was decided about it.

    Returns:
        What was decided; None where nothing is to be done: of somebody without a name, of a recovery survey, or where
        the policy only has the page say thanks.
    """
    contact = response.contact
    if contact is None or not _is_asked_of(response) or (unseen and _is_no_reason(response)):
        return None
    with transaction.atomic():
        return _decide(response, contact, now, unseen)


def _decide(response: Response, contact: Contact, now: datetime, unseen: bool) -> Thanks | None:
    found = None if unseen else Thanks.objects.select_for_update().filter(response=response).first()
    if _is_no_reason(response):
        if found is not None:
            withhold(found, "retracted" if response.retracted_at else "detractor", now=now)
        return found
    policy = policy_of(response.survey)
    how, ask = wanted(policy, response.category)
    if not _is_more_than_the_page(policy, response.category):
        if found is not None:
            withhold(found, "not_now", now=now)
        return found
    if found is None and _is_history(response):
        return None
    thanks = found or _new(response, contact, now)
    return _settle(thanks, response, how, ask, policy, now)


def is_due(response: Response, policy: ThanksPolicy) -> bool:
    """Whether `decide` would write anything down for an answer about which nothing was decided yet."""
    if not _is_asked_of(response) or _is_no_reason(response):
        return False
    return _is_more_than_the_page(policy, response.category) and not _is_history(response)


def may_be_due(survey: Survey, category: str, policy: ThanksPolicy) -> bool:
    """Whether `is_due` can be so of any answer of this category to this survey."""
    return survey.kind != SurveyKind.RECOVERY and _is_more_than_the_page(policy, category)


def _is_asked_of(response: Response) -> bool:
    """Somebody with a name is thanked, and not for the answer to a recovery survey."""
    return response.contact_id is not None and response.survey.kind != SurveyKind.RECOVERY


def _is_no_reason(response: Response) -> bool:
    return response.retracted_at is not None or response.category == Category.DETRACTOR


def _is_more_than_the_page(policy: ThanksPolicy, category: str) -> bool:
    how, ask = wanted(policy, category)
    return how == Thank.MAIL or ask != ""


def _new(response: Response, contact: Contact, now: datetime) -> Thanks:
    thanks = Thanks(response=response, contact=contact, decided_at=now)
    thanks.token_hash = tokens.fingerprint(tokens.derive("thanks", thanks.public_id))
    return thanks


def _settle(thanks: Thanks, response: Response, how: str, ask: str, policy: ThanksPolicy, now: datetime) -> Thanks:
    """Write down what holds now; the mail waits for the answer to settle.

    Of two answers of one person at once one asks: they wait for each other at the person's row.
    """
    if ask:
        Contact.objects.select_for_update().filter(pk=thanks.contact_id).first()
    thanks.withheld = why_not(response)
    thanks.not_asked = why_no_ask(thanks, response, policy, ask) if ask else ""
    thanks.ask = "" if thanks.not_asked or thanks.withheld else ask
    if thanks.mailed_at is None:
        thanks.send_after = response.stands_since + SETTLING if how == Thank.MAIL else None
    thanks.save()
    return thanks


def _is_history(response: Response) -> bool:
    """An answer that was given long before it came to us, or was read from a file: nobody waits to be thanked."""
    late = response.received_at - response.responded_at > FRESH
    return late or response.source.startswith(OF_A_FILE)


def why_not(response: Response) -> str:
    """Why there must be no thanks for this answer now, a key of `WORDS`; "" when there may."""
    if response.retracted_at is not None:
        return "retracted"
    if response.category == Category.DETRACTOR:
        return "detractor"
    contact = response.contact
    if contact is None or not contacts.may_be_mailed(contact):
        return "no_mail"
    return "suspect" if _waits_to_be_verified(response) else _waits_for_us(contact)


def _waits_to_be_verified(response: Response) -> bool:
    if response.invitation_id is None:
        return False
    return SuspectAnswer.objects.filter(invitation=response.invitation_id, settled_at=None).exists()


def _waits_for_us(contact: Contact) -> str:
    if OpenComplaint.objects.filter(contact=contact, ended_at=None).exists():
        return "complaint"
    return "open_case" if Case.objects.open().filter(contact=contact).exists() else ""


def why_no_ask(thanks: Thanks, response: Response, policy: ThanksPolicy, ask: str) -> str:
    """Why this must not be asked of somebody who may be thanked, a key of `WORDS`; "" when it may."""
    contact = thanks.contact
    at_account = Case.objects.open().filter(account=contact.account_id)
    if contact.account_id is not None and at_account.exists():
        return "account_case"
    if Case.objects.promised().filter(contact=contact).exists():
        return "promise"
    others = Favour.objects.standing().filter(contact=contact, kind=ask)
    if others.exclude(thanks=thanks.pk).exists():
        return "agreed"
    since = thanks.decided_at - timedelta(days=policy.quiet_days)
    asked = Thanks.objects.filter(contact=contact, decided_at__gt=since, decided_at__lte=thanks.decided_at)
    return "quiet" if asked.exclude(ask="").exclude(pk=thanks.pk).exists() else ""


def ask_now(thanks: Thanks, *, now: datetime) -> str:
    """What this customer may be asked at this moment: what was decided, while it holds and the policy still asks it."""
    response = thanks.response
    policy = policy_of(response.survey)
    is_wanted = thanks.ask and wanted(policy, response.category)[1] == thanks.ask
    is_past = response.responded_at < now - ASKED_FOR
    if not is_wanted or is_past or thanks.withheld or why_not(response):
        return ""
    if thanks.ask == Ask.REVIEW and not policy.review_url:
        return ""
    return "" if why_no_ask(thanks, response, policy, thanks.ask) else thanks.ask


def why_not_send(thanks: Thanks, *, now: datetime) -> str:
    """Why the mail of thanks must not leave now, a key of `WORDS`; "" when it may."""
    if thanks.withheld:
        return thanks.withheld
    response = thanks.response
    if response.responded_at < now - TOO_LATE:
        return "old"
    how, _ask = wanted(policy_of(response.survey), response.category)
    return why_not(response) or ("" if how == Thank.MAIL else "not_now")


def withhold(thanks: Thanks, why: str, *, now: datetime) -> None:
    """No thanks after all, and nothing asked. What the customer had said yes to before a low score is taken back."""
    thanks.withheld = why
    thanks.save(update_fields=["withheld"])
    if why in ("detractor", "retracted"):
        thanks.favours.standing().update(revoked_at=now, revoked_by=Favour.BY_LOOP)


def put_off(thanks: Thanks, *, until: datetime) -> None:
    """The mail waits for the working hours of its reader."""
    thanks.send_after = until
    thanks.save(update_fields=["send_after"])


def hasten(thanks: Thanks, *, now: datetime) -> None:
    """The customer is done with the answer: its mail need not wait for a correction."""
    Thanks.objects.filter(pk=thanks.pk, mailed_at=None, send_after__gt=now).update(send_after=now)


def mark_mailed(thanks_id: int, *, now: datetime) -> None:
    """Note that the mail left."""
    Thanks.objects.filter(pk=thanks_id, mailed_at=None).update(mailed_at=now)


def decide_missed(*, now: datetime) -> int:
    """Decide about the answers of the last day that nobody has decided about. Returns how many thanks there are new."""
    new = 0
    for policy in ThanksPolicy.objects.order_by("pk"):
        categories = [one for one in Category.values if _is_more_than_the_page(policy, one)]
        if not categories:
            continue
        missed = (
            Response.objects.counted()
            .filter(survey=policy.survey_id, category__in=categories, thanks=None, contact__isnull=False)
            .filter(responded_at__gt=now - 2 * FRESH, received_at__lte=now, triaged_at__isnull=False)
            .filter(received_at__gt=now - FRESH, received_at__lte=F("responded_at") + FRESH)
            .exclude(source__startswith=OF_A_FILE)
            .select_related("survey", "contact__account")
        )
        for response in missed.order_by("pk"):
            new += decide(response, now=now) is not None
    return new


def find(token: str) -> Thanks | None:
    """The thanks whose page a link opens, or None for a token that is forged, cut short or meant for something else,
    or whose customer has had everything erased."""
    found = Thanks.objects.select_related(*SHOWN).filter(token_hash=tokens.fingerprint(token)).first()
    return None if found is None or erasure.is_erased(found.contact) else found


def link(thanks: Thanks) -> str:
    """The whole address of the customer's page.

    Raises:
        LookupError: SECRET_KEY was changed without keeping the old one in SECRET_KEY_FALLBACKS.
    """
    return settings.BASE_URL + path(thanks)


def path(thanks: Thanks) -> str:
    """The address of the customer's page on this server."""
    return reverse("thanks", args=[token_of(thanks)])


def token_of(thanks: Thanks) -> str:
    """The token to put into a link. The same one every time."""
    return tokens.matching("thanks", thanks.public_id, thanks.token_hash)


def is_over(thanks: Thanks, now: datetime) -> bool:
    """Whether the page is shown no more: nothing was agreed on it, and it is a year old."""
    return thanks.decided_at + PAGE_KEPT < now and not thanks.favours.standing().exists()
