"""Which values may be stored of an account or a contact, and how are they written?"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from feedback import codes, phones
from feedback.attributes import merged
from feedback.models import Account
from feedback.models.contact import address_hash


class ContactRefused(ValueError):
    """The details of an account or contact cannot be stored; `field` names which one."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def clean_line(text: str) -> str:
    """One line of text without control characters: names end up in mail headers."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(text.split())


def number_hash(phone: str, account: Account | None) -> str:
    """What finds a mobile number again, however it is written; "" for a number that text messages do not reach."""
    number = phones.mobile(phone, account.country if account is not None else "")
    return address_hash(number) if number else ""


def check_account(external_id: str, country: str | None, currency: str | None, annual_value: Decimal | None) -> None:
    """Raise ContactRefused for a value that no account can have."""
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


def check_contact(external_id: str | None, email: str | None, language: str | None, time_zone: str | None) -> None:
    """Raise ContactRefused for a value that no contact can have."""
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


def with_attributes(known: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """`feedback.attributes.merged`, with its refusals as ours."""
    try:
        return merged(known, given)
    except ValueError as error:
        raise ContactRefused("attributes", str(error)) from error
