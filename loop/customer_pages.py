"""Which page of their own does a customer have for a case, by which link, and what was promised there?

A page is made with its case. Its token is derived as every other customer's, and opens this one case only.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from feedback import tokens
from loop import data_requests
from loop.models import Case, CustomerPage, Promise, State

KEPT_AFTER_CLOSING = timedelta(days=90)
SHOWN = (
    "case__response__survey", "case__response__invitation", "case__contact__account", "case__owner", "case__team",
)  # fmt: skip
SETTLING = timedelta(minutes=10)  # to correct a slip, before anybody is alarmed


class NotTaken(ValueError):
    """What was sent cannot be taken; says why, in the customer's language."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def new_page(case: Case, *, now: datetime) -> CustomerPage:
    """The page of a new case, to be stored with it: with the promise that the customer reads first."""
    page = CustomerPage(case=case, created_at=now, contact_promised_at=case.contact_due_at)
    page.token_hash = hash_of(page.public_id)
    return page


def hash_of(public_id: UUID) -> str:
    """What the database keeps of the token that opens a page."""
    return tokens.fingerprint(tokens.derive("case", public_id))


def open_page(case: Case, *, now: datetime) -> CustomerPage:
    """Make the page of a case and store it."""
    page = new_page(case, now=now)
    page.save(force_insert=True)
    return page


def page_of(case: Case, *, now: datetime) -> CustomerPage:
    """The page of a case; made now for a case older than pages are."""
    found = CustomerPage.objects.filter(case=case).first()
    return found if found is not None else open_page(case, now=now)


def find(token: str) -> CustomerPage | None:
    """The page a link opens, or None for a token that is forged, cut short or meant for something else, or whose
    customer has had everything erased."""
    found = CustomerPage.objects.select_related(*SHOWN).filter(token_hash=tokens.fingerprint(token)).first()
    return None if found is None or data_requests.is_erased(found.case) else found


def token_of(page: CustomerPage) -> str:
    """The token to put into a link. The same one every time.

    Raises:
        LookupError: SECRET_KEY was changed without keeping the old one in SECRET_KEY_FALLBACKS.
    """
    return tokens.matching("case", page.public_id, page.token_hash)


def link(page: CustomerPage) -> str:
    """The whole address of a page."""
    return settings.BASE_URL + reverse("customer", args=[token_of(page)])


def is_over(case: Case, now: datetime) -> bool:
    """Whether a page is no longer shown: its case was closed long ago."""
    return case.closed_at is not None and now > case.closed_at + KEPT_AFTER_CLOSING


def promised_by(page: CustomerPage) -> datetime:
    """By when the customer was told they would hear from us: what was promised first, or sooner, never later.

    What the customer moved themselves, by choosing a time for a call, is told by that call. A case that is open again
    after nobody was reached has a promise of its own.
    """
    case = page.case
    if case.reopened_at is not None and case.state == State.NEW:
        return case.contact_due_at
    return min(page.contact_promised_at, case.contact_due_at)


def promises_of(case: Case) -> Sequence[Promise]:
    """What we said we would do and the customer still waits for, in words they may read; the first due on top."""
    return list(case.promises.unkept().order_by("due_at", "pk"))
