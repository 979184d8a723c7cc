"""Who are our customers and the people at them, and who of them must not be mailed?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q

from feedback import tallies, tokens
from feedback.contact_details import ToldContact, told_of_account, told_of_contact
from feedback.contact_values import ContactRefused, clean_line, number_hash
from feedback.models import Account, Contact, Response, Suppression
from feedback.models.contact import address_hash

__all__ = [
    "ContactRefused",
    "Wish",
    "address_hash",
    "clean_line",
    "find_by_unsubscribe_token",
    "may_be_mailed",
    "may_be_texted",
    "note_activity",
    "number_hash",
    "opt_out",
    "stop_all",
    "unsubscribe_token",
    "upsert_account",
    "upsert_contact",
    "wants_no_more",
]

TALLIED = ("segment", "country")  # what answers are counted by: they move with their account
BOUNCED = "bounced"  # of a suppression: what we send there does not arrive; every other is somebody's wish


def upsert_account(*, external_id: str, now: datetime, **details: Any) -> tuple[Account, bool]:
    """Create or update the account with this `external_id`; what is None or left out stays as it is.

    Args:
        details: `name`, `segment`, `country`, `annual_value`, `currency`, `size`, and `attributes`, which are added to
            those it has; see `feedback.contact_details.told_of_account`.

    Returns:
        The account, and whether it is new.

    Raises:
        ContactRefused: a value is not acceptable; the exception names the field.
    """
    told = told_of_account(external_id=external_id, **details)
    account = Account.objects.filter(external_id=told.external_id).first()
    if account is None:
        try:
            with transaction.atomic():
                account = told.fresh(now)
                account.save(force_insert=True)
                return account, True
        except IntegrityError:  # somebody told us of the same account at once and was faster
            account = Account.objects.get(external_id=told.external_id)
    changed = told.changes(account)
    if changed:
        for field, value in changed.items():
            setattr(account, field, value)
        with transaction.atomic():
            account.save(update_fields=[*changed])
            if changed.keys() & TALLIED:
                tallies.mark_answers(Response.objects.filter(contact__account=account), now=now)
    return account, False


def upsert_contact(*, now: datetime, **details: Any) -> tuple[Contact, bool]:
    """Create or update a contact, found by `external_id`, else by address (within `account` where one is given).

    Args:
        details: `external_id`, `account`, `name`, `email`, `phone`, `title`, `language`, `time_zone`,
            `is_decision_maker`; `last_activity_at`, when they last had to do with us, of which an earlier time than
            the one we know changes nothing; `attributes`, which are added to those they have. What is None or left out
            stays as it is; see `feedback.contact_details.told_of_contact`.

    Returns:
        The contact, and whether it is new.

    Raises:
        ContactRefused: no way to tell who is meant, an address that is none, or one that several accounts share.
    """
    told = told_of_contact(**details)
    known = _Stored()
    with transaction.atomic():
        contact = told.find(known)
        if contact is None:
            try:
                with transaction.atomic():
                    made = told.fresh(now)
                    made.save(force_insert=True)
                    return made, True
            except IntegrityError:
                # Somebody told us of the same contact at once and was faster.
                contact = told.find(known)
                if contact is None:
                    raise
        _change(contact, told, known, now)
        return contact, False


class _Stored:
    """The contacts there are, asked for each time."""

    def numbered(self, external_id: str) -> Contact | None:
        return Contact.objects.select_related("account").filter(external_id=external_id).first()

    def at_address(self, hashed: str) -> list[Contact]:
        return list(Contact.objects.select_related("account").filter(address_hash=hashed).order_by("pk"))


def _change(contact: Contact, told: ToldContact, known: _Stored, now: datetime) -> None:
    """Store what differs, and what follows from it."""
    changed = told.changes(contact, known, now)
    if not changed:
        return
    for field, value in changed.items():
        setattr(contact, field, value)
    contact.save(update_fields=[*changed])
    if "account" in changed:
        tallies.mark_answers(Response.objects.filter(contact=contact), now=now)


def note_activity(contact: Contact, *, at: datetime) -> None:
    """Note that this contact had to do with us, if that is later than what we knew."""
    later = Q(last_activity_at=None) | Q(last_activity_at__lt=at)
    Contact.objects.filter(later, pk=contact.pk).update(last_activity_at=at)


def may_be_mailed(contact: Contact) -> bool:
    """Whether surveys may be mailed to this contact: an address, no opt-out, not suppressed."""
    reaches = not Suppression.objects.filter(address_hash=contact.address_hash).exists()
    return bool(contact.email) and reaches and not wants_no_more(contact)


def may_be_texted(contact: Contact) -> bool:
    """Whether surveys may be sent to this contact by text message: a mobile number, no opt-out, not suppressed."""
    reaches = not Suppression.objects.filter(address_hash=contact.mobile_hash).exists()
    return bool(contact.mobile_hash) and reaches and not wants_no_more(contact)


def wants_no_more(contact: Contact) -> bool:
    """Whether this person said so: here, or at their address before; of somebody without one, at their number."""
    if contact.opted_out_at is not None:
        return True
    said = Suppression.objects.exclude(reason=BOUNCED)
    where = contact.address_hash or contact.mobile_hash
    return where != "" and said.filter(address_hash=where).exists()


def opt_out(contact: Contact, *, now: datetime, reason: str = "unsubscribed") -> None:
    """Stop all surveys to this person, for good: that survives every re-import. Safe to repeat.

    Their address stops, and with it the person, by whatever way. Their number stops text messages, unless a colleague
    who said nothing has it as well.
    """
    stop_all([Wish.of(contact)], now=now, reason=reason)


class Wish(NamedTuple):
    """Somebody is not to be asked any more, where they were to be reached when they said so."""

    contact: Contact
    address: str  # hashes, as of the contact
    number: str

    @classmethod
    def of(cls, contact: Contact) -> "Wish":
        return cls(contact, contact.address_hash, contact.mobile_hash)


@transaction.atomic
def stop_all(wishes: Sequence[Wish], *, now: datetime, reason: str) -> None:
    """`opt_out` for many, by a few statements."""
    Contact.objects.filter(pk__in=[wish.contact.pk for wish in wishes], opted_out_at=None).update(opted_out_at=now)
    numbers = {wish.number for wish in wishes} - {""}
    asked = Contact.objects.filter(mobile_hash__in=numbers, opted_out_at=None) if numbers else Contact.objects.none()
    others = set(asked.values_list("mobile_hash", "address_hash"))
    hashes = {wish.address for wish in wishes} | {wish.number for wish in wishes if not _shares_number(wish, others)}
    stopped = [Suppression(address_hash=one, reason=reason, created_at=now) for one in sorted(hashes - {""})]
    Suppression.objects.bulk_create(stopped, ignore_conflicts=True)
    # A person's word says more than mail that came back, and holds when mail arrives again.
    Suppression.objects.filter(address_hash__in=hashes, reason=BOUNCED).update(reason=reason)


def _shares_number(wish: Wish, others: Iterable[tuple[str, str]]) -> bool:
    """Whether one of `others`, who may still be asked, has this number too; the same address is the same person."""
    return any(number == wish.number and (not wish.address or address != wish.address) for number, address in others)


def unsubscribe_token(contact: Contact) -> str:
    """The token of this contact's unsubscribe link: it outlives every key kept in SECRET_KEY_FALLBACKS."""
    return f"{contact.pk}-{tokens.derive('unsubscribe', contact.pk)}"


def find_by_unsubscribe_token(token: str) -> Contact | None:
    """The contact whose unsubscribe link this is, or None."""
    number, _, secret = token.partition("-")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return None
    try:
        tokens.matching("unsubscribe", int(number), tokens.fingerprint(secret))
    except LookupError:
        return None
    return Contact.objects.filter(pk=int(number)).first()
