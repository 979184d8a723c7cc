"""How does what other systems say about a contact or an account reach ours, also when two of them say it at once?"""

from datetime import datetime
from typing import Any

from django.db import IntegrityError

from feedback.contacts import ContactRefused, upsert_contact
from feedback.models import Account, Contact


def account_named(external_id: str | None, field: str = "account") -> Account | None:
    """The account with this external id; None for none named.

    Raises:
        ContactRefused: there is no such account; the exception names `field`.
    """
    if external_id is None:
        return None
    account = Account.objects.filter(external_id=external_id).first()
    if account is None:
        raise ContactRefused(field, f"There is no account with the external id “{external_id}”.")
    return account


def put_contact(*, now: datetime, **details: Any) -> tuple[Contact, bool]:
    """Create or update a contact as `upsert_contact` does; a second try meets what another request has just stored.

    Raises:
        ContactRefused: what `upsert_contact` refuses, or the address belongs to another contact of the account.
    """
    try:
        return upsert_contact(now=now, **details)
    except IntegrityError:
        pass
    try:
        return upsert_contact(now=now, **details)
    except IntegrityError:
        message = f"Another contact of this account already has the address “{details.get('email')}”."
        raise ContactRefused("email", message) from None
