"""Does this customer want to be called?

They asked for it with their answer, or agreed on a time; unless they have said since, on the page of their case, how
else they want to hear from us, or that nobody should call.
"""

from django.db.models import Exists, OuterRef, Q

from loop.models import Callback, Case, CustomerPage, Wish

_BOOKED = Exists(Callback.objects.booked().filter(case=OuterRef("pk")))

#: Of the cases in a query, those whose customer wants to be called.
CALL_WANTED = (Q(response__wants_callback=True) | Q(_BOOKED)) & (Q(customer_page=None) | Q(customer_page__wish=""))


def is_call_wanted(case: Case) -> bool:
    """The same of one case."""
    return not wish_of(case) and (case.response.wants_callback or _is_agreed(case))


def wish_of(case: Case) -> str:
    """How else the customer wants to hear from us, a value of `Wish`; "" when they have not said."""
    page: CustomerPage | None = getattr(case, "customer_page", None)
    return page.wish if page is not None else ""


def wish_told(case: Case) -> str:
    """The wish in words."""
    wish = wish_of(case)
    return str(Wish(wish).label) if wish else ""


def can_be_met(case: Case, wish: str) -> bool:
    """Whether we know the address or the number that this way of hearing from us takes."""
    if wish == Wish.EMAIL:
        return case.contact is not None and case.contact.email != ""
    return wish != Wish.SMS or number_of(case) != ""


def number_of(case: Case) -> str:
    """Where this customer can be called; "" where nobody knows."""
    return case.response.phone or (case.contact.phone if case.contact is not None else "")


def _is_agreed(case: Case) -> bool:
    """Whether a call is agreed; read beforehand where many cases are shown."""
    if hasattr(case, "call_at"):
        return case.call_at is not None
    return case.callbacks.booked().exists()
