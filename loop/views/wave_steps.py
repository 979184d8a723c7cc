"""What can somebody do with a wave from its page? One address a step, POST only; `feedback.waves` decides."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from feedback import complaints, waves
from feedback.models import OpenComplaint, Wave, WaveSeries
from loop import access
from loop.survey_forms import refused
from loop.views.session import View, reader, signed_in
from loop.views.setup import for_managers
from loop.views.waves import find, wave_page
from loop.views.waves import plan as plan_wave
from loop.wave_forms import ComplaintForm, RepeatForm

# Takes the request, the wave and the clock; returns what the page says afterwards, "" when it has been said.
Body = Callable[..., str]


def step(body: Body) -> View:
    """Make a view of a step: load, take the step, show the wave as it then is; or why it could not be taken."""

    @require_POST
    @for_managers
    @wraps(body)
    def view(request: HttpRequest, wave_id: int) -> HttpResponse:
        found = find(reader(request), wave_id)
        try:
            done = body(request, found, now=timezone.now())
        except waves.WaveStepNotAllowed as error:
            messages.error(request, error.args[0])
            return wave_page(request, find(reader(request), wave_id), status=409)
        if done:
            messages.success(request, done)
        return redirect("wave", wave_id=wave_id)

    return view


@step
def plan(request: HttpRequest, wave: Wave, **clock: Any) -> str:
    plan_wave(request, wave, **clock)
    return ""


@step
def approve(request: HttpRequest, wave: Wave, **clock: Any) -> str:
    approved = waves.approve(wave, by=reader(request).email, **clock)
    day = date_format(waves.first_day(approved), pgettext("date format: day, year", "j M Y"))
    return _("Approved. Owners are told now; the first mails leave on %(day)s at the earliest.") % {"day": day}


@step
def pause(request: HttpRequest, wave: Wave, **_clock: Any) -> str:
    waves.pause(wave)
    return _("Paused. What has not left stays here.")


@step
def resume(request: HttpRequest, wave: Wave, **_clock: Any) -> str:
    waves.resume(wave)
    return _("It goes on. What should have left meanwhile gets new times.")


@step
def close(request: HttpRequest, wave: Wave, **clock: Any) -> str:
    waves.close(wave, **clock)
    return _("Closed.")


@require_POST
@for_managers
def discard(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Throw a wave away that nobody approved."""
    found = find(reader(request), wave_id)
    try:
        waves.discard(found)
    except waves.WaveStepNotAllowed as error:
        messages.error(request, error.args[0])
        return wave_page(request, found, status=409)
    messages.success(request, _("The wave is thrown away. Nobody was asked."))
    return redirect("waves")


@require_POST
@for_managers
def repeat(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Have a wave come again by itself."""
    found, form = find(reader(request), wave_id), RepeatForm(request.POST)
    if form.is_valid() and not form.facts():
        form.add_error("every", _("A wave comes again every month, quarter or year."))
    if form.is_valid():
        try:
            waves.repeat(found, **form.facts(), by=reader(request).email, now=timezone.now())
        except waves.WaveRefused as error:
            refused(form, error.field, error.message)
        else:
            messages.success(request, _("It comes again by itself from now on."))
            return redirect("wave", wave_id=wave_id)
    return wave_page(request, found, again=form, status=400)


@require_POST
@for_managers
def stop_repeating(request: HttpRequest, series_id: int) -> HttpResponse:
    """Make no further ones; those that are made stay. The page it was asked from is shown again."""
    series = get_object_or_404(WaveSeries, pk=series_id)
    if waves.stop(series, by=reader(request).email, now=timezone.now()):
        messages.success(request, _("It does not come again. What is planned or under way stays as it is."))
    asked_from = request.POST.get("wave", "")
    if asked_from.isascii() and asked_from.isdigit() and len(asked_from) < 10:
        return redirect("wave", wave_id=int(asked_from))
    return redirect("programme")


@require_POST
@signed_in
def report_complaint(request: HttpRequest, wave_id: int) -> HttpResponse:
    """Somebody who looks after a customer says: not now, there is an open complaint. With a reason, and kept."""
    user, now = reader(request), timezone.now()
    found = find(user, wave_id)
    if not access.may_report_complaint(user):
        raise PermissionDenied
    form = ComplaintForm(request.POST)
    if not form.is_valid():
        return wave_page(request, found, complaint=form, status=400)
    members = access.visible_members(user, found).select_related("contact")
    member = get_object_or_404(members, contact=form.cleaned_data["contact"])
    try:
        complaints.report(member.contact, reason=form.cleaned_data["reason"], by=user.email, now=now)
    except complaints.ComplaintRefused as error:
        refused(form, error.field, error.message)
        return wave_page(request, found, complaint=form, status=400)
    messages.success(
        request, _("%(name)s is left in peace, and it is noted why.") % {"name": member.contact.display_name}
    )
    return redirect("wave", wave_id=wave_id)


@require_POST
@signed_in
def end_complaint(request: HttpRequest, wave_id: int, complaint_id: int) -> HttpResponse:
    """The complaint is settled: the contact may be asked again, from the next wave on."""
    user, now = reader(request), timezone.now()
    found = find(user, wave_id)
    if not access.may_report_complaint(user):
        raise PermissionDenied
    contacts = access.visible_members(user, found).values("contact")
    complaint = get_object_or_404(
        OpenComplaint.objects.select_related("contact"), pk=complaint_id, contact__in=contacts
    )
    if complaints.end(complaint, by=user.email, now=now):
        messages.success(request, _("The complaint is ended. The next wave may ask again."))
    return redirect("wave", wave_id=wave_id)
