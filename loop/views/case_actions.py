"""What can somebody do to a case from its page? One address a step, POST only; the workflow decides.

A step that is refused shows the page again with its reason and with everything that was typed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.forms import CharField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from loop import access, conflicts, lost_sight, together, workflow
from loop.forms import StepForm
from loop.models import Case
from loop.surroundings import Surroundings
from loop.views import story
from loop.views.cases import STEPS, Refusal, case_page, load
from loop.views.session import View, reader, signed_in

# Takes the valid form and what every step needs; returns what the page says afterwards.
Body = Callable[..., str]


class ButMind(str):
    """What was done, with something about it that its reader should mind."""

    __slots__ = ()


def step(body: Body) -> View:
    """Make a view of a step: load in scope, check the form, take the step, show the case as it then is."""
    name = body.__name__

    @require_POST
    @signed_in
    @wraps(body)
    def view(request: HttpRequest, case_id: int) -> HttpResponse:
        user = reader(request)
        now = timezone.now()
        try:
            case = load(user, case_id)
        except Http404:
            return _gone(request, name, case_id)
        form = STEPS[name].form(request.POST, case=case, around=Surroundings(user, case, now))
        try:
            access.require(user, name, case)
            if not form.is_valid():
                return case_page(request, case, Refusal(name, form), status=400)
            done = body(form, case_id=case.pk, actor=user, version=form.cleaned_data["version"], now=now)
        except access.NotAllowed:
            refusal = Refusal(name, form, _("This step is not yours to take, or no longer."))
            return case_page(request, load(user, case_id), refusal, status=403)
        except workflow.StepRefused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            return case_page(request, case, Refusal(name, form), status=400)
        except workflow.StepNotAllowed as conflict:
            return _conflict(request, name, form, conflict, case.pk)
        tell = messages.warning if isinstance(done, ButMind) else messages.success
        tell(request, done)
        return _onwards(request, case)

    return view


def _conflict(
    request: HttpRequest, name: str, form: StepForm, conflict: workflow.StepNotAllowed, case_id: int
) -> HttpResponse:
    """Show the case as it is now, with what was typed ready to be sent again for the version now read."""
    user = reader(request)
    case = load(user, case_id)
    typed = request.POST.copy()
    typed["version"] = str(case.version)
    again = STEPS[name].form(typed, case=case, around=Surroundings(user, case, timezone.now()))
    again.refresh(typed)
    if conflict.case.pk != case_id:
        told = _("Nothing was saved for any of the cases: one of them was changed meanwhile.")
        return case_page(request, case, Refusal(name, again, f"{told} {conflict.message}"), status=409)
    stale = isinstance(conflict, workflow.StaleVersion)
    changes = max(1, case.version - form.cleaned_data["version"]) if stale else 0
    refusal = Refusal(name, again, conflict.message, meanwhile=changes)
    return case_page(request, case, refusal, status=409)


def _gone(request: HttpRequest, name: str, case_id: int) -> HttpResponse:
    """There is no such case, or somebody took it out of the reader's sight meanwhile; what was typed is given back."""
    user = reader(request)
    fields = STEPS[name].form.base_fields
    typed = [(str(field.label), request.POST.get(key, "")) for key, field in fields.items() if type(field) is CharField]
    handing = lost_sight.handed_on(user, case_id)
    context = {
        "typed": [(label, text) for label, text in typed if text.strip()],
        "line": story.line(handing, user) if handing else None,
        "now": timezone.now(),
    }
    return render(request, "loop/cases/gone.html", context, status=404)


def _onwards(request: HttpRequest, case: Case) -> HttpResponse:
    """Back to the case; to the inbox when the step took it out of the reader's sight."""
    if access.visible_cases(reader(request)).filter(pk=case.pk).exists():
        return redirect("case", case_id=case.pk)
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(reverse("cases"))
    return redirect("cases")


@step
def attempt(form: Any, *, case_id: int, version: int, **who: Any) -> str:
    facts = form.facts()
    logged = together.log_call(first=together.Seen(case_id, version), **facts, **who)
    if len(logged) > 1:
        return _("Logged for %(n)d cases.") % {"n": len(logged)}
    if logged[0].tries_too_late(who["now"]):
        return ButMind(_("Logged. The next try is planned for after it is due: the case will be overdue by then."))
    return _("Contact logged.") if facts["reached"] else _("Attempt logged.")


@step
def resolve(form: Any, *, case_id: int, version: int, **who: Any) -> str:
    solved = together.resolve(first=together.Seen(case_id, version), **form.facts(), **who)
    return _("Resolved %(n)d cases.") % {"n": len(solved)} if len(solved) > 1 else _("Resolved.")


@step
def plan_next(form: StepForm, **who: Any) -> str:
    planned = workflow.plan_next(at=form.cleaned_data["at"], reason=form.cleaned_data["reason"], **who)
    if planned.tries_too_late(who["now"]):
        return ButMind(_("The next try is planned, but for after it is due: the case will be overdue by then."))
    return _("The next try is planned.") if form.cleaned_data["at"] else _("No next try is planned.")


@step
def hold(form: StepForm, **who: Any) -> str:
    workflow.hold(until=form.cleaned_data["until"], reason=form.cleaned_data["reason"], **who)
    return _("The case is on hold. The customer's own clock goes on.")


@step
def resume(form: StepForm, **who: Any) -> str:
    workflow.resume(**who)
    return _("The case goes on.")


@step
def promise(form: StepForm, **who: Any) -> str:
    workflow.promise(what=form.cleaned_data["what"], due_at=form.cleaned_data["due_at"], **who)
    return _("The promise is noted.")


@step
def keep_promise(form: StepForm, **who: Any) -> str:
    workflow.keep_promise(promise_id=form.cleaned_data["promise"].pk, **who)
    return _("The promise is kept.")


@step
def move_promise(form: StepForm, **who: Any) -> str:
    data = form.cleaned_data
    workflow.move_promise(promise_id=data["promise"].pk, due_at=data["due_at"], reason=data["reason"], **who)
    return _("The new time is noted.")


@step
def withdraw_promise(form: StepForm, **who: Any) -> str:
    data = form.cleaned_data
    workflow.withdraw_promise(promise_id=data["promise"].pk, reason=data["reason"], **who)
    return _("The promise is taken back.")


@step
def close_unreached(form: StepForm, **who: Any) -> str:
    workflow.close_unreached(reason=form.cleaned_data["reason"], **who)
    return _("Closed as not reached.")


@step
def withdraw(form: StepForm, **who: Any) -> str:
    workflow.withdraw(reason=form.cleaned_data["reason"], **who)
    return _("Withdrawn.")


@step
def reopen(form: StepForm, **who: Any) -> str:
    workflow.reopen(reason=form.cleaned_data["reason"], **who)
    return _("Reopened.")


@step
def escalate(form: StepForm, **who: Any) -> str:
    workflow.escalate(reason=form.cleaned_data["reason"], **who)
    return _("Escalated.")


@step
def assign(form: Any, **who: Any) -> str:
    receiver = form.receiver()
    workflow.assign(reason=form.cleaned_data["reason"], note=form.cleaned_data["note"], **receiver, **who)
    name = receiver["owner"].display_name if receiver["owner"] else receiver["team"].name
    return _("Handed over to %(name)s.") % {"name": name}


@step
def take(form: StepForm, **who: Any) -> str:
    workflow.take(**who)
    return _("The case is yours.")


@step
def note(form: StepForm, **who: Any) -> str:
    workflow.note(text=form.cleaned_data["note"], **who)
    return _("Note saved.")


@step
def someone_else(form: StepForm, **who: Any) -> str:
    conflicts.ask_for_someone_else(**who)
    return _("Noted. The lead takes it from here.")
