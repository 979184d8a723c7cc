"""How do our own people agree on a call, move it, or call it off?"""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from feedback.contact_zones import zone_of
from loop import access, free_times
from loop import callbacks as calls
from loop.callback_forms import CallForm
from loop.views.cases import case_page, load
from loop.views.session import reader, signed_in


@require_safe
@signed_in
def times(request: HttpRequest, case_id: int) -> HttpResponse:
    """A few free times to choose from, for the form on the page of a case: asked for once it is opened."""
    user = reader(request)
    case = load(user, case_id)
    try:
        access.require(user, "attempt", case)
    except access.NotAllowed as error:
        raise PermissionDenied from error
    free = calls.times_for(case, now=timezone.now()) if case.is_open else []
    context = {"case": case, "times": free_times.suggest(free, zone_of(case.contact))}
    return render(request, "loop/cases/_call_times.html", context)


@require_POST
@signed_in
def agree(request: HttpRequest, case_id: int) -> HttpResponse:
    """Agree on a time that was settled with the customer, or on another one than before."""
    user = reader(request)
    case = load(user, case_id)
    form = CallForm(request.POST)
    try:
        access.require(user, "attempt", case)
        if not form.is_valid():
            return case_page(request, case, status=400, call_form=form)
        call = calls.book(case_id=case.pk, starts_at=_exact(form.cleaned_data["at"]), actor=user, now=timezone.now())
    except access.NotAllowed as error:
        raise PermissionDenied from error
    except calls.CallRefused as refused:
        form.add_error("at", refused.message)
        return case_page(request, load(user, case_id), status=400, call_form=form)
    else:
        told = {"who": case.contact.display_name if case.contact else _("the customer"), "time": _told(call.starts_at)}
        messages.success(request, _("Agreed: %(time)s. %(who)s gets a mail for the calendar.") % told)
    return redirect("case", case.pk)


@require_POST
@signed_in
def cancel(request: HttpRequest, case_id: int) -> HttpResponse:
    """Call it off: the customer is told and offered new times."""
    user = reader(request)
    case = load(user, case_id)
    try:
        if calls.cancel(case_id=case.pk, actor=user, now=timezone.now()):
            messages.success(request, _("The call is cancelled. The customer is told and offered new times."))
        else:
            messages.error(request, _("There is no call to cancel any more."))
    except access.NotAllowed as error:
        raise PermissionDenied from error
    return redirect("case", case.pk)


def _exact(at: datetime) -> datetime:
    """In UTC, as the times of calls are compared."""
    return at.astimezone(ZoneInfo("UTC"))


def _told(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("D j M H:i"))
