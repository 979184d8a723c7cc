"""Which telephone number is this, and can it be reached by a text message?

People write numbers as they dial them at home; gateways want them whole, +46701234567. What country "home" is, the
account says, else the installation.
"""

import phonenumbers
from django.conf import settings
from phonenumbers import PhoneNumberFormat, PhoneNumberType

NO_TEXT_MESSAGES = frozenset(
    {PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
)


def international(number: str, country: str = "") -> str:
    """The number as gateways take it, such as "+46701234567"; "" for what is none.

    Args:
        country: where it is dialled without its country code, as ISO 3166; empty: the installation's.
    """
    try:
        parsed = phonenumbers.parse(number, country or settings.PHONE_COUNTRY or None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if phonenumbers.is_valid_number(parsed) else ""


def takes_text_messages(number: str) -> bool:
    """Whether a number, in its international form, may be a mobile one; in some countries nobody can tell."""
    if not number:
        return False
    return phonenumbers.number_type(phonenumbers.parse(number)) not in NO_TEXT_MESSAGES


def mobile(number: str, country: str = "") -> str:
    """The number in its international form where a text message can reach it, else ""."""
    whole = international(number, country)
    return whole if takes_text_messages(whole) else ""


def veiled(number: str) -> str:
    """The end of a number, as of a card: its owner knows it, whoever a link was forwarded to cannot dial it."""
    digits = "".join(character for character in number if character.isdigit())
    return f"…{digits[-3:]}" if len(digits) > 4 else ""
