"""To what have happy customers said yes, who may know of it, and who has been told?

A yes is a row. The customer takes it back on the page they said it on; a score that is corrected downwards takes it
back as well. Whoever looks after the account reads of both in the morning, once each; of an account nobody looks after
the leads do.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from feedback import wording
from feedback.models import Account, Contact
from feedback.models.contact import ERASED
from loop import access, thanks
from loop.customer_pages import NotTaken
from loop.models import Ask, Favour, Role, Thanks, User
from loop.models.thanks import FavourQuerySet

WORDS_LIMIT = 1000  # characters


@transaction.atomic
def say_yes(given: Thanks, *, may_name: bool, may_call: bool, text: str, now: datetime) -> Favour:
    """The customer agrees to what they are asked; said again, it takes the place of what they said before.

    Raises:
        NotTaken: nothing is asked of them any more, or they have not said what.
    """
    found = Thanks.objects.select_for_update(of=("self",)).select_related(*thanks.SHOWN).get(pk=given.pk)
    ask = thanks.ask_now(found, now=now)
    if ask not in (Ask.REFERENCE, Ask.REFERRAL):
        raise NotTaken(_("Thank you! There is nothing we would like to ask you at the moment."))
    text = text.replace("\x00", "").strip()
    if len(text) > WORDS_LIMIT:
        raise NotTaken(_("Please keep it under %(limit_value)d characters.") % {"limit_value": WORDS_LIMIT})
    if ask == Ask.REFERENCE and not (may_name or may_call):
        raise NotTaken(_("Please tick what you agree to."))
    if ask == Ask.REFERRAL and not text:
        raise NotTaken(_("Please write something first."))
    _take_back(found, by=Favour.BY_CUSTOMER, now=now)
    thanks.hasten(found, now=now)
    is_reference = ask == Ask.REFERENCE
    return Favour.objects.create(
        thanks=found,
        contact=found.contact,
        kind=ask,
        may_name=may_name and is_reference,
        may_call=may_call and is_reference,
        text=text,
        said_at=now,
    )


@transaction.atomic
def take_back(given: Thanks, *, now: datetime) -> bool:
    """The customer takes back what they agreed to. Returns whether there was anything."""
    found = Thanks.objects.select_for_update().get(pk=given.pk)
    return _take_back(found, by=Favour.BY_CUSTOMER, now=now) > 0


def _take_back(given: Thanks, *, by: str, now: datetime) -> int:
    return given.favours.standing().update(revoked_at=now, revoked_by=by)


def erase(contact: Contact, *, now: datetime) -> None:
    """Whoever had everything erased agrees to nothing any more, and none of their words stay. Safe to repeat."""
    theirs = Favour.objects.filter(contact=contact)
    theirs.exclude(text="").update(text=ERASED)
    theirs.standing().update(revoked_at=now, revoked_by=Favour.BY_LOOP)


def standing(given: Thanks) -> Favour | None:
    """What the customer of this page agrees to now."""
    return given.favours.standing().first()


def visible(user: User) -> FavourQuerySet:
    """The favours of customers this person may know of; leadership and administrators: all, also of no account."""
    if access.sees_programme(user):
        return Favour.objects.all()
    return Favour.objects.filter(contact__account__in=access.visible_accounts(user).values("pk"))


def of_account(account: Account) -> FavourQuerySet:
    """What people at an account have agreed to, the latest first. Whoever may see the account may see these."""
    return Favour.objects.filter(contact__account=account).select_related("contact").order_by("-said_at", "-pk")


def of_contact(contact: Contact) -> FavourQuerySet:
    """What somebody has agreed to themselves, the latest first."""
    return Favour.objects.filter(contact=contact).order_by("-said_at", "-pk")


def to_tell(user: User, *, until: datetime, midnight: datetime) -> FavourQuerySet:
    """What this person has to read of this morning: what was said, or taken back after it had been told.

    Args:
        until: what came later is told tomorrow.
        midnight: what has been told since then is still news of today: several leads read of the same favour.
    """
    news = Q(told_at=None) | Q(told_at__gte=midnight)
    said = Q(news, said_at__lte=until, revoked_at=None)
    untold = Q(revocation_told_at=None) | Q(revocation_told_at__gte=midnight)
    taken_back = Q(untold, told_at__isnull=False, told_at__lt=midnight, revoked_at__lte=until)
    found = Favour.objects.filter(said | taken_back).filter(_readers(user))
    return found.select_related("contact__account", "thanks__response").order_by("said_at", "pk")


def _readers(user: User) -> Q:
    theirs = Q(contact__account__ownership__user__in=access.doing_the_work_of(user))
    if user.role != Role.LEAD:
        return theirs
    gone = Q(contact__account__ownership=None) | Q(contact__account__ownership__user__is_active=False)
    return theirs | gone


@transaction.atomic
def mark_told(ids: Collection[int], *, now: datetime) -> None:
    """Note that whoever is to know has read of these."""
    told = Favour.objects.filter(pk__in=list(ids))
    told.filter(revoked_at__isnull=False, told_at__isnull=False, revocation_told_at=None).update(revocation_told_at=now)
    told.filter(revoked_at=None, told_at=None).update(told_at=now)


def words(favour: Favour) -> str:
    """What was agreed to, in a few words in the active language."""
    if favour.kind == Ask.REFERRAL:
        return _("says whom we could help")
    if favour.may_name and favour.may_call:
        return _("we may name them, and somebody may call them")
    return _("we may name them") if favour.may_name else _("somebody may call them")


def words_to_customer(favour: Favour) -> str:
    """The same as the customer reads it about themselves."""
    company = {"company": wording.company()}
    if favour.kind == Ask.REFERRAL:
        return favour.text
    said = [
        _("%(company)s may mention me as a customer.") % company if favour.may_name else "",
        _("Somebody who considers %(company)s may call me.") % company if favour.may_call else "",
        favour.text,
    ]
    return " ".join(filter(None, said))
