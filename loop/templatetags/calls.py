"""How do the pages of a case and the inbox show the call that is agreed, and what the customer wishes?"""

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from feedback.contact_zones import place_of, zone_of
from loop import access, callbacks, wishes
from loop.callback_forms import CallForm
from loop.models import Case

register = template.Library()


@register.inclusion_tag("loop/cases/_call_chip.html")
def call_chip(case: Any) -> dict[str, Any]:
    """In a row of the inbox: when the customer is called, or that they want no call."""
    return {"call_at": case.call_at, "wish": wishes.wish_told(case), "case": case}


@register.inclusion_tag("loop/cases/_agreed_call.html", takes_context=True)
def call_box(context: Context, case: Any) -> dict[str, Any]:
    """On the page of a case: the call, what the customer wishes and says, and the form to agree on a time."""
    user = context["request"].user
    call = callbacks.of_case(case) if case.call_at else None
    theirs, place = _on_their_clock(case) if case.call_at else ("", "")
    return {
        "theirs": theirs,
        "place": place,
        "caller": call.owner if call is not None else None,
        "call_at": case.call_at,
        "wish": wishes.wish_told(case),
        "case": case,
        "may": case.is_open and bool(access.standing_in_sight(user, case) & access.STEPS["attempt"]),
        "form": context.get("call_form") or CallForm(),
        "csrf_token": context.get("csrf_token"),
    }


def _on_their_clock(case: Any) -> tuple[str, str]:
    """The time of the call as it is where the customer is, and where that is; "" where the reader's clock shows it."""
    if case.contact is not None and case.contact.account_id == case.account_id:
        case.contact.account = case.account  # it is here already
    zone = zone_of(case.contact)
    theirs = timezone.localtime(case.call_at, zone)
    is_ours = theirs.utcoffset() == timezone.localtime(case.call_at).utcoffset()
    return "" if is_ours else date_format(theirs, _("H:i")), place_of(zone)


@register.filter
def wants_call(case: Case) -> bool:
    """Whether the customer of a case wants to be called."""
    return wishes.is_call_wanted(case)


@register.filter
def call_from(case: Case) -> datetime | None:
    """From when a case whose turn was drawn by lot is called; None for all others.

    Few cases are drawn, and a template that asks a case for what it lacks looks through all its names.
    """
    drawn = getattr(case, "drawn", None)
    return drawn.call_from if drawn is not None else None


@register.filter
def tries_too_late(case: Case, now: datetime) -> bool:
    """Whether the case will be overdue when the planned try comes."""
    return case.tries_too_late(now)
