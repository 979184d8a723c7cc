"""Who is meant by what is told of an account or a contact, and what does it change? The same for one and for many."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from feedback.contact_values import (
    ContactRefused,
    check_account,
    check_contact,
    clean_line,
    number_hash,
    with_attributes,
)
from feedback.models import Account, Contact
from feedback.models.contact import address_hash


class Known(Protocol):
    """The contacts there are. `feedback.contacts` asks the database for each, `feedback.many_contacts` for all."""

    def numbered(self, external_id: str) -> Contact | None:
        """The contact with this external id, its account loaded."""

    def at_address(self, hashed: str) -> list[Contact]:
        """The contacts with an address of this hash, in the order they were made, their accounts loaded."""


@dataclass(frozen=True, slots=True)
class ToldAccount:
    """What is told of an account: checked, and without the fields that nothing is said about."""

    external_id: str
    fields: Mapping[str, Any]
    attributes: Mapping[str, Any] | None

    def fresh(self, now: datetime) -> Account:
        """An account we have not had, to be stored."""
        return Account(**{"name": self.external_id, **self.fields}, external_id=self.external_id, created_at=now)

    def changes(self, account: Account) -> dict[str, Any]:
        """What is different from now on, by field."""
        fields = dict(self.fields)
        if self.attributes is not None:
            fields["attributes"] = with_attributes(account.attributes, self.attributes)
        return _differing(account, fields)


@dataclass(frozen=True, slots=True)
class ToldContact:
    """What is told of a contact: checked, and without the fields that nothing is said about."""

    external_id: str
    email: str
    account: Account | None
    fields: Mapping[str, Any]
    attributes: Mapping[str, Any] | None
    is_exact: bool = False

    def find(self, known: Known) -> Contact | None:
        """The contact that is meant; None where it is somebody new.

        Raises:
            ContactRefused: no way to tell who is meant, or the address of somebody new is another's.
        """
        found = self._find(known)
        if found is None:
            if not self.external_id and not self.email:
                raise ContactRefused("email", "A contact needs an external id or an e-mail address.")
            _refuse_clash(None, self.email, self.account, known)
        return found

    def fresh(self, now: datetime) -> Contact:
        """A contact we have not had, to be stored."""
        return Contact(**self.fields, external_id=self.external_id or None, created_at=now)

    def changes(self, contact: Contact, known: Known, now: datetime) -> dict[str, Any]:
        """What is different from now on, by field.

        Raises:
            ContactRefused: the address is another contact's of the account.
        """
        fields = dict(self.fields)
        if self.external_id and not contact.external_id:
            fields["external_id"] = self.external_id
        if self.email and fields.get("address_hash") == contact.address_hash:
            del fields["email"]  # the same address in other capitals is no change
        if self.attributes is not None:
            fields["attributes"] = with_attributes(contact.attributes, self.attributes)
        at = fields.get("last_activity_at")
        if at and contact.last_activity_at and at <= contact.last_activity_at:
            del fields["last_activity_at"]
        changed = _differing(contact, fields)
        if {"email", "account"} & changed.keys():
            email, account = changed.get("email") or contact.email, changed.get("account") or contact.account
            _refuse_clash(contact, email, account, known)
        if "address_hash" in changed:
            changed["address_changed_at"] = now
        return changed

    def _find(self, known: Known) -> Contact | None:
        by_id = known.numbered(self.external_id) if self.external_id else None
        if by_id is not None or not self.email:
            return by_id
        same_address = known.at_address(address_hash(self.email))
        if self.is_exact:
            here = [one for one in same_address if one.account == self.account and one.external_id is None]
            return next(iter(here if not self.external_id else ()), None)
        if self.external_id:  # an id we do not know is another person
            same_address = [contact for contact in same_address if contact.external_id is None]
        if self.account is not None:
            here = [contact for contact in same_address if contact.account == self.account]
            nowhere = [contact for contact in same_address if contact.account is None]
            return next(iter(here + nowhere), None)
        if len(same_address) > 1:
            message = f"Several accounts have a contact with the address “{self.email}”: say which account."
            raise ContactRefused("email", message)
        return next(iter(same_address), None)


def told_of_account(
    *,
    external_id: str,
    name: str | None = None,
    segment: str | None = None,
    country: str | None = None,
    annual_value: Decimal | None = None,
    currency: str | None = None,
    size: str | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> ToldAccount:
    """Check what is told of an account; the arguments are those of `feedback.contacts.upsert_account`.

    Raises:
        ContactRefused: a value is not acceptable; the exception names the field.
    """
    external_id = clean_line(external_id)
    check_account(external_id, country, currency, annual_value)
    given = {
        "name": clean_line(name)[:300] if name is not None else None,
        "segment": clean_line(segment)[:100] if segment is not None else None,
        "country": country.upper() if country is not None else None,
        "annual_value": annual_value,
        "currency": currency.upper() if currency is not None else None,
        "size": clean_line(size)[:50] if size is not None else None,
        "attributes": with_attributes({}, attributes) if attributes is not None else None,
    }
    return ToldAccount(external_id, _said(given), attributes)


def told_of_contact(
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
    is_exact: bool = False,
) -> ToldContact:
    """Check what is told of a contact; the arguments are those of `feedback.contacts.upsert_contact`.

    Args:
        is_exact: it is told by a Loop, which says all it knows: somebody without an id, or without an account, is
            nobody who has one.

    Raises:
        ContactRefused: a value is not acceptable; the exception names the field.
    """
    email = email.strip() if email is not None else None
    check_contact(external_id, email, language, time_zone)
    given = {
        "account": account,
        "name": clean_line(name)[:300] if name is not None else None,
        "email": email,
        "phone": clean_line(phone)[:50] if phone is not None else None,
        "title": clean_line(title)[:200] if title is not None else None,
        "language": language,
        "time_zone": time_zone,
        "is_decision_maker": is_decision_maker,
        "last_activity_at": last_activity_at,
        "attributes": with_attributes({}, attributes) if attributes is not None else None,
        "address_hash": None if email is None else address_hash(email) if email else "",
        "mobile_hash": None if phone is None else number_hash(phone, account),
    }
    return ToldContact(external_id or "", email or "", account, _said(given), attributes, is_exact)


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in given.items() if value is not None}


def _differing(known: Account | Contact, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {field: value for field, value in fields.items() if getattr(known, field) != value}


def _refuse_clash(contact: Contact | None, email: str, account: Account | None, known: Known) -> None:
    """One address stands once at an account; of contacts without one nobody knows whether they are the same person."""
    if not email or account is None:
        return
    others = [other for other in known.at_address(address_hash(email)) if other.account == account]
    if any(other != contact for other in others):
        raise ContactRefused("email", f"Another contact of this account already has the address “{email}”.")
