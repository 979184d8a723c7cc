"""Who is called first, drawn by lot: starting a study, looking at it, stopping it. Administrators only."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loop import studies
from loop.changes import ChangeRefused
from loop.models import Study
from loop.reporting import studies as study_figures
from loop.study_forms import StopForm, StudyForm
from loop.views.session import reader
from loop.views.setup import for_managers

#: By when the pace of cases is told before a day is chosen.
USUAL_DAYS = 365


@require_http_methods(["GET", "HEAD", "POST"])
@for_managers
def study_list(request: HttpRequest) -> HttpResponse:
    """All studies with what they say, and the form that starts one where none is running."""
    if request.method != "POST":
        return _page(request, StudyForm(initial={"survey": None}))
    form = StudyForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=400)
    try:
        studies.start(**form.cleaned_data, actor=reader(request), now=timezone.now())
    except ChangeRefused as refused:
        form.add_error(refused.field or None, refused.message)
        return _page(request, form, status=400)
    messages.success(request, _("The study has started: cases that open from now on are drawn."))
    return redirect("studies")


@require_POST
@for_managers
def stop(request: HttpRequest, study_id: int) -> HttpResponse:
    """End a study before its day, without a verdict."""
    study = get_object_or_404(Study, pk=study_id)
    form = StopForm(request.POST)
    if not form.is_valid():
        return _page(request, StudyForm(), stopping=form, status=400)
    try:
        studies.stop(study.pk, reason=form.cleaned_data["reason"], actor=reader(request), now=timezone.now())
    except ChangeRefused as refused:
        form.add_error(refused.field or None, refused.message)
        return _page(request, StudyForm(), stopping=form, status=400)
    messages.success(request, _("The study has been stopped."))
    return redirect("studies")


def _page(
    request: HttpRequest, form: StudyForm, *, stopping: StopForm | None = None, status: int = 200
) -> HttpResponse:
    now = timezone.now()
    found = study_figures.figures(studies.all_of_them(), now)
    context: dict[str, Any] = {
        "form": form,
        "stopping": stopping or StopForm(),
        "studies": found,
        "running": studies.running(now),
        "cases_a_year": study_figures.cases_by(now + timedelta(days=USUAL_DAYS), now),
        "now": now,
    }
    return render(request, "loop/setup/studies.html", context, status=status)
