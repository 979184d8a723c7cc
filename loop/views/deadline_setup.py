"""By when is a customer called, and when do people work? Setup of SLA policies and working calendars."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from feedback.editing import ChangedMeanwhile
from loop import changes, policies
from loop.call_setup_forms import CalendarForm, PolicyForm
from loop.changes import ChangeRefused
from loop.models import Case, SlaPolicy, WorkCalendar
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers


@require_safe
@for_managers
def deadlines(request: HttpRequest) -> HttpResponse:
    """Every policy and every calendar."""
    context = {
        "policies": SlaPolicy.objects.select_related("calendar").order_by("-is_default", "name"),
        "calendars": WorkCalendar.objects.order_by("-is_default", "name"),
    }
    return render(request, "loop/setup/deadlines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """The times of a policy, what a change of them would do, and its history."""
    found = get_object_or_404(SlaPolicy.objects.select_related("calendar"), pk=policy_id)
    form, changed, status = opened(PolicyForm(policy=found), found), found, 200
    if request.method == "POST":
        form, status = sent(PolicyForm(request.POST, policy=found), request), 400
        if form.is_valid():
            try:
                changed = policies.changed_policy(found, form.cleaned_data)
                if "look" in request.POST:
                    status = 200
                else:
                    policies.change_policy(
                        policy_id=found.pk,
                        facts=form.cleaned_data,
                        actor=reader(request),
                        now=timezone.now(),
                        seen=edit_of(request).version,
                    )
                    messages.success(request, _("The policy is saved."))
                    return redirect("policy", policy_id=found.pk)
            except ChangeRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            except ChangedMeanwhile as error:
                was_faster(form, error, lambda: PolicyForm(policy=found))
                status = 409
    context = {
        "policy": found,
        "form": form,
        "samples": policies.preview(
            targets=found.targets(),
            hours=found.calendar.hours(),
            new_targets=changed.targets(),
            new_hours=changed.calendar.hours(),
            now=timezone.now(),
        ),
        "day_hours": found.calendar.hours().day_minutes / 60,
        "open_cases": Case.objects.open().count(),
        "history": changes.of(SlaPolicy, only=[found.pk]),
    }
    return render(request, "loop/setup/policy.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """When people work, what a change of it would do to due times, and its history."""
    found = get_object_or_404(WorkCalendar, pk=calendar_id)
    form, changed, status = opened(CalendarForm(calendar=found), found), found, 200
    if request.method == "POST":
        form, status = sent(CalendarForm(request.POST, calendar=found), request), 400
        if form.is_valid():
            try:
                changed = policies.changed_calendar(found, form.cleaned_data)
                if "look" in request.POST:
                    status = 200
                else:
                    policies.change_calendar(
                        calendar_id=found.pk,
                        facts=form.cleaned_data,
                        actor=reader(request),
                        now=timezone.now(),
                        seen=edit_of(request).version,
                    )
                    messages.success(request, _("The calendar is saved."))
                    return redirect("work-calendar", calendar_id=found.pk)
            except ChangeRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            except ChangedMeanwhile as error:
                was_faster(form, error, lambda: CalendarForm(calendar=found))
                status = 409
    by = found.policies.order_by("-is_default").first()
    context = {
        "calendar": found,
        "form": form,
        "samples": policies.preview(
            targets=by.targets(),
            hours=found.hours(),
            new_targets=by.targets(),
            new_hours=changed.hours(),
            now=timezone.now(),
        )
        if by
        else [],
        "open_cases": Case.objects.open().count(),
        "history": changes.of(WorkCalendar, only=[found.pk]),
    }
    return render(request, "loop/setup/calendar.html", context, status=status)
