"""Which causes can a case be resolved with? Their page in the setup."""

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.editing import ChangedMeanwhile
from loop import changes, root_causes
from loop.call_setup_forms import RootCauseForm
from loop.changes import ChangeRefused
from loop.models import RootCause
from loop.views.editing import edit_of, opened, sent, was_faster
from loop.views.session import reader
from loop.views.setup import for_managers


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def causes(request: HttpRequest) -> HttpResponse:
    """Every root cause, and where another is added."""
    if request.method != "POST":
        return _causes_page(request)
    form = RootCauseForm(request.POST)
    if form.is_valid():
        try:
            root_causes.add(
                name=form.cleaned_data["name"], names=form.names(), actor=reader(request), now=timezone.now()
            )
        except ChangeRefused as refused:
            _say(form, refused)
        else:
            messages.success(request, _("The root cause is added."))
            return redirect("root-causes")
    return _causes_page(request, refused=(None, form), status=400)


@require_POST
@for_managers
def cause(request: HttpRequest, cause_id: int) -> HttpResponse:
    """Rename a root cause, retire it or bring it back."""
    found = get_object_or_404(RootCause, pk=cause_id)
    form, status, edit = sent(RootCauseForm(request.POST, cause=found), request), 400, edit_of(request)
    if form.is_valid():
        try:
            root_causes.change(
                cause_id=found.pk,
                name=form.cleaned_data["name"],
                names=form.names(),
                is_active=form.cleaned_data["is_active"],
                actor=reader(request),
                now=edit.at,
                seen=edit.version,
            )
        except ChangeRefused as refused:
            _say(form, refused)
        except ChangedMeanwhile as error:
            was_faster(form, error, lambda: RootCauseForm(cause=RootCause.objects.get(pk=cause_id)))
            status = 409
        else:
            messages.success(request, _("The root cause is saved."))
            return redirect("root-causes")
    return _causes_page(request, refused=(found.pk, form), status=status)


def _say(form: forms.Form, refused: ChangeRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, refused.message)


def _causes_page(
    request: HttpRequest, *, refused: tuple[int | None, RootCauseForm] | None = None, status: int = 200
) -> HttpResponse:
    found = RootCause.objects.annotate(used=Count("cases")).order_by("-is_active", "pk")
    rows = [
        {
            "cause": each,
            "form": refused[1] if refused and refused[0] == each.pk else opened(RootCauseForm(cause=each), each),
            "open": bool(refused and refused[0] == each.pk),
        }
        for each in found
    ]
    context = {
        "rows": rows,
        "form": refused[1] if refused and refused[0] is None else RootCauseForm(),
        "history": changes.of(RootCause),
    }
    return render(request, "loop/setup/root_causes.html", context, status=status)
