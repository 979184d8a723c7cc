"""By when is a customer called, and when do people work? Setup of SLA policies and working calendars."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback.editing import ChangedMeanwhile
from loop import changes, due_preview, policies, work_calendars
from loop import deadlines as sla_deadlines
from loop.changes import ChangeRefused
from loop.deadline_forms import CalendarForm, PolicyForm
from loop.models import Case, SlaPolicy, WorkCalendar
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers

Thing = TypeVar("Thing", SlaPolicy, WorkCalendar)


@require_safe
@for_managers
def deadlines(request: HttpRequest) -> HttpResponse:
    """Every policy, in the order in which they are asked, and every calendar."""
    found = SlaPolicy.objects.select_related("calendar").order_by("is_default", "position", "pk")
    context = {
        "policies": found,
        "calendars": WorkCalendar.objects.order_by("-is_default", "name").prefetch_related("teams"),
    }
    return render(request, "loop/setup/deadlines.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new_policy(request: HttpRequest) -> HttpResponse:
    """Another policy, which begins with the times of the default one; it is asked before it."""
    default = sla_deadlines.policy()
    times = {name: getattr(default, name) for name in policies.FIELDS if name not in ("name", "fallback")}
    return _policy(request, SlaPolicy(**times, fallback=default.fallback))


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """The times of a policy, for which cases it holds, what a change would do, and its history."""
    return _policy(request, get_object_or_404(SlaPolicy.objects.select_related("calendar"), pk=policy_id))


def _policy(request: HttpRequest, found: SlaPolicy) -> HttpResponse:
    is_new = found.pk is None
    edited = _edited(request, found, lambda data: PolicyForm(data, policy=found), policies.changed, policies.save)
    if edited.saved is not None:
        messages.success(request, _("The policy is saved."))
        return redirect("policy", policy_id=edited.saved.pk)
    changed, now = edited.changed, timezone.now()
    is_for_some = not found.is_default and policies.has_conditions(changed)
    held, looked_at = policies.would_hold(changed, now=now) if is_for_some else (0, 0)
    context = {
        "policy": found,
        "is_new": is_new,
        "form": edited.form,
        "samples": due_preview.preview(
            targets=found.targets(),
            hours=found.calendar.hours(),
            new_targets=changed.targets(),
            new_hours=changed.calendar.hours(),
            now=now,
        ),
        "held": held,
        "looked_at": looked_at,
        "day_hours": found.calendar.hours().day_minutes / 60,
        "open_cases": 0 if is_new else Case.objects.open().filter(policy=found).count(),
        "history": [] if is_new else changes.of(SlaPolicy, only=[found.pk]),
    }
    return render(request, "loop/setup/policy.html", context, status=edited.status)


@require_POST
@for_managers
def move_policy(request: HttpRequest, policy_id: int) -> HttpResponse:
    """One place up or down; the default one stays last."""
    found = get_object_or_404(SlaPolicy, pk=policy_id, is_default=False)
    policies.move(found, -1 if "up" in request.POST else 1, actor=reader(request), now=timezone.now())
    messages.success(request, _("The order is changed."))
    return redirect("deadlines")


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def new_calendar(request: HttpRequest) -> HttpResponse:
    """Another calendar, which begins like that of the default policy."""
    office = sla_deadlines.policy().calendar
    like = {name: getattr(office, name) for name in work_calendars.FIELDS if name != "name"}
    return _calendar(request, WorkCalendar(**like))


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def calendar(request: HttpRequest, calendar_id: int) -> HttpResponse:
    """When people work, what a change of it would do to due times, and its history."""
    return _calendar(request, get_object_or_404(WorkCalendar, pk=calendar_id))


def _calendar(request: HttpRequest, found: WorkCalendar) -> HttpResponse:
    is_new = found.pk is None
    edited = _edited(
        request, found, lambda data: CalendarForm(data, calendar=found), work_calendars.changed, work_calendars.save
    )
    if edited.saved is not None:
        messages.success(request, _("The calendar is saved."))
        return redirect("work-calendar", calendar_id=edited.saved.pk)
    by = (None if is_new else found.policies.order_by("-is_default").first()) or sla_deadlines.policy()
    teams, open_cases = work_calendars.used_by(found)
    context = {
        "calendar": found,
        "is_new": is_new,
        "form": edited.form,
        "samples": due_preview.preview(
            targets=by.targets(),
            hours=found.hours(),
            new_targets=by.targets(),
            new_hours=edited.changed.hours(),
            now=timezone.now(),
        ),
        "teams": teams,
        "open_cases": open_cases,
        "history": [] if is_new else changes.of(WorkCalendar, only=[found.pk]),
    }
    return render(request, "loop/setup/calendar.html", context, status=edited.status)


@dataclass
class _Edited(Generic[Thing]):
    """What became of a form: what was saved, if it was; else what the thing would be, for its preview."""

    form: forms.Form
    changed: Thing
    saved: Thing | None = None
    status: int = 200


def _edited(
    request: HttpRequest,
    found: Thing,
    form_of: Callable[[QueryDict | None], forms.Form],
    change: Callable[[Thing, Mapping[str, Any]], Thing],
    save: Callable[..., Thing],
) -> _Edited[Thing]:
    """Look at what was sent without saving it, or save it; refused, it comes back with the words for it.

    Args:
        change, save: the doors, which raise ChangeRefused and ChangedMeanwhile.
    """
    if request.method != "POST":
        form = form_of(None)
        return _Edited(form if found.pk is None else opened(form, found), found)
    edited, edit = _Edited(sent(form_of(request.POST), request), found, status=400), edit_of(request)
    form = edited.form
    if not form.is_valid():
        return edited
    try:
        edited.changed = change(found, form.cleaned_data)
        if "look" not in request.POST:
            edited.saved = save(found, form.cleaned_data, actor=reader(request), now=edit.at, seen=edit.version)
        edited.status = 200
    except ChangeRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
    except ChangedMeanwhile as error:
        was_faster(form, error, lambda: form_of(None))
        edited.status = 409
    return edited
