"""Who are our customers and the people at them, and who of them must not be mailed?"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q

from feedback import codes, phones, tallies, tokens
from feedback.attributes import merged
from feedback.models import Account, Contact, Response, Suppression
from feedback.models.contact import address_hash

TALLIED = ("segment", "country")  # what answers are counted by: they move with their account
BOUNCED = "bounced"  # of a suppression: what we send there does not arrive; every other is somebody's wish


class ContactRefused(ValueError):
    """The details of an account or contact cannot be stored; `field` names which one."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def clean_line(text: str) -> str:
    """One line of text without control characters: names end up in mail headers."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def upsert_account(
    *,
    external_id: str,
    name: str | None = None,
    segment: str | None = None,
    country: str | None = None,
    annual_value: Decimal | None = None,
    currency: str | None = None,
    size: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    now: datetime,
) -> tuple[Account, bool]:
    """Create or update the account with this `external_id`; None leaves a field as it is.

    Args:
        attributes: added to those it has; see `feedback.attributes`.

    Returns:
        The account, and whether it is new.

    Raises:
        ContactRefused: a value is not acceptable; the exception names the field.
    """
    external_id = clean_line(external_id)
    if not external_id or len(external_id) > 200:
        raise ContactRefused("external_id", "An account needs an external id of 1 to 200 characters.")
    if country and not codes.is_country(country):
        raise ContactRefused("country", f"“{country[:20]}” is not a two-letter country code such as SE.")
    if currency and not codes.is_currency(currency):
        raise ContactRefused("currency", f"“{currency[:20]}” is not a three-letter currency code such as SEK.")
    if annual_value is not None and not (annual_value.is_finite() and annual_value < Decimal(10) ** 12):
        raise ContactRefused("annual_value", "The annual value must be under 1,000,000,000,000.")
    if annual_value is not None and annual_value < 0:
        raise ContactRefused("annual_value", f"The annual value must not be negative: {annual_value}.")
    given = {
        "name": clean_line(name)[:300] if name is not None else None,
        "segment": clean_line(segment)[:100] if segment is not None else None,
        "country": country.upper() if country is not None else None,
        "annual_value": annual_value,
        "currency": currency.upper() if currency is not None else None,
        "size": clean_line(size)[:50] if size is not None else None,
        "attributes": _with_attributes({}, attributes) if attributes is not None else None,
    }
    fields = {field: value for field, value in given.items() if value is not None}
    account, created = Account.objects.get_or_create(
        external_id=external_id, defaults={"name": external_id, "created_at": now, **fields}
    )
    if not created and fields:
        if attributes is not None:
            fields["attributes"] = _with_attributes(account.attributes, attributes)
        moved = any(getattr(account, field) != fields.get(field, getattr(account, field)) for field in TALLIED)
        for field, value in fields.items():
            setattr(account, field, value)
        with transaction.atomic():
            account.save(update_fields=list(fields))
            if moved:
                tallies.mark_answers(Response.objects.filter(contact__account=account), now=now)
    return account, created


def upsert_contact(
    *,
    external_id: str | None = None,
    account: Account | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    title: str | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    is_decision_maker: bool | None = None,
    last_activity_at: datetime | None = None,
    attributes: Mapping[str, Any] | None = None,
    now: datetime,
) -> tuple[Contact, bool]:
    """Create or update a contact, found by `external_id`, else by address (within `account` where one is given).

    Args:
        last_activity_at: when they last had to do with us; an earlier time than the one we know changes nothing.
        attributes: added to those they have; see `feedback.attributes`.

    Returns:
        The contact, and whether it is new.

    Raises:
        ContactRefused: no way to tell who is meant, an address that is none, or one that several accounts share.
    """
    email = email.strip() if email is not None else None
    _check_contact(external_id, email, language, time_zone)
    given: dict[str, Any] = {
        "account": account,
        "name": clean_line(name)[:300] if name is not None else None,
        "email": email,
        "phone": clean_line(phone)[:50] if phone is not None else None,
        "title": clean_line(title)[:200] if title is not None else None,
        "language": language,
        "time_zone": time_zone,
        "is_decision_maker": is_decision_maker,
        "last_activity_at": last_activity_at,
        "attributes": _with_attributes({}, attributes) if attributes is not None else None,
    }
    given["address_hash"] = None if email is None else address_hash(email) if email else ""
    given["mobile_hash"] = None if phone is None else number_hash(phone, account)
    fields = {field: value for field, value in given.items() if value is not None}
    with transaction.atomic():
        contact = _find(external_id, email, account)
        if contact is None:
            if not external_id and not email:
                raise ContactRefused("email", "A contact needs an external id or an e-mail address.")
            _refuse_clash(None, email or "", account)
            try:
                with transaction.atomic():
                    made = Contact.objects.create(external_id=external_id or None, created_at=now, **fields)
                    return made, True
            except IntegrityError:
                # Somebody told us of the same contact at once and was faster.
                contact = _find(external_id, email, account)
                if contact is None:
                    raise
        if external_id and not contact.external_id:
            fields["external_id"] = external_id
        if email and fields.get("address_hash") == contact.address_hash:
            del fields["email"]  # the same address in other capitals is no change
        if attributes is not None:
            fields["attributes"] = _with_attributes(contact.attributes, attributes)
        if last_activity_at and contact.last_activity_at and last_activity_at <= contact.last_activity_at:
            del fields["last_activity_at"]
        _change(contact, fields, now)
        return contact, False


def _change(contact: Contact, fields: Mapping[str, Any], now: datetime) -> None:
    """Store what differs, and what follows from it."""
    changed = {field: value for field, value in fields.items() if getattr(contact, field) != value}
    if not changed:
        return
    if {"email", "account"} & changed.keys():
        _refuse_clash(contact, changed.get("email") or contact.email, changed.get("account") or contact.account)
    if "address_hash" in changed:
        changed["address_changed_at"] = now
    for field, value in changed.items():
        setattr(contact, field, value)
    contact.save(update_fields=[*changed])
    if "account" in changed:
        tallies.mark_answers(Response.objects.filter(contact=contact), now=now)


def _with_attributes(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return merged(known, given)
    except ValueError as error:
        raise ContactRefused("attributes", str(error)) from error


def number_hash(phone: str, account: Account | None) -> str:
    """What finds a mobile number again, however it is written; "" for a number that text messages do not reach."""
    number = phones.mobile(phone, account.country if account is not None else "")
    return address_hash(number) if number else ""


def note_activity(contact: Contact, *, at: datetime) -> None:
    """Note that this contact had to do with us, if that is later than what we knew."""
    later = Q(last_activity_at=None) | Q(last_activity_at__lt=at)
    Contact.objects.filter(later, pk=contact.pk).update(last_activity_at=at)


def _check_contact(external_id: str | None, email: str | None, language: str | None, time_zone: str | None) -> None:
    if external_id and (len(external_id) > 200 or "\x00" in external_id):
        raise ContactRefused("external_id", "The external id must have at most 200 characters, none of them NUL.")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise ContactRefused("email", f"“{email}” is not an e-mail address.") from None
        if len(email) > 254:
            raise ContactRefused("email", "An e-mail address has at most 254 characters.")
    if language and (len(language) > 10 or not codes.is_language(language)):
        raise ContactRefused("language", f"“{language[:20]}” is not a language code such as sv.")
    if time_zone:
        try:
            ZoneInfo(time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            message = f"There is no time zone “{time_zone[:64]}”; one is Europe/Stockholm."
            raise ContactRefused("time_zone", message) from None


def _refuse_clash(contact: Contact | None, email: str, account: Account | None) -> None:
    """One address stands once at an account; of contacts without one nobody knows whether they are the same person."""
    if not email or account is None:
        return
    others = Contact.objects.with_email(email).filter(account=account)
    if contact is not None:
        others = others.exclude(pk=contact.pk)
    if others.exists():
        raise ContactRefused("email", f"Another contact of this account already has the address “{email}”.")


def _find(external_id: str | None, email: str | None, account: Account | None) -> Contact | None:
    if external_id:
        by_id = Contact.objects.filter(external_id=external_id).first()
        if by_id is not None:
            return by_id
    if not email:
        return None
    same_address = Contact.objects.with_email(email)
    if external_id:
        same_address = same_address.filter(external_id=None)  # an id we do not know is another person
    if account is not None:
        return same_address.filter(account=account).first() or same_address.filter(account=None).first()
    found = list(same_address[:2])
    if len(found) > 1:
        raise ContactRefused("email", f"Several accounts have a contact with the address “{email}”: say which account.")
    return found[0] if found else None


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


@transaction.atomic
def opt_out(contact: Contact, *, now: datetime, reason: str = "unsubscribed") -> None:
    """Stop all surveys to this person, for good: that survives every re-import. Safe to repeat.

    Their address stops, and with it the person, by whatever way. Their number stops text messages, unless a colleague
    who said nothing has it as well.
    """
    Contact.objects.filter(pk=contact.pk, opted_out_at=None).update(opted_out_at=now)
    hashes = {contact.address_hash} if _shares_number(contact) else {contact.address_hash, contact.mobile_hash}
    for hashed in hashes - {""}:
        stopped, new = Suppression.objects.get_or_create(
            address_hash=hashed, defaults={"reason": reason, "created_at": now}
        )
        if not new and stopped.reason == BOUNCED:  # a person's word says more, and holds when mail arrives again
            stopped.reason = reason
            stopped.save(update_fields=["reason"])


def _shares_number(contact: Contact) -> bool:
    """Whether somebody else, who may still be asked, has this number too; the same address is the same person."""
    others = Contact.objects.filter(mobile_hash=contact.mobile_hash, opted_out_at=None).exclude(pk=contact.pk)
    if contact.address_hash:
        others = others.exclude(address_hash=contact.address_hash)
    return contact.mobile_hash != "" and others.exists()


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
